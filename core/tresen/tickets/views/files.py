# SPDX-License-Identifier: AGPL-3.0-or-later
"""What mails bring along: their HTML in a frame of its own, and their files."""

from typing import Any, TypeVar

from flask import Response, request
from sqlalchemy import Select, select
from sqlalchemy.orm import undefer

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.files import service as files
from tresen.files.models import StoredFile
from tresen.files.views import file_response, remote_address, shown_address
from tresen.i18n import _
from tresen.tickets.models import Message, MessageFile, Ticket
from tresen.tickets.queries import shown_to_customers, ticket_by_number
from tresen.tickets.views.routes import blueprint
from tresen.web.mail_frame import mail_frame
from tresen.web.permissions import needs
from tresen.web.sanitise import sanitise_mail_html
from tresen.web.work import current_desk

R = TypeVar("R")


@blueprint.get("/<int:number>/messages/<int:message_id>/frame")
@needs("tickets.read")
def frame(number: int, message_id: int) -> Any:
    """Show a mail's HTML, cleaned, as a document that can do nothing.

    `images=1` also shows its remote images: of this one mail, because the reader asked.
    """
    ticket = ticket_by_number(current_desk(), number)
    return framed(ticket, message_id, has_images=request.args.get("images") == "1")


@blueprint.get("/<int:number>/files/<public_id>")
@needs("tickets.read")
def download(number: int, public_id: str) -> Any:
    """Hand out a file that hangs on one of the ticket's messages; `show=1` shows a picture."""
    ticket = ticket_by_number(current_desk(), number)
    return handed_out(ticket, public_id, may_show=request.args.get("show") == "1")


def framed(ticket: Ticket, message_id: int, *, has_images: bool) -> Response:
    """Return the frame of one mail of a ticket that the actor may see."""
    desk = current_desk()
    message = _message(desk, ticket, message_id)
    safe = sanitise_mail_html(
        message.html or "",
        cid_urls=_pictures(desk, message),
        remote_image=remote_address if has_images else None,
    )
    shown = mail_frame(safe, _("Mail from %(name)s") % {"name": message.author_name})
    return Response(shown.body, headers=shown.headers)


def handed_out(ticket: Ticket, public_id: str, *, may_show: bool) -> Response:
    """Return a file of a ticket that the actor may see; customers get those of replies only."""
    desk = current_desk()
    statement = (
        select(StoredFile)
        .join(MessageFile, MessageFile.file_id == StoredFile.id)
        .join(Message, Message.id == MessageFile.message_id)
        .where(StoredFile.public_id == public_id, Message.ticket_id == ticket.id)
    )
    file = desk.session.scalar(_within(desk, statement).limit(1))
    if file is None:
        raise Missing(_("There is no such file on this ticket."))
    return file_response(file, files.read_blob(desk, file.sha256), may_show=may_show)


def _within(desk: Desk, statement: Select[R]) -> Select[R]:
    return statement if desk.actor.is_agent else statement.where(shown_to_customers(desk))


def _message(desk: Desk, ticket: Ticket, message_id: int) -> Message:
    statement = (
        select(Message)
        .where(Message.id == message_id, Message.ticket_id == ticket.id)
        .options(undefer(Message.html))
    )
    found = desk.session.scalar(_within(desk, statement))
    if found is None or found.html is None:
        raise Missing(_("There is no such mail on this ticket."))
    return found


def _pictures(desk: Desk, message: Message) -> dict[str, str]:
    found = desk.session.execute(
        select(MessageFile.content_id, StoredFile.public_id)
        .join(StoredFile, StoredFile.id == MessageFile.file_id)
        .where(MessageFile.message_id == message.id, MessageFile.content_id != "")
    )
    return {content_id: shown_address(public_id) for content_id, public_id in found}
