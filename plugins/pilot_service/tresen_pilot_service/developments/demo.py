# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of developments: one that is due to be given back, one in test."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, Ticket, _

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.developments import bookings, people, queries, service, states
from tresen_pilot_service.developments.models import Development
from tresen_pilot_service.models import Participation, Programme

# Days before today on which each state was reached.
_DEPLOYED = {
    states.REQUESTED: 96,
    states.SPECIFIED: 88,
    states.AGREED: 81,
    states.IN_DEVELOPMENT: 74,
    states.IN_TEST: 45,
    states.ACCEPTED: 33,
    states.DEPLOYED: 24,
}
_IN_TEST = {
    states.REQUESTED: 40,
    states.SPECIFIED: 34,
    states.AGREED: 30,
    states.IN_DEVELOPMENT: 26,
    states.IN_TEST: 3,
}


def fill(desk: Desk, programme: Programme) -> None:
    """Begin two developments for customers of the programme, in two phases."""
    rows = [row for row in programmes.participations(desk, programme.id) if _is_complete(row)]
    if len(rows) > 1:
        _walk(desk, rows[0], _bridge(), _DEPLOYED)
        _walk(desk, rows[1], _labels(), _IN_TEST)


def _is_complete(row: Participation) -> bool:
    named = (row.contact_id, row.deputy_id, row.key_user_id)
    return None not in named


def _bridge() -> dict[str, Any]:
    return {
        "title": _("Hand scanners at the gate"),
        "kind": states.INTEGRATION,
        "description": _("Hand scanners book goods without a detour over the office."),
        "contract": "V-2026-031",
        "contract_hours": Decimal(40),
        "source": _("Branch “scanner-bridge” in the customer's repository"),
    }


def _labels() -> dict[str, Any]:
    return {
        "title": _("Labels in two languages"),
        "kind": states.FEATURE,
        "description": _("Labels are printed in the language of the recipient, too."),
        "contract": "V-2026-044",
        "contract_hours": Decimal(16),
        "source": _("Branch “labels” in the customer's repository"),
    }


def _walk(
    desk: Desk, place: Participation, about: dict[str, Any], days: dict[str, int]
) -> Development:
    """Take a development from its request to the last of the states, each on its day."""
    today = desk.today()
    row = _begin(desk, place, about, today - timedelta(days=days[states.REQUESTED]))
    found = queries.installations(desk, row)
    installation_id = place.installation_id or (found[0].id if found else None)
    for state in list(days)[1:]:
        day = today - timedelta(days=days[state])
        values: dict[str, Any] = {"day": day, "note": "", "installation_id": installation_id}
        if state == states.ACCEPTED:
            values["note"] = _("All gates book; the night shift follows in spring.")
            values |= {"person_id": place.key_user_id, "name": ""}
        service.move(desk, row, state, values)
    start = today - timedelta(days=days[states.IN_DEVELOPMENT])
    _book(desk, row, (place.contact_id, place.deputy_id), start)
    return row


def _begin(desk: Desk, place: Participation, about: dict[str, Any], day: date) -> Development:
    product = place.programme.product
    versions = queries.versions(desk, product.id)
    dated = [each for each in versions if each.released_on and each.released_on <= day]
    values = {
        "organisation_id": place.organisation_id,
        "product_id": product.id,
        "base_version_id": dated[0].id if dated else None,
        "participation_id": place.id,
        "lead_id": place.contact_id,
        "roadmap_url": "https://roadmap.example/scanner",
        "is_without_contract": False,
        "due_on": day + timedelta(days=120),
        "licence": product.licence,
        "requested_on": day,
    }
    row = service.begin(desk, values | about)
    people.add(desk, row, place.deputy_id, states.REVIEWER)
    people.add(desk, row, place.key_user_id, states.CONTACT)
    ticket = desk.session.scalars(
        select(Ticket)
        .where(Ticket.organisation_id == place.organisation_id, Ticket.product_id == product.id)
        .order_by(Ticket.id)
    ).first()
    if ticket is not None:
        service.link(desk, row, ticket)
    return row


def _book(desk: Desk, row: Development, who: Sequence[int | None], start: date) -> None:
    """Book five days of work, so that most of the contract's hours are used."""
    part = Decimal((row.contract_minutes or 0) // 60) * Decimal("0.15")
    works = (
        *(_("Interface drafted"), _("First version"), _("Errors mended")),
        *(_("Review"), _("Handed over")),
    )
    for number, what in enumerate(works):
        values = {
            "person_id": who[number % len(who)],
            "booked_on": start + timedelta(days=4 * number),
            "hours": (part * 4).to_integral_value() / 4,
            "what": what,
        }
        bookings.book(desk, row, values | {"is_beyond": False, "beyond_reason": ""})
