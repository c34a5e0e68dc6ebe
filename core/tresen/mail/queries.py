# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks at mails in and out; the conservation query of promise P2 stands here."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, exists, func, or_, select

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.files.models import Blob
from tresen.i18n import _
from tresen.mail.models import UNUSABLE, InboundMail, Mailbox, OutboundMail, OutboundRecipient
from tresen.people.models import Team
from tresen.tickets.models import FIRST_NUMBER, Message, Ticket
from tresen.tickets.queries import scope, visible

# Blobs that one look hashes, the newest first; the whole store is a matter of minutes.
HASHED = 200
# Each mail is asked by itself: a database would list all messages of all tickets otherwise,
# on every page, for the number of held mails.
_ITS_TICKET = (
    select(Ticket.id)
    .join(Message, Message.ticket_id == Ticket.id)
    .where(Message.id == InboundMail.message_id)
    .correlate(InboundMail)
)
_inbound = InboundMail.__table__.c
_HELD = select(func.count()).select_from(InboundMail.__table__).where(_inbound.outcome == "held")


@dataclass(frozen=True, slots=True)
class Conservation:
    """The books of the mails: what came in against what became of it (promise P2)."""

    inbound: int
    messages: int
    held: int
    ignored: int
    pending: int
    # Rows that say they are a message and have none, or share one with another row.
    without_message: int
    doubled: int
    # Public replies of agents that have no row in the outbox.
    unsent_replies: int

    @property
    def is_kept(self) -> bool:
        """Whether every mail has exactly one outcome, and nothing is lost or doubled."""
        ended = self.messages + self.held + self.ignored + self.pending
        wrong = self.without_message + self.doubled + self.unsent_replies
        return self.inbound == ended and wrong == 0


def conservation(desk: Desk) -> Conservation:
    """Return the books, counted anew."""
    counts = count_outcomes(desk)
    known = ("message", "held", "ignored", "pending")
    messages, held, ignored, pending = (counts.get(outcome, 0) for outcome in known)
    return Conservation(
        inbound=sum(counts.values()),
        messages=messages,
        held=held,
        ignored=ignored,
        pending=pending,
        without_message=_count_without_message(desk),
        doubled=_count_doubled(desk),
        unsent_replies=_count_unsent_replies(desk),
    )


def count_outcomes(desk: Desk) -> dict[str, int]:
    """Return how many mails there are of each outcome."""
    rows = desk.session.execute(
        select(InboundMail.outcome, func.count()).group_by(InboundMail.outcome)
    )
    return {row[0]: row[1] for row in rows}


def count_held(desk: Desk) -> int:
    """Return how many held mails the actor may see; every page of the workplace asks."""
    return desk.session.read(_HELD.where(*_seen_inbound(desk))).scalar() or 0


def wrong_hashes(desk: Desk, most: int | None = HASHED) -> list[int]:
    """Return the ids of mails whose stored bytes do not hash to their SHA-256.

    Looks at the `most` newest ones, at all where it is None; one mail at a time is in memory.
    """
    rows = desk.session.execute(
        select(InboundMail.id, InboundMail.sha256, Blob.body)
        .join(Blob, Blob.sha256 == InboundMail.sha256)
        .order_by(InboundMail.id.desc())
        .limit(most)
        .execution_options(yield_per=1)
    )
    return [mail_id for mail_id, digest, body in rows if hashlib.sha256(body).hexdigest() != digest]


def oldest_pending(desk: Desk) -> datetime | None:
    """Return since when the longest waiting mail has had no outcome."""
    return desk.session.scalar(
        select(func.min(InboundMail.received_at)).where(InboundMail.outcome == "pending")
    )


def count_unsent(desk: Desk) -> tuple[int, int]:
    """Return how many mails have failed for good, and how many have been tried in vain so far.

    Those that the actor may not see are not counted.
    """
    seen = _seen_outbound(desk)
    failed = select(func.count()).where(OutboundMail.state == "failed", *seen)
    tried = select(func.count()).where(
        OutboundMail.state == "waiting", OutboundMail.attempts > 0, *seen
    )
    return desk.session.scalar(failed) or 0, desk.session.scalar(tried) or 0


def server_failure(desk: Desk) -> str:
    """Return why the mail server could not be used for the mail tried last; empty if it could."""
    tried = select(OutboundMail.last_reply).where(
        OutboundMail.state == "waiting", OutboundMail.attempts > 0
    )
    newest = tried.order_by(OutboundMail.next_at.desc(), OutboundMail.id.desc()).limit(1)
    reply = desk.session.scalar(newest) or ""
    return reply if UNUSABLE in reply else ""


def mailboxes(desk: Desk) -> Sequence[Mailbox]:
    """Return all mailboxes by address."""
    return desk.session.scalars(select(Mailbox).order_by(Mailbox.address)).all()


def mailbox_by_address(desk: Desk, address: str) -> Mailbox | None:
    """Return the mailbox of an address, whatever subaddress it carries."""
    local, _at, domain = address.strip().lower().rpartition("@")
    plain = local.partition("+")[0]
    return desk.session.scalar(
        select(Mailbox)
        .where(Mailbox.address.in_((f"{local}@{domain}", f"{plain}@{domain}")))
        .order_by(func.length(Mailbox.address).desc())
        .limit(1)
    )


def inbound_mail(desk: Desk, mail_id: int) -> InboundMail:
    """Return a mail that came in and that the actor may see; raises Missing."""
    statement = select(InboundMail).where(InboundMail.id == mail_id, *_seen_inbound(desk))
    found = desk.session.scalar(statement)
    if found is None:
        raise Missing(_("There is no mail %(id)s here.") % {"id": mail_id})
    return found


