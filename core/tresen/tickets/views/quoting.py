# SPDX-License-Identifier: AGPL-3.0-or-later
"""A message quoted for the answer to it, in the customer's language."""

from typing import Any

from flask import Response

from tresen.desk import Desk
from tresen.i18n import _, speaking_to
from tresen.tickets import timeline
from tresen.tickets.models import Message, Ticket
from tresen.tickets.queries import ticket_by_number
from tresen.tickets.views.routes import blueprint
from tresen.web import formats
from tresen.web.permissions import needs
from tresen.web.quotes import quote_for_reply
from tresen.web.work import current_desk


@blueprint.get("/<int:number>/messages/<int:message_id>/quote")
@needs("tickets.work")
def quote(number: int, message_id: int) -> Any:
    """Return a message as it is quoted, as plain text; the first line says who wrote it."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number)
    words = quoted(desk, ticket, timeline.message_of(desk, ticket, message_id))
    return Response(words, mimetype="text/plain")


def quoted(desk: Desk, ticket: Ticket, message: Message) -> str:
    """Return the message's words with quote marks, below a line that says whose they are."""
    name = message.author.name if message.author else message.author_name
    with speaking_to(desk, ticket.language):
        attribution = _("%(name)s wrote on %(moment)s:") % {
            "name": name or message.author_address,
            "moment": formats.moment(message.created_at),
        }
    return quote_for_reply(message.body, attribution)
