# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of a ticket: open, reply, note, change, tag, link; each leaves its journal entry.

Doors (pages, REST, mail, portal) call these and nothing else, so that a rule stands once.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tresen.desk import Desk
from tresen.errors import Conflict, Refused
from tresen.files.models import StoredFile
from tresen.hooks import specs
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.people.models import Organisation, Person
from tresen.search import service as search
from tresen.tickets import routing, states
from tresen.tickets.models import (
    Draft,
    Message,
    MessageFile,
    Participant,
    Ticket,
    TicketLink,
    TicketTag,
)
from tresen.tickets.records import NewMessage, NewTicket
from tresen.tickets.references import REFERENCES, demand_sight, left_behind, referred

# The fields that `change` takes; everything else about a ticket follows from its verbs.
CHANGEABLE = (
    "subject",
    "state",
    "impact",
    "urgency",
    "priority",
    "requester_id",
    "organisation_id",
    "team_id",
    "owner_id",
    "product_id",
    "installation_id",
)
# From 1 (low) to 4 (critical).
LEVELS = ("impact", "urgency", "priority")
# What search finds a ticket by besides its messages.
FOUND_BY = frozenset({"subject", "requester_id", "organisation_id"})
SUBJECT_LIMIT = 400
LINK_KINDS = ("relates", "duplicate", "parent", "caused_by", "follows")


def open_ticket(desk: Desk, new: NewTicket, first: NewMessage) -> Ticket:
    """Open a ticket with its first message, route it, and tell the plugins.

    Raises Refused for a subject without a word, for an impact or urgency that is none, for an
    owner who is no agent, and for anything else it refers to that is not there.
    """
    return open_with_message(desk, new, first)[0]


def open_with_message(desk: Desk, new: NewTicket, first: NewMessage) -> tuple[Ticket, Message]:
    """As `open_ticket`; return the first message too, for a door that goes on with it."""
    # Held until the end: the session forgets rows that nobody holds, and would read them again.
    held = [referred(desk, name, getattr(new, name)) for name in ("owner_id", *REFERENCES)]
    demand_sight(desk, new.owner_id, new.team_id)
    for level in (new.impact, new.urgency):
        _check_level(level)
    # A mail without a word is a request all the same; in a form it is a slip.
    if new.channel != "mail":
        _check_words(first)
    ticket = _make(desk, new)
    desk.add(ticket)
    routing.route(desk, ticket, new)
    add_tags(desk, ticket, new.tags)
    journal.record(desk, "ticket", ticket.id, "opened")
    search.add(desk, "ticket", ticket.id, 0, head_text(desk, ticket))
    held.clear()
    message = _add(desk, ticket, first, ticket.created_at)
    desk.tell(specs.ticket_opened, ticket, message)
    desk.tell(specs.message_added, ticket, message)
    return ticket, message


def add_message(
    desk: Desk, ticket: Ticket, new: NewMessage, revision: int | None = None
) -> Message:
    """Add a public reply or an internal note, and tell the plugins.

    A customer's reply reopens what waited for the customer or was solved. `revision` is what
    the caller last saw: raises Conflict when the ticket moved on since. Raises Refused when the
    ticket is closed and the message would be public, or when there is nothing in it.
    """
    check_revision(ticket, revision)
    if ticket.state == states.CLOSED and new.kind == "reply":
        raise Refused(
            _("Ticket %(number)s is closed. A new request can be linked to it.")
            % {"number": ticket.number}
        )
    _check_words(new)
    message = _add(desk, ticket, new, desk.now())
    _follow(desk, ticket, message)
    desk.tell(specs.message_added, ticket, message)
    return message


def moved_on(number: int) -> Conflict:
    """Return the refusal of what was written onto a ticket that another one changed first."""
    sentence = _("Ticket %(number)s was changed by somebody else meanwhile.")
    return Conflict(sentence % {"number": number})


def check_revision(ticket: Ticket, revision: int | None) -> None:
    """Raise Conflict when the ticket moved on since the caller last saw it; None is any."""
    if revision is not None and revision != ticket.revision:
        raise moved_on(ticket.number)


def change(
    desk: Desk, ticket: Ticket, wanted: dict[str, Any], revision: int | None = None
) -> dict[str, tuple[Any, Any]]:
    """Change fields; return what really changed as field -> (old, new).

    `revision` is what the caller last saw: raises Conflict when the ticket moved on since.
    Raises Refused for a step that the table of states does not have, for an owner who is no
    agent, and for anything else it refers to that is not there.
    """
    check_revision(ticket, revision)
    wanted = _with_priority(ticket, wanted)
    if "subject" in wanted:
        wanted = wanted | {"subject": _one_line(wanted["subject"])}
    changes = {
        name: (getattr(ticket, name), value)
        for name, value in wanted.items()
        if getattr(ticket, name) != value
    }
    if not changes:
        return {}
    _check(desk, changes)
    changes |= left_behind(desk, ticket, changes)
    for name, (_old, value) in changes.items():
        setattr(ticket, name, value)
    _stamp(desk, ticket, changes)
    journal.record(desk, "ticket", ticket.id, "changed", changes)
    if ticket.requester_id is not None and "requester_id" in changes:
        _take_part_once(desk, ticket)
    if FOUND_BY & set(changes):
        index_head(desk, ticket)
    desk.tell(specs.ticket_changed, ticket, changes)
    return changes


