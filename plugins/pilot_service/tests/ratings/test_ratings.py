# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers say how content they are as often as they like; the last word of each counts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Organisation, Person, Refused, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import queries as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.models import Participation
from tresen_pilot_service.ratings import queries, service
from tresen_pilot_service.ratings.models import Rating

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/portal/1"


def said(score: Any = 4, comment: str = "") -> dict[str, Any]:
    return {"score": score, "comment": comment}


@pytest.fixture
def other(desk: Desk, participation: Participation) -> Callable[..., Participation]:
    """Return a function that makes another customer's participation with its rating."""
    names = iter("ABCDEFGHIJ")

    def make(state: str, score: int | None = None) -> Participation:
        name = next(names)
        home = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(home)
        desk.session.flush()
        row = Participation(
            programme_id=participation.programme_id,
            organisation_id=home.id,
            state=state,
            ended_on=date(2026, 3, 9) if state in steps.ENDED else None,
            created_at=desk.now(),
        )
        desk.session.add(row)
        desk.session.flush()
        if score is not None:
            given = {"participation_id": row.id, "score": score, "given_at": desk.now()}
            desk.session.add(Rating(**given, comment=f"Said by {name}"))
            desk.session.flush()
        return row

    return make


def test_customer_says_how_content_they_are(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    page = browser.get(PAGE).text
    assert [page.count(each) for each in ('type="radio"', "Very content")] == [5, 1]
    answer = browser.post(f"{PAGE}/rating", data=said("4", " Quick answers. "))
    assert (answer.status_code, answer.location) == (302, PAGE)
    (row,) = rows_of(desk, Rating)
    found = (row["score"], row["comment"], row["person_id"], row["given_at"])
    assert found == (4, "Quick answers.", customer.id, desk.now())
    assert "Your last answer, on Mar 10, 2026: Rather content." in browser.get(PAGE).text


@pytest.mark.parametrize("score", ["", "0", "6", "good"])
def test_wrong_answer_comes_back_with_the_comment(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn, score: str
) -> None:
    answer = sign_in(customer).post(f"{PAGE}/rating", data=said(score, "Quick answers."))
    assert (answer.status_code, "Quick answers.</textarea>" in answer.text) == (422, True)
    assert rows_of(desk, Rating) == []


@pytest.mark.parametrize("score", [0, 6, None])
def test_score_is_between_one_and_five(
    desk: Desk, participation: Participation, customer: Person, score: Any
) -> None:
    with pytest.raises(Refused, match="Choose one of the five answers"):
        service.rate(desk, participation, customer, said(score))


@pytest.mark.parametrize("state", [steps.INVITED, steps.DECLINED, steps.WITHDRAWN])
def test_who_takes_no_part_is_not_asked(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn, state: str
) -> None:
    participation.state = state
    desk.commit()
    with pytest.raises(Refused, match="Only who takes part"):
        service.rate(desk, participation, customer, said())
    desk.commit()
    browser = sign_in(customer)
    assert "How content are you?" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/rating", data=said("4")).status_code == 422


def test_nobody_rates_for_another_customer(
    desk: Desk, participation: Participation, contact: Person, sign_in: SignIn
) -> None:
    home = Organisation(name="Fern", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(home)
    desk.session.flush()
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example", home)
    for person in (stranger, contact):
        with pytest.raises(Refused, match="must be an active person of this customer"):
            service.rate(desk, participation, person, said())
    desk.commit()
    assert sign_in(stranger).post(f"{PAGE}/rating", data=said("4")).status_code == 404
    assert sign_in(contact).post(f"{PAGE}/rating", data=said("4")).status_code == 403


def test_last_one_counts_and_earlier_ones_stay(
    desk: Desk, clock: SteppedClock, participation: Participation, customer: Person
) -> None:
    for score in (2, 5):
        service.rate(desk, participation, customer, said(score))
        clock.go(days=1)
    assert [row.score for row in queries.ratings(desk, participation.id)] == [5, 2]
    assert {key: row.score for key, row in queries.newest(desk, 1).items()} == {1: 5}
    assert queries.satisfaction(desk, 1) == (5.0, 1)


def test_mean_is_of_those_who_go_on_or_finished(
    desk: Desk,
    participation: Participation,
    customer: Person,
    other: Callable[..., Participation],
) -> None:
    service.rate(desk, participation, customer, said(5))
    other(steps.FINISHED, 2)
    other(steps.AGREED, 4)
    other(steps.ACTIVE)
    other(steps.WITHDRAWN, 1)
    mean, count = queries.satisfaction(desk, 1)
    assert (round(mean or 0, 3), count) == (3.667, 3)
    assert sorted(queries.newest(desk, 1)) == [1, 2, 3, 5]


def test_programme_of_which_nobody_said_anything_has_no_mean(
    desk: Desk, participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    assert queries.satisfaction(desk, 1) == (None, 0)
    assert queries.satisfaction(desk, 99) == (None, 0)
    desk.commit()
    assert "Satisfaction" not in sign_in(agent).get("/pilot_service/1").text


def test_agents_read_mean_and_comments(
    desk: Desk,
    participation: Participation,
    customer: Person,
    agent: Person,
    sign_in: SignIn,
    other: Callable[..., Participation],
) -> None:
    browser = sign_in(agent)
    path = "/pilot_service/participants/1"
    assert "The customer has not said yet how content they are." in browser.get(path).text
    service.rate(desk, participation, customer, said(4, "Quick answers."))
    other(steps.ACTIVE, 3)
    other(steps.ACTIVE)
    desk.commit()
    assert "3.5 of 5 (2 of 3 answered)" in browser.get("/pilot_service/1").text
    page = browser.get(path).text
    wanted = ("Rather content", "(4 of 5)", "Quick answers.", "Karla Kundin", "Said by")
    assert [each in page for each in wanted] == [True, True, True, True, False]


def test_finished_customer_reads_the_last_answer_and_is_asked_no_more(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    service.rate(desk, participation, customer, said(4, "Quick answers."))
    participation.state, participation.ended_on = steps.FINISHED, date(2026, 3, 10)
    desk.commit()
    page = sign_in(customer).get(PAGE).text
    wanted = ("Rather content", "Quick answers.", 'type="radio"')
    assert [each in page for each in wanted] == [True, True, False]


def test_pages_cost_the_same_however_much_was_said(
    desk: Desk,
    core: Core,
    participation: Participation,
    customer: Person,
    agent: Person,
    sign_in: SignIn,
) -> None:
    browsers = ((sign_in(customer), PAGE), (sign_in(agent), "/pilot_service/participants/1"))
    counts: list[list[int]] = []
    for _time in range(2):
        for _number in range(5):
            service.rate(desk, pilots.participation(desk, 1), customer, said(3))
        desk.commit()
        counts.append([])
        for browser, path in browsers:
            with recorded(core.engine) as statements:
                assert browser.get(path).status_code == 200
            counts[-1].append(len(statements))
    assert counts[0] == counts[1]
