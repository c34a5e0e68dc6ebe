# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from datetime import timedelta

from flask import Blueprint
from sqlalchemy import ColumnElement

from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import (
    ADMINISTRATOR,
    AGENT,
    Column,
    DataSet,
    Filter,
    Job,
    Permission,
    RailGroup,
    SearchSource,
    SettingsForm,
)
from tresen.i18n import lazy
from tresen.people.models import Person
from tresen.tickets import columns, filters, jobs, privacy, queries, search, views
from tresen.tickets.forms import TicketSettings
from tresen.tickets.records import SETTINGS
from tresen.tickets.views import choices, rail


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done to tickets."""
    return [
        Permission("tickets.read", lazy("See tickets"), (ADMINISTRATOR, AGENT)),
        Permission("tickets.work", lazy("Answer and change tickets"), (ADMINISTRATOR, AGENT)),
        Permission("tickets.read_restricted", lazy("See the tickets of restricted teams")),
    ]


@hookimpl
def settings_forms() -> list[SettingsForm]:
    """Return what the operator decides about tickets."""
    return [SettingsForm(SETTINGS, lazy("Tickets"), TicketSettings, choices.offer_settings)]


@hookimpl(specname="jobs")
def ticket_jobs() -> list[Job]:
    """Return the closing of what stayed solved, and the finding by new names."""
    return [
        Job("tickets.close_solved", jobs.close_solved, every=timedelta(hours=1)),
        Job("tickets.index_heads", jobs.index_heads),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the agent's pages."""
    return [views.blueprint]


@hookimpl
def ticket_columns() -> list[Column]:
    """Return the columns that a list may show besides those it always has."""
    return columns.core_columns()


@hookimpl
def ticket_filters() -> list[Filter]:
    """Return the filters by the ticket's own fields."""
    return filters.core_filters()


@hookimpl
def ticket_scopes(desk: Desk) -> list[ColumnElement[bool]]:
    """Narrow to the agent's teams or to the customer's own requests."""
    return [queries.own_scope(desk)]


@hookimpl
def search_sources() -> list[SearchSource]:
    """Return how tickets are found."""
    return [search.SOURCE]


@hookimpl
def rail_groups(desk: Desk) -> list[RailGroup]:
    """Return the agent's lists."""
    return rail.groups(desk) if desk.actor.may("tickets.read") else []


@hookimpl
def rest_blueprints() -> list[Blueprint]:
    """Return tickets and messages as REST resources."""
    from tresen.tickets import rest  # noqa: PLC0415 - marshmallow comes with it

    return [rest.blueprint, rest.messages]


@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    """Return the person's requests, messages, drafts and marks."""
    return privacy.data_of(desk, person)


@hookimpl
def person_erased(desk: Desk, person: Person) -> None:
    """Keep what was said and forget who said it."""
    privacy.erase(desk, person)
