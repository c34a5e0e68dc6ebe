# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the maintenance that a customer holds covers support about a ticket at a moment.

Told to plugins that give support, such as remote support, in the form of their hook.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from tresen.sdk import Desk, Installation, Person, Ticket, _
from tresen.sdk import day as day_in_words

from tresen_licensing.holdings import queries, states
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio import queries as portfolio

HOLDS = states.RUNNING, states.DUE


def contracts(desk: Desk, ticket: Ticket, moment: datetime) -> list[dict[str, Any]]:
    """Return the customer's licences that have maintenance, each with whether it covers the ticket.

    Of a ticket that names no product, every licence of its customer is looked at.
    """
    if ticket.organisation_id is None:
        return []
    product_id = product_of(desk, ticket)
    if product_id is None:
        rows = queries.of_organisation(desk, ticket.organisation_id)
        rows = [row for row in rows if row.is_active]
    else:
        rows = queries.held(desk, ticket.organisation_id, product_id)
    kept = [row for row in rows if row.maintenance_until is not None]
    if product_id is not None and not kept:
        return [_none(portfolio.product(desk, product_id).name)]
    people, day = queries.entitled(desk, [row.id for row in kept]), desk.today(moment)
    return [_told(row, people.get(row.id, ()), ticket, day) for row in kept]


def product_of(desk: Desk, ticket: Ticket) -> int | None:
    """Return the product that a ticket is about, by its installation or by itself."""
    if ticket.installation_id is None:
        return ticket.product_id
    return desk.session.get_one(Installation, ticket.installation_id).product_id


def _told(row: Licence, people: Collection[Person], ticket: Ticket, day: date) -> dict[str, Any]:
    title = f"{row.product.name} {row.edition}".strip()
    reason, way_out = _against(row, title, day)
    if not reason and people and ticket.requester_id not in {each.id for each in people}:
        words = {"title": title, "names": ", ".join(each.name for each in people)}
        reason = _("The maintenance of %(title)s entitles %(names)s alone.") % words
        way_out = _("Name one of them as the requester, or entitle the person on the licence.")
    return {"title": title, "is_covering": not reason, "reason": reason, "way_out": way_out}


def _against(row: Licence, title: str, day: date) -> tuple[str, str]:
    """Return why licence or maintenance do not hold on the day, and what helps; empty for both."""
    if states.licence_state(row, day) == states.AHEAD and row.starts_on:
        words = {"title": title, "day": day_in_words(row.starts_on)}
        sentence = _("The licence for %(title)s begins on %(day)s.") % words
        return sentence, _("Choose a day from then on.")
    renew = _("Renew it and write its new end into the licence.")
    if states.licence_state(row, day) not in HOLDS and row.ends_on:
        words = {"title": title, "day": day_in_words(row.ends_on)}
        return _("The licence for %(title)s ended on %(day)s.") % words, renew
    if states.maintenance_state(row, day) not in HOLDS and row.maintenance_until:
        words = {"title": title, "day": day_in_words(row.maintenance_until)}
        return _("The maintenance of %(title)s ended on %(day)s.") % words, renew
    return "", ""


def _none(name: str) -> dict[str, Any]:
    reason = _("The customer holds no maintenance of %(product)s.") % {"product": name}
    way_out = _("Enter the licence with the end of its maintenance.")
    return {"title": name, "is_covering": False, "reason": reason, "way_out": way_out}
