# SPDX-License-Identifier: AGPL-3.0-or-later
"""Of several waivers each is decided for itself: the development is free while one is in force."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tresen.sdk import Desk
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import clocks, states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import standings
from tresen_licensing.journals.queries import entries_of
from tresen_licensing.waivers import jobs, queries, reasons, service
from tresen_licensing.waivers.models import Waiver

Deploy = Callable[..., Deployment]


def asked(desk: Desk, row: Development, days: int) -> Waiver:
    """Ask for a waiver of so many days."""
    made = service.ask(desk, row, reasons.SECRET, "Why.", desk.today() + timedelta(days=days))
    desk.session.flush()
    return made


def shown(desk: Desk, row: Development) -> tuple[str, str]:
    """Return the state of a development and how its clock stands."""
    return row.state, standings(desk, [row])[row.id].clock.standing


FREE = (states.EXEMPT, clocks.EXEMPT)


@pytest.fixture
def pair(
    agent_desk: Desk, boss_desk: Desk, development: Development, deploy: Deploy
) -> list[Waiver]:
    """Return two waivers in force, of ten days and of thirty, for what runs outside."""
    deploy()
    made = [asked(agent_desk, development, days) for days in (10, 30)]
    for each in made:
        service.grant(boss_desk, development, each)
    boss_desk.commit()
    return made


@pytest.mark.parametrize("first", [0, 1])
def test_development_stays_free_while_another_is_in_force(
    boss_desk: Desk, development: Development, pair: list[Waiver], first: int
) -> None:
    service.end(boss_desk, development, pair[first])
    before = shown(boss_desk, development)
    service.end(boss_desk, development, pair[1 - first])
    assert (before, development.state) == (FREE, states.CLEARANCE)


@pytest.mark.parametrize(("days", "state"), [(11, states.EXEMPT), (31, states.CLEARANCE)])
def test_one_that_lapses_leaves_the_longer_one(
    boss_desk: Desk,
    development: Development,
    pair: list[Waiver],
    clock: SteppedClock,
    days: int,
    state: str,
) -> None:
    clock.go(days=days)
    jobs.lapse(boss_desk)
    assert (development.state, [each.ended_at is not None for each in pair]) == (
        *(state, [True, days > 30]),
    )


def test_one_that_nobody_granted_ends_nothing(
    agent_desk: Desk, boss_desk: Desk, development: Development, clock: SteppedClock
) -> None:
    granted, open_one = (asked(agent_desk, development, days) for days in (30, 5))
    service.grant(boss_desk, development, granted)
    clock.go(days=6)
    jobs.lapse(boss_desk)
    assert (development.state, granted.ended_at, open_one.ended_at) == (
        *(states.EXEMPT, None, boss_desk.now()),
    )


def test_refusing_one_that_was_asked_for_leaves_the_other(
    agent_desk: Desk, boss_desk: Desk, development: Development, pair: list[Waiver]
) -> None:
    third = asked(agent_desk, development, 60)
    service.end(boss_desk, development, third)
    assert shown(boss_desk, development) == FREE


def test_waiver_of_another_development_frees_nothing(
    boss_desk: Desk, development: Development, pair: list[Waiver]
) -> None:
    assert [queries.is_in_force(boss_desk, each) for each in (development.id, 999_999)] == [
        *(True, False),
    ]


def test_journal_tells_each_end(
    boss_desk: Desk, development: Development, pair: list[Waiver]
) -> None:
    for each in pair:
        service.end(boss_desk, development, each, "Done.")
    kinds = [each.kind for each in entries_of(boss_desk, development.id)]
    assert [kinds.count(each) for each in ("waiver_asked", "waiver_granted", "waiver_ended")] == [
        *(2, 2, 2),
    ]
