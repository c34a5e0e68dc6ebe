# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each figure is reckoned from the rows, month by month, for what the reader may see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, text
from tresen.sdk import Core, Desk, Person, Ticket
from tresen.testing import factories, volume
from tresen.testing.browser import assert_pages_usable
from tresen.testing.statements import recorded, walks
from tresen_remote_support import answers, offers, service, states
from tresen_remote_support.figures import queries
from tresen_remote_support.figures.queries import Figures, Month
from tresen_remote_support.models import Consent, RemoteSession

SignIn = Callable[[Person], FlaskClient]
PAGE = "/remote_support/figures"
QUERIES = 9


def made(desk: Desk, months: int = 3) -> Figures:
    desk.session.flush()
    desk.session.expire_all()
    return queries.figures(desk, months)


def test_nothing_is_known_without_sessions(desk: Desk) -> None:
    empty = [Month(date(2026, month, 1), 0, 0, 0, 0) for month in (1, 2, 3)]
    assert made(desk) == Figures(0, 0, None, None, 0, 0, 0, 0, 0, 0, 0, tuple(empty), 0, 0)


def test_ticket_counts_as_solved_remotely_with_a_session_that_solved_it(
    desk: Desk, documented: RemoteSession, ticket: Ticket, customer: Person
) -> None:
    factories.change_ticket(desk, ticket, state="solved")
    other = factories.make_ticket(desk, customer)
    factories.change_ticket(desk, other, state="closed")
    found = made(desk)
    assert (found.solved, found.solved_remotely) == (2, 1)


@pytest.mark.parametrize("result", [states.NOT_SOLVED, states.GOES_ON, ""])
def test_session_that_solved_nothing_does_not_count(
    desk: Desk, documented: RemoteSession, ticket: Ticket, result: str
) -> None:
    factories.change_ticket(desk, ticket, state="solved")
    documented.result = result
    found = made(desk)
    assert (found.solved, found.solved_remotely) == (1, 0)


def test_ticket_that_is_open_again_is_not_solved(
    desk: Desk, documented: RemoteSession, ticket: Ticket
) -> None:
    factories.change_ticket(desk, ticket, state="solved")
    factories.change_ticket(desk, ticket, state="open")
    assert made(desk).solved == 0


def test_minutes_are_medians_without_pauses(desk: Desk, documented: RemoteSession) -> None:
    began = documented.started_at
    assert began is not None
    documented.requested_at = began - timedelta(minutes=4)
    documented.ended_at = began + timedelta(minutes=10)
    documented.paused_seconds = 180
    found = made(desk)
    assert (found.to_begin, found.duration) == (4.0, 7.0)


def test_appointment_says_nothing_of_waiting(desk: Desk, documented: RemoteSession) -> None:
    documented.planned_from = documented.started_at
    assert made(desk).to_begin is None


def test_session_with_its_consent_is_not_counted(desk: Desk, documented: RemoteSession) -> None:
    found = made(desk)
    assert (found.begun, found.without_consent) == (1, 0)


def test_session_whose_consent_is_not_there_is_counted(
    desk: Desk, documented: RemoteSession
) -> None:
    desk.session.execute(delete(Consent))
    assert made(desk).without_consent == 1


@pytest.mark.parametrize("column", ["given_at", "withdrawn_at"])
def test_consent_counts_only_while_it_holds(
    desk: Desk, documented: RemoteSession, column: str
) -> None:
    began = documented.started_at
    assert began is not None
    away = timedelta(minutes=1 if column == "given_at" else -1)
    desk.session.query(Consent).update({column: began + away})
    assert made(desk).without_consent == 1


@pytest.mark.parametrize(("hours", "expected"), [(23, 0), (25, 1)])
def test_note_may_take_a_day(
    desk: Desk, ended: RemoteSession, clock: Any, hours: int, expected: int
) -> None:
    clock.go(hours=hours)
    assert made(desk).without_note == expected


def test_note_that_was_written_is_not_missed(
    desk: Desk, documented: RemoteSession, clock: Any
) -> None:
    clock.go(days=3)
    assert made(desk).without_note == 0


def test_declined_and_expired_are_of_those_that_were_decided(
    desk: Desk, agent_desk: Desk, ask: Any
) -> None:
    declined, lapsed, called_off, _still_open = ask(), ask(), ask(), ask()
    for row in (declined, lapsed, called_off):
        service.offer(agent_desk, row)
    answers.decline(answers.acting(desk, declined), declined)
    service.take(desk, lapsed, states.EXPIRED)
    service.cancel(agent_desk, called_off)
    found = made(desk)
    assert (found.decided, found.declined, found.expired) == (2, 1, 1)


