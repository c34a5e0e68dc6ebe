# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the composer begins with: the draft, who gets the reply, the states to send with."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from tresen.desk import Desk
from tresen.i18n import _
from tresen.tickets import states, writing
from tresen.tickets.models import Draft, Message, Ticket
from tresen.tickets.views import quoting
from tresen.tickets.views.shelf import participants_of, requester_address


def composer(
    desk: Desk,
    ticket: Ticket,
    messages: Sequence[Message],
    *,
    given: dict[str, Any] | None = None,
    errors: Sequence[str] = (),
    news: str = "",
) -> dict[str, Any] | None:
    """Return what the template of the composer needs; None for who may only read.

    `messages` are those of the shown page of the thread.
    `given` is what was typed when sending was refused, `errors` says why; `news` tells what
    happened to the ticket while it was typed.
    """
    if not desk.actor.may("tickets.work"):
        return None
    number = ticket.number
    return {
        "url": url_for("tickets.write", number=number),
        "draft_url": url_for("tickets.keep_draft", number=number),
        "draft_at": "",
        "preview_url": url_for("tickets.preview", number=number),
        "presence_url": url_for("tickets.be_present", number=number),
        "texts_url": _texts_url(desk, number),
        "states": _states(ticket),
        "is_closed": ticket.state == states.CLOSED,
        "revision": ticket.revision,
        "errors": errors,
        "news": news,
        "reply_to": _other_reply_to(messages),
        "to": requester_address(desk, ticket),
        "cc": ", ".join(address for _person, address in participants_of(desk, ticket) if address),
        "kind": "note" if ticket.state == states.CLOSED else "reply",
        "body": "",
        "state": "",
        "files": (),
        "added": "",
        **_draft(desk, ticket),
        **(given or {}),
    }


def with_quote(
    desk: Desk, ticket: Ticket, found: dict[str, Any], message: Message
) -> dict[str, Any]:
    """Return the composer with a message quoted below its text, unless it is there already.

    What colleagues said among themselves is quoted in a note, unless the agent says otherwise.
    """
    words = quoting.quoted(desk, ticket, message)
    body = found["body"] if words in found["body"] else writing.with_words(found["body"], words)
    kind = found["kind"] if message.is_public else "note"
    return found | {"body": f"{body.rstrip()}\n\n", "kind": kind, "added": words}


def _texts_url(desk: Desk, number: int) -> str:
    return url_for("tickets.texts", number=number) if desk.actor.may("snippets.use") else ""


def _draft(desk: Desk, ticket: Ticket) -> dict[str, Any]:
    draft = writing.draft_of(desk, ticket)
    if draft is None:
        return {}
    lines = {"to": draft.to, "cc": draft.cc}
    found: dict[str, Any] = {name: line for name, line in lines.items() if line is not None}
    return found | {
        "draft_at": draft_at(draft),
        "kind": draft.kind,
        "body": draft.body,
        "state": draft.state,
        "files": [{"id": file.public_id, "name": file.name} for file in draft.files],
    }


def draft_at(draft: Draft | None) -> str:
    """Return when a draft was kept, in microseconds since 1970 by the server's clock.

    Empty for none. The browser compares it for equality: had its copy been begun upon this draft?
    """
    return str(round(draft.changed_at.timestamp() * 1_000_000)) if draft else ""


def _states(ticket: Ticket) -> list[tuple[str, str]]:
    keep = ("", _("Keep “%(state)s”") % {"state": states.TITLES.get(ticket.state, ticket.state)})
    return [keep, *((step, states.TITLES[step]) for step in states.STEPS.get(ticket.state, ()))]


def _other_reply_to(messages: Sequence[Message]) -> str:
    """Return where the last mail wants its answer, when that is not its sender (safety M19)."""
    last = next((message for message in reversed(messages) if message.is_inbound), None)
    if last is None:
        return ""
    others = [
        address
        for address in last.recipients.get("reply_to", [])
        if address.lower() != last.author_address.lower()
    ]
    return ", ".join(others)
