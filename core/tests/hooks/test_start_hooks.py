# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin brings once, at the start: permissions, pages, commands, settings, entries."""

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Blueprint
from flask.testing import FlaskClient
from tresen import cli
from tresen.access import service as access
from tresen.desk import Core, Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import AGENT, NavItem, Permission, SettingsForm, ShortAddress
from tresen.people.models import Person
from tresen.settings import service as settings
from tresen.web.permissions import needs
from wtforms import Form, IntegerField

SignIn = Callable[[Person], FlaskClient]

pages = Blueprint("harbour", __name__, url_prefix="/harbour")


@pages.get("/")
@needs("harbour.look")
def front() -> str:
    """Show the water."""
    return "high water"


class TideForm(Form):
    """How high the water may come."""

    limit = IntegerField(default=4)


class Harbour:
    """A plugin of the usual kind."""

    @hookimpl
    def permissions(self) -> list[Permission]:
        return [Permission("harbour.look", "Look at the water", (AGENT,))]

    @hookimpl
    def blueprints(self) -> list[Blueprint]:
        return [pages]

    @hookimpl
    def nav_items(self) -> list[NavItem]:
        return [NavItem("The harbour", "harbour.front", "harbour.look")]

    @hookimpl
    def short_addresses(self) -> list[ShortAddress]:
        return [ShortAddress("water", "harbour.front")]

    @hookimpl
    def settings_forms(self) -> list[SettingsForm]:
        return [SettingsForm("harbour", "Harbour", TideForm)]


@pytest.fixture(autouse=True)
def harbour(core: Core) -> None:
    """Take the plugin in before the application is made."""
    core.plugins.pm.register(Harbour(), "harbour")


def test_hook_permissions(desk: Desk, agent: Person, customer: Person) -> None:
    actors = [access.actor_for(desk, person) for person in (agent, customer)]
    assert [actor.may("harbour.look") for actor in actors] == [True, False]


def test_hook_blueprints(sign_in: SignIn, agent: Person, customer: Person) -> None:
    assert sign_in(agent).get("/harbour/").text == "high water"
    assert sign_in(customer).get("/harbour/").status_code == 403


def test_hook_nav_items(sign_in: SignIn, agent: Person) -> None:
    page = sign_in(agent).get("/tickets/").text
    entries = re.findall(r'<a[^>]*href="/harbour/"[^>]*>(.*?)</a>', page, re.DOTALL)
    assert ["The harbour" in entry for entry in entries] == [True]


def test_hook_short_addresses(client: FlaskClient) -> None:
    found = client.get("/water?at=noon&at=night")
    assert (found.status_code, found.location) == (302, "/harbour/?at=noon&at=night")


def test_hook_settings_forms(desk: Desk) -> None:
    assert settings.read(desk, "harbour") == {"limit": 4}
    settings.write(desk, "harbour", {"limit": 6})
    assert settings.read(desk, "harbour") == {"limit": 6}


def test_hook_cli_commands() -> None:
    done = CliRunner().invoke(cli.main, ["mail", "--help"])
    assert done.exit_code == 0
    assert done.output.startswith("Usage: main mail [OPTIONS] COMMAND [ARGS]...\n")
