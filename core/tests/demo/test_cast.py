# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases find customers that could have them, and moments that a desk would have."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tresen.demo import timing
from tresen.demo.cast import Caster, may_have
from tresen.demo.content import read_content
from tresen.demo.hours import backward, is_working
from tresen.demo.records import Case, Customer, Scenario, Step
from tresen.tickets import states

NOW = datetime(2026, 11, 23, 13, 40, tzinfo=UTC)
CONTENT = read_content()
CASTINGS = Caster(CONTENT, random.Random(1)).cast(295)
SCHEDULED = timing.schedule(CASTINGS, NOW, random.Random(1))
ASKED = Step("customer", "x")
TAKEN = Step("agent", "x", timedelta(hours=1))
SOLVED = replace(TAKEN, state=states.SOLVED)
ASKING_BACK = replace(TAKEN, state=states.WAITING_CUSTOMER)
HANDED = Step("handover", "x", timedelta(minutes=5), team="second")


def customer(key: str) -> Customer:
    return next(found for found in CONTENT.customers if found.key == key)


def scenario(*steps: Step, language: str = "de", urgency: int = 2) -> Scenario:
    found = next(one for one in CONTENT.scenarios if one.language == language)
    return replace(found, steps=steps, urgency=urgency)


@pytest.mark.parametrize(
    ("language", "case", "possible"),
    [
        ("de", Case("x", {}, ""), True),
        ("en", Case("x", {}, ""), False),
        ("de", Case("x", {}, "lotse"), True),
        ("de", Case("x", {}, "stechuhr"), False),
        ("de", Case("x", {}, "", sectors=("municipality", "clinic")), True),
        ("de", Case("x", {}, "", sectors=("clinic",)), False),
        ("de", Case("x", {}, "", countries=("DE",)), True),
        ("de", Case("x", {}, "", countries=("AT", "CH")), False),
        ("de", Case("x", {}, "", sectors=("municipality",), countries=("AT",)), False),
        ("de", Case("x", {}, "", only=("gruenhafen",)), True),
        ("de", Case("x", {}, "", only=("altenwiek",)), False),
        ("de", Case("x", {}, "", sectors=("clinic",), only=("gruenhafen",)), True),
        ("de", Case("x", {}, "stechuhr", only=("gruenhafen",)), False),
    ],
)
def test_case_can_happen_where_everything_fits(
    language: str, case: Case, *, possible: bool
) -> None:
    told = scenario(ASKED, language=language)
    assert may_have(customer("gruenhafen"), told, case) is possible


def test_every_casting_is_possible_and_no_case_is_cast_twice() -> None:
    assert [c.case for c in CASTINGS if not may_have(c.customer, c.scenario, c.case)] == []
    assert Counter(id(c.case) for c in CASTINGS).most_common(1)[0][1] == 1
    assert [c.channel for c in CASTINGS if c.channel not in c.scenario.channels] == []


def test_case_that_nobody_can_have_is_named() -> None:
    lonely = replace(scenario(ASKED), key="de-einsam", cases=(Case("Niemand", {}, "nothing"),))
    with pytest.raises(ValueError, match="No customer can have 'Niemand' of de-einsam"):
        Caster(replace(CONTENT, scenarios=(lonely,)), random.Random(1)).cast(1)


def test_heavy_customers_ask_more_than_light_ones() -> None:
    asked = Counter(casting.customer.key for casting in CASTINGS)
    by_weight: dict[int, list[int]] = {}
    for one in CONTENT.customers:
        by_weight.setdefault(one.weight, []).append(asked[one.key])
    means = [sum(counts) / len(counts) for _, counts in sorted(by_weight.items())]
    assert means == sorted(means)
    assert means[-1] > 2 * means[0]


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ((ASKED,), "new"),
        ((ASKED, ASKING_BACK), "waiting_customer"),
        ((ASKED, ASKING_BACK, ASKED), "answered"),
        ((ASKED, TAKEN), ""),
        ((ASKED, TAKEN, HANDED), "handed_over"),
        ((ASKED, SOLVED), "solved"),
    ],
)
def test_ticket_stands_where_its_last_step_left_it(steps: tuple[Step, ...], place: str) -> None:
    assert timing.place_of(steps) == place


@pytest.mark.parametrize(
    ("place", "count"),
    [("new", 1), ("waiting_customer", 4), ("answered", 5), ("handed_over", 0), ("solved", 6)],
)
def test_thread_is_cut_as_late_as_its_place_allows(place: str, count: int) -> None:
    told = scenario(ASKED, ASKING_BACK, ASKED, ASKING_BACK, ASKED, SOLVED)
    assert timing.standing(told, place) == count


def test_backlog_holds_as_many_in_each_place_as_it_says() -> None:
    still = [s for s in SCHEDULED if not s.is_ended]
    places = Counter(timing.place_of(s.casting.scenario.steps[: len(s.moments)]) for s in still)
    assert places == {place: count for place, (count, _, _) in timing.BACKLOG.items()}


def test_urgent_tickets_are_taken_up_soon() -> None:
    for one in SCHEDULED:
        place = timing.place_of(one.casting.scenario.steps[: len(one.moments)])
        if one.is_ended or place.startswith("waiting"):
            continue
        if one.casting.scenario.urgency >= timing.URGENT:
            _, least, most = timing.BACKLOG[place]
            longest = least + 0.15 * (most - least) + timedelta(minutes=1)
            quiet = NOW - longest
            assert one.moments[-1] >= quiet or not is_working(quiet), one.casting.case.subject


def test_customers_who_sign_in_have_an_open_request_in_each_place_shown() -> None:
    shown = {
        (one.casting.customer.key, timing.place_of(one.casting.scenario.steps[: len(one.moments)]))
        for one in SCHEDULED
        if not one.is_ended and one.casting.contact is one.casting.customer.contacts[0]
    }
    wanted = {(key, place) for key in timing.SIGNING_IN for place in timing.SHOWN}
    assert wanted - shown == set()


def test_moments_follow_each_other_and_lie_on_whole_seconds() -> None:
    assert len(SCHEDULED) == len(CASTINGS)
    for one in SCHEDULED:
        assert list(one.moments) == sorted(set(one.moments)), one.casting.case.subject
        assert [at for at in one.moments if at.microsecond] == []
        assert one.moments[-1] <= NOW


def test_ended_tickets_end_four_working_hours_before_now_at_the_latest() -> None:
    ended = [one.moments[-1] for one in SCHEDULED if one.is_ended]
    assert max(ended) <= backward(NOW, timedelta(hours=4))
