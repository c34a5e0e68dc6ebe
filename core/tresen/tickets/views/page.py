# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of one ticket: head, thread, composer, panels; and the earlier pages of its thread."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for

from tresen.desk import Desk
from tresen.hooks.places import Page
from tresen.i18n import _
from tresen.tickets import lists, states, timeline
from tresen.tickets.models import Message, Ticket
from tresen.tickets.queries import ticket_by_number
from tresen.tickets.views import addresses, composing, letters, menus, rows, sides, story
from tresen.tickets.views.routes import blueprint
from tresen.web import shell
from tresen.web.permissions import needs
from tresen.web.values import row_number
from tresen.web.work import current_desk

LOADED = (
    Ticket.requester,
    Ticket.organisation,
    Ticket.owner,
    Ticket.team,
    Ticket.product,
    Ticket.installation,
)


@blueprint.get("/<int:number>")
@needs("tickets.read")
def page(number: int) -> Any:
    """Show a ticket; `before` asks for the messages before that one, `quote` quotes one."""
    desk = current_desk()
    ticket = ticket_by_number(desk, number, *LOADED)
    message_id = row_number(request.args.get("quote"))
    quoted = timeline.message_of(desk, ticket, message_id) if message_id else None
    return render(desk, ticket, quoted=quoted)


def render(desk: Desk, ticket: Ticket, quoted: Message | None = None, **given: Any) -> str:
    """Return the page; `given` replaces what it would put into the composer itself.

    `quoted` is quoted there, below what the agent has begun to write.
    """
    before = row_number(request.args.get("before")) or None
    read = timeline.read_until(desk, ticket)
    thread = timeline.thread(desk, ticket, before)
    end = timeline.moment_of(desk, ticket, before) if before else None
    composer = composing.composer(desk, ticket, thread.messages, **given)
    if composer and quoted:
        composer = composing.with_quote(desk, ticket, composer, quoted)
    return render_template(
        "tickets/page.html",
        ticket=_head(ticket),
        strip=_strip(ticket.state),
        **_way(desk, ticket),
        **_thread(desk, ticket, thread, read, end),
        composer=composer,
        **sides.panels(desk, ticket),
        plugin_parts=shell.panels(Page.TICKET, ticket),
    )


def _way(desk: Desk, ticket: Ticket) -> dict[str, Any]:
    """Return the list one came from, and the tickets before and after this one in it."""
    listing = addresses.came_from(desk)
    if listing is None:
        return {"back": {"title": _("Tickets"), "url": url_for("tickets.index")}}
    saved = menus.saved_as(desk, listing)
    title = saved.title if saved else menus.title_of(desk, listing)[0]
    whole = lists.first_page(listing)
    found = lists.neighbours_of(desk, whole, ticket, request.args.get("at", ""))
    back = addresses.leading_back(listing)
    return {
        "back": {"title": title, "url": f"{addresses.url_of(listing)}#ticket-{ticket.number}"},
        "neighbours": {
            f"{side}_url": rows.url_of(found[side][0], f"{back}{found[side][1]}")
            if side in found
            else None
            for side in ("previous", "next")
        },
    }


def _head(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "state": ticket.state,
        "state_title": states.TITLES.get(ticket.state, ticket.state),
        "priority": ticket.priority,
        "priority_title": states.PRIORITIES.get(ticket.priority, ticket.priority),
        "is_answer_due": ticket.is_answer_due,
        "due": None,
    }


def _strip(state: str) -> list[dict[str, Any]]:
    """Return the ticket's way: what is behind it, where it stands, what comes."""
    stages = (
        ((states.NEW,), _("Received")),
        ((states.OPEN, *states.WAITING), _("In progress")),
        ((states.SOLVED,), states.TITLES[states.SOLVED]),
        ((states.CLOSED,), states.TITLES[states.CLOSED]),
    )
    here = next((n for n, (members, _title) in enumerate(stages) if state in members), 1)
    return [
        {"title": title, "is_done": n < here, "is_current": n == here}
        for n, (_members, title) in enumerate(stages)
    ]


def _thread(
    desk: Desk, ticket: Ticket, thread: timeline.Thread, read: int, end: datetime | None
) -> dict[str, Any]:
    shown = letters.letters(desk, ticket, thread, read)
    start = shown[0]["created_at"] if thread.earlier else None
    events = story.told(desk, timeline.events(desk, ticket, start, end))
    first, last = (thread.messages[0].id, thread.messages[-1].id) if thread.messages else (0, 0)
    url = url_for("tickets.page", number=ticket.number, before=first)
    return {
        "entries": story.woven(shown, events),
        "earlier": {"url": url, "count": thread.earlier} if thread.earlier else None,
        "first_new": next((letter["id"] for letter in shown if letter["is_new"]), None),
        "last_message": last,
        # By it a reply that is sent twice is known; an earlier part of the thread ends too soon.
        "newest": 0 if "before" in request.args else last,
    }
