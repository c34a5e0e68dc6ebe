# SPDX-License-Identifier: AGPL-3.0-or-later
"""Errors and mutes outlive a process, reach the others, and hold nobody up while written."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from admin.test_views import browser_of
from click.testing import CliRunner
from hooks.workshop import HOOK, Workshop
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from tresen.admin import cli, queries, remains, service
from tresen.admin.ledger import (
    KEPT,
    LONGEST_PLACE,
    LONGEST_SENTENCE,
    MOST_PLACES,
    REST,
    Ledger,
    open_ledger,
)
from tresen.admin.models import PluginFault, PluginRest
from tresen.db import make_engine
from tresen.desk import Core, desk_for
from tresen.errors import Missing
from tresen.hooks import specs
from tresen.hooks.caller import MUTE_AFTER
from tresen.hooks.records import Service
from tresen.jobs import queue, worker
from tresen.jobs.service import enqueue
from tresen.journal.queries import entries_of
from tresen.people import queries as people
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock

FRAIL = f"""
from tresen.sdk import Job
{HOOK}def health_checks(desk): return 1 / 0
def fail(desk): raise ValueError("The night is short.")
@hookimpl
def jobs(): return [Job("frail.nightly", fail)]
"""
DIVIDED = "ZeroDivisionError: division by zero"

Start = Callable[[], Core]


@pytest.fixture
def process(workshop: Workshop, lenient: Start, clock: SteppedClock) -> Callable[[], Ledger]:
    """Return a function that starts one more process, with its ledger, on the same database."""
    workshop.make("frail", FRAIL, doc="Frail: it breaks.")

    def start() -> Ledger:
        core = lenient()
        core.clock = clock
        return open_ledger(core)

    return start


def fail(core: Core, times: int) -> None:
    """Let the plugin's hook fail so many times."""
    with desk_for(core) as desk:
        for _time in range(times):
            desk.gather(specs.health_checks)


def kept(core: Core) -> list[tuple[str, str, int, str]]:
    with desk_for(core) as desk:
        rows = desk.session.scalars(select(PluginFault).order_by(PluginFault.place)).all()
        return [(row.plugin, row.place, row.count, row.sentence) for row in rows]


def test_errors_outlive_the_process(process: Callable[[], Ledger], clock: SteppedClock) -> None:
    first = process()
    begin = clock.moment
    fail(first.core, 2)
    first.keep()
    clock.go(minutes=3)
    second = process()
    fail(second.core, 1)
    second.keep()
    assert kept(second.core) == [("frail", "health_checks", 3, DIVIDED)]
    with desk_for(second.core) as desk:
        (row,) = queries.faults(desk, "frail")
        assert (row.since, row.last_at) == (begin, clock.moment)


def test_nothing_is_written_while_a_request_notes(process: Callable[[], Ledger]) -> None:
    ledger = process()
    with desk_for(ledger.core, write=True) as desk:
        desk.gather(specs.health_checks)
        assert list(desk.session.scalars(select(PluginFault))) == []
    assert kept(ledger.core) == []
    assert [(*key, noted.count) for key, noted in ledger.faults.items()] == [
        ("frail", "health_checks", 1)
    ]


def test_note_of_a_request_that_is_rolled_back_is_kept(process: Callable[[], Ledger]) -> None:
    ledger = process()
    with pytest.raises(KeyError), desk_for(ledger.core, write=True) as desk:
        desk.gather(specs.health_checks)
        raise KeyError("the request itself")
    ledger.keep()
    assert kept(ledger.core) == [("frail", "health_checks", 1, DIVIDED)]


def test_muted_plugin_rests_in_a_new_process_and_in_those_that_run(
    process: Callable[[], Ledger],
) -> None:
    running, failing = process(), process()
    fail(failing.core, MUTE_AFTER)
    failing.keep()
    running.keep()
    fresh = process()
    found = [
        (each.core.plugins.muted, len(each.core.plugins.errors["frail"]))
        for each in (failing, running, fresh)
    ]
    assert found == [({"frail"}, MUTE_AFTER)] * 3
    sentences = {queries.plugin(each.core, "frail").sentence for each in (running, fresh)}
    assert sentences == {"It failed 10 times within ten minutes and rests for an hour."}


def test_plugin_that_hung_rests_elsewhere_too(process: Callable[[], Ledger]) -> None:
    first, second = process(), process()
    first.core.plugins.mute("frail", "health_checks")
    first.keep()
    second.keep()
    assert (second.core.plugins.muted, second.core.plugins.hung) == (
        {"frail"},
        {"frail": "health_checks"},
    )


