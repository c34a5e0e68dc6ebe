# SPDX-License-Identifier: AGPL-3.0-or-later
"""`tresen jobs` shows what has failed and lets it run again."""

import pytest
from click.testing import CliRunner, Result
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Missing
from tresen.hooks.records import Check
from tresen.jobs import hooks, queries, queue, service
from tresen.jobs.cli import commands
from tresen.testing.fixtures import SteppedClock


def run(core: Core, *words: str) -> Result:
    return CliRunner().invoke(commands, words, obj=lambda: core)


@pytest.fixture
def failed(core: Core, desk: Desk) -> int:
    service.enqueue(desk, "gone")
    desk.commit()
    queue.run_next(core, {})
    with desk_for(core) as later:
        return queries.failed_jobs(later)[0].id


def test_failed_jobs_are_listed_with_their_error(core: Core, failed: int) -> None:
    assert run(core, "list").output == (
        f"{failed:8} gone: LookupError: No part of Tresen declares the job gone.\n"
    )


def test_failed_job_runs_again(core: Core, failed: int) -> None:
    said = run(core, "retry", str(failed)).output
    assert (said, run(core, "list").output) == (f"Job {failed} runs again.\n", "")


def test_job_that_has_not_failed_is_refused(core: Core, desk: Desk) -> None:
    assert isinstance(run(core, "retry", "77").exception, Missing)


def found(desk: Desk, name: str) -> Check:
    (check,) = [check for check in hooks.health_checks(desk) if check.name == name]
    return check


def test_health_names_failed_jobs(desk: Desk, failed: int) -> None:
    assert found(desk, "failed_jobs") == Check(
        "failed_jobs",
        "warning",
        "1 job has failed for good; `tresen jobs list` shows it.",
        "Failed jobs",
    )


def test_health_names_a_queue_without_a_worker(desk: Desk, clock: SteppedClock) -> None:
    service.enqueue(desk, "count")
    desk.commit()
    clock.go(minutes=7)
    assert found(desk, "jobs") == Check(
        "jobs", "bad", "A job has waited for 7 minutes: is `tresen worker` running?", "Jobs"
    )
