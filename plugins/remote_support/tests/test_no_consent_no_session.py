# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is tried in whatever order: nothing runs without a consent in force that covers it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen.sdk import Desk, Refused
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, consents, jobs, offers, scopes, service, states
from tresen_remote_support.models import RemoteSession

Step = Callable[[Desk, RemoteSession], Any]
NOTE = {"actions": "A tick.", "result": states.SOLVED, "minutes": 1}

STEPS: dict[str, Step] = {
    "offer": service.offer,
    "begin": service.begin,
    "pause": service.pause,
    "end": service.end,
    "fail": lambda desk, row: service.fail(desk, row, "No picture."),
    "cancel": service.cancel,
    "widen": lambda desk, row: service.widen(desk, row, scopes.CONTROL),
    "document": lambda desk, row: service.document(desk, row, NOTE),
    "agree": lambda desk, row: answers.agree(desk, row, offers.LINK, "Karla"),
    "decline": answers.decline,
    "stop": answers.stop,
    "allow": answers.allow,
    "refuse": answers.refuse,
    "wait": lambda desk, _row: wait(desk),
}


def wait(desk: Desk) -> None:
    """Let forty minutes go by, and what lapsed meanwhile end."""
    clock: SteppedClock = desk.core.clock
    clock.moment += timedelta(minutes=40)
    jobs.tidy(desk)


def tried(desk: Desk, row: RemoteSession, name: str) -> None:
    """Take a step as far as it is open."""
    with suppress(Refused):
        STEPS[name](desk, row)


def is_sound(desk: Desk, row: RemoteSession) -> bool:
    """Tell whether what holds of every session holds of this one."""
    agreed = consents.in_force(desk, row)
    if row.state in states.AGREED:
        return agreed is not None and scopes.covers(agreed.scope, row.scope) and bool(row.seat_hash)
    return agreed is None and row.seat_hash is None


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(st.sampled_from(list(STEPS)), max_size=14))
def test_nothing_runs_without_a_consent(
    agent_desk: Desk, ask: Callable[[], RemoteSession], names: list[str]
) -> None:
    with agent_desk.session.begin_nested() as undo:
        row = ask()
        sound = []
        for name in names:
            tried(agent_desk, row, name)
            sound.append((name, is_sound(agent_desk, row)))
        undo.rollback()
    assert [name for name, held in sound if not held] == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(st.sampled_from([name for name in STEPS if name != "agree"]), max_size=10))
def test_nobody_but_the_customer_starts_it(
    agent_desk: Desk, ask: Callable[[], RemoteSession], names: list[str]
) -> None:
    with agent_desk.session.begin_nested() as undo:
        row = ask()
        for name in names:
            tried(agent_desk, row, name)
        started = row.started_at
        undo.rollback()
    assert started is None
