# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of what plugins use that ends, with something on it, can be used by everybody."""

from collections.abc import Callable
from importlib.metadata import entry_points

import pytest
from hooks import dated_specs
from hooks.workshop import HOOK, Workshop
from playwright.sync_api import Page
from tresen import loader
from tresen.desk import Core
from tresen.people.models import Person
from tresen.testing.browser import assert_pages_usable

HOOKS = f"""{HOOK}def moon_tables(coast): return []
@hookimpl
def tide_tables(port): return []
"""


@pytest.fixture
def almanac(workshop: Workshop, core: Core) -> str:
    """Take in a plugin that uses what ends, before the application is made; return its name."""
    core.plugins.pm.add_hookspecs(dated_specs)
    workshop.make("almanac", HOOKS, doc="Almanac: moon and tide.")
    (point,) = entry_points(group=loader.GROUP, name="almanac")
    loader.take_in(core.plugins, point)
    return "almanac"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_notices_can_be_used_by_everybody(
    almanac: str, sign_in_page: Callable[[Person], Page], administrator: Person
) -> None:
    page = sign_in_page(administrator)
    assert_pages_usable(page, ["/admin/notices", f"/admin/plugins/{almanac}"])
    page.goto("/admin/notices")
    assert page.locator("tbody tr").count() == 2