def index_head(desk: Desk, ticket: Ticket) -> None:
    """Let search find the ticket by its subject and by who asks, as they now are."""
    search.put(desk, "ticket", ticket.id, 0, head_text(desk, ticket))


def head_text(desk: Desk, ticket: Ticket) -> search.Text:
    """Return what search finds the ticket by besides its messages."""
    # Whoever opens the ticket has looked both up already: then this asks nothing.
    person = desk.session.get(Person, ticket.requester_id) if ticket.requester_id else None
    home = (
        desk.session.get(Organisation, ticket.organisation_id) if ticket.organisation_id else None
    )
    body = " ".join(row.name for row in (person, home) if row is not None)
    return search.Text(title=ticket.subject, body=body, is_public=True)


def add_tags(desk: Desk, ticket: Ticket, tags: tuple[str, ...]) -> None:
    """Add tags that the ticket does not have yet; they are kept in lower case."""
    if not tags:
        return
    have = set(desk.session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == ticket.id)))
    new = {tag.strip().lower()[:60] for tag in tags if tag.strip()} - have
    desk.session.add_all(TicketTag(ticket_id=ticket.id, tag=tag) for tag in sorted(new))
    if new:
        desk.session.flush()
        journal.record(desk, "ticket", ticket.id, "tagged", {"tags": (None, sorted(new))})


def remove_tag(desk: Desk, ticket: Ticket, tag: str) -> None:
    """Take a tag off; one that is not there is no error."""
    row = desk.session.get(TicketTag, (ticket.id, tag))
    if row is not None:
        desk.session.delete(row)
        journal.record(desk, "ticket", ticket.id, "untagged", {"tags": (tag, None)})


def link(desk: Desk, ticket: Ticket, other: Ticket, kind: str) -> None:
    """Say how a ticket stands to another; raises Refused for itself and for an unknown kind."""
    if kind not in LINK_KINDS:
        raise Refused(_("%(kind)s is no kind of link.") % {"kind": kind})
    if ticket.id == other.id:
        raise Refused(_("A ticket cannot be linked to itself."))
    if desk.session.get(TicketLink, (ticket.id, other.id, kind)) is None:
        desk.session.add(TicketLink(ticket_id=ticket.id, other_id=other.id, kind=kind))
        journal.record(desk, "ticket", ticket.id, "linked", {kind: (None, other.number)})


def unlink(desk: Desk, ticket: Ticket, other: Ticket, kind: str) -> None:
    """Take a link away; one that is not there is no error."""
    row = desk.session.get(TicketLink, (ticket.id, other.id, kind))
    if row is not None:
        desk.session.delete(row)
        journal.record(desk, "ticket", ticket.id, "unlinked", {kind: (other.number, None)})


def add_participant(desk: Desk, ticket: Ticket, person: Person) -> None:
    """Let a person take part (Cc); the requester already does."""
    if person.id == ticket.requester_id:
        return
    if desk.session.get(Participant, (ticket.id, person.id)) is None:
        desk.session.add(Participant(ticket_id=ticket.id, person_id=person.id))
        journal.record(desk, "ticket", ticket.id, "joined", {"participant": (None, person.id)})


def remove_participant(desk: Desk, ticket: Ticket, person: Person) -> None:
    """Let a person no longer take part."""
    row = desk.session.get(Participant, (ticket.id, person.id))
    if row is not None:
        desk.session.delete(row)
        journal.record(desk, "ticket", ticket.id, "left", {"participant": (person.id, None)})


def _make(desk: Desk, new: NewTicket) -> Ticket:
    now = desk.now()
    return Ticket(
        subject=_one_line(new.subject),
        state=states.NEW,
        is_open=True,
        channel=new.channel,
        impact=new.impact,
        urgency=new.urgency,
        priority=states.priority_of(new.impact, new.urgency),
        language=new.language,
        requester_id=new.requester_id,
        organisation_id=new.organisation_id,
        team_id=new.team_id,
        owner_id=new.owner_id,
        product_id=new.product_id,
        installation_id=new.installation_id,
        mailbox_id=new.mailbox_id,
        created_at=now,
        changed_at=now,
        last_message_at=now,
        is_answer_due=True,
    )


