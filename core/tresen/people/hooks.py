# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from flask import Blueprint

from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import (
    ADMINISTRATOR,
    AGENT,
    DataSet,
    NavItem,
    Permission,
    SearchSource,
)
from tresen.i18n import lazy
from tresen.people import privacy, search, teams, views
from tresen.people.models import Person


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done to people, organisations and teams."""
    return [
        Permission("people.read", lazy("See people and organisations"), (ADMINISTRATOR, AGENT)),
        Permission(
            "people.change", lazy("Change people and organisations"), (ADMINISTRATOR, AGENT)
        ),
        Permission("people.administer", lazy("Manage agents, teams and roles"), (ADMINISTRATOR,)),
    ]


@hookimpl
def search_sources() -> list[SearchSource]:
    """Return how people and organisations are found."""
    return [search.SOURCE, search.ORGANISATIONS]


@hookimpl
def rest_blueprints() -> list[Blueprint]:
    """Return people and organisations as REST resources."""
    from tresen.people import rest  # noqa: PLC0415 - marshmallow comes with it

    return [rest.people, rest.organisations]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of people, organisations and teams."""
    return [views.blueprint, teams.blueprint]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the entries of the rail."""
    return [
        NavItem(lazy("People"), "people.index", "people.read", icon="users", weight=20, key="p"),
        NavItem(
            lazy("Organisations"),
            "people.organisations",
            "people.read",
            icon="building",
            weight=21,
            key="o",
        ),
        NavItem(
            lazy("Teams"), "teams.index", "people.administer", "users-group", weight=80, key="t"
        ),
    ]


@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    """Return the person's own row, addresses, teams and absences."""
    return privacy.data_of(desk, person)