def test_rest_ends_after_an_hour(process: Callable[[], Ledger], clock: SteppedClock) -> None:
    ledger = process()
    fail(ledger.core, MUTE_AFTER)
    ledger.keep()
    clock.moment += REST - timedelta(seconds=1)
    ledger.keep()
    assert ledger.core.plugins.muted == {"frail"}
    clock.go(seconds=1)
    ledger.keep()
    register = ledger.core.plugins
    assert (register.muted, "frail" in register.errors, process().core.plugins.muted) == (
        set(),
        False,
        set(),
    )


def test_another_version_is_tried_at_once(
    process: Callable[[], Ledger], workshop: Workshop
) -> None:
    ledger = process()
    fail(ledger.core, MUTE_AFTER)
    ledger.keep()
    info = workshop.folder / "tresen_frail-1.dist-info"
    metadata = (info / "METADATA").read_text()
    (info / "METADATA").write_text(metadata.replace("Version: 1", "Version: 2"))
    fresh = process()
    assert (fresh.core.plugins.taken_in["frail"].version, fresh.core.plugins.muted) == ("2", set())


def test_administrator_wakes_a_plugin_in_every_process(process: Callable[[], Ledger]) -> None:
    here, there = process(), process()
    fail(here.core, MUTE_AFTER)
    here.keep()
    there.keep()
    with desk_for(here.core, write=True) as desk:
        said = [service.wake(desk, "frail")]
        # Not before the commit: what was undone never happened.
        assert here.core.plugins.muted == {"frail"}
    assert here.core.plugins.muted == set()
    there.keep()
    assert there.core.plugins.muted == set()
    with desk_for(here.core, write=True) as desk:
        said.append(service.wake(desk, "frail"))
        actions = [entry.action for entry in entries_of(desk, "plugin:frail", 0)]
        with pytest.raises(Missing):
            service.wake(desk, "nowhere")
    assert (said, actions) == (["Frail is asked again.", "Frail is not muted."], ["woken"])


def test_error_of_a_job_is_noted_and_mutes_nobody(
    process: Callable[[], Ledger], clock: SteppedClock
) -> None:
    ledger = process()
    core = ledger.core
    with desk_for(core, write=True) as desk:
        enqueue(desk, "frail.nightly")
    assert queue.run_next(core, queue.declared_jobs(core)) is True
    ledger.keep()
    assert kept(core) == [("frail", "frail.nightly", 1, "ValueError: The night is short.")]
    assert core.plugins.muted == set()


def test_error_of_a_service_is_noted(process: Callable[[], Ledger]) -> None:
    ledger = process()

    class Stop:
        """Stops the service after its first failure."""

        is_over = False

        def is_set(self) -> bool:
            """Whether it failed."""
            return self.is_over

        def wait(self, _seconds: float) -> None:
            """End it."""
            self.is_over = True

    def ring(_core: Core, _stop: object) -> None:
        raise OSError("The bell is gone.")

    for name in ("frail.bell", "bell"):
        worker.keep_running(ledger.core, Service(name, ring), Stop())  # type: ignore[arg-type]
    ledger.keep()
    assert kept(ledger.core) == [("frail", "frail.bell", 1, "OSError: The bell is gone.")]


