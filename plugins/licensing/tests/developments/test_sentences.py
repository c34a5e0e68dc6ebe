# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a duty stands is said in one sentence, with its days and the tone of its notice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.developments import clocks
from tresen_licensing.developments.clocks import Clock
from tresen_licensing.developments.sentences import WARN_DAYS, Said, said_of

TODAY = date(2026, 3, 10)
SINCE = date(2026, 3, 1)
LEFT = "It runs outside since Mar 1, 2026: "
OVER = "It has run outside since Mar 1, 2026 and is "


@pytest.mark.parametrize(
    ("days", "text", "tone"),
    [
        (30, f"{LEFT}30 days are left to publish it.", ""),
        (WARN_DAYS + 1, f"{LEFT}8 days are left to publish it.", ""),
        (WARN_DAYS, f"{LEFT}7 days are left to publish it.", "amber"),
        (1, f"{LEFT}one day is left to publish it.", "amber"),
        (0, f"{LEFT}0 days are left to publish it.", "amber"),
        (-1, f"{OVER}one day over its time to be public.", "red"),
        (-400, f"{OVER}400 days over its time to be public.", "red"),
    ],
)
def test_days_are_counted_to_the_last_one(days: int, text: str, tone: str) -> None:
    standing = clocks.OVERDUE if days < 0 else clocks.RUNNING
    clock = Clock(standing, SINCE, TODAY + timedelta(days=days))
    assert said_of(clock, TODAY) == Said(text, tone)


@pytest.mark.parametrize(
    ("standing", "text", "tone"),
    [
        (clocks.NOT_RUNNING, "Runs nowhere outside", ""),
        (clocks.MET, "Published", "green"),
        (clocks.EXEMPT, "Exempt", ""),
    ],
)
def test_what_is_not_due_says_how_it_stands(standing: str, text: str, tone: str) -> None:
    assert said_of(Clock(standing, SINCE), TODAY) == Said(text, tone)


def test_embargo_counts_its_days_like_any_other_time() -> None:
    clock = Clock(clocks.EMBARGOED, SINCE, TODAY + timedelta(days=60))
    assert said_of(clock, TODAY) == Said(f"{LEFT}60 days are left to publish it.", "")


@given(st.integers(-1000, 1000))
def test_tone_grows_with_the_day(days: int) -> None:
    standing = clocks.OVERDUE if days < 0 else clocks.RUNNING
    tone = said_of(Clock(standing, SINCE, TODAY + timedelta(days=days)), TODAY).tone
    assert tone == ("red" if days < 0 else "amber" if days <= WARN_DAYS else "")
