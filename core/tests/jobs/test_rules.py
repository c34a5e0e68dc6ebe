# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queue's rules, looked at from its rows: order, keys, leases, what is kept and forgotten."""

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import func, select
from tresen import i18n
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Missing
from tresen.hooks.records import Check, Job
from tresen.jobs import hooks, queries, queue, service
from tresen.jobs.models import PeriodicRun, QueuedJob
from tresen.jobs.worker import run_queue, wake_up
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded, walks


@dataclass
class Log:
    """Keeps what ran, in its order."""

    ran: list[str] = field(default_factory=list)

    def job(self, name: str, **more: object) -> Job:
        return Job(name, lambda desk, **_arguments: self.ran.append(name), **more)

    def jobs(self, *names: str) -> dict[str, Job]:
        return {name: self.job(name) for name in names}


@pytest.fixture
def log() -> Log:
    return Log()


def rows(core: Core) -> list[QueuedJob]:
    with desk_for(core) as desk:
        return list(desk.session.scalars(select(QueuedJob).order_by(QueuedJob.id)))


def drain(core: Core, jobs: dict[str, Job]) -> int:
    count = 0
    while queue.run_next(core, jobs):
        count += 1
    return count


def failing(_desk: Desk) -> None:
    raise ValueError("x" * 10_000)


def test_jobs_run_by_the_time_they_are_due_then_as_they_were_queued(
    core: Core, desk: Desk, clock: SteppedClock, log: Log
) -> None:
    for name, minutes in (("later", 5), ("first", 0), ("second", 0), ("sooner", 1)):
        service.enqueue(desk, name, delay=timedelta(minutes=minutes))
    desk.commit()
    clock.go(minutes=10)
    drain(core, log.jobs("later", "first", "second", "sooner"))
    assert log.ran == ["first", "second", "sooner", "later"]


def test_done_job_keeps_when_it_ended_and_frees_its_key(
    core: Core, desk: Desk, clock: SteppedClock, log: Log
) -> None:
    service.enqueue(desk, "one", key="only")
    desk.commit()
    clock.go(minutes=3)
    drain(core, log.jobs("one"))
    (row,) = rows(core)
    assert (row.state, row.key, row.ended_at, row.attempts, row.last_error) == (
        "done",
        None,
        clock.moment,
        1,
        "",
    )


def test_error_that_goes_on_and_on_is_cut(core: Core, desk: Desk) -> None:
    service.enqueue(desk, "one")
    desk.commit()
    drain(core, {"one": Job("one", failing, waits=())})
    (row,) = rows(core)
    assert (row.state, len(row.last_error)) == ("failed", queue.LONGEST_ERROR)
    assert row.last_error.startswith("ValueError: xxx")


@pytest.mark.parametrize("ends", ["done", "failed"])
def test_key_is_free_again_when_its_job_is_done_or_has_failed(
    core: Core, desk: Desk, log: Log, ends: str
) -> None:
    job = log.job("one") if ends == "done" else Job("one", failing, waits=())
    for _time in range(2):
        with desk_for(core, write=True) as opened:
            service.enqueue(opened, "one", key="only")
        drain(core, {"one": job})
    assert [row.state for row in rows(core)] == [ends, ends]


def test_key_is_held_while_its_job_waits_for_another_try(core: Core, desk: Desk) -> None:
    service.enqueue(desk, "one", key="only")
    desk.commit()
    drain(core, {"one": Job("one", failing, waits=(timedelta(minutes=1),))})
    with desk_for(core, write=True) as again:
        service.enqueue(again, "one", key="only")
    assert [row.state for row in rows(core)] == ["waiting"]


def test_other_keys_and_no_key_keep_nothing_out(core: Core, desk: Desk) -> None:
    for key in ("a", "b", None, None):
        service.enqueue(desk, "one", key=key)
    desk.commit()
    assert len(rows(core)) == 4


def test_job_that_succeeds_after_a_failure_forgets_its_error(
    core: Core, desk: Desk, clock: SteppedClock, log: Log
) -> None:
    service.enqueue(desk, "one")
    desk.commit()
    drain(core, {"one": Job("one", failing, waits=(timedelta(minutes=1),))})
    clock.go(minutes=1)
    drain(core, log.jobs("one"))
    (row,) = rows(core)
    assert (row.state, row.attempts, row.last_error) == ("done", 2, "")


def test_retried_job_has_all_its_attempts_again(core: Core, desk: Desk) -> None:
    service.enqueue(desk, "one")
    desk.commit()
    drain(core, {"one": Job("one", failing, waits=())})
    with desk_for(core, write=True) as later:
        service.retry(later, rows(core)[0].id)
    (row,) = rows(core)
    assert (row.state, row.attempts) == ("waiting", 0)


@pytest.mark.parametrize("state", ["waiting", "running", "done"])
def test_only_a_failed_job_is_tried_again(desk: Desk, state: str) -> None:
    service.enqueue(desk, "one")
    desk.session.flush()
    desk.session.scalars(select(QueuedJob)).one().state = state
    with pytest.raises(Missing) as refusal:
        service.retry(desk, 1)
    assert refusal.value.sentence == "There is no failed job 1; `tresen jobs list` shows them."


@pytest.mark.parametrize(
    ("state", "days", "is_kept"),
    [("done", 6, True), ("done", 8, False), ("failed", 800, True), ("waiting", 800, True)],
)
def test_only_what_is_done_is_forgotten_and_only_after_a_week(
    core: Core, desk: Desk, clock: SteppedClock, state: str, days: int, is_kept: bool
) -> None:
    service.enqueue(desk, "one")
    desk.session.flush()
    desk.session.scalars(select(QueuedJob)).one().state = state
    clock.go(days=days)
    queue.forget_old(desk)
    desk.commit()
    assert len(rows(core)) == int(is_kept)


