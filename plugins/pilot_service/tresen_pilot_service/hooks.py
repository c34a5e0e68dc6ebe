# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pilot service adds to Tresen."""

from datetime import datetime
from typing import Any

from flask import Blueprint
from tresen.sdk import (
    ADMINISTRATOR,
    AGENT,
    CUSTOMER,
    Column,
    DataSet,
    Desk,
    Filter,
    Job,
    Message,
    NavItem,
    Page,
    Panel,
    Permission,
    Person,
    Route,
    SettingsForm,
    Ticket,
    hookimpl,
    lazy,
    speaking_to,
    traces_of,
)

from tresen_pilot_service import (
    columns,
    demo,
    filters,
    pages,
    panels,
    participants,
    privacy,
    prolongations,
    queries,
    responsible,
    service,
    views,
)
from tresen_pilot_service.appointments import portal as appointments_portal
from tresen_pilot_service.appointments import privacy as appointments_privacy
from tresen_pilot_service.appointments import views as appointments_views
from tresen_pilot_service.builds import privacy as builds_privacy
from tresen_pilot_service.builds import views as builds_views
from tresen_pilot_service.checkpoints import files as checkpoint_files
from tresen_pilot_service.checkpoints import privacy as checkpoints_privacy
from tresen_pilot_service.checkpoints import views as checkpoint_views
from tresen_pilot_service.cockpit import views as cockpit_views
from tresen_pilot_service.criteria import privacy as criteria_privacy
from tresen_pilot_service.criteria import views as criteria_views
from tresen_pilot_service.developments import duties
from tresen_pilot_service.developments import panels as development_panels
from tresen_pilot_service.developments import parts as development_parts
from tresen_pilot_service.developments import portal as development_portal
from tresen_pilot_service.developments import privacy as development_privacy
from tresen_pilot_service.developments import views as development_views
from tresen_pilot_service.feedback import mails as feedback_mails
from tresen_pilot_service.feedback import portal as feedback_portal
from tresen_pilot_service.feedback import privacy as feedback_privacy
from tresen_pilot_service.feedback import views as feedback_views
from tresen_pilot_service.figures import views as figures_views
from tresen_pilot_service.forms import PilotSettings
from tresen_pilot_service.minutes import privacy as minutes_privacy
from tresen_pilot_service.minutes import sessions
from tresen_pilot_service.minutes import views as minutes_views
from tresen_pilot_service.perks import views as perks_views
from tresen_pilot_service.portal import answers
from tresen_pilot_service.portal import views as portal_views
from tresen_pilot_service.ratings import privacy as ratings_privacy
from tresen_pilot_service.ratings import views as ratings_views
from tresen_pilot_service.reviews import privacy as reviews_privacy
from tresen_pilot_service.reviews import views as reviews_views
from tresen_pilot_service.targets import columns as targets_columns
from tresen_pilot_service.targets import filters as targets_filters
from tresen_pilot_service.targets import queries as targets_queries
from tresen_pilot_service.targets import rest as targets_rest
from tresen_pilot_service.tasks import privacy as tasks_privacy
from tresen_pilot_service.tasks import views as tasks_views

# Their views stand on the one blueprint of the plugin's pages.
PAGES = (
    views,
    participants,
    answers,
    appointments_views,
    appointments_portal,
    builds_views,
    checkpoint_views,
    checkpoint_files,
    cockpit_views,
    criteria_views,
    development_views,
    development_parts,
    development_portal,
    feedback_views,
    feedback_portal,
    figures_views,
    minutes_views,
    perks_views,
    portal_views,
    ratings_views,
    reviews_views,
    tasks_views,
)
# Keep something about people.
PRIVATE = (
    privacy,
    prolongations,
    appointments_privacy,
    builds_privacy,
    checkpoints_privacy,
    criteria_privacy,
    development_privacy,
    feedback_privacy,
    minutes_privacy,
    ratings_privacy,
    reviews_privacy,
    tasks_privacy,
)


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done to pilots."""
    return [
        Permission("pilot_service.read", lazy("See pilot programmes"), (ADMINISTRATOR, AGENT)),
        Permission("pilot_service.work", lazy("Work in pilot programmes"), (ADMINISTRATOR, AGENT)),
        Permission("pilot_service.take_part", lazy("Take part in pilots"), (CUSTOMER,)),
        Permission("pilot_service.administer", lazy("Manage pilot programmes"), (ADMINISTRATOR,)),
    ]


@hookimpl
def settings_forms() -> list[SettingsForm]:
    """Return what the operator decides about pilots."""
    return [SettingsForm(queries.SETTINGS, lazy("Pilot service"), PilotSettings)]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages of programmes and of who takes part in them."""
    return [pages.blueprint]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the ways to the programmes and to the developments."""
    needed = "pilot_service.read"
    return [
        NavItem(lazy("Pilots"), "pilot_service.index", needed, icon="rocket", key="i"),
        NavItem(lazy("Developments"), "pilot_service.developments", needed, icon="code", key="v"),
    ]


@hookimpl
def jobs() -> list[Job]:
    """Return what is told by itself, day by day."""
    return [duties.TELL]


@hookimpl
def ticket_columns() -> list[Column]:
    """Mark a pilot's tickets in lists."""
    return [columns.PILOT, targets_columns.TARGET]


