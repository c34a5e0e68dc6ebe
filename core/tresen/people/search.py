# SPDX-License-Identifier: AGPL-3.0-or-later
"""How search finds and shows people and organisations.

Of people, names and addresses are looked through, of organisations names and notes.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, false, select, true

from tresen.desk import Desk
from tresen.hooks.records import SearchHit, SearchSource
from tresen.i18n import lazy
from tresen.people.models import Organisation, Person


def scope(desk: Desk) -> ColumnElement[bool]:
    """Return true for who may see people, else false."""
    return true() if desk.actor.may("people.read") else false()


def hits(desk: Desk, person_ids: Sequence[int]) -> Mapping[int, SearchHit]:
    """Return a line for each of the people."""
    rows = desk.session.execute(
        select(Person.id, Person.name, Organisation.name.label("organisation"))
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id.in_(person_ids))
    )
    return {
        row.id: SearchHit(row.name, "people.person", {"person_id": row.id}, row.organisation or "")
        for row in rows
    }


def organisation_hits(desk: Desk, organisation_ids: Sequence[int]) -> Mapping[int, SearchHit]:
    """Return a line for each of the organisations."""
    rows = desk.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    )
    return {
        row.id: SearchHit(row.name, "people.organisation", {"organisation_id": row.id})
        for row in rows
    }


SOURCE = SearchSource("person", lazy("People"), scope, hits)
ORGANISATIONS = SearchSource("organisation", lazy("Organisations"), scope, organisation_hits)