def _add(desk: Desk, ticket: Ticket, new: NewMessage, at: datetime) -> Message:
    message = Message(
        ticket_id=ticket.id,
        kind=new.kind,
        is_public=new.kind == "reply",
        is_inbound=new.is_inbound,
        channel=new.channel,
        author_id=new.author_id or desk.actor.person_id,
        author_name=new.author_name or desk.actor.name,
        author_address=new.author_address,
        format=new.format,
        body=new.body,
        quoted=new.quoted,
        html=new.html,
        recipients=new.recipients,
        internet_message_id=new.internet_message_id,
        is_authenticated=new.is_authenticated,
        held_until=new.held_until,
        created_at=at,
    )
    desk.add(message)
    _attach(desk, message, new.files)
    ticket.changed_at = ticket.last_message_at = at
    if message.is_public:
        ticket.is_answer_due = message.is_inbound
    text = search.Text(body=message.body, is_public=message.is_public)
    search.add(desk, "ticket", ticket.id, message.id, text)
    return message


def _attach(desk: Desk, message: Message, files: tuple[tuple[int, str], ...]) -> None:
    for file_id, content_id in files:
        file = desk.session.get_one(StoredFile, file_id)
        # A file of another person's draft must not be pulled in by guessing (safety A06).
        if desk.actor.person_id and file.uploader_id not in (None, desk.actor.person_id):
            raise Refused(_("The file %(name)s belongs to somebody else.") % {"name": file.name})
        desk.session.add(MessageFile(message_id=message.id, file_id=file_id, content_id=content_id))
    if files:
        desk.session.flush()


def _follow(desk: Desk, ticket: Ticket, message: Message) -> None:
    """Move the state as the message demands it, and drop the draft that became it."""
    if message.is_inbound:
        if ticket.state in (states.WAITING_CUSTOMER, states.SOLVED):
            change(desk, ticket, {"state": states.OPEN})
        return
    if message.is_public and ticket.first_replied_at is None:
        ticket.first_replied_at = message.created_at
    if message.is_public and ticket.state == states.NEW:
        change(desk, ticket, {"state": states.OPEN})
    if message.author_id and (draft := desk.session.get(Draft, (ticket.id, message.author_id))):
        desk.session.delete(draft)


def _with_priority(ticket: Ticket, wanted: dict[str, Any]) -> dict[str, Any]:
    unknown = set(wanted) - set(CHANGEABLE)
    if unknown:
        raise Refused(_("%(fields)s cannot be changed.") % {"fields": ", ".join(sorted(unknown))})
    if "priority" in wanted or not {"impact", "urgency"} & set(wanted):
        return wanted
    impact = wanted.get("impact", ticket.impact)
    urgency = wanted.get("urgency", ticket.urgency)
    for level in (impact, urgency):
        _check_level(level)
    return wanted | {"priority": states.priority_of(impact, urgency)}


def _check(desk: Desk, changes: dict[str, tuple[Any, Any]]) -> None:
    for name, (old, new) in changes.items():
        if name == "state" and not states.may_go(old, new):
            raise Refused(
                _("A ticket that is %(old)s cannot become %(new)s.")
                % {"old": states.TITLES[old], "new": states.TITLES.get(new, new)}
            )
        if name in LEVELS:
            _check_level(new)
        referred(desk, name, new)


def _one_line(subject: str) -> str:
    """Return the subject as it is kept: it stands in a header of mails."""
    line = " ".join(subject.split())[:SUBJECT_LIMIT].rstrip()
    if not line:
        raise Refused(_("The subject is empty. Say in a few words what it is about."))
    return line


def _check_words(new: NewMessage) -> None:
    if not new.body.strip() and not new.files and not new.html:
        raise Refused(_("The message is empty. Write something or attach a file."))


def _take_part_once(desk: Desk, ticket: Ticket) -> None:
    """Let the requester be no participant besides, so that nobody gets one reply twice."""
    row = desk.session.get(Participant, (ticket.id, ticket.requester_id))
    if row is not None:
        desk.session.delete(row)
        gone = {"participant": (ticket.requester_id, None)}
        journal.record(desk, "ticket", ticket.id, "left", gone)


def _check_level(value: Any) -> None:
    if value not in states.PRIORITIES:
        raise Refused(_("%(value)s is not between 1 (low) and 4 (critical).") % {"value": value})


def _stamp(desk: Desk, ticket: Ticket, changes: dict[str, tuple[Any, Any]]) -> None:
    ticket.changed_at = desk.now()
    if "state" not in changes:
        return
    ticket.is_open = states.is_open(ticket.state)
    if ticket.state == states.SOLVED:
        ticket.solved_at = desk.now()
    elif ticket.state == states.CLOSED:
        ticket.closed_at = desk.now()
        ticket.solved_at = ticket.solved_at or desk.now()
    elif changes["state"][0] == states.SOLVED:
        ticket.solved_at = None
    if not ticket.is_open:
        ticket.is_answer_due = False
