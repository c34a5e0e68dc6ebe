# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts to insert into what is being written: found by their words, filled for this ticket.

The composer takes them out of the same page by script; without it they go through the draft.
"""

from typing import Any

from flask import redirect, render_template, request, url_for

from tresen.desk import Desk
from tresen.i18n import LANGUAGES
from tresen.snippets import queries
from tresen.snippets.models import TEMPLATE, Snippet
from tresen.snippets.placeholders import filled
from tresen.tickets import writing
from tresen.tickets.forms import ReplyForm
from tresen.tickets.models import Ticket
from tresen.tickets.queries import ticket_by_number
from tresen.tickets.views.routes import blueprint
from tresen.tickets.views.writing import written_in
from tresen.web.permissions import needs
from tresen.web.work import current_desk

LOADED = (Ticket.requester, Ticket.organisation)
MOST_WORDS = 200


@blueprint.get("/<int:number>/texts")
@needs("tickets.work")
def texts(number: int) -> Any:
    """Show the texts that can be inserted, as they will stand in the message; `q` are words."""
    desk = current_desk()
    desk.demand("snippets.use")
    ticket = ticket_by_number(desk, number, *LOADED)
    words = request.args.get("q", "")[:MOST_WORDS]
    values = _values(desk, ticket)
    found = queries.offered(desk, ticket.language or desk.config.language, words)
    return render_template(
        "tickets/texts.html",
        ticket={"number": number, "subject": ticket.subject},
        words=words,
        texts=[_shown(snippet, values) for snippet in found],
    )


@blueprint.post("/<int:number>/texts")
@needs("tickets.work")
def choose_text(number: int) -> Any:
    """Keep what stands in the composer as the draft, then let a text be chosen."""
    desk = current_desk()
    desk.demand("snippets.use")
    ticket = ticket_by_number(desk, number)
    writing.keep_draft(desk, ticket, written_in(desk, ReplyForm()))
    return redirect(url_for("tickets.texts", number=number), 303)


@blueprint.post("/<int:number>/texts/<int:snippet_id>")
@needs("tickets.work")
def insert_text(number: int, snippet_id: int) -> Any:
    """Put a text into the draft and return to it: a template above it, a fragment below."""
    desk = current_desk()
    desk.demand("snippets.use")
    ticket = ticket_by_number(desk, number, *LOADED)
    snippet = queries.usable(desk, snippet_id)
    words = filled(snippet.body, _values(desk, ticket))
    writing.add_to_draft(desk, ticket, words, is_first=snippet.kind == TEMPLATE)
    return redirect(url_for("tickets.page", number=number, _anchor="composer"), 303)


def _values(desk: Desk, ticket: Ticket) -> dict[str, str]:
    return {
        "requester": ticket.requester.name if ticket.requester else "",
        "number": str(ticket.number),
        "subject": ticket.subject,
        "organisation": ticket.organisation.name if ticket.organisation else "",
        "agent": desk.actor.name,
    }


def _shown(snippet: Snippet, values: dict[str, str]) -> dict[str, Any]:
    return {
        "id": snippet.id,
        "title": snippet.title,
        "text": filled(snippet.body, values),
        "is_template": snippet.kind == TEMPLATE,
        "is_own": snippet.person_id is not None,
        "language": LANGUAGES.get(snippet.language or "", ""),
    }
