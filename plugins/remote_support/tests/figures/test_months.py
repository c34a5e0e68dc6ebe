# SPDX-License-Identifier: AGPL-3.0-or-later
"""Months begin at midnight on the operator's clock, in summer as in winter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import service, states
from tresen_remote_support.figures import queries
from tresen_remote_support.models import RemoteSession

SignIn = Callable[[Person], FlaskClient]
# The first moments of months in Berlin, before and after the clocks were put forward.
WINTER, SUMMER = datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 4, 30, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def begun(desk: Desk, months: int) -> dict[date, int]:
    desk.session.flush()
    desk.session.expire_all()
    return {each.on: each.begun for each in queries.figures(desk, months).months if each.begun}


@pytest.mark.parametrize("first", [WINTER, SUMMER])
def test_month_begins_at_midnight_of_its_season(
    desk: Desk, ended: RemoteSession, clock: SteppedClock, first: datetime
) -> None:
    clock.go(days=100)
    local = first.astimezone(ZoneInfo("Europe/Berlin")).date()
    ended.requested_at = first
    on = begun(desk, 6)
    ended.requested_at = first - SECOND
    before = begun(desk, 6)
    assert (on, before) == ({local: 1}, {(local - timedelta(days=1)).replace(day=1): 1})


def test_month_follows_the_operators_time_zone(
    core: Core, desk: Desk, ended: RemoteSession
) -> None:
    ended.requested_at = WINTER
    core.config = replace(core.config, time_zone="America/New_York")
    assert begun(desk, 3) == {date(2026, 2, 1): 1}


def test_sessions_of_several_months_stand_in_their_own(
    desk: Desk, ask: Callable[..., RemoteSession]
) -> None:
    for months_ago, count in ((0, 2), (1, 1), (2, 3)):
        for _each in range(count):
            row = ask()
            row.requested_at = desk.now().replace(month=3 - months_ago, day=5)
            row.started_at = row.requested_at
    assert begun(desk, 3) == {
        date(2026, 1, 1): 3,
        date(2026, 2, 1): 1,
        date(2026, 3, 1): 2,
    }


def test_ticket_with_two_sessions_counts_once(
    desk: Desk, agent_desk: Desk, ask: Callable[..., RemoteSession], ticket: Ticket
) -> None:
    for _each in range(2):
        ask().result = states.SOLVED
    factories.change_ticket(desk, ticket, state="solved")
    desk.session.flush()
    found = queries.figures(desk, 3)
    assert (found.solved, found.solved_remotely) == (1, 1)


def test_pause_that_never_ended_is_no_part_of_the_duration(
    desk: Desk, agent_desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(minutes=5)
    service.pause(agent_desk, running)
    clock.go(minutes=20)
    service.end(agent_desk, running)
    agent_desk.commit()
    assert queries.figures(desk, 3).duration == 5.0


@pytest.mark.parametrize(("language", "title"), [("en", "Mar 2026"), ("de", "März 2026")])
def test_page_names_months_in_the_readers_language(
    sign_in: SignIn, agent: Person, language: str, title: str
) -> None:
    page = sign_in(agent).get("/remote_support/figures", headers={"Accept-Language": language})
    assert f'<th scope="row">{title}</th>' in page.text


def test_list_leads_to_figures_and_checklist(sign_in: SignIn, agent: Person) -> None:
    page = sign_in(agent).get("/remote_support/").text
    paths = ("/remote_support/figures", "/remote_support/checklist")
    assert [page.count(f'href="{path}"') for path in paths] == [1, 1]


def test_share_of_nothing_is_a_dash(sign_in: SignIn, agent: Person) -> None:
    cells: Any = sign_in(agent).get("/remote_support/figures").text.split("data-label=")[1:9]
    shown = [cell.partition(">")[2].partition("</td>")[0].strip() for cell in cells]
    assert [shown[at] for at in (0, 1, 2, 6, 7)] == ["\N{EN DASH}"] * 5
