# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ten plugins cost a list of tickets less than a tenth over none, counted without a clock."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest
from flask.testing import FlaskClient
from hooks.workshop import Workshop
from shipped import SHIPPED
from tresen import app as application
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.config import Config
from tresen.desk import Core, desk_for
from tresen.people import queries as people
from tresen.testing import factories
from tresen.testing.crowd import NAMES, write_crowd
from tresen.testing.statements import recorded

ROWS = 50
# How much more a list with ten plugins may do than one with none; what they show is in it.
SHARE = 1.10


@contextmanager
def calls() -> Iterator[list[str]]:
    """Yield a list that fills with the function of each call, Python's and C's."""
    found: list[str] = []

    def keep(frame: FrameType, event: str, _argument: Any) -> None:
        if event in ("call", "c_call"):
            found.append(frame.f_code.co_name)

    sys.setprofile(keep)
    try:
        yield found
    finally:
        sys.setprofile(None)


@pytest.fixture
def pair(config: Config, workshop: Workshop) -> Iterator[tuple[Core, Core]]:
    """Return a core without plugins and one with ten, on one database with a page of tickets."""
    write_crowd(workshop.folder)
    lenient = replace(config, strict=False, plugins_off=SHIPPED)
    cores = application.create_core(replace(lenient, safe=True)), application.create_core(lenient)
    with desk_for(cores[0], write=True) as desk:
        factories.make_person(desk, "Anna Agent", "anna@tresen.example", role="agent")
        customer = factories.make_customer(desk)
        for _row in range(ROWS):
            factories.make_ticket(desk, customer)
    yield cores
    for core in cores:
        core.engine.dispose()


def browser_on(core: Core) -> FlaskClient:
    """Return an agent's browser, in which the list was opened before."""
    browser = application.create_app(core).test_client()
    with desk_for(core, write=True) as desk:
        anna = people.person_by_address(desk, "anna@tresen.example")
        assert anna is not None
        token = access.start_session(desk, anna, "127.0.0.1", "test")
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    # What is made once in a process, such as templates and answers to lists, is made by then.
    for _time in range(2):
        assert browser.get("/tickets/").status_code == 200
    return browser


def test_the_ten_are_taken_in_and_show_what_they_bring(pair: tuple[Core, Core]) -> None:
    none, ten = pair
    assert (set(none.plugins.taken_in), set(ten.plugins.taken_in)) == (set(), set(NAMES))
    page = browser_on(ten).get("/tickets/").text
    shown = {
        name: (f'href="/{name}/"' in page, page.count(f"{name}.mark="), f">{name}</span>" in page)
        for name in NAMES
    }
    # An entry of the rail, a link for each choice of the filter, a badge at the first ticket.
    assert shown == dict.fromkeys(NAMES, (True, 2, True))


def test_list_with_ten_plugins_asks_no_more_than_with_none(pair: tuple[Core, Core]) -> None:
    counts = []
    for core in pair:
        browser = browser_on(core)
        with recorded(core.engine) as statements:
            browser.get("/tickets/")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_list_with_ten_plugins_does_less_than_a_tenth_more(pair: tuple[Core, Core]) -> None:
    none, ten = (len(_calls_of(browser_on(core))) for core in pair)
    assert (none < ten, ten / none < SHARE) == (True, True), f"{ten} calls instead of {none}"


def test_lists_are_asked_no_more_once_a_page_was_shown(pair: tuple[Core, Core]) -> None:
    browser = browser_on(pair[1])
    seen = []
    for _page in range(2):
        browser.get("/tickets/")
        tallies = pair[1].plugins.tallies.items()
        seen.append({key: tally.calls for key, tally in tallies if "." not in key[1]})
    hooks = {hook for _plugin, hook in seen[0]}
    assert (seen[0] == seen[1], {"nav_items", "ticket_filters"} <= hooks) == (True, True)


def test_plugin_that_answers_nothing_here_costs_nothing_here(pair: tuple[Core, Core]) -> None:
    ten = pair[1]
    found = _calls_of(browser_on(ten))
    answered = ("page_panels", "health_checks", "ticket_opened", "jobs", "settings_forms")
    assert {name for name in found if name in answered} == set()


def _calls_of(browser: FlaskClient) -> list[str]:
    with calls() as found:
        browser.get("/tickets/").get_data()
    return found
