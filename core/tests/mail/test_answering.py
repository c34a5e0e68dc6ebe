# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many automatic mails an address gets, whatever it asks for and however it is written."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mail.letters import add_mailbox
from sqlalchemy import delete, func, select
from tresen.desk import Core, Desk
from tresen.mail import answering
from tresen.mail.models import AutomaticMail
from tresen.testing.fixtures import SteppedClock

KARLA = "karla@kunde.example"


def counted(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(AutomaticMail)) or 0


def test_three_answers_in_ten_minutes_then_none_until_they_are_over(
    desk: Desk, clock: SteppedClock
) -> None:
    answers = []
    for minutes in (0, 1, 1, 1, 6.9, 0.1, 1):
        clock.go(minutes=minutes)
        answers.append(answering.may_answer(desk, KARLA))
    # At 10:00 minutes the first one is just over, at 11:00 the second.
    assert answers == [True, True, True, False, False, True, True]


def test_ten_answers_a_day_however_slowly_they_come(desk: Desk, clock: SteppedClock) -> None:
    given_hours = []
    for hour in range(36):
        if answering.may_answer(desk, KARLA):
            given_hours.append(hour)
        clock.go(hours=1)
    assert given_hours == [*range(10), *range(24, 34)]


def test_what_was_not_answered_does_not_count(desk: Desk, clock: SteppedClock) -> None:
    for _ in range(100):
        answering.may_answer(desk, KARLA)
    assert counted(desk) == 3


def test_address_counts_alike_however_it_is_written(desk: Desk) -> None:
    written = (KARLA, " Karla@Kunde.example", "KARLA@KUNDE.EXAMPLE", KARLA)
    assert [answering.may_answer(desk, each) for each in written] == [True, True, True, False]


def test_one_address_does_not_use_up_what_another_may_get(desk: Desk) -> None:
    for _ in range(5):
        answering.may_answer(desk, KARLA)
    assert answering.may_answer(desk, "otto@kunde.example")


@pytest.mark.parametrize(
    "address",
    [
        "support@tresen.example",
        "Support@Tresen.Example",
        "support+9-1k-abc@tresen.example",
        "service@localhost",
    ],
)
def test_own_address_is_never_answered(core: Core, desk: Desk, address: str) -> None:
    desk.commit()
    add_mailbox(core)
    assert not answering.may_answer(desk, address)
    assert counted(desk) == 0


def test_neighbour_of_an_own_address_is_answered(core: Core, desk: Desk) -> None:
    desk.commit()
    add_mailbox(core)
    assert answering.may_answer(desk, "supporters@tresen.example")
    assert answering.may_answer(desk, "support@tresen.example.com")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 700), min_size=1, max_size=60))
def test_no_rhythm_of_mails_gets_more_than_the_limits(
    desk: Desk, clock: SteppedClock, pauses: list[int]
) -> None:
    desk.session.execute(delete(AutomaticMail))
    answered = []
    for minutes in pauses:
        clock.go(minutes=minutes)
        if answering.may_answer(desk, KARLA):
            answered.append(clock.moment)
    for most, duration in ((3, timedelta(minutes=10)), (10, timedelta(days=1))):
        crowds = [sum(at - duration < other <= at for other in answered) for at in answered]
        assert max(crowds) <= most


def test_what_no_limit_looks_at_is_forgotten_and_the_rest_still_counts(
    desk: Desk, clock: SteppedClock
) -> None:
    for _ in range(3):
        answering.may_answer(desk, KARLA)
    clock.go(hours=23)
    answering.may_answer(desk, KARLA)
    answering.forget_old(desk)
    assert counted(desk) == 4
    clock.go(hours=1, seconds=1)
    answering.forget_old(desk)
    assert counted(desk) == 1