def test_what_could_not_be_written_is_noted_still(
    process: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ledger = process()
    fail(ledger.core, MUTE_AFTER)
    away = make_engine(f"sqlite:///{tmp_path}/not/there.sqlite3")
    with monkeypatch.context() as patched:
        patched.setattr(ledger.core, "engine", away)
        with pytest.raises(OperationalError):
            ledger.keep()
    ledger.failed("frail", "health_checks", "Later: one.")
    ledger.keep()
    assert kept(ledger.core) == [("frail", "health_checks", MUTE_AFTER + 1, "Later: one.")]
    with desk_for(ledger.core) as desk:
        rest = queries.rest(desk, "frail")
        assert rest is not None
        assert (rest.place, rest.errors) == ("health_checks", MUTE_AFTER)


def test_only_so_much_is_kept_and_only_so_long(
    process: Callable[[], Ledger], clock: SteppedClock
) -> None:
    ledger = process()
    ledger.failed("frail", "p" * 200, "s" * 999)
    ledger.keep()
    assert kept(ledger.core) == [("frail", "p" * LONGEST_PLACE, 1, "s" * LONGEST_SENTENCE)]
    clock.moment += KEPT + timedelta(seconds=1)
    for number in range(MOST_PLACES + 5):
        clock.go(seconds=1)
        ledger.failed("frail", f"place{number:02}", "E")
    ledger.keep()
    assert [place for _plugin, place, _count, _sentence in kept(ledger.core)] == [
        f"place{number:02}" for number in range(5, MOST_PLACES + 5)
    ]


def test_thread_writes_what_is_noted(process: Callable[[], Ledger]) -> None:
    ledger = process()
    done = Thread(target=ledger.start)
    done.start()
    done.join()
    thread = ledger.thread
    ledger.start()
    assert ledger.thread is thread
    fail(ledger.core, 1)
    assert thread is not None
    while not kept(ledger.core):
        # Nothing else ends this but the thread's own work, or the limit of the test.
        thread.join(0.05)
    assert kept(ledger.core) == [("frail", "health_checks", 1, DIVIDED)]


def test_page_shows_faults_and_the_way_to_wake(process: Callable[[], Ledger]) -> None:
    ledger = process()
    fail(ledger.core, MUTE_AFTER)
    ledger.failed("frail", "frail.nightly", "ValueError: <b>short</b>")
    ledger.keep()
    browser = browser_of(ledger.core, "administrator")
    page = browser.get("/admin/plugins/frail").text
    assert ("ValueError: &lt;b&gt;short&lt;/b&gt;" in page, "It is asked again at" in page) == (
        True,
        True,
    )
    assert 'action="/admin/plugins/frail/wake"' in page
    answer = browser.post("/admin/plugins/frail/wake", follow_redirects=True)
    assert "Frail is asked again." in answer.text
    assert 'action="/admin/plugins/frail/wake"' not in answer.text
    assert ledger.core.plugins.muted == set()


def test_info_and_doctor_tell_what_any_process_noted(
    process: Callable[[], Ledger], clock: SteppedClock
) -> None:
    first = process()
    first.failed("frail", "frail.nightly", "ValueError: short")
    first.core.plugins.mute("frail", "health_checks")
    first.keep()
    second = process()
    said = CliRunner().invoke(cli.plugins, ["info", "frail"], obj=lambda: second.core).output
    assert "muted until  2026-03-10T10:00+00:00\n" in said
    expected = "failed       1x frail.nightly, last 2026-03-10T09:00+00:00: ValueError: short\n"
    assert expected in said
    with desk_for(second.core, write=True) as desk:
        service.wake(desk, "frail")
    doctor = CliRunner().invoke(cli.plugins, ["doctor"], obj=lambda: second.core)
    sentence = "It failed 1 time, last in frail.nightly: ValueError: short"
    assert (doctor.exit_code, f"warning: frail: {sentence}\n" in doctor.output) == (0, True)
    with desk_for(second.core) as desk:
        assert queries.troubles(desk) == {"frail": sentence}
    clock.go(days=1)
    with desk_for(second.core) as desk:
        assert queries.troubles(desk) == {}


def test_command_wakes(process: Callable[[], Ledger]) -> None:
    ledger = process()
    ledger.core.plugins.mute("frail", "health_checks")
    ledger.keep()
    said = CliRunner().invoke(cli.plugins, ["wake", "frail"], obj=lambda: ledger.core)
    assert (said.exit_code, said.output) == (0, "Frail is asked again.\n")


def test_erased_person_is_blotted_out_of_what_errors_said(
    process: Callable[[], Ledger],
) -> None:
    ledger = process()
    with desk_for(ledger.core, write=True) as desk:
        karla = factories.make_person(desk, "Karla Kundin", "karla@kunde.example")
        number = karla.id
    ledger.failed("frail", "ticket_opened", "KeyError: 'Karla Kundin <karla@kunde.example>'")
    ledger.keep()
    ledger.core.plugins.muted.clear()
    with desk_for(ledger.core, write=True) as desk:
        desk.tell(specs.person_erased, people.person_by_id(desk, number))
    assert kept(ledger.core)[0][3] == "KeyError: '[…] <[…]>'"


def test_purge_takes_faults_and_rest_along(process: Callable[[], Ledger]) -> None:
    ledger = process()
    ledger.core.plugins.mute("frail", "health_checks")
    ledger.failed("frail", "frail.nightly", "E")
    ledger.failed("frailer", "other", "E")
    ledger.keep()
    found = remains.purge(ledger.core, "frail")
    assert found.rows == {"plugin_fault": 1, "plugin_rest": 1}
    assert [row[0] for row in kept(ledger.core)] == ["frailer"]
    with desk_for(ledger.core) as desk:
        assert list(desk.session.scalars(select(PluginRest))) == []


def test_ledger_is_opened_by_who_serves_and_not_by_a_test(lenient: Start) -> None:
    assert lenient().plugins.ledger is None
