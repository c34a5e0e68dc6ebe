# SPDX-License-Identifier: AGPL-3.0-or-later
"""A waiver takes two people, has a reason and an end, and frees nothing beyond it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Refused
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import clocks, states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import standings
from tresen_licensing.waivers import jobs, queries, reasons, service
from tresen_licensing.waivers.models import Waiver

Deploy = Callable[..., Deployment]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def asked(agent_desk: Desk, development: Development) -> Waiver:
    """Return a waiver for ten days that the agent asked for."""
    until = agent_desk.today() + timedelta(days=10)
    made = service.ask(agent_desk, development, reasons.SECRET, "A host's name alone.", until)
    agent_desk.commit()
    return made


@pytest.fixture
def granted(
    boss_desk: Desk, development: Development, deploy: Deploy, asked: Waiver
) -> Development:
    """Return the development while it runs and a waiver frees it."""
    deploy()
    service.grant(boss_desk, development, asked)
    return development


def standing(desk: Desk, row: Development) -> str:
    return standings(desk, [row])[row.id].clock.standing


@pytest.mark.parametrize(("days", "is_taken"), [(0, True), (366, True), (367, False), (-1, False)])
def test_waiver_always_ends(
    agent_desk: Desk, development: Development, days: int, is_taken: bool
) -> None:
    until = agent_desk.today() + timedelta(days=days)
    try:
        service.ask(agent_desk, development, reasons.SECRET, "Why.", until)
    except Refused as refusal:
        said = refusal.sentence
        assert said == "A waiver ends by itself: between today and Mar 11, 2027."
    assert (len(queries.waivers_of(agent_desk, development.id)) == 1) is is_taken


@pytest.mark.parametrize(
    ("reason", "words"), [("because", "Why."), (reasons.SECRET, "  "), ("", "")]
)
def test_waiver_has_one_of_the_reasons_and_words(
    agent_desk: Desk, development: Development, reason: str, words: str
) -> None:
    with pytest.raises(Refused, match="Please say why"):
        service.ask(agent_desk, development, reason, words, agent_desk.today())


def test_what_is_public_needs_no_waiver(agent_desk: Desk, development: Development) -> None:
    development.state = states.PUBLISHED
    with pytest.raises(Refused, match="public already"):
        service.ask(agent_desk, development, reasons.SECRET, "Why.", agent_desk.today())


def test_who_asked_does_not_grant(
    agent_desk: Desk, development: Development, asked: Waiver
) -> None:
    with pytest.raises(Refused, match="Four eyes"):
        service.grant(agent_desk, development, asked)


def test_asking_alone_frees_nothing(
    agent_desk: Desk, development: Development, deploy: Deploy, asked: Waiver
) -> None:
    deploy()
    assert standing(agent_desk, development) == clocks.RUNNING


def test_second_person_frees_it(
    boss_desk: Desk, development: Development, deploy: Deploy, asked: Waiver
) -> None:
    deploy()
    service.grant(boss_desk, development, asked)
    assert (standing(boss_desk, development), development.state) == (clocks.EXEMPT, states.EXEMPT)


def test_waiver_is_decided_once(boss_desk: Desk, development: Development, asked: Waiver) -> None:
    service.grant(boss_desk, development, asked)
    with pytest.raises(Refused, match="decided already"):
        service.grant(boss_desk, development, asked)


def test_waiver_that_lapsed_cannot_be_granted(
    boss_desk: Desk, development: Development, asked: Waiver, clock: SteppedClock
) -> None:
    clock.go(days=11)
    with pytest.raises(Refused, match="ask for another one"):
        service.grant(boss_desk, development, asked)


def test_waiver_taken_back_lets_the_clock_run(
    boss_desk: Desk, development: Development, deploy: Deploy, asked: Waiver
) -> None:
    deploy()
    service.grant(boss_desk, development, asked)
    service.end(boss_desk, development, asked)
    assert (standing(boss_desk, development), development.state) == (
        clocks.RUNNING,
        states.CLEARANCE,
    )


def test_waiver_ends_once(boss_desk: Desk, development: Development, asked: Waiver) -> None:
    service.end(boss_desk, development, asked)
    with pytest.raises(Refused, match="over already"):
        service.end(boss_desk, development, asked)


@pytest.mark.parametrize(("days", "state"), [(10, states.EXEMPT), (11, states.CLEARANCE)])
def test_tresen_ends_what_lapsed(
    boss_desk: Desk, granted: Development, clock: SteppedClock, days: int, state: str
) -> None:
    clock.go(days=days)
    jobs.lapse(boss_desk)
    jobs.lapse(boss_desk)
    assert granted.state == state


@pytest.mark.parametrize(("days", "expected"), [(10, clocks.EXEMPT), (31, clocks.OVERDUE)])
def test_lapsed_waiver_frees_nothing_even_before_tresen_ends_it(
    boss_desk: Desk, granted: Development, clock: SteppedClock, days: int, expected: str
) -> None:
    clock.go(days=days)
    assert standing(boss_desk, granted) == expected


@pytest.fixture
def path(development: Development) -> str:
    """Return where the waivers of the development are."""
    return f"/licensing/developments/{development.reference}/waivers"


def test_waiver_goes_through_two_browsers(
    agent: Person,
    administrator: Person,
    sign_in: SignIn,
    desk: Desk,
    development: Development,
    path: str,
) -> None:
    until = (desk.today() + timedelta(days=5)).isoformat()
    given = {"reason": reasons.SECURITY, "explanation": "A hole.", "until": until}
    sign_in(agent).post(f"{path}/new", data=given)
    (row,) = queries.waivers_of(desk, development.id)
    desk.commit()
    boss = sign_in(administrator)
    boss.post(f"{path}/{row.id}/grant")
    shown = boss.get(f"/licensing/developments/{development.reference}").text
    assert [shown.count(each) for each in (">in force<", "Waiver granted", "A hole.")] == [1, 1, 3]


def test_refusal_to_grant_is_said(
    administrator: Person, sign_in: SignIn, boss_desk: Desk, development: Development, path: str
) -> None:
    row = service.ask(boss_desk, development, reasons.SECRET, "Why.", boss_desk.today())
    boss_desk.commit()
    answer = sign_in(administrator).post(f"{path}/{row.id}/grant", follow_redirects=True)
    assert answer.text.count("Four eyes") == 1


def test_agents_do_not_decide(agent: Person, sign_in: SignIn, asked: Waiver, path: str) -> None:
    browser = sign_in(agent)
    posts = [browser.post(f"{path}/{asked.id}/{act}").status_code for act in ("grant", "end")]
    assert posts == [403, 403]


def test_waiver_there_is_not_is_said(administrator: Person, sign_in: SignIn, path: str) -> None:
    assert sign_in(administrator).post(f"{path}/99/end").status_code == 404


def test_too_long_a_waiver_keeps_what_was_typed(
    agent: Person, sign_in: SignIn, desk: Desk, path: str
) -> None:
    until = (desk.today() + timedelta(days=500)).isoformat()
    given = {"reason": reasons.SECURITY, "explanation": "A hole.", "until": until}
    answer = sign_in(agent).post(f"{path}/new", data=given)
    assert (answer.status_code, answer.text.count("A hole."), until in answer.text) == (
        422,
        1,
        True,
    )
