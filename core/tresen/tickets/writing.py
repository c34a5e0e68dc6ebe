# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verbs around writing: drafts, who is at a ticket, how far it was read, addresses."""

from email.utils import getaddresses

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.files.models import StoredFile
from tresen.i18n import _
from tresen.tickets import states
from tresen.tickets.models import Draft, Message, Presence, ReadMark, Ticket
from tresen.tickets.records import Written

MOST_RECIPIENTS = 40


def draft_of(desk: Desk, ticket: Ticket) -> Draft | None:
    """Return what the actor has begun to write on the ticket, with the files that wait."""
    return desk.session.get(
        Draft, (ticket.id, desk.actor.person_id), options=[selectinload(Draft.files)]
    )


def keep_draft(desk: Desk, ticket: Ticket, written: Written) -> Draft | None:
    """Keep what the actor is writing, show that he writes, and return the draft.

    One without a word and without a file is forgotten.
    """
    draft = draft_of(desk, ticket)
    if draft is None:
        draft = Draft(ticket_id=ticket.id, person_id=desk.actor.person_id, files=[])
    draft.files = [desk.session.get_one(StoredFile, file_id) for file_id in written.files]
    draft.kind, draft.body, draft.state = written.kind, written.body, written.state
    draft.to, draft.cc, draft.changed_at = written.to, written.cc, desk.now()
    _presence(desk, ticket).is_writing = bool(written.body.strip())
    if written.body.strip() or written.files:
        desk.session.add(draft)
        return draft
    if draft in desk.session:
        desk.session.delete(draft)
    return None


def add_to_draft(desk: Desk, ticket: Ticket, words: str, *, is_first: bool) -> Draft | None:
    """Put words above or below what the actor has begun to write, and return the draft."""
    old = draft_of(desk, ticket)
    body = with_words(old.body if old else "", words, is_first=is_first)
    if old is None:
        kind = "note" if ticket.state == states.CLOSED else "reply"
        return keep_draft(desk, ticket, Written(kind, body))
    files = tuple(file.id for file in old.files)
    return keep_draft(desk, ticket, Written(old.kind, body, old.to, old.cc, old.state, files))


def with_words(body: str, words: str, *, is_first: bool = False) -> str:
    """Return a text with words above or below it, a blank line between them."""
    parts = [words.strip(), body.strip()] if is_first else [body.strip(), words.strip()]
    return "\n\n".join(part for part in parts if part)


def be_present(desk: Desk, ticket: Ticket, read_until: int) -> None:
    """Show that the actor is at the ticket and has read up to a message; a mark never goes back."""
    _presence(desk, ticket)
    mark = desk.session.get(ReadMark, (ticket.id, desk.actor.person_id))
    if mark is None:
        mark = ReadMark(ticket_id=ticket.id, person_id=desk.actor.person_id, message_id=0)
        desk.session.add(mark)
    mark.message_id = max(mark.message_id, read_until)


def sent_already(
    desk: Desk, ticket: Ticket, kind: str, body: str, seen: int | None
) -> Message | None:
    """Return what the actor wrote in these words after the message `seen`, the newest of the page.

    The answer to a form may be lost after its message was kept; who sends it again, or clicks
    twice, means that message (safety F48). Without `seen` nothing is taken for it.
    """
    if not seen:
        return None
    return desk.session.scalar(
        select(Message)
        .where(
            Message.ticket_id == ticket.id,
            Message.id > seen,
            Message.author_id == desk.actor.person_id,
            Message.kind == kind,
            Message.body == body,
        )
        .order_by(Message.id)
        .limit(1)
    )


def addresses_in(text: str) -> list[str]:
    """Return the mail addresses of a To or Cc line, each once, without names.

    Raises Refused that names the first that is none, and for more than 40.
    """
    from email_validator import (  # noqa: PLC0415 - only who writes to somebody needs it
        EmailNotValidError,
        validate_email,
    )

    found: dict[str, None] = {}
    for name, address in getaddresses([text.strip().replace(";", ",")]):
        try:
            valid = validate_email(address, check_deliverability=False)
        except EmailNotValidError as error:
            raise Refused(
                _("“%(text)s” is not a mail address.") % {"text": address or name or text.strip()}
            ) from error
        found[valid.normalized] = None
    if len(found) > MOST_RECIPIENTS:
        raise Refused(_("At most %(most)s people can get one reply.") % {"most": MOST_RECIPIENTS})
    return list(found)


def _presence(desk: Desk, ticket: Ticket) -> Presence:
    row = desk.session.get(Presence, (ticket.id, desk.actor.person_id))
    if row is None:
        row = Presence(ticket_id=ticket.id, person_id=desk.actor.person_id, is_writing=False)
        desk.session.add(row)
    row.seen_at = desk.now()
    return row
