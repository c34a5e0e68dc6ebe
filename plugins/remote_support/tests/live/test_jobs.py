# SPDX-License-Identifier: AGPL-3.0-or-later
"""What no socket threw away, the job does."""

from typing import Any

from sqlalchemy import func, select
from tresen.sdk import Desk
from tresen_remote_support import service as session_service
from tresen_remote_support.live import jobs, queries, service
from tresen_remote_support.live.models import ChatLine, Frame, Room, Signal
from tresen_remote_support.models import RemoteSession

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


def counts(desk: Desk) -> list[int | None]:
    """Return how many rooms, signals, pictures and lines there are."""
    models = Room, Signal, Frame, ChatLine
    return [desk.session.scalar(select(func.count()).select_from(each)) for each in models]


def test_sweep_leaves_a_running_session_alone(desk: Desk, running: RemoteSession) -> None:
    service.join(desk, running, "customer")
    service.keep_frame(desk, running, JPEG)
    jobs.sweep(desk)
    assert counts(desk) == [1, 1, 1, 0]


def test_sweep_leaves_nothing_of_one_that_is_over_but_its_chat(
    desk: Desk, running: RemoteSession
) -> None:
    service.join(desk, running, "customer")
    service.keep_frame(desk, running, JPEG)
    service.say(desk, running, "customer", "Thanks")
    session_service.end(desk, running)
    jobs.sweep(desk)
    assert counts(desk) == [0, 0, 0, 1]


def test_sweep_throws_old_signals_away(desk: Desk, running: RemoteSession, clock: Any) -> None:
    service.join(desk, running, "customer")
    clock.go(minutes=11)
    service.join(desk, running, "agent")
    jobs.sweep(desk)
    heard = queries.signals(desk, running.id, "customer", 0)
    assert (counts(desk)[1], [each.kind for each in heard]) == (1, ["here"])
