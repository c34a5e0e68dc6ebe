# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from datetime import timedelta
from typing import Any

import click
from flask import Blueprint

from tresen.access import account, privacy, queries, service, views
from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.places import Page, Place
from tresen.hooks.records import (
    ADMINISTRATOR,
    AGENT,
    CUSTOMER,
    DataSet,
    Job,
    Panel,
    Permission,
)
from tresen.i18n import lazy
from tresen.people.models import ERASED, Person


@hookimpl
def permissions() -> list[Permission]:
    """Return what signed-in people may do to their own account."""
    return [
        Permission("access.own", lazy("Use one's own account"), (ADMINISTRATOR, AGENT, CUSTOMER)),
        Permission(
            "access.tokens", lazy("Make keys to the REST interface"), (ADMINISTRATOR, AGENT)
        ),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of signing in and out."""
    return [views.blueprint, account.blueprint]


@hookimpl
def jobs() -> list[Job]:
    """Return the clearing of old attempts."""
    return [Job("access.forget_attempts", service.forget_attempts, every=timedelta(hours=6))]


@hookimpl
def cli_commands() -> list[click.Command]:
    """Return `tresen people`."""
    from tresen.access import cli  # noqa: PLC0415 - web processes run no command

    return [cli.commands]


@hookimpl
def page_panels(desk: Desk, page: Page, subject: Any) -> list[Panel]:
    """Show how a person signs in, to who may help them with it."""
    if page is not Page.PERSON or not desk.actor.may("people.change"):
        return []
    if subject.role == ERASED:
        return []
    values = {"person": subject, "has_password": queries.has_password(desk, subject.id)}
    return [Panel(Place.SIDE, lazy("Signing in"), "access/_panel.html", values, weight=90)]


@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    """Return how the person signs in, without what would let somebody in."""
    return privacy.data_of(desk, person)


@hookimpl
def person_erased(desk: Desk, person: Person) -> None:
    """End sessions, keys and links."""
    privacy.erase(desk, person)
