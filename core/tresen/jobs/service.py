# SPDX-License-Identifier: AGPL-3.0-or-later
"""Queues work: a row in the caller's transaction, so that a rollback takes the work with it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.jobs.models import QueuedJob


def enqueue(
    desk: Desk,
    name: str,
    arguments: dict[str, Any] | None = None,
    *,
    delay: timedelta = timedelta(0),
    key: str | None = None,
) -> None:
    """Queue a declared job; it runs after the commit, at the earliest when `delay` is over.

    With a `key`, nothing is queued while another one with that key waits or runs.
    """
    if key and desk.session.scalar(select(QueuedJob.id).where(QueuedJob.key == key)):
        return
    desk.after_commit.append(lambda: _wake(desk))
    desk.session.add(
        QueuedJob(
            name=name,
            arguments=arguments or {},
            key=key,
            run_at=desk.now() + delay,
            created_at=desk.now(),
        )
    )


def retry(desk: Desk, job_id: int) -> None:
    """Let a failed job run again at once; raises Missing for one that has not failed."""
    job = desk.session.get(QueuedJob, job_id)
    if job is None or job.state != "failed":
        raise Missing(f"There is no failed job {job_id}; `tresen jobs list` shows them.")
    job.state, job.attempts, job.run_at = "waiting", 0, desk.now()


def _wake(desk: Desk) -> None:
    event = desk.core.shelf.get("wake")
    if event is not None:
        event.set()
