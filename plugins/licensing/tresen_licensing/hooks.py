# SPDX-License-Identifier: AGPL-3.0-or-later
"""What licensing and giving back add to Tresen."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import ModuleType
from typing import Any

import click
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
    Organisation,
    Page,
    Panel,
    Permission,
    Person,
    SettingsForm,
    ShortAddress,
    Ticket,
    hookimpl,
    lazy,
    speaking_to,
    traces_of,
)

from tresen_licensing import commands, demo, health, pages
from tresen_licensing.advisories import cli as advisory_cli
from tresen_licensing.advisories import findings as advisory_findings
from tresen_licensing.advisories import jobs as advisory_jobs
from tresen_licensing.advisories import privacy as advisory_privacy
from tresen_licensing.advisories import queries as advisory_queries
from tresen_licensing.advisories import views as advisory_views
from tresen_licensing.agreements import views as agreement_views
from tresen_licensing.announcements import duties
from tresen_licensing.announcements import service as announcements
from tresen_licensing.audits import cli as audit_cli
from tresen_licensing.audits import views as audit_views
from tresen_licensing.bundles import cli as bundle_cli
from tresen_licensing.bundles import views as bundle_views
from tresen_licensing.changes import privacy as change_privacy
from tresen_licensing.changes import views as change_views
from tresen_licensing.clearances import cli as clearance_cli
from tresen_licensing.clearances import portal as clearance_portal
from tresen_licensing.clearances import privacy as clearance_privacy
from tresen_licensing.clearances import views as clearance_views
from tresen_licensing.components import privacy as component_privacy
from tresen_licensing.components import views as component_views
from tresen_licensing.connections import views as connection_views
from tresen_licensing.contributions import panels as contribution_panels
from tresen_licensing.contributions import views as contribution_views
from tresen_licensing.deployments import cli as deployment_cli
from tresen_licensing.deployments import views as deployment_views
from tresen_licensing.developments import cli as development_cli
from tresen_licensing.developments import panels as development_panels
from tresen_licensing.developments import privacy as development_privacy
from tresen_licensing.developments import views as development_views
from tresen_licensing.holdings import coverage
from tresen_licensing.holdings import exports as holding_exports
from tresen_licensing.holdings import jobs as holding_jobs
from tresen_licensing.holdings import panels as holding_panels
from tresen_licensing.holdings import portal as holding_portal
from tresen_licensing.holdings import privacy as holding_privacy
from tresen_licensing.holdings import views as holding_views
from tresen_licensing.networks import settings as network_settings
from tresen_licensing.networks.forms import NetworkSettings
from tresen_licensing.obligations import findings as obligation_findings
from tresen_licensing.obligations import privacy as obligation_privacy
from tresen_licensing.obligations import views as obligation_views
from tresen_licensing.owns import panels as own_panels
from tresen_licensing.owns import views as own_views
from tresen_licensing.portfolio import jobs as portfolio_jobs
from tresen_licensing.portfolio import panels as portfolio_panels
from tresen_licensing.portfolio import privacy as portfolio_privacy
from tresen_licensing.portfolio import vendor_views
from tresen_licensing.portfolio import views as portfolio_views
from tresen_licensing.proposals import cli as proposal_cli
from tresen_licensing.proposals import jobs as proposal_jobs
from tresen_licensing.proposals import privacy as proposal_privacy
from tresen_licensing.proposals import views as proposal_views
from tresen_licensing.publications import cli as publication_cli
from tresen_licensing.publications import jobs as publication_jobs
from tresen_licensing.publications import privacy as publication_privacy
from tresen_licensing.publications import settings as publication_settings
from tresen_licensing.publications import views as publication_views
from tresen_licensing.publications.forms import AnchorSettings
from tresen_licensing.reports import cli as report_cli
from tresen_licensing.reports import views as report_views
from tresen_licensing.repositories import jobs as repository_jobs
from tresen_licensing.repositories import service as repository_service
from tresen_licensing.repositories import views as repository_views
from tresen_licensing.repositories.forms import RepositorySettings
from tresen_licensing.requests import panels as request_panels
from tresen_licensing.requests import privacy as request_privacy
from tresen_licensing.requests import views as request_views
from tresen_licensing.sources import cli as source_cli
from tresen_licensing.sources import findings as source_findings
from tresen_licensing.sources import jobs as source_jobs
from tresen_licensing.sources import panels as source_panels
from tresen_licensing.sources import service as source_service
from tresen_licensing.sources import views as source_views
from tresen_licensing.sources.forms import SourceSettings
from tresen_licensing.waivers import jobs as waiver_jobs
from tresen_licensing.waivers import privacy as waiver_privacy
from tresen_licensing.waivers import views as waiver_views

# Their views stand on the one blueprint of the plugin's pages.
PAGES: tuple[ModuleType, ...] = (
    development_views,
    change_views,
    repository_views,
    clearance_views,
    clearance_portal,
    audit_views,
    deployment_views,
    waiver_views,
    bundle_views,
    report_views,
    publication_views,
    contribution_views,
    own_views,
    proposal_views,
    connection_views,
    agreement_views,
    source_views,
    request_views,
    portfolio_views,
    vendor_views,
    component_views,
    obligation_views,
    advisory_views,
    holding_views,
    holding_exports,
    holding_portal,
)
# The commands of `contrib`.
COMMANDS = (
    *(development_cli.COMMANDS, audit_cli.COMMANDS, clearance_cli.COMMANDS),
    *(publication_cli.COMMANDS, proposal_cli.COMMANDS, bundle_cli.COMMANDS),
    *(deployment_cli.COMMANDS, report_cli.COMMANDS),
)
# Keep something about people.
PRIVATE = (
    change_privacy,
    clearance_privacy,
    waiver_privacy,
    publication_privacy,
    proposal_privacy,
    development_privacy,
    request_privacy,
    portfolio_privacy,
    component_privacy,
    obligation_privacy,
    advisory_privacy,
    holding_privacy,
)


def _beside_ticket(desk: Desk, ticket: Ticket) -> list[Panel]:
    return [
        *holding_panels.ticket_panels(desk, ticket),
        *development_panels.ticket_panels(desk, ticket),
        *request_panels.ticket_panels(desk, ticket),
    ]


def _beside_organisation(desk: Desk, organisation: Organisation) -> list[Panel]:
    return [
        *portfolio_panels.organisation_panels(desk, organisation),
        *holding_panels.organisation_panels(desk, organisation),
    ]


# What agents see beside something of the core's.
BESIDE: Mapping[Page, Callable[[Desk, Any], list[Panel]]] = {
    Page.TICKET: _beside_ticket,
    Page.PRODUCT: portfolio_panels.product_panels,
    Page.ORGANISATION: _beside_organisation,
}


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
def settings_forms() -> list[SettingsForm]:
    """Return what the operator decides about source offers, the network, and what is public."""
    return [
        SettingsForm(source_service.SETTINGS, lazy("Source offers"), SourceSettings),
        SettingsForm(
            repository_service.SETTINGS,
            lazy("Giving back: upstream's repositories"),
            RepositorySettings,
        ),
        SettingsForm(publication_settings.ANCHORS, lazy("Giving back: anchors"), AnchorSettings),
        SettingsForm(
            network_settings.NETWORK, lazy("Giving back: the own network"), NetworkSettings
        ),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of agents, of customers and of the public."""
    return [pages.blueprint]