def test_periodic_job_that_was_late_is_planned_from_now_on(
    core: Core, clock: SteppedClock, log: Log
) -> None:
    hourly = {"one": log.job("one", every=timedelta(hours=1))}
    queue.plan_periodic(core, hourly)
    clock.go(hours=5, minutes=10)
    queue.plan_periodic(core, hourly)
    with desk_for(core) as desk:
        row = desk.session.scalars(select(PeriodicRun)).one()
    assert (row.last_at, row.next_at) == (clock.moment, clock.moment + timedelta(hours=1))


def test_job_without_a_period_is_never_planned(core: Core, log: Log) -> None:
    queue.plan_periodic(core, log.jobs("one"))
    assert (rows(core), queue.has_work(core, log.jobs("one"))) == ([], False)


def test_periodic_job_that_still_waits_is_not_queued_again(
    core: Core, clock: SteppedClock, log: Log
) -> None:
    hourly = {"one": log.job("one", every=timedelta(hours=1))}
    for _time in range(3):
        queue.plan_periodic(core, hourly)
        clock.go(hours=2)
    assert len(rows(core)) == 1


@pytest.mark.parametrize(
    ("delay", "has_work"), [(timedelta(0), True), (timedelta(minutes=5), False)]
)
def test_work_is_what_is_due(
    core: Core, desk: Desk, log: Log, delay: timedelta, has_work: bool
) -> None:
    service.enqueue(desk, "one", delay=delay)
    desk.commit()
    assert queue.has_work(core, log.jobs("one")) is has_work


def test_look_for_work_walks_through_no_table(core: Core, desk: Desk, log: Log) -> None:
    for _number in range(20):
        service.enqueue(desk, "one", delay=timedelta(days=1))
    desk.commit()
    with recorded(core.engine) as statements:
        queue.has_work(core, log.jobs("one"))
    assert walks(core.engine, statements) == []


def found(desk: Desk, name: str) -> Check:
    (check,) = [check for check in hooks.health_checks(desk) if check.name == name]
    return check


@pytest.mark.parametrize(("minutes", "state"), [(0, "good"), (4, "good"), (5, "bad"), (61, "bad")])
def test_queue_is_late_after_five_minutes(
    desk: Desk, clock: SteppedClock, minutes: int, state: str
) -> None:
    service.enqueue(desk, "one")
    desk.session.flush()
    clock.go(minutes=minutes)
    assert found(desk, "jobs").state == state


@pytest.mark.parametrize(
    ("count", "language", "sentence"),
    [
        (0, "de", "Kein Auftrag ist endgültig fehlgeschlagen."),
        (1, "de", "1 Auftrag ist endgültig fehlgeschlagen; `tresen jobs list` zeigt ihn."),
        (2, "de", "2 Aufträge sind endgültig fehlgeschlagen; `tresen jobs list` zeigt sie."),
        (1, "en", "1 job has failed for good; `tresen jobs list` shows it."),
        (2, "en", "2 jobs have failed for good; `tresen jobs list` shows them."),
    ],
)
def test_failed_jobs_are_counted_in_good_grammar(
    core: Core, desk: Desk, count: int, language: str, sentence: str
) -> None:
    for _number in range(count):
        service.enqueue(desk, "gone")
    desk.commit()
    drain(core, {})
    with i18n.speaking(i18n.catalogues(core).language(language)):
        assert found(desk, "failed_jobs").sentence == sentence


def test_oldest_due_is_of_what_waits_and_could_run(desk: Desk, clock: SteppedClock) -> None:
    start = clock.moment
    service.enqueue(desk, "later", delay=timedelta(minutes=1))
    service.enqueue(desk, "now")
    desk.session.flush()
    before = queries.oldest_due(desk)
    clock.go(minutes=30)
    assert (before, queries.oldest_due(desk)) == (start, start)


@pytest.mark.parametrize("commits", [True, False])
def test_worker_is_woken_by_the_commit_and_by_nothing_else(
    core: Core, desk: Desk, commits: bool
) -> None:
    woken = wake_up(core)
    service.enqueue(desk, "one")
    before = woken.is_set()
    if commits:
        desk.commit()
    else:
        desk.rollback()
    assert (before, woken.is_set()) == (False, commits)


def test_queue_ends_when_it_is_told_to(core: Core) -> None:
    stop = Event()
    thread = Thread(target=run_queue, args=(core, stop))
    thread.start()
    stop.set()
    wake_up(core).set()
    thread.join(timeout=30)
    assert not thread.is_alive()


def effect_and_mark(core: Core) -> tuple[int, list[str]]:
    """Return how often the job's effect is there, and the states of all jobs."""
    with desk_for(core) as desk:
        count = select(func.count()).select_from(PeriodicRun).where(PeriodicRun.name == "effect")
        return desk.session.scalar(count) or 0, [row.state for row in rows(core)]


@pytest.mark.parametrize("raises", [True, False])
def test_effect_of_a_job_and_its_mark_are_one(core: Core, desk: Desk, raises: bool) -> None:
    def run(inner: Desk) -> None:
        inner.session.add(PeriodicRun(name="effect", next_at=inner.now()))
        inner.session.flush()
        if raises:
            raise ValueError("afterwards")

    service.enqueue(desk, "one")
    desk.commit()
    drain(core, {"one": Job("one", run, waits=())})
    assert effect_and_mark(core) == ((0, ["failed"]) if raises else (1, ["done"]))
