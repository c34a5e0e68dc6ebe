# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every table of the core that points at a person can be filled by what its columns say."""

import pytest
from sqlalchemy import Column, select
from tresen.db import Base, metadata
from tresen.desk import Desk
from tresen.testing import factories, seeds

SAID = "Paula Privat"
TABLES = sorted(mapper.local_table.name for mapper in Base.registry.mappers)


@pytest.mark.parametrize("column", seeds.personal_columns(TABLES, ()), ids=str)
def test_row_points_at_the_person(desk: Desk, column: Column[int]) -> None:
    person = factories.make_person(desk, SAID, "paula@privat.example", role="agent")
    seeds.add_row_about(desk, column, person, SAID)
    found = desk.session.scalars(select(column).where(column == person.id)).all()
    assert set(found) == {person.id}


def test_texts_without_a_bound_name_the_person(desk: Desk) -> None:
    person = factories.make_person(desk, SAID, "paula@privat.example", role="agent")
    draft = metadata.tables["draft"]
    seeds.add_row_about(desk, draft.c.person_id, person, SAID)
    row = desk.session.execute(select(draft.c.body, draft.c.to, draft.c.kind)).one()
    assert tuple(row) == (SAID, SAID, "reply")


def test_declared_column_holds_as_much_of_the_words_as_it_takes(desk: Desk) -> None:
    person = factories.make_person(desk, SAID, "paula@privat.example")
    (column,) = seeds.personal_columns(["blob"], ["blob.sha256"])
    seeds.add_row_about(desk, column, person, SAID * 9)
    (stored,) = desk.session.scalars(select(column)).all()
    assert stored == (SAID * 9)[:64]
