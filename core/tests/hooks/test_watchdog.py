# SPDX-License-Identifier: AGPL-3.0-or-later
"""A call that hangs is ended, its plugin muted, and nothing else is ever hit."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread
from time import sleep

import pytest
from hooks.workshop import HOOK, Workshop
from sqlalchemy import select
from tresen import app as application
from tresen.config import Config
from tresen.desk import Core, desk_for
from tresen.hooks import specs, watchdog
from tresen.hooks.records import Check
from tresen.people.models import Team

LIMIT = 0.5
SPINS = f"""
{HOOK}def health_checks(desk):
    while True:
        pass
"""
WRITES_AND_SPINS = f"""
from tresen.sdk import Team
{HOOK}def health_checks(desk):
    desk.session.add(Team(name="Half"))
    desk.session.flush()
    while True:
        pass
"""
HEALTHY = "from tresen.sdk import Check\n{hook}def health_checks(desk):\n    return [{check}]\n"


@pytest.fixture
def hasty(config: Config, workshop: Workshop) -> Callable[[], Core]:
    """Return a function that starts a core which waits a second for a hook."""
    return lambda: application.create_core(replace(config, strict=False, hook_time_limit=1))


def spin() -> None:
    while True:
        pass


def names(checks: list[Check]) -> set[str]:
    return {check.name for check in checks} & {"calm", "spin"}


def test_hanging_hook_is_ended_and_its_plugin_muted_at_once(
    workshop: Workshop, hasty: Callable[[], Core]
) -> None:
    workshop.make("spin", WRITES_AND_SPINS)
    workshop.make("calm", HEALTHY.format(hook=HOOK, check="Check('calm', 'good', 'Well.')"))
    core = hasty()
    with desk_for(core, write=True) as desk:
        desk.session.add(Team(name="Before"))
        assert names(desk.gather(specs.health_checks)) == {"calm"}
        assert names(desk.gather(specs.health_checks)) == {"calm"}
    with desk_for(core) as desk:
        assert list(desk.session.scalars(select(Team.name))) == ["Before"]
    plugins = core.plugins
    assert (plugins.muted, plugins.hung) == ({"spin"}, {"spin": "health_checks"})
    tally = plugins.tallies["spin", "health_checks"]
    assert (tally.calls, tally.errors, tally.last_error) == (
        1,
        1,
        "TimeoutError: It ran longer than 1 s.",
    )
    core.engine.dispose()


def test_hanging_hook_in_bulk_ends_the_whole_which_is_repeated_without_it(
    workshop: Workshop, hasty: Callable[[], Core]
) -> None:
    workshop.make("spin", SPINS)
    core = hasty()
    with desk_for(core, write=True) as desk:
        desk.go_bulk()
        with pytest.raises(TimeoutError):
            desk.gather(specs.health_checks)
    with desk_for(core) as desk:
        assert names(desk.gather(specs.health_checks)) == set()
    assert core.plugins.muted == {"spin"}
    core.engine.dispose()


def test_limit_comes_from_the_configuration_and_none_holds_in_strict_mode(
    config: Config, hasty: Callable[[], Core]
) -> None:
    assert (config.hook_time_limit, hasty().plugins.time_limit) == (5, 1)
    assert (config.strict, application.create_core(config).plugins.strict) == (True, True)


def test_blocked_call_mutes_before_it_comes_back() -> None:
    release, told, found = Event(), Event(), list[str]()

    def wait() -> None:
        try:
            watchdog.watched(LIMIT, told.set, release.wait)
        except TimeoutError as error:
            found.append(str(error))

    thread = Thread(target=wait)
    thread.start()
    assert told.wait(60)
    assert (thread.is_alive(), found) == (True, [])
    release.set()
    thread.join(60)
    assert found == ["It ran longer than 0.5 s."]


def test_function_that_ends_in_time_answers_and_is_never_hit() -> None:
    told: list[bool] = []
    for _turn in range(1000):
        assert watchdog.watched(LIMIT, lambda: told.append(True), max, 1, 2) == 2
    call = watchdog.Call(0, lambda: told.append(True))
    assert (call.is_mine(), call.is_mine()) == (True, False)
    assert told == []


def test_call_that_ends_while_it_is_being_ended_leaves_nothing_to_come() -> None:
    told = Event()

    def swallow() -> str:
        # Whatever is sent while this waits is caught here, as a plugin might.
        while not told.is_set():
            try:
                sleep(0.001)
            except BaseException:  # noqa: BLE001 - that is what is tried
                told.set()
        return "answer"

    assert watchdog.watched(LIMIT, told.set, swallow) == "answer"
    assert [sum(range(100)) for _turn in range(1000)] == [4950] * 1000


def test_innermost_call_is_the_one_that_is_ended() -> None:
    told: list[str] = []

    def outer() -> str:
        with pytest.raises(TimeoutError):
            watchdog.watched(LIMIT, lambda: told.append("inner"), spin)
        return "outer goes on"

    found = watchdog.watched(LIMIT, lambda: told.append("outer"), outer)
    assert (found, told) == ("outer goes on", ["inner"])


def test_outer_call_is_ended_through_what_stands_within_it() -> None:
    told: list[str] = []

    def outer() -> None:
        while True:
            watchdog.watched(60, lambda: told.append("inner"), max, 1, 2)

    with pytest.raises(TimeoutError):
        watchdog.watched(LIMIT, lambda: told.append("outer"), outer)
    assert told == ["outer"]
    assert watchdog.watched(LIMIT, lambda: None, max, 1, 2) == 2


def test_error_of_the_function_goes_through_unchanged() -> None:
    with pytest.raises(KeyError, match="lost"):
        watchdog.watched(LIMIT, lambda: None, {}.__getitem__, "lost")


FORKS = """
import os
from tresen.hooks import watchdog
def spin():
    while True:
        pass
