# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plugins add to the customer's start page, and one that fails costs its own part of it alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from jinja2 import DictLoader
from tresen.desk import Core
from tresen.hooks import hookimpl
from tresen.hooks.places import Page, Place
from tresen.hooks.records import Panel
from tresen.people.models import Person

SignIn = Callable[[Person], FlaskClient]


@dataclass
class Tide:
    """Shows the person's name in a panel; keeps on which pages it was asked."""

    asked: list[tuple[Page, Any]] = field(default_factory=list)

    @hookimpl
    def page_panels(self, page: Page, subject: Any) -> list[Panel]:
        self.asked.append((page, subject.id))
        return [Panel(Place.MAIN, "Tides <today>", "tide.html", {"name": subject.name})]


@pytest.fixture
def tide(core: Core) -> Tide:
    """Return the plugin, taken in."""
    made = Tide()
    core.plugins.pm.register(made, "tide")
    return made


@pytest.fixture
def home(sign_in: SignIn, customer: Person) -> Callable[[str], str]:
    """Return a function that shows the customer's start page, with this text as the template."""
    browser = sign_in(customer)

    def show(template: str) -> str:
        loader = DictLoader({"tide.html": template})
        browser.application.jinja_loader.loaders.append(loader)
        return browser.get("/").text

    return show


def test_panel_stands_above_the_requests_in_its_frame(
    tide: Tide, customer: Person, home: Callable[[str], str]
) -> None:
    text = home("High water, {{ name }}")
    framed = "<h2>Tides &lt;today&gt;</h2></header>High water, Karla Kundin</section>"
    assert [text.count(framed), tide.asked] == [1, [(Page.PORTAL, customer.id)]]
    assert text.index(framed) < text.index("requests-title")


def test_visitor_sees_no_panel(tide: Tide, client: FlaskClient) -> None:
    assert ("Tides" in client.get("/").text, tide.asked) == (False, [])
