# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tresen does with proposals by itself: sends, asks, searches, settles and reminds."""

from datetime import timedelta

from tresen.sdk import Desk, Job

from tresen_licensing.proposals import adoption, hearing, reminders, searching, sending, service


def send(desk: Desk, proposal_id: int) -> None:
    """Send a proposal; harmless when run twice."""
    sending.send(desk, proposal_id)


def look(desk: Desk, proposal_id: int | None = None) -> None:
    """Ask how upstream stands to what is due."""
    hearing.look(desk, proposal_id)


def search(desk: Desk, proposal_id: int | None = None) -> None:
    """Look through upstream's history for what is due."""
    searching.search(desk, proposal_id)


def settle(desk: Desk) -> None:
    """Compare what runs with upstream's releases, and remind of silence."""
    adoption.settle(desk)
    reminders.remind(desk)


JOBS = (
    Job(service.SEND, send),
    Job(service.LOOK, look, every=timedelta(minutes=15)),
    Job(service.SEARCH, search, every=timedelta(hours=1)),
    Job("licensing.settle_upstream", settle, every=timedelta(hours=6)),
)
