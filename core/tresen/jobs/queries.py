# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks at the queue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from tresen.desk import Desk
from tresen.jobs.models import WORKER, PeriodicRun, QueuedJob


def oldest_due(desk: Desk) -> datetime | None:
    """Return since when the longest waiting job could have run, None when nothing is due."""
    return desk.session.scalar(
        select(func.min(QueuedJob.run_at)).where(
            QueuedJob.state == "waiting", QueuedJob.run_at <= desk.now()
        )
    )


def worker_seen(desk: Desk) -> datetime | None:
    """Return when a worker was last seen alive, None for never."""
    return desk.session.scalar(select(PeriodicRun.last_at).where(PeriodicRun.name == WORKER))


def count_failed(desk: Desk) -> int:
    """Return how many jobs have used up their attempts."""
    return desk.session.scalar(select(func.count()).where(QueuedJob.state == "failed")) or 0


def failed_jobs(desk: Desk, limit: int = 100) -> Sequence[QueuedJob]:
    """Return the jobs that have used up their attempts, the latest first."""
    return desk.session.scalars(
        select(QueuedJob)
        .where(QueuedJob.state == "failed")
        .order_by(QueuedJob.id.desc())
        .limit(limit)
    ).all()
