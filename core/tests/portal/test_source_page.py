# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page leads to the source of what runs (AGPL section 13), and a plugin completes that page.

Without one the operator is asked for the source by hand, and the page says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader, nodes
from tresen.desk import Core, Desk
from tresen.hooks import hookimpl
from tresen.hooks.places import Page, Place
from tresen.hooks.records import Panel
from tresen.people.models import Person
from tresen.testing.factories import make_ticket

SignIn = Callable[[Person], FlaskClient]
LINK = 'href="/source"'
BY_HAND = "gives you the source of exactly these versions on request"
TEMPLATES = Path(__file__).parents[2] / "tresen" / "templates"
# The frames that hold the link; every other page extends one of them.
FRAMES = {"workplace.html", "portal_base.html", "public.html"}


@dataclass
class Spring:
    """Offers the source in a panel; keeps on which pages it was asked."""

    asked: list[tuple[Page, Any]] = field(default_factory=list)

    @hookimpl
    def page_panels(self, page: Page, subject: Any) -> list[Panel]:
        self.asked.append((page, subject))
        return [Panel(Place.MAIN, "Springs", "spring.html", {"where": "in the hills"})]


@pytest.fixture
def spring(core: Core, app: Flask) -> Spring:
    """Return the plugin, taken in alone."""
    for name in core.plugins.taken_in:
        core.plugins.pm.unregister(name=name)
    made = Spring()
    core.plugins.pm.register(made, "spring")
    loader = DictLoader({"spring.html": "Water comes from {{ where }}."})
    app.jinja_loader.loaders.append(loader)  # type: ignore[union-attr]  # it is a ChoiceLoader
    return made


def test_hook_page_panels_completes_the_public_page_of_the_source(
    spring: Spring, client: FlaskClient
) -> None:
    page = client.get("/source").text
    assert ("Water comes from in the hills." in page, BY_HAND in page, spring.asked) == (
        *(True, False, [(Page.SOURCE, None)]),
    )


def test_without_a_plugin_the_source_is_given_by_hand(core: Core, client: FlaskClient) -> None:
    for name in core.plugins.taken_in:
        core.plugins.pm.unregister(name=name)
    page = client.get("/source").text
    assert ("tresen 0.1.0" in page, BY_HAND in page) == (True, True)


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/sign-up", "/forgotten", "/requests/new", "/source", "/nowhere"]
)
def test_visitor_is_led_to_the_source(client: FlaskClient, path: str) -> None:
    assert LINK in client.get(path).text


@pytest.mark.parametrize("path", ["/", "/requests/10001", "/account/", "/nowhere", "/tickets/"])
def test_customer_is_led_to_the_source(
    desk: Desk, customer: Person, sign_in: SignIn, path: str
) -> None:
    make_ticket(desk, customer)
    desk.commit()
    assert LINK in sign_in(customer).get(path).text


@pytest.mark.parametrize(
    "path", ["/tickets/", "/tickets/10001", "/people/", "/search/?q=x", "/account/", "/nowhere"]
)
def test_agent_is_led_to_the_source(
    desk: Desk, customer: Person, agent: Person, sign_in: SignIn, path: str
) -> None:
    make_ticket(desk, customer)
    desk.commit()
    assert LINK in sign_in(agent).get(path).text


def test_each_whole_page_stands_in_a_frame_with_the_link(app: Flask, core: Core) -> None:
    """A page of the core or of a plugin that begins a document of its own would lack the link.

    What stands in a folder `files` is taken along and read elsewhere: it is no page.
    """
    loader = app.jinja_env.loader
    assert loader is not None
    brought = tuple(f"{name}/" for name in core.plugins.taken_in)
    beginning = [
        name
        for name in loader.list_templates()
        if name.endswith(".html")
        and "/files/" not in name
        and (name.startswith(brought) or (TEMPLATES / name).is_file())
    ]
    parents = {name: parent(app, name) for name in beginning}
    whole = {name for name in beginning if "<html" in text_of(app, name)}
    direct = {name for name, above in parents.items() if above == "base.html"}
    assert (whole, direct) == ({"base.html"}, FRAMES)


def test_each_frame_has_the_link() -> None:
    foot = (TEMPLATES / "parts" / "public_foot.html").read_text("utf-8")
    texts = {name: (TEMPLATES / name).read_text("utf-8") for name in FRAMES}
    held = {
        name: text + (foot if "public_foot.html" in text else "") for name, text in texts.items()
    }
    assert {name for name, text in held.items() if "shell.links.source" in text} == FRAMES


def text_of(app: Flask, name: str) -> str:
    loader = app.jinja_env.loader
    assert loader is not None
    return loader.get_source(app.jinja_env, name)[0]


def parent(app: Flask, name: str) -> str | None:
    """Return what a template extends; None for one that extends nothing."""
    found = app.jinja_env.parse(text_of(app, name)).find(nodes.Extends)
    value = getattr(found.template, "value", None) if found else None
    return str(value) if value else None
