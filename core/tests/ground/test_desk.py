# SPDX-License-Identifier: AGPL-3.0-or-later
"""One unit of work is whole: committed at its end, undone by an error, and it knows its actor."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from tresen import app as application
from tresen.config import Config
from tresen.desk import ANONYMOUS, SYSTEM, Actor, Core, Desk, desk_for, open_desk
from tresen.errors import Forbidden
from tresen.people import service as people
from tresen.people.models import Organisation
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded


def organisations(core: Core) -> int:
    with desk_for(core) as desk:
        return desk.session.scalar(select(func.count()).select_from(Organisation)) or 0


def test_work_is_committed_at_the_end(core: Core) -> None:
    with desk_for(core, write=True) as desk:
        people.add_organisation(desk, "Kept")
    assert organisations(core) == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_error_undoes_everything(core: Core, error: type[BaseException]) -> None:
    with pytest.raises(error), desk_for(core, write=True) as desk:
        people.add_organisation(desk, "Lost")
        raise error
    assert organisations(core) == 0


def test_what_waits_for_the_commit_runs_once_after_it(core: Core) -> None:
    seen: list[int] = []
    with desk_for(core, write=True) as desk:
        people.add_organisation(desk, "Kept")
        desk.after_commit.append(lambda: seen.append(organisations(core)))
        desk.commit()
    assert seen == [1]


def test_what_waits_for_the_commit_is_forgotten_on_a_rollback(core: Core) -> None:
    seen: list[str] = []
    desk = open_desk(core, write=True)
    desk.after_commit.append(lambda: seen.append("ran"))
    desk.rollback()
    desk.commit()
    desk.session.close()
    assert seen == []


def test_clock_is_the_cores(desk: Desk, clock: SteppedClock) -> None:
    clock.moment = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert (desk.now(), desk.ago(hours=1, minutes=30)) == (
        datetime(2026, 1, 1, 12, 0, tzinfo=UTC),
        datetime(2026, 1, 1, 10, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("hour", "day"), [(21, date(2026, 1, 1)), (22, date(2026, 1, 2)), (23, date(2026, 1, 2))]
)
def test_day_is_that_of_the_operators_calendar(
    config: Config, clock: SteppedClock, hour: int, day: date
) -> None:
    core = application.create_core(replace(config, time_zone="Europe/Helsinki"))
    core.clock = clock
    clock.moment = datetime(2026, 1, 1, hour, 0, tzinfo=UTC)
    with desk_for(core) as desk:
        assert (desk.today(), desk.today(clock.moment)) == (day, day)


@pytest.mark.parametrize(
    ("actor", "may", "is_agent"),
    [
        (SYSTEM, True, True),
        (ANONYMOUS, False, False),
        (Actor("A", "agent", permissions=frozenset({"x.read"})), True, True),
        (Actor("A", "agent"), False, True),
        (Actor("C", "customer", permissions=frozenset({"x.read"})), True, False),
    ],
)
def test_actor_may_what_was_granted(actor: Actor, may: bool, is_agent: bool) -> None:
    assert (actor.may("x.read"), actor.is_agent) == (may, is_agent)


def test_demand_names_the_permission(desk: Desk) -> None:
    stranger = replace(desk, actor=ANONYMOUS)
    with pytest.raises(Forbidden) as refusal:
        stranger.demand("x.read")
    assert refusal.value.sentence == "This needs the permission x.read."


def test_writing_desk_says_so(core: Core) -> None:
    with desk_for(core) as reading, desk_for(core, write=True) as writing_desk:
        assert (reading.is_writing, writing_desk.is_writing) == (False, True)


def test_what_is_asked_once_is_asked_each_time_outside_of_bulk(desk: Desk) -> None:
    answers = iter("ab")
    assert [desk.once("key", lambda: next(answers)) for _ in range(2)] == ["a", "b"]


def test_what_is_asked_once_in_bulk_is_known_until_the_end(desk: Desk) -> None:
    answers = iter("abcd")
    desk.go_bulk()
    assert [desk.once(key, lambda: next(answers)) for key in ("k", "k", "l", "l")] == [*"aabb"]
    desk.commit()
    assert desk.once("k", lambda: next(answers)) == "c"
    desk.rollback()
    assert desk.once("k", lambda: next(answers)) == "d"


def added(desk: Desk, name: str) -> Organisation:
    row = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
    desk.add(row)
    return row


def test_row_without_a_reserved_id_gets_one_at_once(desk: Desk) -> None:
    first = added(desk, "First")
    assert (list(desk.session.new), added(desk, "Second").id > first.id) == ([], True)


@pytest.mark.parametrize("at_once", [1, 2, 50])
def test_rows_with_reserved_ids_are_written_together(core: Core, desk: Desk, at_once: int) -> None:
    last = added(desk, "Last").id
    desk.reserve_ids(Organisation, at_once)
    made = [added(desk, name) for name in ("A", "B", "C")]
    assert [row.id for row in made] == [last + 1, last + 2, last + 3]
    assert set(desk.session.new) == set(made)
    desk.commit()
    assert organisations(core) == 4


def test_reserved_ids_end_with_the_transaction(desk: Desk) -> None:
    desk.reserve_ids(Organisation)
    desk.rollback()
    added(desk, "A")
    assert list(desk.session.new) == []


def test_ids_reserved_one_by_one_leave_no_gap(desk: Desk) -> None:
    desk.reserve_ids(Organisation)
    first = added(desk, "A").id
    desk.commit()
    assert added(desk, "B").id == first + 1


def test_rows_of_a_bulk_are_written_by_one_statement(core: Core, desk: Desk) -> None:
    desk.go_bulk()
    for name in "ABC":
        desk.session.add(Organisation(name=name, created_at=desk.now(), changed_at=desk.now()))
    with recorded(core.engine) as statements:
        desk.session.flush()
    assert len([sql for sql, _ in statements if sql.startswith("INSERT")]) == 1
    desk.commit()
    assert organisations(core) == 3
