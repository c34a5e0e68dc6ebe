# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal says who did what, when, from what to what, and forgets nobody's name."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.access import service as access
from tresen.desk import Core, Desk
from tresen.journal import queries, service
from tresen.people.models import Person
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded, walks


def told(desk: Desk, limit: int = 200) -> list[tuple[object, ...]]:
    entries = queries.entries_of(desk, "thing", 7, limit)
    return [(e.actor_name, e.action, e.field, e.old, e.new) for e in entries]


def test_each_changed_field_is_an_entry(desk: Desk) -> None:
    service.record(desk, "thing", 7, "changed", {"size": (1, 2), "name": ("a", "b")})
    desk.session.flush()
    assert sorted(told(desk)) == [
        ("Tresen", "changed", "name", "a", "b"),
        ("Tresen", "changed", "size", 1, 2),
    ]


def test_act_without_a_field_is_one_entry(desk: Desk) -> None:
    service.record(desk, "thing", 7, "opened")
    desk.session.flush()
    assert told(desk) == [("Tresen", "opened", "", None, None)]


def test_newest_stands_first_and_only_of_its_subject(desk: Desk, clock: SteppedClock) -> None:
    for action in ("first", "second", "third"):
        service.record(desk, "thing", 7, action)
        service.record(desk, "thing", 8, f"other {action}")
        service.record(desk, "stuff", 7, f"stuff {action}")
        desk.session.flush()
        clock.go(minutes=1)
    assert [entry[1] for entry in told(desk, limit=2)] == ["third", "second"]


def test_name_stays_when_the_person_is_gone(desk: Desk, agent: Person) -> None:
    own = replace(desk, actor=access.actor_for(desk, agent))
    service.record(own, "thing", 7, "opened")
    desk.session.flush()
    before = queries.entries_of(desk, "thing", 7)[0].actor_id
    desk.session.delete(desk.session.get_one(Person, agent.id))
    desk.session.flush()
    desk.session.expire_all()
    entry = queries.entries_of(desk, "thing", 7)[0]
    assert (before, entry.actor_id, entry.actor_name) == (agent.id, None, "Anna Agent")


def test_moment_is_the_clocks(desk: Desk, clock: SteppedClock) -> None:
    clock.go(days=3)
    service.record(desk, "thing", 7, "opened")
    desk.session.flush()
    assert queries.entries_of(desk, "thing", 7)[0].at == clock.moment


@pytest.mark.parametrize(
    ("old", "new", "stored"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), ("2026-03-01", "2026-03-31")),
        (None, date(2026, 3, 31), (None, "2026-03-31")),
        (
            datetime(2026, 3, 1, 9, tzinfo=UTC),
            None,
            ("2026-03-01T09:00:00+00:00", None),
        ),
        ([1, 2], {"a": True}, ([1, 2], {"a": True})),
        ("", 0, ("", 0)),
    ],
)
def test_values_stand_there_as_json_and_days_as_iso_8601(
    desk: Desk, old: object, new: object, stored: tuple[object, object]
) -> None:
    service.record(desk, "thing", 7, "changed", {"value": (old, new)})
    desk.commit()
    assert [(entry[3], entry[4]) for entry in told(desk)] == [stored]


@given(st.dates(), st.dates())
def test_day_can_be_read_back_from_the_journal(old: date, new: date) -> None:
    assert [date.fromisoformat(service.plain(day)) for day in (old, new)] == [old, new]


def test_change_sets_and_records_only_what_differs(desk: Desk, customer: Person) -> None:
    wanted = {"name": "Karla Neu", "phone": "", "sees_organisation": True}
    assert service.change(desk, "thing", customer, wanted) is True
    entries = queries.entries_of(desk, "thing", customer.id)
    assert sorted((entry.field, entry.old, entry.new) for entry in entries) == [
        ("name", "Karla Kundin", "Karla Neu"),
        ("sees_organisation", False, True),
    ]
    assert (customer.name, customer.phone, customer.sees_organisation) == ("Karla Neu", "", True)


def test_change_to_what_is_there_already_changes_and_records_nothing(
    desk: Desk, customer: Person
) -> None:
    assert service.change(desk, "thing", customer, {"name": customer.name}) is False
    assert queries.entries_of(desk, "thing", customer.id) == []


def test_change_of_an_unknown_field_is_a_fault_of_the_caller(desk: Desk, customer: Person) -> None:
    with pytest.raises(AttributeError):
        service.change(desk, "thing", customer, {"colour": "pink"})


def test_entry_goes_with_the_change_that_is_rolled_back(desk: Desk, customer: Person) -> None:
    service.change(desk, "thing", customer, {"name": "Other"})
    desk.rollback()
    assert queries.entries_of(desk, "thing", customer.id) == []


def test_newest_entries_of_a_subject_are_found_by_its_index(desk: Desk, core: Core) -> None:
    with recorded(core.engine) as statements:
        told(desk)
    assert walks(core.engine, statements) == []


def test_what_a_person_did_bears_the_name_of_that_day(desk: Desk, agent: Person) -> None:
    acting = replace(desk, actor=access.actor_for(desk, agent))
    service.record(acting, "thing", 7, "opened")
    agent.name = "Anna Married"
    desk.session.flush()
    assert told(desk) == [("Anna Agent", "opened", "", None, None)]
