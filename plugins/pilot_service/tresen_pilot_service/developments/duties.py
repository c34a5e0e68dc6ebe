# SPDX-License-Identifier: AGPL-3.0-or-later
"""The duty to give back what runs at a customer: who keeps it is told, and asked how it stands."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, Job

from tresen_pilot_service import hookspecs
from tresen_pilot_service.developments import queries, states
from tresen_pilot_service.developments.models import Development, DevelopmentTicket

TONES = ("", "amber", "red", "green")


@dataclass(frozen=True)
class Duty:
    """Where another plugin keeps a development's duty, and how it stands there."""

    title: str
    url: str
    text: str
    tone: str = ""


def tell(desk: Desk, row: Development) -> None:
    """Tell other plugins that a development runs at its customer."""
    desk.tell(hookspecs.pilot_service_deployed, facts_of(desk, row))


def facts_of(desk: Desk, row: Development) -> dict[str, Any]:
    """Return what other plugins are told of a development that runs."""
    leads = [each.person_id for each in queries.people_in(desk, row.id) if each.part == states.LEAD]
    linked = select(DevelopmentTicket.ticket_id).filter_by(development_id=row.id)
    return {
        "id": row.id,
        "title": row.title,
        "kind": row.kind,
        "description": row.description,
        "organisation_id": row.organisation_id,
        "product_id": row.product_id,
        "base_version_id": row.base_version_id,
        "owner_id": next(iter(leads), None),
        "deployed_on": row.deployed_on,
        "tickets": list(desk.session.scalars(linked.order_by(DevelopmentTicket.ticket_id))),
    }


def duty_of(desk: Desk, row: Development) -> Duty | None:
    """Return where the duty of a development is kept; None where no other plugin keeps it."""
    answer = desk.ask(hookspecs.pilot_service_duty, row.id) or {}
    title, url, text = (answer.get(name) for name in ("title", "url", "text"))
    if not (isinstance(title, str) and isinstance(url, str) and isinstance(text, str)):
        return None
    tone = answer.get("tone")
    return Duty(title, url, text, tone if tone in TONES else "")


def tell_all(desk: Desk) -> None:
    """Tell of everything that has to be given back; harmless when run twice."""
    owed = select(Development).where(Development.state == states.DEPLOYED)
    for row in desk.session.scalars(owed.order_by(Development.id)):
        tell(desk, row)


TELL = Job("pilot_service.tell_deployed", tell_all, every=timedelta(days=1))