def test_months_are_those_of_the_operators_calendar(
    desk: Desk, documented: RemoteSession, ticket: Ticket
) -> None:
    # Half past midnight of the first of March in Berlin is still February by UTC.
    moment = desk.now().replace(month=2, day=28, hour=23, minute=30)
    documented.requested_at = moment
    factories.change_ticket(desk, ticket, state="solved")
    ticket.solved_at = moment
    assert made(desk, 2).months == (
        Month(date(2026, 2, 1), 0, 0, 0, 0),
        Month(date(2026, 3, 1), 1, 1, 1, 0),
    )


def test_months_go_back_over_the_turn_of_the_year(desk: Desk) -> None:
    found = [each.on for each in made(desk, 4).months]
    assert found == [date(2025, 12, 1), *(date(2026, month, 1) for month in (1, 2, 3))]


def test_what_lies_before_is_left_out(desk: Desk, documented: RemoteSession, clock: Any) -> None:
    clock.go(days=100)
    assert made(desk).begun == 0


def test_refused_sessions_stand_in_their_month(desk: Desk, offered: RemoteSession) -> None:
    answers.decline(answers.acting(desk, offered), offered)
    assert made(desk).months[-1] == Month(date(2026, 3, 1), 0, 0, 0, 1)


def test_reader_counts_only_tickets_in_sight(desk: Desk, acting: Any, customer: Person) -> None:
    ticket = factories.make_ticket(desk, None)
    factories.change_ticket(desk, ticket, state="solved")
    seen = made(desk).solved, queries.figures(acting(customer), 3).solved
    assert seen == (1, 0)


def test_page_shows_how_each_figure_is_reckoned(
    sign_in: SignIn, agent: Person, documented: RemoteSession
) -> None:
    page = sign_in(agent).get(PAGE).text
    assert page.count("<tr>") == 1 + 8 + 1 + 12


@pytest.mark.parametrize(("asked", "rows"), [("3", 3), ("24", 24), ("5", 12), ("x", 12)])
def test_period_is_one_of_those_offered(
    sign_in: SignIn, agent: Person, asked: str, rows: int
) -> None:
    page = sign_in(agent).get(f"{PAGE}?months={asked}").text
    assert page.count('<th scope="row">') == rows


def test_page_names_nobody(
    sign_in: SignIn, agent: Person, administrator: Person, documented: RemoteSession
) -> None:
    page = sign_in(administrator).get(PAGE).text
    assert [name for name in ("Anna Agent", "Karla Kundin") if name in page] == []


def test_page_is_not_for_customers(sign_in: SignIn, customer: Person) -> None:
    assert sign_in(customer).get(PAGE).status_code == 403


def test_number_of_queries_does_not_grow(
    sign_in: SignIn, core: Core, desk: Desk, agent: Person, ask: Any
) -> None:
    counts = []
    browser = sign_in(agent)
    browser.get(PAGE)
    for _turn in range(2):
        with recorded(core.engine) as statements:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(statements))
        for _each in range(3):
            ask()
    assert counts == [QUERIES, QUERIES]


@pytest.mark.timeout(300)
def test_page_walks_through_no_large_table(
    sign_in: SignIn, core: Core, desk: Desk, agent: Person
) -> None:
    volume.fill(desk, 5_000, messages=1)
    now = desk.now()
    usual = {"scope": "view", "provider": "browser", "purpose": "x", "state": states.ENDED}
    usual |= {"requested_at": now, "started_at": now, "ended_at": now, "changed_at": now}
    first = desk.session.scalar(text("SELECT MIN(id) FROM ticket")) or 1
    rows = [
        usual | {"reference": offers.new_reference(), "ticket_id": first + number}
        for number in range(500)
    ]
    desk.session.execute(insert(RemoteSession), rows)
    volume.analyse(desk)
    desk.commit()
    browser = sign_in(agent)
    with recorded(core.engine) as statements:
        assert browser.get(PAGE).status_code == 200
    assert walks(core.engine, statements, filled=0) == []


@pytest.mark.timeout(300)
def test_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], agent: Person, documented: RemoteSession
) -> None:
    assert_pages_usable(sign_in_page(agent), [PAGE, "/remote_support/"])
