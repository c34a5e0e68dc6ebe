# SPDX-License-Identifier: AGPL-3.0-or-later
"""Participants read of their own build and of those before it, and of no lower ring's."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen.testing.statements import recorded
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.builds import service
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
Add = Callable[..., Build]
Join = Callable[..., Participation]
RollOut = Callable[..., service.Outcome]
OWN = "/pilot_service/portal/1"


@pytest.fixture
def page(participation: Participation, customer: Person, sign_in: SignIn) -> Callable[..., str]:
    """Return a function that gives what the customer reads; they stand in ring 1."""
    browser = sign_in(customer)

    def read(path: str = OWN) -> str:
        answer = browser.get(path)
        assert answer.status_code == 200
        return answer.text

    return read


def test_own_build_stands_there_with_the_way_back(
    page: Callable[..., str], add: Add, roll_out: RollOut
) -> None:
    roll_out(add("b1"), 1, 5)
    text = page()
    words = (">b1<", "since Mar 5, 2026", "New in b1.", "Slow in b1.", "Back from b1.")
    assert [word in text for word in words] == [True] * 5


def test_nothing_stands_there_before_the_first_build(page: Callable[..., str], add: Add) -> None:
    add("b1")
    assert "Your build" not in page()


def test_build_of_a_lower_ring_stays_unknown(
    page: Callable[..., str], join: Join, add: Add, roll_out: RollOut
) -> None:
    join(0)
    first = add("b1")
    roll_out(first, 0, 4)
    roll_out(first, 1, 5)
    roll_out(add("b2"), 0, 6)
    text = page()
    assert [word in text for word in ("New in b1.", "New in b2.")] == [True, False]


def test_earlier_builds_are_folded(page: Callable[..., str], add: Add, roll_out: RollOut) -> None:
    roll_out(add("b1"), 1, 4)
    roll_out(add("b2"), 1, 6)
    text = page()
    assert text.count('<details class="fold">') == 1
    assert "Earlier: b1 of Mar 4, 2026" in text
    assert text.index("New in b2.") < text.index("New in b1.")


def test_withdrawn_build_says_how_to_go_back_and_to_what(
    desk: Desk, page: Callable[..., str], add: Add, roll_out: RollOut
) -> None:
    roll_out(add("b1"), 1, 4)
    second = add("b2")
    roll_out(second, 1, 6)
    service.withdraw(desk, second, 1, is_told=False)
    desk.commit()
    text = page()
    assert "Build b2 was withdrawn on Mar 10, 2026.</strong> Your build is b1 again." in text
    assert [word in text for word in ("Back from b2.", "New in b1.", "New in b2.")] == [
        True,
        True,
        False,
    ]


def test_withdrawal_of_the_only_build_leaves_none(
    desk: Desk, page: Callable[..., str], add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    roll_out(build, 1, 4)
    service.withdraw(desk, build, 1, is_told=False)
    desk.commit()
    text = page()
    assert "Build b1 was withdrawn on Mar 10, 2026." in text
    assert [word in text for word in ("again", '<h2 id="your-build"')] == [False, False]


def test_withdrawn_build_of_before_is_told_in_the_fold(
    desk: Desk, page: Callable[..., str], add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    roll_out(build, 1, 4)
    service.withdraw(desk, build, 1, is_told=False)
    roll_out(add("b2"), 1)
    text = page()
    assert "Earlier: b1 of Mar 4, 2026 · withdrawn on Mar 10, 2026" in text
    assert "was withdrawn" not in text


def test_who_joined_later_has_the_build_from_that_day(
    desk: Desk, page: Callable[..., str], participation: Participation, add: Add, roll_out: RollOut
) -> None:
    roll_out(add("b1"), 1, 4)
    participation.active_on = date(2026, 3, 8)
    desk.commit()
    assert "since Mar 8, 2026" in page()


def test_who_joined_later_hears_nothing_of_what_was_withdrawn_before(
    desk: Desk, page: Callable[..., str], participation: Participation, add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    roll_out(build, 1, 4)
    service.withdraw(desk, build, 1, is_told=False)
    participation.active_on = date(2026, 3, 10)
    desk.commit()
    assert "was withdrawn" not in page()


def test_who_left_reads_of_no_build(
    desk: Desk, page: Callable[..., str], participation: Participation, add: Add, roll_out: RollOut
) -> None:
    roll_out(add("b1"), 1, 4)
    pilots.move(desk, participation, steps.FINISHED)
    desk.commit()
    assert "b1" not in page()


def test_start_page_tells_the_newest_of_the_ring(
    desk: Desk, page: Callable[..., str], add: Add, roll_out: RollOut
) -> None:
    build = add("b1")
    roll_out(build, 1, 4)
    before = page("/")
    service.withdraw(desk, build, 1, is_told=False)
    desk.commit()
    assert "Build b1 since Mar 4, 2026" in before
    assert "Build b1 was withdrawn on Mar 10, 2026." in page("/")


@pytest.mark.parametrize("path", ["/", OWN])
def test_pages_cost_the_same_however_many_builds_there_are(
    desk: Desk, page: Callable[..., str], add: Add, roll_out: RollOut, path: str
) -> None:
    roll_out(add("b1"), 1)
    counts = []
    for turn in range(2):
        with recorded(desk.core.engine) as statements:
            page(path)
        counts.append(len(statements))
        for number in range(4):
            roll_out(add(f"more{turn}{number}"), 1)
    assert counts[0] == counts[1]
