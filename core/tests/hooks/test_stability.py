# SPDX-License-Identifier: AGPL-3.0-or-later
"""A hook says how far one may count on it, and who uses what ends is noted when taken in."""

from collections.abc import Callable
from importlib.metadata import entry_points

import pytest
from hooks import dated_specs
from hooks.workshop import HOOK, Workshop
from tresen import loader
from tresen.admin import queries
from tresen.desk import Core, desk_for
from tresen.hooks import specs
from tresen.hooks.caller import ask
from tresen.hooks.stability import Deprecated, Notice, Standing, hookspec, notices_of, standing_of

# pluggy warns a plugin's author, and here every warning is an error.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
# The hook that ends, and one that stays.
OLD = (
    f"{HOOK}def moon_tables(desk, coast): return []\n@hookimpl\ndef tide_limit(desk): return '4'\n"
)
PORT = f"{HOOK}def tide_tables(desk, port): return []\n"


@pytest.fixture
def take_in(
    workshop: Workshop, lenient: Callable[[], Core]
) -> Callable[[str, str], tuple[Notice, ...]]:
    """Return a function that takes in who answers these specifications, and its notices."""

    def taken(name: str, hooks: str) -> tuple[Notice, ...]:
        core = lenient()
        core.plugins.pm.add_hookspecs(dated_specs)
        workshop.make(name, hooks)
        (point,) = entry_points(group=loader.GROUP, name=name)
        loader.take_in(core.plugins, point)
        return notices_of(core.plugins.pm, name)

    return taken


def test_plugin_that_answers_a_hook_that_ends_has_exactly_one_notice(
    take_in: Callable[[str, str], tuple[Notice, ...]],
) -> None:
    notice = Notice("almanac", "moon_tables", "", dated_specs.SOON)
    assert take_in("almanac", OLD) == (notice,)


def test_notice_names_hook_release_and_replacement(
    take_in: Callable[[str, str], tuple[Notice, ...]],
) -> None:
    (notice,) = take_in("almanac", OLD)
    assert notice.sentence == "It uses moon_tables, which ends in 0.3: use tide_tables instead."


def test_argument_that_ends_is_noted_for_who_names_it(
    take_in: Callable[[str, str], tuple[Notice, ...]],
) -> None:
    (notice,) = take_in("almanac", PORT)
    assert (notice.hook, notice.argument, notice.deprecated.ends) == ("tide_tables", "port", "1.1")
    assert notice.sentence == (
        "It uses the argument port of tide_tables, which ends in 1.1: use coast instead."
    )


def test_each_argument_that_ends_is_noted(
    take_in: Callable[[str, str], tuple[Notice, ...]],
) -> None:
    found = take_in("almanac", f"{HOOK}def tide_tables(port, pier): return []\n")
    assert [notice.argument for notice in found] == ["pier", "port"]


def test_plugin_that_uses_nothing_that_ends_has_no_notice(
    take_in: Callable[[str, str], tuple[Notice, ...]],
) -> None:
    assert take_in("almanac", f"{HOOK}def tide_tables(desk, coast): return []\n") == ()


def test_notice_goes_with_a_plugin_that_is_set_aside(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    core = lenient()
    core.plugins.pm.add_hookspecs(dated_specs)
    workshop.make("almanac", OLD)
    (point,) = entry_points(group=loader.GROUP, name="almanac")
    loader.take_in(core.plugins, point)
    assert [notice.plugin for notice in queries.notices(core)] == ["almanac"]
    loader.set_aside(core.plugins, "almanac", "It is out of date.")
    assert queries.notices(core) == []
    assert notices_of(core.plugins.pm, "almanac") == ()


def test_author_is_warned_once_by_pluggy(workshop: Workshop, lenient: Callable[[], Core]) -> None:
    core = lenient()
    core.plugins.pm.add_hookspecs(dated_specs)
    workshop.make("almanac", OLD)
    (point,) = entry_points(group=loader.GROUP, name="almanac")
    with pytest.warns(DeprecationWarning, match="moon") as warned:
        loader.take_in(core.plugins, point)
    assert [str(each.message) for each in warned] == [
        "moon_tables ends in release 0.3: use tide_tables"
    ]


def test_first_result_is_kept_by_the_marker(
    workshop: Workshop, lenient: Callable[[], Core]
) -> None:
    core = lenient()
    core.plugins.pm.add_hookspecs(dated_specs)
    workshop.make("almanac", OLD)
    (point,) = entry_points(group=loader.GROUP, name="almanac")
    loader.take_in(core.plugins, point)
    assert core.plugins.pm.hook.tide_limit.spec.opts["firstresult"] is True
    with desk_for(core) as desk:
        assert ask(desk, dated_specs.tide_limit) == "4"


@pytest.mark.parametrize(
    ("since", "ends"),
    [("0.1", "0.3"), ("0.9", "0.11"), ("1.4", "2.1"), ("1.4", "3.0"), ("0.1", "2.0")],
)
def test_what_ends_two_minor_releases_later_is_accepted(since: str, ends: str) -> None:
    assert Deprecated(since, ends, "another").ends == ends


@pytest.mark.parametrize(
    ("since", "ends"),
    [("0.1", "0.2"), ("0.3", "0.3"), ("0.3", "0.1"), ("1.4", "2.0"), ("2.0", "1.9")],
)
def test_what_ends_earlier_is_refused(since: str, ends: str) -> None:
    with pytest.raises(ValueError, match=f"is deprecated in {since} stays for 2 minor releases"):
        Deprecated(since, ends, "another")


def test_argument_that_the_hook_lacks_is_refused() -> None:
    def tides(desk: object) -> None:
        """Asked never."""

    mark = hookspec(since="0.1", stability="stable", arguments={"moon": dated_specs.SOON})
    with pytest.raises(ValueError, match="tides has no argument moon"):
        mark(tides)


def test_standing_is_kept_at_the_specification() -> None:
    assert standing_of(specs.ticket_route) == Standing("0.1", "stable")
    assert standing_of(dated_specs.moon_tables) == Standing("0.1", "stable", dated_specs.SOON)
    assert standing_of(test_standing_is_kept_at_the_specification) is None
