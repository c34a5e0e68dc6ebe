# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the slice answers, as if it were a plugin."""

from datetime import timedelta
from typing import Any

import click
from flask import Blueprint

from tresen.desk import Desk
from tresen.hooks import hookimpl
from tresen.hooks.records import (
    ADMINISTRATOR,
    AGENT,
    Check,
    DataSet,
    Job,
    MessageMark,
    NavItem,
    Permission,
    Service,
    SettingsForm,
)
from tresen.i18n import lazy
from tresen.mail import (
    answering,
    checks,
    ignoring,
    link_mails,
    marks,
    notices,
    outbound,
    privacy,
    queries,
    receipts,
    replies,
    views,
)
from tresen.mail.forms import MailSettingsForm
from tresen.mail.records import Mail
from tresen.people.models import EmailAddress, Person
from tresen.tickets import undoing
from tresen.tickets.models import Message, Ticket


@hookimpl
def permissions() -> list[Permission]:
    """Return what can be done to mails and mailboxes."""
    return [
        Permission("mail.read", lazy("See mails and what became of them"), (ADMINISTRATOR, AGENT)),
        Permission("mail.administer", lazy("Manage mailboxes")),
    ]


@hookimpl
def blueprints() -> list[Blueprint]:
    """Return the pages about mails and mailboxes."""
    return [views.blueprint]


@hookimpl
def nav_items() -> list[NavItem]:
    """Return the way to the mails; the number is how many are held."""
    title = lazy("Mail")
    return [
        NavItem(title, "mail.inbound", "mail.read", icon="mail", badge=_held, weight=800, key="e")
    ]


@hookimpl
def cli_commands() -> list[click.Command]:
    """Return `tresen mail`."""
    from tresen.mail import cli  # noqa: PLC0415 - web processes stay without the way in and out

    return [cli.mail]


@hookimpl
def services() -> list[Service]:
    """Return what the worker keeps running for mail."""
    from tresen.mail import worker  # noqa: PLC0415 - web processes stay without the way in and out

    return worker.SERVICES


@hookimpl
def jobs() -> list[Job]:
    """Return the clearing of what was counted of automatic mails."""
    return [Job("mail.forget_automatic", answering.forget_old, every=timedelta(days=1))]


@hookimpl
def health_checks(desk: Desk) -> list[Check]:
    """Say whether mails come in, get an outcome and go out."""
    return checks.all_checks(desk)


@hookimpl
def settings_forms() -> list[SettingsForm]:
    """Return what the operator says about mail."""
    return [SettingsForm(ignoring.SETTINGS, lazy("Mail"), MailSettingsForm)]


@hookimpl
def before_mail_taken(desk: Desk, mail: Mail) -> None:
    """Refuse what the operator wants to have ignored."""
    ignoring.refuse_ignored(desk, mail)


@hookimpl
def link_issued(desk: Desk, address: EmailAddress, purpose: str, token: str) -> None:
    """Mail a one-time link."""
    link_mails.queue_link(desk, address, purpose, token)


@hookimpl
def ticket_opened(desk: Desk, ticket: Ticket, message: Message) -> None:
    """Confirm a request from the portal; one by mail is confirmed where its sender was judged."""
    if ticket.channel == "web" and message.is_inbound:
        receipts.queue_receipt(desk, ticket, message)


@hookimpl
def message_added(desk: Desk, ticket: Ticket, message: Message) -> None:
    """Send an agent's public reply; tell the owner what came from the customer's side."""
    outbound.note_said(desk, message)
    if message.is_public and not message.is_inbound:
        replies.queue_reply(desk, ticket, message)
    elif message.is_public and ticket.owner_id is not None:
        notices.tell_owner_of_message(desk, ticket, message)


@hookimpl
def before_message_taken_back(desk: Desk, message: Message) -> None:
    """Refuse once the mail has gone out."""
    replies.refuse_once_gone(desk, message)


@hookimpl
def message_marks(desk: Desk, messages: list[Message]) -> list[MessageMark]:
    """Say which replies still wait and whom one did not reach."""
    return marks.marks(desk, [message.id for message in messages])


@hookimpl
def ticket_changed(desk: Desk, ticket: Ticket, changes: dict[str, tuple[Any, Any]]) -> None:
    """Tell an agent whose ticket it now is; withdraw what a step that is undone would have told."""
    if span := undoing.undone_span(desk):
        notices.withdraw(desk, ticket, span)
    elif changes.get("owner_id", (None, None))[1] is not None:
        notices.tell_owner_of_ticket(desk, ticket)


@hookimpl
def personal_data(desk: Desk, person: Person) -> list[DataSet]:
    """Return the mails from the person and to the person."""
    return privacy.data_of(desk, person)


@hookimpl
def person_erased(desk: Desk, person: Person) -> None:
    """Let raw mails go, and take the person out of what was sent."""
    privacy.erase(desk, person)


def _held(desk: Desk) -> int | None:
    return queries.count_held(desk) or None
