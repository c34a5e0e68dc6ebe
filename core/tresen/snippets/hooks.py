# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from flask import Blueprint

from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import ADMINISTRATOR, AGENT, DataSet, NavItem, Permission
from tresen.i18n import lazy
from tresen.people.models import Person
from tresen.snippets import privacy, views


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done with texts to insert."""
    return [
        Permission("snippets.use", lazy("Insert texts and keep own ones"), (ADMINISTRATOR, AGENT)),
        Permission("snippets.manage", lazy("Change the texts of all agents"), (ADMINISTRATOR,)),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of texts."""
    return [views.blueprint]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the entry of the rail."""
    return [NavItem(lazy("Texts"), "snippets.index", "snippets.use", icon="template", weight=35)]


@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    """Return the person's own texts."""
    return privacy.data_of(desk, person)


@hookimpl
def person_erased(desk: Desk, person: Person) -> None:
    """Delete the person's own texts."""
    privacy.erase(desk, person)
