# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may say what in a room, and when (safety R03)."""

import pytest
from tresen_remote_support.live import states
from tresen_remote_support.live.messages import (
    AGENT,
    ANSWER,
    BYE,
    ICE,
    OFFER,
    SECOND,
    SEEN,
    Message,
)
from tresen_remote_support.live.models import Room
from tresen_remote_support.live.states import CUSTOMER, Verdict, verdict

HAND_ON, DROP, REFUSE = Verdict.HAND_ON, Verdict.DROP, Verdict.REFUSE


def room(offered: int, answered: int) -> Room:
    """Return a room after so many offers and answers."""
    return Room(
        generation="g",
        agent_offered=offered,
        agent_answered=answered,
        second_offered=0,
        second_answered=0,
    )


@pytest.mark.parametrize(
    ("offered", "answered", "role", "kind", "no", "expected"),
    [
        # Before anything is offered.
        (0, 0, CUSTOMER, OFFER, 1, HAND_ON),
        (0, 0, CUSTOMER, ICE, 0, REFUSE),
        (0, 0, CUSTOMER, ICE, 1, REFUSE),
        (0, 0, AGENT, ANSWER, 0, REFUSE),
        (0, 0, AGENT, ANSWER, 1, REFUSE),
        (0, 0, AGENT, ICE, 0, REFUSE),
        # After the first offer.
        (1, 0, CUSTOMER, ICE, 1, HAND_ON),
        (1, 0, AGENT, ANSWER, 1, HAND_ON),
        (1, 0, AGENT, ICE, 1, REFUSE),
        # An offer or answer for the second time, and one of the future.
        (1, 0, CUSTOMER, OFFER, 1, REFUSE),
        (1, 1, AGENT, ANSWER, 1, REFUSE),
        (1, 0, CUSTOMER, OFFER, 3, REFUSE),
        (1, 0, AGENT, ANSWER, 2, REFUSE),
        # After the answer.
        (1, 1, CUSTOMER, ICE, 1, HAND_ON),
        (1, 1, AGENT, ICE, 1, HAND_ON),
        (1, 1, AGENT, ICE, 2, REFUSE),
        # After the next offer, with something of the first under way.
        (2, 1, CUSTOMER, OFFER, 3, HAND_ON),
        (2, 1, AGENT, ANSWER, 2, HAND_ON),
        (2, 1, AGENT, ANSWER, 1, DROP),
        (2, 1, AGENT, ICE, 1, DROP),
        (2, 1, CUSTOMER, ICE, 1, DROP),
        # In the other's part.
        (0, 0, AGENT, OFFER, 1, REFUSE),
        (1, 0, CUSTOMER, ANSWER, 1, REFUSE),
    ],
)
def test_verdict_by_room_side_and_number(
    offered: int, answered: int, role: str, kind: str, no: int, expected: Verdict
) -> None:
    message = Message(kind, viewer=AGENT, no=no, generation="g" if kind == OFFER else "")
    assert verdict(room(offered, answered), role, message) is expected


@pytest.mark.parametrize("role", [CUSTOMER, AGENT, SECOND])
@pytest.mark.parametrize("kind", [BYE, SEEN])
def test_either_side_may_go_and_be_there_at_any_time(role: str, kind: str) -> None:
    assert verdict(room(0, 0), role, Message(kind)) is HAND_ON


def test_offer_from_before_a_restart_is_refused() -> None:
    assert (
        verdict(room(0, 0), CUSTOMER, Message(OFFER, viewer=AGENT, no=1, generation="f")) is REFUSE
    )


def test_nobody_may_speak_for_tresen() -> None:
    spoken = {kind for kinds in states.MAY_SEND.values() for kind in kinds}
    assert spoken & {states.HERE, states.GONE} == set()
