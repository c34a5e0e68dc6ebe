# SPDX-License-Identifier: AGPL-3.0-or-later
"""A build goes from ring to ring and back, and everybody has the one of their own ring."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Installation, Product, ProductVersion, Refused
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.builds import queries, service, standings
from tresen_pilot_service.builds.models import Build, Rollout
from tresen_pilot_service.models import Participation, Programme

Add = Callable[..., Build]
Join = Callable[..., Participation]
RollOut = Callable[..., service.Outcome]


@pytest.fixture
def zero(join: Join, participation: Participation) -> Participation:
    """Return a participant in ring 0; the customer stands in ring 1."""
    return join(0)


def current(desk: Desk, programme_id: int = 1) -> dict[int, str]:
    found = queries.current_builds(desk, programme_id)
    return {ring: build.number for ring, build in found.items()}


def numbers(desk: Desk, *rows: Participation) -> list[str | None]:
    found = [queries.build_of(desk, row) for row in rows]
    return [build.number if build else None for build in found]


def test_ring_waits_for_the_one_below_it(
    desk: Desk, zero: Participation, add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    with pytest.raises(Refused, match="Ring 0 comes first: on that day it did not have this build"):
        roll_out(build, 1)
    roll_out(build, 0)
    roll_out(build, 1)
    assert current(desk) == {0: "b1", 1: "b1"}


def test_lowest_ring_is_the_first_that_has_participants(
    desk: Desk, join: Join, add: Add, roll_out: RollOut, participation: Participation
) -> None:
    join(4)
    build = add("b1")
    with pytest.raises(Refused, match="Ring 1 comes first"):
        roll_out(build, 4)
    roll_out(build, 1)
    roll_out(build, 4)
    assert current(desk) == {1: "b1", 4: "b1"}


def test_ring_of_who_left_does_not_hold_the_others_up(
    desk: Desk, zero: Participation, add: Add, roll_out: RollOut
) -> None:
    pilots.move(desk, zero, steps.WITHDRAWN)
    roll_out(add("b1"), 1)
    assert current(desk) == {1: "b1"}


def test_ring_cannot_have_a_build_earlier_than_the_one_below_it(
    zero: Participation, add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    roll_out(build, 0, 9)
    with pytest.raises(Refused, match="Ring 0 comes first"):
        roll_out(build, 1, 8)
    assert roll_out(build, 1, 9).told == 0


def test_ring_gets_nothing_that_was_withdrawn_below_it(
    desk: Desk, zero: Participation, add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    roll_out(build, 0)
    service.withdraw(desk, build, 0, is_told=False)
    with pytest.raises(Refused, match="Ring 0 comes first"):
        roll_out(build, 1)


@pytest.mark.parametrize(
    ("ring", "day", "sentence"),
    [
        (3, 10, "Ring 3 has no active participant"),
        (1, 11, "cannot be rolled out on a day that is still to come"),
    ],
)
def test_rollout_that_makes_no_sense_is_refused(
    participation: Participation,
    add: Add,
    roll_out: RollOut,
    ring: int,
    day: int,
    sentence: str,
) -> None:
    with pytest.raises(Refused, match=sentence):
        roll_out(add("b1"), ring, day)


def test_build_without_a_way_back_goes_nowhere(
    desk: Desk, participation: Participation, add: Add, roll_out: RollOut
) -> None:
    build = add("b1", rollback_note=" ")
    with pytest.raises(Refused, match="Write down first how to go back"):
        roll_out(build, 1)
    assert current(desk) == {}


def test_ring_gets_a_build_once(participation: Participation, add: Add, roll_out: RollOut) -> None:
    build = add("b1")
    roll_out(build, 1)
    with pytest.raises(Refused, match="Ring 1 has this build already"):
        roll_out(build, 1)


def test_everybody_has_the_build_of_their_own_ring(
    desk: Desk,
    zero: Participation,
    participation: Participation,
    add: Add,
    roll_out: RollOut,
) -> None:
    first, second = add("b1"), add("b2")
    roll_out(first, 0, 5)
    roll_out(first, 1, 6)
    roll_out(second, 0, 9)
    assert numbers(desk, zero, participation) == ["b2", "b1"]
    assert current(desk) == {0: "b2", 1: "b1"}


def test_withdrawn_build_gives_way_to_the_one_before(
    desk: Desk, participation: Participation, add: Add, roll_out: RollOut
) -> None:
    first, second = add("b1"), add("b2")
    roll_out(first, 1, 5)
    roll_out(second, 1, 9)
    service.withdraw(desk, second, 1, is_told=False)
    assert numbers(desk, participation) == ["b1"]
    service.withdraw(desk, first, 1, is_told=False)
    assert (numbers(desk, participation), current(desk)) == ([None], {})


def test_what_was_withdrawn_can_be_rolled_out_again_and_both_stay_known(
    desk: Desk, participation: Participation, add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    roll_out(build, 1, 5)
    service.withdraw(desk, build, 1, is_told=False)
    roll_out(build, 1)
    days = [(each.rolled_out_on, each.withdrawn_on) for each in queries.rollouts_of(desk, build.id)]
    today = date(2026, 3, 10)
    assert days == [(today, None), (date(2026, 3, 5), today)]
    assert numbers(desk, participation) == ["b1"]


def test_ring_that_does_not_have_a_build_cannot_give_it_back(
    desk: Desk, participation: Participation, add: Add
) -> None:
    with pytest.raises(Refused, match="Ring 1 does not have this build"):
        service.withdraw(desk, add("b1"), 1, is_told=False)


@pytest.mark.parametrize("state", [steps.FINISHED, steps.WITHDRAWN])
def test_who_left_has_no_build(
    desk: Desk, participation: Participation, add: Add, roll_out: RollOut, state: str
) -> None:
    roll_out(add("b1"), 1)
    pilots.move(desk, participation, state)
    assert numbers(desk, participation) == [None]


def test_who_is_merely_invited_has_no_build(desk: Desk, invited: Participation) -> None:
    desk.session.add(Rollout(build=_build(desk, invited), ring=1, rolled_out_on=date(2026, 3, 3)))
    desk.session.flush()
    assert (numbers(desk, invited), current(desk)) == ([None], {1: "b1"})


def _build(desk: Desk, row: Participation) -> Build:
    return Build(programme_id=row.programme_id, number="b1", created_at=desk.now())


def test_rollout_of_a_day_that_is_still_to_come_counts_from_then_on(
    desk: Desk, clock: SteppedClock, invited: Participation
) -> None:
    desk.session.add(Rollout(build=_build(desk, invited), ring=1, rolled_out_on=date(2026, 3, 12)))
    desk.session.flush()
    before = current(desk)
    clock.go(days=2)
    assert (before, current(desk)) == ({}, {1: "b1"})


def test_rings_are_those_of_active_participants(
    desk: Desk, zero: Participation, join: Join, programme: Programme
) -> None:
    pilots.move(desk, join(0, "Adler AG"), steps.FINISHED)
    join(1, "Birke AG")
    assert dict(queries.rings(desk, programme.id)) == {0: 1, 1: 2}


def test_standings_say_which_step_is_open(
    desk: Desk, zero: Participation, join: Join, add: Add, roll_out: RollOut
) -> None:
    join(2, "Adler AG")
    build = add("b1")
    roll_out(build, 0)
    found = standings.standings(build, queries.rollouts(desk, 1), queries.rings(desk, 1))
    told = [(e.ring, e.participants, e.has_it, e.may_get_it, e.waits_for) for e in found]
    assert told == [(0, 1, True, False, None), (1, 1, False, True, None), (2, 1, False, False, 1)]


def test_ring_that_everybody_left_still_says_what_it_had(
    desk: Desk, zero: Participation, add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    roll_out(build, 0)
    pilots.move(desk, zero, steps.FINISHED)
    found = standings.standings(build, queries.rollouts(desk, 1), queries.rings(desk, 1))
    assert [(e.ring, e.participants, e.has_it) for e in found] == [(0, 0, True), (1, 1, False)]


def test_rollout_and_withdrawal_are_journalled(
    desk: Desk,
    participation: Participation,
    add: Add,
    roll_out: RollOut,
    journal: Callable[[str], list[tuple[str, str, Any]]],
) -> None:
    build = add("b1")
    roll_out(build, 1)
    service.withdraw(desk, build, 1, is_told=False)
    assert journal(service.ROLLOUT) == [
        ("changed", "withdrawn_on", "2026-03-10"),
        ("rolled_out", "build", "b1"),
        ("rolled_out", "ring", 1),
    ]


@pytest.fixture
def place(desk: Desk, participation: Participation, product: Product) -> Installation:
    """Return the installation on which the customer tries the product."""
    made = factories.make_installation(desk, participation.organisation_id, product)
    participation.installation_id = made.id
    desk.commit()
    return made


@pytest.mark.parametrize(("sets_versions", "number"), [(True, "5.0rc1"), (False, None)])
def test_installation_runs_the_version_from_now_on_where_that_is_wanted(
    desk: Desk,
    place: Installation,
    version: ProductVersion,
    roll_out_version: Callable[[bool], service.Outcome],
    sets_versions: bool,
    number: str | None,
) -> None:
    outcome = roll_out_version(sets_versions)
    set_to = desk.session.get(ProductVersion, place.version_id) if place.version_id else None
    assert outcome.versions_set == int(sets_versions)
    assert (set_to.number if set_to else None) == number


@pytest.fixture
def roll_out_version(
    version: ProductVersion, add: Add, roll_out: RollOut
) -> Callable[[bool], service.Outcome]:
    """Return a function that rolls the build of a version out to ring 1."""

    def go(sets_versions: bool) -> service.Outcome:
        return roll_out(add("b1", version_id=version.id), 1, sets_versions=sets_versions)

    return go


def test_installation_that_runs_the_version_already_is_not_counted(
    desk: Desk, place: Installation, version: ProductVersion, add: Add, roll_out: RollOut
) -> None:
    place.version_id = version.id
    desk.commit()
    outcome = roll_out(add("b1", version_id=version.id), 1, sets_versions=True)
    assert outcome.versions_set == 0


def test_build_without_a_version_leaves_installations_alone(
    place: Installation, add: Add, roll_out: RollOut
) -> None:
    assert roll_out(add("b1"), 1, sets_versions=True).versions_set == 0
    assert place.version_id is None


def test_installations_of_other_rings_stay(
    desk: Desk,
    zero: Participation,
    place: Installation,
    version: ProductVersion,
    add: Add,
    roll_out: RollOut,
) -> None:
    roll_out(add("b1", version_id=version.id), 0, sets_versions=True)
    assert place.version_id is None


def test_version_of_an_installation_is_journalled(
    place: Installation,
    version: ProductVersion,
    add: Add,
    roll_out: RollOut,
    journal: Callable[[str], list[tuple[str, str, Any]]],
) -> None:
    roll_out(add("b1", version_id=version.id), 1, sets_versions=True)
    assert journal("installation") == [("changed", "version_id", version.id)]
