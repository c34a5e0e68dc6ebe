# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes waiting jobs, runs each in one transaction with its own end, and plans its next try.

A job's effect and the mark that it is done are committed together, so a worker that is killed
leaves either both or neither; the lease then hands the job to another (faults F03, F07).
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, delete, not_, select, update

from tresen.desk import Core, Desk, desk_for
from tresen.hooks import specs
from tresen.hooks.records import Job
from tresen.jobs.models import WORKER, PeriodicRun, QueuedJob
from tresen.jobs.service import enqueue
from tresen.log import log

LEASE = timedelta(seconds=60)
# Done jobs are kept this long for who wants to know what happened.
KEPT = timedelta(days=7)
LONGEST_ERROR = 4000


def declared_jobs(core: Core) -> Mapping[str, Job]:
    """Return every declared job by name."""
    return {job.name: job for job in core.plugins.collect(specs.jobs)}


def has_work(core: Core, jobs: Mapping[str, Job]) -> bool:
    """Whether a job or a periodic plan is due; a look that takes no lock."""
    with desk_for(core) as desk:
        found = (desk.session.scalar(due.with_only_columns(QueuedJob.id)) for due in _due(desk))
        if any(job_id is not None for job_id in found):
            return True
        periodic = {job.name for job in jobs.values() if job.every is not None}
        later = select(PeriodicRun.name).where(PeriodicRun.next_at > desk.now())
        return bool(periodic - set(desk.session.scalars(later)))


def plan_periodic(core: Core, jobs: Mapping[str, Job]) -> None:
    """Queue what is due of the periodic jobs, each once, however many workers ask."""
    with desk_for(core, write=True) as desk:
        for job in jobs.values():
            if job.every is not None and _is_due(desk, job.name, job.every):
                enqueue(desk, job.name, key=f"periodic:{job.name}")


def run_next(core: Core, jobs: Mapping[str, Job]) -> bool:
    """Run the job that has waited longest; return whether there was one."""
    with desk_for(core, write=True) as desk:
        taken = _take(desk)
    if taken is None:
        return False
    job = jobs.get(taken.name)
    try:
        _run(core, job, taken)
    except Exception as error:  # whatever a job raises is noted on its row
        log.exception("job_failed", job=taken.name, attempt=taken.attempts)
        core.plugins.keep_error_of(taken.name, error)
        with desk_for(core, write=True) as desk:
            _put_back(desk, taken, job, error)
    return True


def _run(core: Core, job: Job | None, taken: QueuedJob) -> None:
    if job is None:
        raise LookupError(f"No part of Tresen declares the job {taken.name}.")
    with desk_for(core, write=True) as desk:
        job.run(desk, **taken.arguments)
        _end(desk, taken)


def beat(core: Core) -> None:
    """Note that a worker is alive; health tells when none has been for a while (safety F12)."""
    with desk_for(core, write=True) as desk:
        row = desk.session.get(PeriodicRun, WORKER) or PeriodicRun(name=WORKER)
        row.last_at, row.next_at = desk.now(), desk.now() + LEASE
        desk.session.add(row)


def forget_old(desk: Desk) -> None:
    """Delete the jobs that were done long ago."""
    desk.session.execute(
        delete(QueuedJob).where(QueuedJob.state == "done", QueuedJob.run_at < desk.now() - KEPT)
    )


def _is_due(desk: Desk, name: str, every: timedelta) -> bool:
    now = desk.now()
    row = desk.session.get(PeriodicRun, name, with_for_update=not desk.is_sqlite)
    if row is None:
        desk.session.add(PeriodicRun(name=name, next_at=now + every, last_at=now))
        return True
    if row.next_at > now:
        return False
    row.next_at, row.last_at = now + every, now
    return True


def _resting(desk: Desk) -> list[ColumnElement[bool]]:
    """Return which jobs wait for their plugin: one that is off or at fault will be back."""
    names = sorted(desk.core.plugins.set_aside)
    return [
        condition
        for name in names
        for condition in (
            QueuedJob.name == name,
            QueuedJob.name.startswith(f"{name}.", autoescape=True),
        )
    ]


def _due(desk: Desk) -> list[Select[QueuedJob]]:
    now = desk.now()
    # What a dead worker left behind comes first, or it would wait for as long as others come.
    # Asked in one, SQLite walks through all that was ever done instead of reading the index.
    left_behind = select(QueuedJob).where(
        QueuedJob.state == "running", QueuedJob.leased_until < now
    )
    waiting = select(QueuedJob).where(QueuedJob.state == "waiting", QueuedJob.run_at <= now)
    return [
        found.where(*map(not_, _resting(desk))).order_by(QueuedJob.run_at, QueuedJob.id).limit(1)
        for found in (left_behind, waiting)
    ]


def _take(desk: Desk) -> QueuedJob | None:
    for due in _due(desk):
        job = desk.session.scalar(due if desk.is_sqlite else due.with_for_update(skip_locked=True))
        if job is not None:
            job.state, job.leased_until = "running", desk.now() + LEASE
            job.attempts += 1
            return job
    return None


def _end(desk: Desk, taken: QueuedJob) -> None:
    desk.session.execute(
        update(QueuedJob)
        .where(QueuedJob.id == taken.id)
        .values(state="done", key=None, ended_at=desk.now(), last_error="")
    )


def _put_back(desk: Desk, taken: QueuedJob, job: Job | None, error: Exception) -> None:
    waits = job.waits if job else ()
    has_next = taken.attempts <= len(waits)
    values = {"last_error": f"{type(error).__name__}: {error}"[:LONGEST_ERROR]}
    if has_next:
        pause = waits[taken.attempts - 1]
        more = {"state": "waiting", "run_at": desk.now() + pause}
    else:
        more = {"state": "failed", "key": None, "ended_at": desk.now()}
    desk.session.execute(update(QueuedJob).where(QueuedJob.id == taken.id).values(**values, **more))
