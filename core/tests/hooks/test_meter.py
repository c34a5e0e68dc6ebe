# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the hooks of plugins cost is counted, and a slow one is named once."""

from collections.abc import Callable

import pytest
from hooks.workshop import HOOK, Workshop
from tresen.desk import Core, desk_for
from tresen.hooks import specs
from tresen.hooks.meter import BUDGET, Tally

MILLISECOND = 1_000_000


def test_tally_keeps_sum_mean_and_longest() -> None:
    tally = Tally()
    assert (tally.calls, tally.total, tally.mean, tally.longest) == (0, 0, 0, 0)
    for nanoseconds in (300, 500, 100):
        tally.add(nanoseconds)
    assert (tally.calls, tally.total, tally.mean, tally.longest) == (3, 900, 300, 500)


@pytest.mark.parametrize(
    ("spent", "is_first"), [(BUDGET - 1, False), (BUDGET, False), (BUDGET + 1, True)]
)
def test_hook_over_its_budget_becomes_slow_once(spent: int, is_first: bool) -> None:
    tally = Tally()
    assert [tally.exceeds(spent), tally.exceeds(spent)] == [is_first, False]
    assert tally.is_slow == is_first


def test_hooks_of_plugins_are_counted_and_those_of_slices_are_not(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("calm", f"{HOOK}def health_checks(desk): return []")
    workshop.make("frail", f"{HOOK}def health_checks(desk): return 1 / 0")
    core = lenient()
    with desk_for(core) as desk:
        for _turn in range(3):
            desk.gather(specs.health_checks)
    counted = {
        plugin: (tally.calls, tally.errors, tally.last_error)
        for (plugin, hook), tally in core.plugins.tallies.items()
        if hook == "health_checks"
    }
    assert counted == {
        "calm": (3, 0, ""),
        "frail": (3, 3, "ZeroDivisionError: division by zero"),
    }


COLUMN = """
from tresen.sdk import Column, hookimpl
@hookimpl
def ticket_columns(): return [Column("lamp.lit", "Lit", lambda desk, ids: {})]
"""


def test_functions_inside_records_are_counted_by_record_and_field(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    workshop.make("lamp", COLUMN)
    core = lenient()
    columns = core.plugins.collect_named(specs.ticket_columns)
    lit = next(column for name, column in columns if name == "lamp")
    with desk_for(core) as desk:
        for _turn in range(2):
            lit.load(desk, [])
    # How often the list itself is asked for is a matter of the plugins beside it.
    counted = {
        hook: tally.calls
        for (name, hook), tally in core.plugins.tallies.items()
        if name == "lamp" and hook != "ticket_columns"
    }
    assert counted == {"Column.load": 2}


@pytest.mark.parametrize(("hook", "is_slow"), [("health_checks", True), ("permissions", False)])
def test_slow_answer_to_a_question_is_marked_and_a_list_at_start_is_not(
    workshop: Workshop, lenient: Callable[[], Core], hook: str, is_slow: bool
) -> None:
    argument = "desk" if is_slow else ""
    nap = (
        f"from time import sleep\n{HOOK}def {hook}({argument}):\n    sleep({BUDGET / 1e9 + 0.01})\n"
    )
    workshop.make("sleepy", f"{nap}    return []\n")
    core = lenient()
    with desk_for(core) as desk:
        desk.gather(specs.health_checks)
    core.plugins.collect(specs.permissions)
    assert core.plugins.tallies["sleepy", hook].is_slow == is_slow
    assert core.plugins.tallies["sleepy", hook].longest > BUDGET
    assert core.plugins.muted == set()
