# SPDX-License-Identifier: AGPL-3.0-or-later
"""Organisations by the name that people type and read where one of them is chosen.

Two may bear the same name: then the number makes the label, as in “Nord GmbH #12”.
"""

import re
from collections.abc import Mapping

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from tresen.desk import Desk
from tresen.people.models import Organisation
from tresen.people.search import ORGANISATIONS
from tresen.search import queries as search

NUMBERED = re.compile(r".*#(\d{1,9})\Z", re.DOTALL)
# So many of one spelling are looked through, and so many with one name are told apart.
MOST_ALIKE = 50


def label_of(desk: Desk, organisation_id: int) -> str:
    """Return the label of an organisation, empty if it is gone."""
    return _labels(desk, Organisation.id == organisation_id).get(organisation_id, "")


def labels_begun(desk: Desk, begun: str, limit: int) -> list[str]:
    """Return the labels of those with words that begin so, or with exactly this name, by name."""
    ids = search.subject_ids(desk, ORGANISATIONS, begun, limit)
    found = _labels(desk, Organisation.id.in_(ids) | (Organisation.name == begun), limit)
    return list(found.values())


def ids_labelled(desk: Desk, text: str) -> list[int]:
    """Return which organisations are meant: one, none, or all that are called so.

    Capitals make no difference where nobody is called exactly so.
    """
    numbered = NUMBERED.match(text)
    if numbered and label_of(desk, int(numbered[1])) == text:
        return [int(numbered[1])]
    exactly = select(Organisation.id).where(Organisation.name == text).limit(MOST_ALIKE)
    if found := list(desk.session.scalars(exactly)):
        return found
    alike = search.subject_ids(desk, ORGANISATIONS, text, MOST_ALIKE)
    rows = desk.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(alike))
    )
    return [row.id for row in rows if row.name.casefold() == text.casefold()]


def _labels(
    desk: Desk, condition: ColumnElement[bool], limit: int = MOST_ALIKE
) -> Mapping[int, str]:
    other = aliased(Organisation)
    has_twin = exists().where(other.name == Organisation.name, other.id != Organisation.id)
    rows = desk.session.execute(
        select(Organisation.id, Organisation.name, has_twin.label("has_twin"))
        .where(condition)
        .order_by(Organisation.name, Organisation.id)
        .limit(limit)
    )
    return {row.id: f"{row.name} #{row.id}" if row.has_twin else row.name for row in rows}
