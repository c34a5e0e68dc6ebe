# SPDX-License-Identifier: AGPL-3.0-or-later
"""What remote support adds to Tresen."""

from typing import Any

from flask import Blueprint
from tresen.sdk import (
    ADMINISTRATOR,
    CUSTOMER,
    DataSet,
    Desk,
    Job,
    NavItem,
    Page,
    Panel,
    Permission,
    Person,
    SettingsForm,
    ShortAddress,
    hookimpl,
    lazy,
    speaking_to,
    traces_of,
)

from tresen_remote_support import demo, pages, panels, privacy, queries, seats, views
from tresen_remote_support import jobs as own_jobs
from tresen_remote_support.appointments import panels as appointment_panels
from tresen_remote_support.appointments import views as appointment_views
from tresen_remote_support.checklists import privacy as checklist_privacy
from tresen_remote_support.checklists import views as checklist_views
from tresen_remote_support.figures import views as figure_views
from tresen_remote_support.files import privacy as file_privacy
from tresen_remote_support.files import views as file_views
from tresen_remote_support.forms import RemoteSupportSettings
from tresen_remote_support.live import jobs as live_jobs
from tresen_remote_support.live import privacy as live_privacy
from tresen_remote_support.live import queries as live_queries
from tresen_remote_support.live import sockets as live_sockets
from tresen_remote_support.live import views as live_views
from tresen_remote_support.live.forms import LiveSettings
from tresen_remote_support.policy import panels as policy_panels
from tresen_remote_support.policy import views as policy_views
from tresen_remote_support.policy.rules import BEYOND, WORKERS
from tresen_remote_support.profiles import jobs as profile_jobs
from tresen_remote_support.profiles import panels as profile_panels
from tresen_remote_support.profiles import privacy as profile_privacy
from tresen_remote_support.profiles import views as profile_views
from tresen_remote_support.protocols import privacy as protocol_privacy
from tresen_remote_support.protocols import views as protocol_views
from tresen_remote_support.providers import jobs as provider_jobs
from tresen_remote_support.providers import views as provider_views
from tresen_remote_support.recordings import jobs as recording_jobs
from tresen_remote_support.recordings import panels as recording_panels
from tresen_remote_support.recordings import privacy as recording_privacy
from tresen_remote_support.recordings import retention
from tresen_remote_support.recordings import seats as recording_seats
from tresen_remote_support.recordings import views as recording_views
from tresen_remote_support.recordings.forms import RecordingSettings
from tresen_remote_support.stills import privacy as still_privacy
from tresen_remote_support.stills import seats as still_seats
from tresen_remote_support.stills import views as still_views

# Their views stand on the one blueprint of the plugin's pages.
PAGES = (
    views,
    seats,
    still_views,
    still_seats,
    live_sockets,
    live_views,
    recording_views,
    recording_seats,
    provider_views,
    profile_views,
    appointment_views,
    policy_views,
    file_views,
    protocol_views,
    figure_views,
    checklist_views,
)
# Keep something about people; the sessions last, for by them the others find whose it is.
PRIVATE = (
    still_privacy,
    live_privacy,
    recording_privacy,
    profile_privacy,
    protocol_privacy,
    file_privacy,
    checklist_privacy,
    privacy,
)


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done in remote support."""
    return [
        Permission("remote_support.read", lazy("See remote sessions"), WORKERS),
        Permission("remote_support.work", lazy("Give remote support"), WORKERS),
        Permission(recording_views.WATCH, lazy("Watch recordings of remote sessions"), WORKERS),
        Permission(BEYOND, lazy("Manage remote support"), (ADMINISTRATOR,)),
        Permission("remote_support.take_part", lazy("Take part in remote sessions"), (CUSTOMER,)),
    ]


@hookimpl
def settings_forms() -> list[SettingsForm]:
    """Return what the operator decides about remote support."""
    return [
        SettingsForm(queries.SETTINGS, lazy("Remote support"), RemoteSupportSettings),
        SettingsForm(live_queries.SETTINGS, lazy("Remote support: the picture"), LiveSettings),
        SettingsForm(retention.SETTINGS, lazy("Remote support: recordings"), RecordingSettings),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of agents and of customers."""
    return [pages.blueprint]


@hookimpl
def short_addresses() -> list[ShortAddress]:
    """Return where a PIN is typed in, as it is read over the phone."""
    return [ShortAddress("join", "remote_support.enter")]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the way to the sessions."""
    needed = "remote_support.read"
    title = lazy("Remote support")
    return [NavItem(title, "remote_support.index", needed, icon="screen-share", key="w")]


@hookimpl
def jobs() -> list[Job]:
    """Return what Tresen ends by itself."""
    return [
        own_jobs.TIDY,
        live_jobs.SWEEP,
        recording_jobs.CLOSE,
        recording_jobs.DELETE,
        profile_jobs.LAPSED,
        provider_jobs.SHUT,
    ]


@hookimpl
def page_panels(desk: Desk, page: Page, subject: Any) -> list[Panel]:
    """Show agents a ticket's sessions and a customer's minutes, and customers what is to come."""
    if page is Page.TICKET and desk.actor.may("remote_support.read"):
        return panels.ticket_panels(desk, subject)
    if page is Page.PORTAL and desk.actor.may("remote_support.take_part"):
        return [
            *panels.portal_panels(desk),
            *appointment_panels.portal_panels(desk),
            *recording_panels.portal_panels(desk),
        ]
    if page is Page.ORGANISATION and desk.actor.may("remote_support.read"):
        return [
            *profile_panels.organisation_panels(desk, subject),
            *policy_panels.organisation_panels(desk, subject),
        ]
    return []


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


@hookimpl
def demo_filled(desk: Desk, world: dict[str, Any]) -> None:
    """Show sessions in several states, in the language of the firm."""
    with speaking_to(desk, "de"):
        demo.fill(desk, world)
