# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of waivers: who may do what with each, and what became of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Refused
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals import service as proposing
from tresen_licensing.waivers import parts, queries, reasons, service
from tresen_licensing.waivers.models import Waiver

Begin = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def asked(agent_desk: Desk, development: Development) -> Waiver:
    """Return a waiver for ten days that the agent asked for."""
    until = agent_desk.today() + timedelta(days=10)
    made = service.ask(agent_desk, development, reasons.CUSTOMER_DATA, "Their list.", until)
    agent_desk.commit()
    return made


@pytest.fixture
def path(development: Development) -> str:
    """Return where the development's page is."""
    return f"/licensing/developments/{development.reference}"


@pytest.mark.parametrize(("role", "buttons"), [("agent", (0, 0)), ("administrator", (1, 1))])
def test_only_who_may_decide_finds_the_buttons(
    request: pytest.FixtureRequest,
    sign_in: SignIn,
    asked: Waiver,
    path: str,
    role: str,
    buttons: tuple[int, int],
) -> None:
    shown = sign_in(request.getfixturevalue(role)).get(path).text
    found = tuple(shown.count(f'/waivers/{asked.id}/{act}"') for act in ("grant", "end"))
    assert found == buttons


def test_who_asked_finds_no_button_to_grant(
    administrator: Person, sign_in: SignIn, boss_desk: Desk, development: Development, path: str
) -> None:
    service.ask(boss_desk, development, reasons.SECRET, "Why.", boss_desk.today())
    boss_desk.commit()
    shown = sign_in(administrator).get(path).text
    assert (shown.count('/grant"'), shown.count(">Refuse<")) == (0, 1)


@pytest.fixture
def granted(boss_desk: Desk, development: Development, asked: Waiver) -> Development:
    """Return the development while a waiver frees it."""
    service.grant(boss_desk, development, asked)
    boss_desk.commit()
    return development


@pytest.mark.parametrize(("days", "counts"), [(0, (1, 0)), (11, (0, 1))])
def test_waiver_in_force_and_over_are_told_apart(
    agent_desk: Desk,
    granted: Development,
    clock: SteppedClock,
    days: int,
    counts: tuple[int, int],
) -> None:
    clock.go(days=days)
    loaded = parts.PART.load(agent_desk, granted)
    is_over = [each.expires_on < loaded["today"] for each in loaded["rows"]]
    assert (is_over.count(False), is_over.count(True)) == counts


def test_decision_of_somebody_who_was_erased_stays(
    administrator: Person, sign_in: SignIn, desk: Desk, agent: Person, asked: Waiver, path: str
) -> None:
    factories.erase_person(desk, agent)
    desk.commit()
    shown = sign_in(administrator).get(path).text
    assert shown.count("Asked for by somebody who was erased") == 1


@pytest.mark.parametrize(
    ("state", "count"), [(states.CLEARANCE, 1), (states.PUBLISHED, 0), (states.WITHDRAWN, 0)]
)
def test_waiver_is_asked_for_only_while_something_is_owed(
    agent_desk: Desk, development: Development, state: str, count: int
) -> None:
    development.state = state
    assert parts.PART.load(agent_desk, development)["may_ask"] is (count == 1)


def test_lapsed_ones_are_found_in_one_question(
    agent_desk: Desk, development: Development, asked: Waiver, clock: SteppedClock
) -> None:
    before = queries.lapsed(agent_desk)
    clock.go(days=11)
    after = [(waiver.id, row.id) for waiver, row in queries.lapsed(agent_desk)]
    assert ([*before], after) == ([], [(asked.id, development.id)])


def test_waiver_of_another_development_is_not_found(
    administrator: Person, sign_in: SignIn, agent_desk: Desk, begin: Begin, asked: Waiver
) -> None:
    other = begin()
    agent_desk.commit()
    path = f"/licensing/developments/{other.reference}/waivers/{asked.id}/end"
    assert sign_in(administrator).post(path).status_code == 404


def test_exempt_development_leads_back_into_clearance_and_is_not_closed(
    administrator: Person, sign_in: SignIn, granted: Development, path: str
) -> None:
    browser = sign_in(administrator)
    shown = browser.get(path).text
    steps = [each for each in states.TITLES if shown.count(f'{path}/steps/{each}"')]
    closing = shown.count(f'{path}/upstream/closed"')
    browser.post(f"{path}/upstream/closed", data={"note": "It is over."})
    assert (granted.state, steps, closing) == (states.EXEMPT, [states.CLEARANCE], 0)


def test_exempt_development_is_not_closed_by_its_verb(
    boss_desk: Desk, granted: Development
) -> None:
    with pytest.raises(Refused, match=r"From “Exempt” the allowed steps are: “In clearance”\."):
        proposing.close(boss_desk, granted, "It is over.")
