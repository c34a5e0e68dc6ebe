# SPDX-License-Identifier: AGPL-3.0-or-later
"""What licensing and giving back add to Tresen."""

from types import ModuleType
from typing import Any

from flask import Blueprint
from tresen.sdk import (
    ADMINISTRATOR,
    AGENT,
    CUSTOMER,
    Check,
    DataSet,
    Desk,
    Job,
    NavItem,
    Page,
    Panel,
    Permission,
    Person,
    hookimpl,
    lazy,
    traces_of,
)

from tresen_licensing import health, pages
from tresen_licensing.agreements import views as agreement_views
from tresen_licensing.changes import privacy as change_privacy
from tresen_licensing.changes import views as change_views
from tresen_licensing.deployments import views as deployment_views
from tresen_licensing.developments import panels as development_panels
from tresen_licensing.developments import privacy as development_privacy
from tresen_licensing.developments import views as development_views
from tresen_licensing.waivers import jobs as waiver_jobs
from tresen_licensing.waivers import privacy as waiver_privacy
from tresen_licensing.waivers import views as waiver_views

# Their views stand on the one blueprint of the plugin's pages.
PAGES: tuple[ModuleType, ...] = (
    development_views,
    change_views,
    deployment_views,
    waiver_views,
    agreement_views,
)
# Keep something about people.
PRIVATE = (change_privacy, waiver_privacy, development_privacy)


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done with licences and contributions."""
    workers = (ADMINISTRATOR, AGENT)
    return [
        Permission("licensing.read", lazy("See licences and contributions"), workers),
        Permission("licensing.work", lazy("Record licences and contributions"), workers),
        Permission(
            "licensing.administer", lazy("Manage licences and contributions"), (ADMINISTRATOR,)
        ),
        Permission("licensing.take_part", lazy("See own developments"), (CUSTOMER,)),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of agents, of customers and of the public."""
    return [pages.blueprint]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the way to what is given back."""
    title, needed = lazy("Giving back"), "licensing.read"
    return [NavItem(title, "licensing.developments", needed, icon="git-pull-request", key="o")]


@hookimpl
def jobs() -> list[Job]:
    """Return what Tresen ends by itself."""
    return [waiver_jobs.LAPSE]


@hookimpl
def page_panels(desk: Desk, page: Page, subject: Any) -> list[Panel]:
    """Show agents what is developed out of a ticket."""
    if page is Page.TICKET and desk.actor.may("licensing.read"):
        return development_panels.ticket_panels(desk, subject)
    return []


@hookimpl
def health_checks(desk: Desk) -> list[Check]:
    """Say when something is owed to the public and late."""
    return health.checks(desk)


@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    """Say what each part of the plugin keeps about the person."""
    return [each for part in PRIVATE for each in part.data_sets(desk, person)]


@hookimpl
def person_erased(desk: Desk, person: Person) -> None:
    """Take the person out of what each part of the plugin keeps."""
    traces = traces_of(desk, person)
    for part in PRIVATE:
        part.forget(desk, person, traces)
