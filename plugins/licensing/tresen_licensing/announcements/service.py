# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one verb of announcements: to take one in."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, Ticket

from tresen_licensing.agreements.queries import agreements_of
from tresen_licensing.announcements import queries
from tresen_licensing.announcements.models import Announcement
from tresen_licensing.developments import service, states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.service import append


def take_in(desk: Desk, origin: str, facts: Mapping[str, Any]) -> None:
    """Start the clock of what another plugin says runs at a customer; harmless when said twice.

    `facts` are those of `pilot_service_deployed`. What was not known becomes a development; of one
    that is known, an earlier day counts.
    """
    known = queries.announcement(desk, origin, facts["id"])
    if known is None:
        _begin(desk, origin, facts)
    elif facts["deployed_on"] < known.running_since:
        known.running_since = facts["deployed_on"]
        row = desk.session.get_one(Development, known.development_id)
        _write_down(desk, row, known)


def _begin(desk: Desk, origin: str, facts: Mapping[str, Any]) -> None:
    row = service.begin(desk, facts["organisation_id"], _fields(desk, facts))
    service.take(desk, row, states.IN_DEVELOPMENT)
    for ticket in desk.session.scalars(select(Ticket).where(Ticket.id.in_(facts["tickets"]))):
        service.link(desk, row, ticket)
    made = Announcement(
        development_id=row.id,
        origin=origin,
        key=facts["id"],
        running_since=facts["deployed_on"],
    )
    desk.session.add(made)
    desk.session.flush()
    _write_down(desk, row, made)


def _fields(desk: Desk, facts: Mapping[str, Any]) -> dict[str, Any]:
    standing = agreements_of(desk, facts["organisation_id"])
    return {
        "title": facts["title"],
        # Which of several counts is for people to say.
        "agreement_id": standing[0].id if len(standing) == 1 else None,
        "product_id": facts["product_id"],
        "base_version_id": facts["base_version_id"],
        "kind": facts["kind"],
        "description": facts["description"],
        "owner_id": facts["owner_id"],
    }


def _write_down(desk: Desk, row: Development, made: Announcement) -> None:
    facts = {"origin": made.origin, "since": made.running_since.isoformat()}
    append(desk, row, "announced", facts)
