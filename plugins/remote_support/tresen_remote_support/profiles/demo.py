# SPDX-License-Identifier: AGPL-3.0-or-later
"""An access with a standing permission for the demo, at the first installation of a customer."""

from datetime import time, timedelta

from sqlalchemy import select
from tresen.sdk import Desk, Installation, Person, _

from tresen_remote_support.profiles import service
from tresen_remote_support.providers import registry
from tresen_remote_support.providers import service as tools

DAYS_LEFT = timedelta(days=20)
DAYS_GONE = timedelta(days=200)


def fill(desk: Desk, customer: Person) -> None:
    """Agree on the access to a server that the customer approves of, where they run something."""
    own = Installation.organisation_id == customer.organisation_id
    place = desk.session.scalar(select(Installation).where(own).order_by(Installation.id).limit(1))
    if place is None:
        return
    entry = registry.entry(desk, "rdp")
    tools.keep_tool(desk, entry, {"is_offered": True, "relay": _("straight, without a relay")})
    today = desk.today()
    values = {
        "installation_id": place.id,
        "title": _("Server in the warehouse"),
        "provider": "rdp",
        "target_id": "lager-1.example:3389",
        "secret_place": "tresor/kunden/lager-1",
        "days": list("12345"),
        "opens": time(8),
        "closes": time(18),
        "approvers": [customer.id],
        "needs_consent": False,
        "standing_basis": _("Letter of the management, no. 12"),
        "standing_from": today - DAYS_GONE,
        "standing_until": today + DAYS_LEFT,
        "devices": "lager-1.example:3389",
        "agreement_number": "AVV-2026-17",
        "agreement_until": today + DAYS_GONE,
        "may_record": False,
        "recording_days": None,
        "data_class": _("Orders with names and addresses"),
        "note": "",
    }
    service.add_profile(desk, place.organisation_id, values)
