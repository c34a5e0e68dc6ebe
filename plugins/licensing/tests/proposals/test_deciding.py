# SPDX-License-Identifier: AGPL-3.0-or-later
"""What upstream decides leads the development on, from hand to hand and with its reasons."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tresen.sdk import Desk, Refused
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals import service, states
from tresen_licensing.proposals.models import UpstreamProposal

Propose = Callable[..., UpstreamProposal]
SHA = "c" * 40
WAYS = [
    ([(states.MERGED, "")], developing.MERGED),
    ([(states.DECLINED, "No.")], developing.DECLINED),
    ([(states.CHANGES_REQUESTED, "Split it.")], developing.CHANGES_REQUESTED),
    ([(states.CHANGES_REQUESTED, "Split it."), (states.OPEN, "")], developing.PROPOSED),
    ([(states.CHANGES_REQUESTED, "Split it."), (states.MERGED, "")], developing.MERGED),
    ([(states.CHANGES_REQUESTED, "Split it."), (states.DECLINED, "No.")], developing.DECLINED),
    ([(states.DECLINED, "No."), (states.MERGED, "After all.")], developing.MERGED),
]


@pytest.mark.parametrize(("steps", "state"), WAYS)
def test_each_way_leads_to_its_state(
    propose: Propose,
    published: Development,
    agent_desk: Desk,
    steps: list[tuple[str, str]],
    state: str,
) -> None:
    made = propose()
    for step, note in steps:
        service.decide(agent_desk, made, step, note)
    assert (published.state, made.state, made.reason) == (state, steps[-1][0], steps[-1][1])


@pytest.mark.parametrize("state", [states.DECLINED, states.CHANGES_REQUESTED])
def test_decision_against_it_says_why(propose: Propose, agent_desk: Desk, state: str) -> None:
    made = propose()
    with pytest.raises(Refused, match="Please say why"):
        service.decide(agent_desk, made, state, " ")
    assert made.state == states.OPEN


def test_merge_in_another_way_is_superseded_with_a_reason(
    propose: Propose, agent_desk: Desk
) -> None:
    made = propose()
    facts = {"commit": SHA, "differently": SHA}
    with pytest.raises(Refused, match="Please say why"):
        service.decide(agent_desk, made, states.MERGED, "", facts)
    service.decide(agent_desk, made, states.MERGED, "They wrote it anew.", facts)
    assert (made.state, made.differently, made.commit) == (states.MERGED, SHA, SHA)


def test_declined_is_no_failure_and_can_be_closed(
    propose: Propose, published: Development, agent_desk: Desk
) -> None:
    service.decide(agent_desk, propose(), states.DECLINED, "Out of scope.")
    service.close(agent_desk, published, "")
    assert (published.state, published.state in developing.PUBLIC) == (developing.CLOSED, True)


def test_release_holds_it(propose: Propose, published: Development, agent_desk: Desk) -> None:
    made = propose()
    service.decide(agent_desk, made, states.MERGED, "")
    service.release(agent_desk, made, " 4.2 ", agent_desk.today())
    told = published.state, made.release, made.released_on, made.next_search_at
    assert told == (developing.RELEASED, "4.2", agent_desk.today(), None)


def test_release_to_come_is_refused(propose: Propose, agent_desk: Desk) -> None:
    made = propose()
    service.decide(agent_desk, made, states.MERGED, "")
    with pytest.raises(Refused, match="still to come"):
        service.release(agent_desk, made, "4.2", agent_desk.today() + timedelta(days=1))


def test_release_without_a_name_is_refused(propose: Propose, agent_desk: Desk) -> None:
    made = propose()
    service.decide(agent_desk, made, states.MERGED, "")
    with pytest.raises(Refused, match="Which release"):
        service.release(agent_desk, made, " ", agent_desk.today())


def test_what_is_not_merged_is_not_released(propose: Propose, agent_desk: Desk) -> None:
    with pytest.raises(Refused, match="the allowed steps are"):
        service.release(agent_desk, propose(), "4.2", agent_desk.today())


def test_step_that_was_taken_already_is_harmless(
    propose: Propose, published: Development, agent_desk: Desk
) -> None:
    propose()
    service.lead(agent_desk, published, developing.PROPOSED)
    assert published.state == developing.PROPOSED


@pytest.mark.parametrize("state", [developing.PROPOSED, developing.MERGED])
def test_what_waits_for_nobody_is_closed_alone(
    propose: Propose, published: Development, agent_desk: Desk, state: str
) -> None:
    propose()
    published.state = state
    with pytest.raises(Refused, match="the allowed steps are"):
        service.close(agent_desk, published, "Enough.")