watchdog.watched(5, print, max, 1, 2)
assert len(watchdog._threads) == 1
child = os.fork()
try:
    watchdog.watched(0.5, lambda: os.write(1, b'ended.'), spin)
except TimeoutError:
    pass
if child:
    assert os.waitpid(child, 0)[1] == 0
else:
    os._exit(0)
"""


def test_both_sides_of_a_fork_end_their_own_hanging_calls() -> None:
    command = [sys.executable, "-W", "error", "-c", FORKS]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "ended.ended.", "")


ENDS_LATE = """
import sys
from tresen.hooks import watchdog
def count():
    return sum(number for number in range(10))
call = watchdog.Call(0, print)
call.is_sent = True
watchdog._settle(call)
sys.setprofile(lambda *_event: None)
print(count())
sys.setprofile(None)
"""


def test_call_that_ended_late_leaves_the_thread_to_profilers() -> None:
    command = [sys.executable, "-c", ENDS_LATE]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stdout, result.stderr) == (0, "45\n", "")


EATS = """
import resource, sys
from tresen.hooks.caller import make_plugins
from tresen.hooks import hookimpl, specs
class Hungry:
    @hookimpl
    def health_checks(self, desk):
        return [bytearray(1 << 34)]
class Calm:
    @hookimpl
    def health_checks(self, desk):
        return ["well"]
plugins = make_plugins(time_limit=5)
for name, plugin in (("hungry", Hungry()), ("calm", Calm())):
    plugins.pm.register(plugin, name=name)
    plugins.taken_in[name] = plugin
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
for implementation in plugins.implementations(specs.health_checks):
    print(implementation.plugin_name, plugins.call(implementation, {"desk": None}))
print(sorted(plugins.errors), plugins.tallies["hungry", "health_checks"].last_error)
"""


def test_hook_that_eats_the_memory_costs_its_own_part() -> None:
    command = [sys.executable, "-c", EATS]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in result.stdout.splitlines() if line.startswith(("calm", "hung", "["))]
    assert (result.returncode, lines) == (
        0,
        ["calm ['well']", "hungry None", "['hungry'] MemoryError: "],
    )
