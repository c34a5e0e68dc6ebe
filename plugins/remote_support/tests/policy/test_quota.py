# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes are counted by the operator's month in which a session began, to the end of its note."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import select
from tresen.sdk import Core, Desk, Missing, Organisation, Ticket, desk_for
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import states
from tresen_remote_support.models import Base, RemoteSession
from tresen_remote_support.policy import queries, service
from tresen_remote_support.policy.queries import Account

Settings = Callable[..., None]
Held = Callable[..., RemoteSession]
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


def local(text: str) -> datetime:
    """Return the moment at which the operator's clock shows the text."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.fixture
def home(desk: Desk, ticket: Ticket) -> Organisation:
    """Return the customer's organisation."""
    assert ticket.organisation_id is not None
    return queries.organisation(desk, ticket.organisation_id)


def test_without_a_quota_there_is_no_limit(desk: Desk, home: Organisation, held: Held) -> None:
    held(NOON, 900)
    found = queries.account(desk, home.id, desk.now())
    assert (found, found.left) == (Account(None, 900), None)


def test_quota_of_the_settings_counts_for_every_customer(
    desk: Desk, home: Organisation, held: Held, settings: Settings
) -> None:
    settings(quota_minutes=60)
    held(NOON, 25)
    found = queries.account(desk, home.id, desk.now())
    assert (found, found.left) == (Account(60, 25), 35)


def test_ticket_without_a_customer_has_no_quota(desk: Desk, settings: Settings) -> None:
    settings(quota_minutes=60)
    assert queries.account(desk, None, desk.now()) == Account(None, 0)


@pytest.mark.parametrize(("minutes", "quota"), [(90, 90), (0, None), (None, 60)])
def test_own_quota_counts_before_that_of_the_settings(
    desk: Desk, home: Organisation, settings: Settings, minutes: int | None, quota: int | None
) -> None:
    settings(quota_minutes=60)
    service.keep_quota(desk, home, minutes)
    assert queries.account(desk, home.id, desk.now()) == Account(quota, 0)


def test_own_quota_is_changed_and_taken_away(desk: Desk, home: Organisation) -> None:
    for minutes in (30, 45, 45, None, None):
        service.keep_quota(desk, home, minutes)
    entry = Base.metadata.tables["journal_entry"].c
    statement = select(entry.old, entry.new).where(entry.subject_kind == service.QUOTA)
    told = [tuple(row) for row in desk.session.execute(statement.order_by(entry.id))]
    assert (told, queries.quota(desk, home.id)) == ([(None, 30), (30, 45), (45, None)], None)


def test_quota_goes_with_the_customer(desk: Desk, home: Organisation, core: Core) -> None:
    other = Organisation(name="Gone GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    service.keep_quota(desk, other, 30)
    desk.commit()
    desk.session.delete(other)
    desk.commit()
    with desk_for(core) as fresh:
        assert queries.quota(fresh, other.id) is None


def test_used_quota_leaves_nothing_and_never_less(
    desk: Desk, home: Organisation, held: Held, settings: Settings
) -> None:
    settings(quota_minutes=30)
    held(NOON, 45)
    assert queries.account(desk, home.id, desk.now()).left == 0


def test_running_session_counts_minute_by_minute(
    desk: Desk, home: Organisation, held: Held, clock: SteppedClock
) -> None:
    row = held(desk.now())
    found = []
    for _each in range(3):
        found.append(queries.used(desk, home.id, desk.now()))
        clock.go(minutes=10)
    row.state, row.paused_at = states.PAUSED, desk.now()
    clock.go(hours=2)
    found.append(queries.used(desk, home.id, desk.now()))
    assert found == [0, 10, 20, 30]


def test_session_without_a_note_counts_what_it_ran(
    desk: Desk, home: Organisation, held: Held
) -> None:
    held(NOON, state=states.ENDED, ended_at=NOON + timedelta(minutes=12))
    assert queries.used(desk, home.id, desk.now()) == 12


def test_session_that_never_began_counts_nothing(
    desk: Desk, home: Organisation, held: Held
) -> None:
    row = held(NOON, state=states.DECLINED)
    row.started_at = None
    desk.commit()
    assert queries.used(desk, home.id, desk.now()) == 0


def test_minutes_of_another_customer_do_not_count(
    desk: Desk, home: Organisation, held: Held
) -> None:
    held(NOON, 30, organisation_id=None)
    assert queries.used(desk, home.id, desk.now()) == 0


@pytest.mark.parametrize(
    ("text", "march", "april"),
    [
        ("2026-02-28 23:59", 0, 0),
        ("2026-03-01 00:00", 30, 0),
        # Over midnight it belongs to the month in which it began.
        ("2026-03-31 23:50", 30, 0),
        ("2026-04-01 00:00", 0, 30),
    ],
)
def test_month_is_that_of_the_operators_clock(
    desk: Desk, home: Organisation, held: Held, text: str, march: int, april: int
) -> None:
    held(local(text), 30)
    months = (local("2026-03-15 12:00"), local("2026-04-15 12:00"))
    assert [queries.used(desk, home.id, month) for month in months] == [march, april]


def test_quota_is_whole_again_when_the_clock_passes_the_end_of_the_month(
    desk: Desk, home: Organisation, held: Held, settings: Settings, clock: SteppedClock
) -> None:
    settings(quota_minutes=60)
    clock.moment = local("2026-03-31 22:00")
    held(desk.now(), 60)
    found = []
    for _each in range(3):
        found.append(queries.account(desk, home.id, desk.now()).left)
        clock.go(hours=1)
    assert found == [0, 0, 60]


@how(deadline=None)
@given(minutes=st.integers(0, 5 * 366 * 24 * 60))
def test_every_moment_lies_in_its_own_month_and_the_next_follows(minutes: int) -> None:
    moment = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first, following = queries.month_in(BERLIN, moment)
    assert first <= moment < following
    assert queries.month_in(BERLIN, following)[0] == following
    begins = first.astimezone(BERLIN)
    assert (begins.day, begins.hour, begins.minute) == (1, 0, 0)


def test_unknown_organisation_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing, match="There is no such organisation"):
        queries.organisation(desk, 99)
