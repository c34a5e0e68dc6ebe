# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from datetime import timedelta

import click

from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import Check, Job, Service
from tresen.i18n import _, ngettext
from tresen.jobs import queries, queue, worker

# A queue that is further behind than this has no worker, or one that is stuck.
LATE = timedelta(minutes=5)
# Workers show themselves twice a minute.
GONE = timedelta(minutes=3)


@hookimpl
def services() -> list[Service]:
    """Return the queue itself."""
    return [Service("queue", worker.run_queue)]


@hookimpl
def jobs() -> list[Job]:
    """Return the clearing of old rows."""
    return [Job("jobs.forget_old", queue.forget_old, every=timedelta(hours=1))]


@hookimpl
def cli_commands() -> list[click.Command]:
    """Return `tresen jobs`."""
    from tresen.jobs import cli  # noqa: PLC0415 - web processes run no command

    return [cli.commands]


@hookimpl
def health_checks(desk: Desk) -> list[Check]:
    """Say whether the queue keeps up and what has failed for good."""
    return [_worker(desk), _lateness(desk), _failures(desk)]


def _worker(desk: Desk) -> Check:
    seen, title = queries.worker_seen(desk), _("Worker")
    if seen is None:
        sentence = _("No worker has run yet: start `tresen worker`.")
        return Check("worker", "warning", sentence, title)
    if desk.now() - seen < GONE:
        return Check("worker", "good", _("A worker is running."), title)
    sentence = _("No worker was seen for %(minutes)s minutes: start `tresen worker`.")
    minutes = int((desk.now() - seen).total_seconds() // 60)
    return Check("worker", "bad", sentence % {"minutes": minutes}, title)


def _lateness(desk: Desk) -> Check:
    oldest = queries.oldest_due(desk)
    if oldest is None or desk.now() - oldest < LATE:
        return Check("jobs", "good", _("The queue of jobs keeps up."), _("Jobs"))
    minutes = int((desk.now() - oldest).total_seconds() // 60)
    sentence = _("A job has waited for %(minutes)s minutes: is `tresen worker` running?")
    return Check("jobs", "bad", sentence % {"minutes": minutes}, _("Jobs"))


def _failures(desk: Desk) -> Check:
    failed, title = queries.count_failed(desk), _("Failed jobs")
    if not failed:
        return Check("failed_jobs", "good", _("No job has failed for good."), title)
    sentence = ngettext(
        "%(num)s job has failed for good; `tresen jobs list` shows it.",
        "%(num)s jobs have failed for good; `tresen jobs list` shows them.",
        failed,
    )
    return Check("failed_jobs", "warning", sentence % {"num": failed}, title)
