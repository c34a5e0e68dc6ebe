# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from typing import TYPE_CHECKING

import click
from flask import Blueprint
from sqlalchemy import select

from tresen.admin import views
from tresen.admin.models import PluginFault
from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import NavItem, Permission
from tresen.i18n import lazy
from tresen.journal.queries import traces_of

if TYPE_CHECKING:
    from tresen.people.models import Person


@hookimpl
def permissions() -> list[Permission]:
    """Return who may administer."""
    return [Permission("admin.use", lazy("See plugins and health, change settings"))]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the administration's pages."""
    return [views.blueprint]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the way to the administration, below every other area."""
    title = lazy("Administration")
    return [NavItem(title, "admin.index", "admin.use", icon="settings", weight=900, key="s")]


@hookimpl
def person_erased(desk: Desk, person: "Person") -> None:
    """Blot the person out of what errors of plugins said."""
    traces = traces_of(desk, person)
    for fault in desk.session.scalars(select(PluginFault)):
        fault.sentence = traces.blot(fault.sentence)


@hookimpl
def cli_commands() -> list[click.Command]:
    """Return the commands about plugins."""
    from tresen.admin import cli  # noqa: PLC0415 - web processes run no command

    return [cli.plugins]