def inbound_mails(
    desk: Desk, outcome: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[InboundMail]:
    """Return mails that came in, the newest first, those before an id where one is given."""
    statement = select(InboundMail).where(*_seen_inbound(desk))
    statement = statement.order_by(InboundMail.id.desc()).limit(limit)
    if outcome:
        statement = statement.where(InboundMail.outcome == outcome)
    if before:
        statement = statement.where(InboundMail.id < before)
    return desk.session.scalars(statement).all()


def ticket_numbers(desk: Desk, mails: Sequence[InboundMail]) -> dict[int, int]:
    """Return the number of the ticket that each mail is on, by mail id."""
    by_message = {mail.message_id: mail.id for mail in mails if mail.message_id}
    found = desk.session.execute(
        select(Message.id, Message.ticket_id).where(Message.id.in_(by_message))
    )
    return {by_message[row.id]: row.ticket_id + FIRST_NUMBER for row in found}


def outbound_mail(desk: Desk, mail_id: int) -> OutboundMail:
    """Return a mail that goes out and that the actor may see; raises Missing."""
    statement = select(OutboundMail).where(OutboundMail.id == mail_id, *_seen_outbound(desk))
    found = desk.session.scalar(statement)
    if found is None:
        raise Missing(_("There is no mail %(id)s here.") % {"id": mail_id})
    return found


def outbound_mails(
    desk: Desk, state: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[OutboundMail]:
    """Return mails that go out, the newest first, those before an id where one is given."""
    statement = select(OutboundMail).where(*_seen_outbound(desk))
    statement = statement.order_by(OutboundMail.id.desc()).limit(limit)
    if state:
        statement = statement.where(OutboundMail.state == state)
    if before:
        statement = statement.where(OutboundMail.id < before)
    return desk.session.scalars(statement).all()


def _seen_inbound(desk: Desk) -> list[ColumnElement[bool]]:
    """Keep to mails on tickets that the actor sees, and to others of mailboxes of open teams."""
    if desk.actor.kind == "system" or desk.actor.may("tickets.read_restricted"):
        return []
    seen = _ITS_TICKET.where(*scope(desk)).scalar_subquery()
    return [or_(_is_loose(desk.actor.team_ids), seen.is_not(None))]


@lru_cache(maxsize=256)
def _is_loose(own: frozenset[int]) -> ColumnElement[bool]:
    """Keep to mails on no ticket, and of no mailbox of a closed team that is not one's own."""
    shut = (
        select(Mailbox.id)
        .join(Team, Team.id == Mailbox.team_id)
        .where(Team.is_restricted, Team.id.not_in(own))
    )
    is_open = or_(InboundMail.mailbox_id.is_(None), InboundMail.mailbox_id.not_in(shut))
    return InboundMail.message_id.is_(None) & is_open


def _seen_outbound(desk: Desk) -> list[ColumnElement[bool]]:
    if desk.actor.kind == "system" or desk.actor.may("tickets.read_restricted"):
        return []
    seen = (
        visible(desk)
        .with_only_columns(Ticket.id)
        .where(Ticket.id == OutboundMail.ticket_id)
        .correlate(OutboundMail)
    )
    return [or_(OutboundMail.ticket_id.is_(None), seen.scalar_subquery().is_not(None))]


def recipients_of_mails(desk: Desk, mail_ids: Sequence[int]) -> dict[int, list[OutboundRecipient]]:
    """Return the receivers of several mails by mail id."""
    found: dict[int, list[OutboundRecipient]] = {mail_id: [] for mail_id in mail_ids}
    rows = desk.session.scalars(
        select(OutboundRecipient)
        .where(OutboundRecipient.mail_id.in_(mail_ids))
        .order_by(OutboundRecipient.id)
    )
    for row in rows:
        found[row.mail_id].append(row)
    return found


def _count_without_message(desk: Desk) -> int:
    lost = select(func.count()).where(
        InboundMail.outcome == "message", InboundMail.message_id.is_(None)
    )
    return desk.session.scalar(lost) or 0


def mails_of(desk: Desk, message_ids: Collection[int], most: int) -> dict[int, bytes]:
    """Return the mails as which messages came in, byte by byte, by the message's id.

    Messages that came another way, and mails of more than `most` bytes, are left out.
    """
    found = desk.session.execute(
        select(InboundMail.message_id, Blob.body)
        .join(Blob, Blob.sha256 == InboundMail.sha256)
        .where(InboundMail.message_id.in_(message_ids), Blob.size <= most)
    )
    return {message_id: body for message_id, body in found if message_id is not None}


def _count_doubled(desk: Desk) -> int:
    """Messages that two mails claim, and mails that one mailbox made two messages of."""
    shared = (
        select(InboundMail.message_id)
        .where(InboundMail.message_id.is_not(None))
        .group_by(InboundMail.message_id)
        .having(func.count() > 1)
    )
    twice = (
        select(InboundMail.sha256)
        .where(InboundMail.outcome == "message")
        .group_by(InboundMail.sha256, InboundMail.mailbox_id)
        .having(func.count() > 1)
    )
    counts = [
        desk.session.scalar(select(func.count()).select_from(found.subquery()))
        for found in (shared, twice)
    ]
    return sum(count or 0 for count in counts)


def _count_unsent_replies(desk: Desk) -> int:
    has_row = exists().where(OutboundMail.message_id == Message.id, OutboundMail.purpose == "reply")
    lost = select(func.count()).where(Message.is_public, ~Message.is_inbound, ~has_row)
    return desk.session.scalar(lost) or 0