@hookimpl
def short_addresses() -> list[ShortAddress]:
    """Return the address of the public register, as it is printed."""
    return [ShortAddress("contributions", "licensing.contributions")]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the ways to the portfolio, to what is given back, and to the offers of source."""
    needed = "licensing.read"
    portfolio, back = lazy("Portfolio"), lazy("Giving back")
    return [
        NavItem(portfolio, "licensing.portfolio", needed, icon="list-details", weight=32, key="l"),
        NavItem(back, "licensing.developments", needed, icon="git-pull-request", key="o"),
        NavItem(lazy("Source offers"), "licensing.sources", needed, icon="source-code"),
    ]


@hookimpl
def cli_commands() -> list[click.Command]:
    """Return `tresen licensing source`, `contrib` and `advisories`."""
    for part in COMMANDS:
        for each in part:
            commands.contrib.add_command(each)
    return [source_cli.source, commands.contrib, advisory_cli.advisories]


@hookimpl
def jobs() -> list[Job]:
    """Return what Tresen looks for, packs, sends and ends by itself."""
    return [
        *(waiver_jobs.LAPSE, repository_jobs.FETCH, publication_jobs.LOOK, *proposal_jobs.JOBS),
        *(source_jobs.LOOK, portfolio_jobs.ENDS, holding_jobs.RENEWALS, advisory_jobs.JOB),
    ]


@hookimpl
def page_panels(desk: Desk, page: Page, subject: Any) -> list[Panel]:
    """Offer the source to everybody, show agents the rest, and customers what is their own."""
    if page is Page.SOURCE:
        return [*source_panels.source_panels(desk), *contribution_panels.source_panels(desk)]
    if page is Page.PORTAL and desk.actor.may("licensing.take_part"):
        return [*holding_panels.portal_panels(desk), *own_panels.portal_panels(desk)]
    beside = BESIDE.get(page)
    return beside(desk, subject) if beside and desk.actor.may("licensing.read") else []


@hookimpl
def health_checks(desk: Desk) -> list[Check]:
    """Say when something is owed and late or open, and whether the source is on offer."""
    found = [*health.checks(desk), *obligation_findings.checks(desk)]
    return [*found, *advisory_findings.checks(desk), *source_findings.checks(desk)]


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


@hookimpl(optionalhook=True)
def remote_support_contracts(desk: Desk, ticket: Ticket, moment: datetime) -> list[dict[str, Any]]:
    """Say which maintenance of the customer covers support about a ticket."""
    return coverage.contracts(desk, ticket, moment)


@hookimpl(optionalhook=True)
def pilot_service_deployed(desk: Desk, facts: dict[str, Any]) -> None:
    """Start the clock of what was developed in a pilot or for a customer and runs there."""
    announcements.take_in(desk, "pilot_service", facts)


@hookimpl(optionalhook=True)
def pilot_service_duty(desk: Desk, development_id: int) -> dict[str, Any] | None:
    """Say how the clock of what was announced stands."""
    return duties.duty(desk, "pilot_service", development_id)


@hookimpl(optionalhook=True)
def licensing_advisories(desk: Desk, packages: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Tell what was imported about these packages, and what others told before."""
    keys = {each["purl"] for each in packages}
    return [each.record for each in advisory_queries.advisories_about(desk, keys)]


@hookimpl
def demo_filled(desk: Desk, world: dict[str, Any]) -> None:
    """Show a portfolio with licences, in the language of the firm."""
    with speaking_to(desk, "de"):
        demo.fill(desk, world)