@hookimpl
def ticket_filters() -> list[Filter]:
    """Let lists keep to a pilot's tickets."""
    return [filters.PROGRAMME, targets_filters.OVERDUE]


@hookimpl
def page_panels(desk: Desk, page: Page, subject: Any) -> list[Panel]:
    """Show which pilot a ticket belongs to and who cares for it, and customers their pilots."""
    if page is Page.TICKET and desk.actor.may("pilot_service.read"):
        return [*panels.ticket_panels(desk, subject), *development_panels.of_ticket(desk, subject)]
    if page is Page.ORGANISATION and desk.actor.may("pilot_service.read"):
        return development_panels.of_organisation(desk, subject)
    if page is Page.PORTAL and desk.actor.may("pilot_service.take_part"):
        return panels.portal_panels(desk)
    return []


@hookimpl
def rest_extras(desk: Desk, subjects: list[Any]) -> list[dict[int, dict[str, Any]]]:
    """Say in JSON which pilot a ticket belongs to and who cares for it."""
    if not desk.actor.may("pilot_service.read"):
        return []
    found = queries.participations_of(desk, [subject.id for subject in subjects])
    promised = targets_queries.promises(desk, list(found))
    return [
        {
            ticket_id: {
                "programme_id": row.programme_id,
                "programme": row.programme.title,
                "ends_on": row.programme.ends_on.isoformat(),
                "state": row.state,
                "ring": row.ring,
                "contact_id": row.contact_id,
                "deputy_id": row.deputy_id,
                "key_user_id": row.key_user_id,
                "key_user_deputy_id": row.key_user_deputy_id,
                "targets": targets_rest.facts(promised.get(ticket_id, [])),
            }
            for ticket_id, row in found.items()
        }
    ]


@hookimpl
def ticket_route(desk: Desk, ticket: Ticket) -> Route | None:
    """Send a participant's ticket to the designated contact."""
    return responsible.route(desk, ticket)


@hookimpl
def ticket_opened(desk: Desk, ticket: Ticket, message: Message) -> None:
    """Record which pilot the ticket came out of, and what it told by mail."""
    if found := service.note_new_ticket(desk, ticket):
        feedback_mails.note_new_ticket(desk, found, ticket, message)


@hookimpl
def message_added(desk: Desk, ticket: Ticket, message: Message) -> None:
    """Let somebody who is there answer what a participant writes."""
    # With its first word a ticket was given to somebody already.
    if message.is_inbound and message.created_at != ticket.created_at:
        responsible.hand_over(desk, ticket)


@hookimpl
def ticket_changed(desk: Desk, ticket: Ticket, changes: dict[str, tuple[Any, Any]]) -> None:
    """Keep the record right when the ticket turns out to be about something else."""
    if {"organisation_id", "product_id", "installation_id"} & set(changes):
        service.note_ticket(desk, ticket)


@hookimpl(optionalhook=True)
def remote_support_policies(desk: Desk, ticket: Ticket, moment: datetime) -> list[dict[str, Any]]:
    """Widen hours and minutes of remote support for a pilot's tickets."""
    return sessions.policies(desk, ticket, moment)


@hookimpl(optionalhook=True)
def remote_support_contracts(desk: Desk, ticket: Ticket, moment: datetime) -> list[dict[str, Any]]:
    """Cover remote support for a pilot's tickets while its customer takes part."""
    return sessions.contracts(desk, ticket, moment)


@hookimpl(optionalhook=True)
def remote_support_documented(desk: Desk, ticket: Ticket, facts: dict[str, Any]) -> None:
    """Book what a session took on the participant's quota."""
    sessions.book(desk, ticket, facts)


@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    """Say what each part of the plugin keeps about the person."""
    return [each for part in PRIVATE for each in part.data_sets(desk, person)]


@hookimpl
def person_erased(desk: Desk, person: Person) -> None:
    """Let the deputy step in, and take the name out of what each part of the plugin keeps."""
    traces = traces_of(desk, person)
    for part in PRIVATE:
        part.forget(desk, person, traces)


@hookimpl
def demo_filled(desk: Desk, world: dict[str, Any]) -> None:
    """Begin one pilot of an own product with three customers, in the language of the firm."""
    with speaking_to(desk, "de"):
        demo.fill(desk, world)
