# SPDX-License-Identifier: AGPL-3.0-or-later
"""Jobs run once, again when they fail, and never for what was rolled back."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Missing
from tresen.hooks import hookimpl
from tresen.hooks.records import Job, Service
from tresen.i18n import _
from tresen.jobs import queries, queue, service
from tresen.jobs.models import QueuedJob
from tresen.jobs.worker import keep_running, run_queue, wake_up
from tresen.testing.fixtures import SteppedClock


@dataclass
class Tally:
    """Counts what ran; fails as often as told."""

    failures: int = 0
    ran: list[Any] = field(default_factory=list)

    def __call__(self, desk: Desk, number: int = 0) -> None:
        if self.failures:
            self.failures -= 1
            raise ValueError("not yet")
        self.ran.append(number)


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def jobs(tally: Tally) -> dict[str, Job]:
    pauses = (timedelta(minutes=1), timedelta(minutes=5))
    return {"count": Job("count", tally, waits=pauses)}


def drain(core: Core, jobs: dict[str, Job]) -> int:
    count = 0
    while queue.run_next(core, jobs):
        count += 1
    return count


def states(core: Core) -> list[tuple[str, int]]:
    with desk_for(core) as desk:
        rows = desk.session.execute(
            select(QueuedJob.state, QueuedJob.attempts).order_by(QueuedJob.id)
        )
        return [(row.state, row.attempts) for row in rows]


def test_job_runs_once_with_its_arguments(
    core: Core, desk: Desk, jobs: dict[str, Job], tally: Tally
) -> None:
    service.enqueue(desk, "count", {"number": 7})
    desk.commit()
    assert (drain(core, jobs), tally.ran, states(core)) == (1, [7], [("done", 1)])


def test_rolled_back_work_leaves_no_job(
    core: Core, desk: Desk, jobs: dict[str, Job], tally: Tally
) -> None:
    service.enqueue(desk, "count")
    desk.rollback()
    assert (drain(core, jobs), tally.ran) == (0, [])


def test_delayed_job_waits_for_its_time(
    core: Core, desk: Desk, jobs: dict[str, Job], clock: SteppedClock
) -> None:
    service.enqueue(desk, "count", delay=timedelta(minutes=10))
    desk.commit()
    before = drain(core, jobs)
    clock.go(minutes=10)
    assert (before, drain(core, jobs)) == (0, 1)


def test_key_keeps_a_second_one_out_until_the_first_is_done(
    core: Core, desk: Desk, jobs: dict[str, Job], tally: Tally
) -> None:
    for _time in range(2):
        service.enqueue(desk, "count", key="only")
    desk.commit()
    drain(core, jobs)
    with desk_for(core, write=True) as again:
        service.enqueue(again, "count", key="only")
    drain(core, jobs)
    assert tally.ran == [0, 0]


def test_failing_job_is_tried_after_each_pause(
    core: Core, desk: Desk, jobs: dict[str, Job], tally: Tally, clock: SteppedClock
) -> None:
    tally.failures = 2
    service.enqueue(desk, "count")
    desk.commit()
    runs = []
    for minutes in (0, 1, 4, 1):
        clock.go(minutes=minutes)
        runs.append(drain(core, jobs))
    assert (runs, tally.ran, states(core)) == ([1, 1, 0, 1], [0], [("done", 3)])


def test_job_that_never_succeeds_fails_for_good_and_can_be_retried(
    core: Core, desk: Desk, jobs: dict[str, Job], tally: Tally, clock: SteppedClock
) -> None:
    tally.failures = 3
    service.enqueue(desk, "count")
    desk.commit()
    for _time in range(3):
        drain(core, jobs)
        clock.go(minutes=5)
    with desk_for(core, write=True) as later:
        failed = queries.failed_jobs(later)
        assert [job.last_error for job in failed] == ["ValueError: not yet"]
        service.retry(later, failed[0].id)
    assert (drain(core, jobs), tally.ran) == (1, [0])


def test_retry_of_a_job_that_has_not_failed_is_refused(desk: Desk) -> None:
    with pytest.raises(Missing):
        service.retry(desk, 1)


def test_undeclared_job_is_put_back_with_a_sentence(core: Core, desk: Desk) -> None:
    service.enqueue(desk, "gone")
    desk.commit()
    drain(core, {})
    with desk_for(core) as later:
        assert [job.last_error for job in queries.failed_jobs(later)] == [
            "LookupError: No part of Tresen declares the job gone."
        ]


def test_job_of_a_plugin_that_is_off_waits_until_it_is_back(core: Core, desk: Desk) -> None:
    ran: list[str] = []
    jobs = {
        name: Job(name, lambda _desk, name=name: ran.append(name)) for name in ("tap.drip", "tapas")
    }
    for name in jobs:
        service.enqueue(desk, name)
    desk.commit()
    core.plugins.set_aside["tap"] = "It is switched off."
    assert (drain(core, {"tapas": jobs["tapas"]}), ran) == (1, ["tapas"])
    assert states(core) == [("waiting", 0), ("done", 1)]
    del core.plugins.set_aside["tap"]
    assert (drain(core, jobs), ran) == (1, ["tapas", "tap.drip"])


def test_job_of_a_dead_worker_is_taken_after_its_lease(
    core: Core, desk: Desk, jobs: dict[str, Job], tally: Tally, clock: SteppedClock
) -> None:
    service.enqueue(desk, "count")
    desk.commit()
    with desk_for(core, write=True) as dead:
        queue._take(dead)
    before = drain(core, jobs)
    clock.go(seconds=queue.LEASE.total_seconds() + 1)
    assert (before, drain(core, jobs), tally.ran) == (0, 1, [0])


def test_what_a_failing_job_wrote_is_undone(core: Core, desk: Desk) -> None:
    def write_and_raise(desk: Desk) -> None:
        service.enqueue(desk, "child")
        desk.session.flush()
        raise ValueError("after writing")

    service.enqueue(desk, "parent")
    desk.commit()
    drain(core, {"parent": Job("parent", write_and_raise, waits=())})
    assert states(core) == [("failed", 1)]


def test_periodic_job_is_queued_once_when_due(
    core: Core, tally: Tally, clock: SteppedClock
) -> None:
    hourly = {"count": Job("count", tally, every=timedelta(hours=1))}
    ran = []
    for minutes in (0, 30, 30, 0):
        clock.go(minutes=minutes)
        queue.plan_periodic(core, hourly)
        drain(core, hourly)
        ran.append(len(tally.ran))
    assert ran == [1, 1, 2, 2]


def test_look_at_an_idle_queue_finds_no_work(core: Core, desk: Desk, tally: Tally) -> None:
    hourly = {"count": Job("count", tally, every=timedelta(hours=1))}
    first = queue.has_work(core, hourly)
    queue.plan_periodic(core, hourly)
    drain(core, hourly)
    assert (first, queue.has_work(core, hourly)) == (True, False)


def test_two_workers_run_each_job_once(
    core: Core, desk: Desk, jobs: dict[str, Job], tally: Tally
) -> None:
    for number in range(40):
        service.enqueue(desk, "count", {"number": number})
    desk.commit()
    threads = [Thread(target=drain, args=(core, jobs)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tally.ran) == list(range(40))


def test_old_done_jobs_are_forgotten(
    core: Core, desk: Desk, jobs: dict[str, Job], clock: SteppedClock
) -> None:
    service.enqueue(desk, "count")
    desk.commit()
    drain(core, jobs)
    clock.go(days=8)
    with desk_for(core, write=True) as later:
        queue.forget_old(later)
    assert states(core) == []


def test_running_queue_wakes_after_a_commit(core: Core, desk: Desk) -> None:
    done, stop = Event(), Event()
    core.plugins.pm.register(_Brings(lambda desk: done.set()), name="brings")
    wake_up(core)
    thread = Thread(target=run_queue, args=(core, stop))
    thread.start()
    service.enqueue(desk, "brought")
    desk.commit()
    was_run = done.wait(30)
    stop.set()
    wake_up(core).set()
    thread.join()
    assert was_run


def test_worker_writes_in_the_language_of_the_desk(core: Core) -> None:
    core.config = replace(core.config, language="de")
    said: list[str] = []
    thread = Thread(
        target=keep_running,
        args=(core, Service("say", lambda _core, _stop: said.append(_("Team"))), Event()),
    )
    texts = Thread(
        target=keep_running,
        args=(core, Service("say", lambda _core, _stop: said.append(_("Subject"))), Event()),
    )
    for each in (thread, texts):
        each.start()
        each.join()
    assert said == ["Team", "Betreff"]


def test_service_that_raises_is_started_again(core: Core, monkeypatch: Any) -> None:
    monkeypatch.setattr("tresen.jobs.worker.FIRST_PAUSE", 0.01)
    starts: list[int] = []
    stop = Event()

    def run(_core: Core, stop: Event) -> None:
        starts.append(len(starts))
        if len(starts) < 3:
            raise ValueError("once more")
        stop.set()

    keep_running(core, Service("shaky", run), stop)
    assert starts == [0, 1, 2]


class _Brings:
    """A plugin with one job."""

    def __init__(self, run: Callable[[Desk], None]) -> None:
        self.run = run

    @hookimpl
    def jobs(self) -> list[Job]:
        return [Job("brought", self.run)]
