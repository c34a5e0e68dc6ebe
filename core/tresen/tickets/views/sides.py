# SPDX-License-Identifier: AGPL-3.0-or-later
"""The panels beside a thread: what can be chosen, who asks, what runs there, links, tags."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import joinedload

from tresen.desk import Desk
from tresen.i18n import lazy
from tresen.products.models import Installation
from tresen.tickets import states, timeline
from tresen.tickets.forms import PropertiesForm
from tresen.tickets.models import FIRST_NUMBER, Ticket
from tresen.tickets.views import choices
from tresen.tickets.views.rows import initials
from tresen.tickets.views.shelf import participants_of, requester_address

# As seen from the ticket that names the other, and from the other.
LINK_TITLES = {
    "relates": (lazy("relates to"), lazy("relates to")),
    "duplicate": (lazy("duplicate of"), lazy("has the duplicate")),
    "parent": (lazy("part of"), lazy("has the part")),
    "caused_by": (lazy("caused by"), lazy("cause of")),
    "follows": (lazy("follows"), lazy("followed by")),
}


def panels(desk: Desk, ticket: Ticket) -> dict[str, Any]:
    """Return what the template of the panels needs."""
    number = ticket.number
    return {
        "change": {
            "url": url_for("tickets.change", number=number),
            "form": properties(desk, ticket),
        },
        "may_work": desk.actor.may("tickets.work"),
        "is_mine": ticket.owner_id == desk.actor.person_id,
        "requester": _requester(desk, ticket),
        "organisation": _organisation(ticket),
        "others": [_linked(row) for row in timeline.others_of(desk, ticket)],
        "product": ticket.product.name if ticket.product else None,
        "installation": _installation(desk, ticket),
        "tags": [
            {"text": tag, "url": url_for("tickets.index", tag=tag)}
            for tag in timeline.tags_of(desk, ticket)
        ],
        "participants": [
            {"id": person.id, "name": person.name, "initials": initials(person.name)}
            for person, _address in participants_of(desk, ticket)
        ],
        "links": [_linked(row) | _kind(row) for row in timeline.links_of(desk, ticket)],
        "link_kinds": [(kind, titles[0]) for kind, titles in LINK_TITLES.items()],
    }


def properties(desk: Desk, ticket: Ticket) -> PropertiesForm:
    """Return the form of the properties with its choices; a former owner stays choosable."""
    now = {name: getattr(ticket, field) for name, field in PropertiesForm.FIELDS.items()}
    form = PropertiesForm(data=now | {"revision": ticket.revision})
    choices.offer_properties(desk, form, ticket)
    return form


def _requester(desk: Desk, ticket: Ticket) -> dict[str, Any] | None:
    person = ticket.requester
    if person is None:
        return None
    return {
        "name": person.name,
        "initials": initials(person.name),
        "address": requester_address(desk, ticket),
        "phone": person.phone,
        "job_title": person.job_title,
        "url": url_for("tickets.index", requester=person.id, show="all"),
    }


def _organisation(ticket: Ticket) -> dict[str, str] | None:
    found = ticket.organisation
    if found is None:
        return None
    url = url_for("tickets.index", organisation=found.id, show="all")
    return {"name": found.name, "url": url}


def _installation(desk: Desk, ticket: Ticket) -> dict[str, str] | None:
    if ticket.installation_id is None:
        return None
    found = desk.session.get(
        Installation,
        ticket.installation_id,
        options=[joinedload(Installation.product), joinedload(Installation.version)],
        populate_existing=True,
    )
    if found is None:
        return None
    return {
        "product": found.product.name,
        "version": found.version.number if found.version else "",
        "environment": found.environment_title,
        "name": found.name,
    }


def _linked(row: Row[Any]) -> dict[str, Any]:
    number = row.id + FIRST_NUMBER
    return {
        "number": number,
        "subject": row.subject,
        "url": url_for("tickets.page", number=number),
        "state": row.state,
        "state_title": states.TITLES.get(row.state, row.state),
    }


def _kind(row: Row[Any]) -> dict[str, Any]:
    titles: Sequence[Any] = LINK_TITLES.get(row.kind, (row.kind, row.kind))
    return {
        "kind": row.kind,
        "kind_title": titles[0] if row.is_ours else titles[1],
        "is_ours": row.is_ours,
    }
