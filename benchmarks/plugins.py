# SPDX-License-Identifier: AGPL-3.0-or-later
"""What plugins cost: a call of a hook beside pluggy's own, a list with ten beside one with none."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tresen import app as application
from tresen.access.views import cookie_name
from tresen.desk import Core, desk_for
from tresen.hooks import caller, specs
from tresen.testing.crowd import NAMES, write_crowd
from tresen.tickets.models import Ticket

from benchmarks.ground import Ground
from benchmarks.timing import Result, side_by_side

# Calls that are timed at once: one is shorter than the clock is fine.
CALLS = 1_000
# What ten plugins may cost a list: a tenth of it.
SHARE = 1.1


def hook_call(ground: Ground) -> Result:
    """A hook that ten plugins answer, guarded, counted and watched; pluggy does none of that."""
    with _ten(ground) as core, desk_for(core) as desk:
        manager, ticket = core.plugins.pm, Ticket()

        def ours() -> None:
            for _call in range(CALLS):
                caller.tell(desk, specs.ticket_opened, ticket, None)

        def floor() -> None:
            for _call in range(CALLS):
                manager.hook.ticket_opened(desk=desk, ticket=ticket, message=None)

        mine, bare = side_by_side(ours, floor)
    # A thousand calls in milliseconds are one in microseconds.
    return Result("hook_call", "us", mine, bare, None, "pluggy, as unguarded as it is")


def list_with_ten(ground: Ground) -> Result:
    """The list of open tickets with ten plugins that show something on it."""
    with _ten(ground) as core, _none(ground) as bare_core:
        many, none = (_list_of(ground, each) for each in (core, bare_core))
        mine, bare = side_by_side(many, none, seconds=10)
    return Result("list_with_ten", "ms", mine, bare, bare * SHARE, "the list without plugins")


def _list_of(ground: Ground, core: Core) -> Callable[[], bytes]:
    browser = application.create_app(core).test_client()
    browser.set_cookie(cookie_name(core.config), ground.cookie, domain="localhost")
    assert browser.get("/tickets/").status_code == 200
    return lambda: browser.get("/tickets/").get_data()


@contextmanager
def _ten(ground: Ground) -> Iterator[Core]:
    with tempfile.TemporaryDirectory(prefix="tresen-crowd-") as folder:
        write_crowd(Path(folder))
        sys.path.insert(0, folder)
        core = application.create_core(
            replace(ground.core.config, plugins_off=tuple(ground.core.plugins.taken_in)),
        )
        try:
            assert set(core.plugins.taken_in) == set(NAMES), core.plugins.set_aside
            yield core
        finally:
            core.engine.dispose()
            sys.path.remove(folder)


@contextmanager
def _none(ground: Ground) -> Iterator[Core]:
    core = application.create_core(replace(ground.core.config, safe=True))
    try:
        yield core
    finally:
        core.engine.dispose()


MEASURES: dict[str, Callable[[Ground], Result]] = {
    "hook_call": hook_call,
    "list_with_ten": list_with_ten,
}
