# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the rules ask about the mails of a batch, asked for all of them at once.

Nobody can settle hundreds of mails a second with a query for each question. What a mail of the
batch adds is noted here when it is settled, so that the next one finds it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tresen.desk import Desk
from tresen.files import service as files
from tresen.mail import answering, notices, outbound
from tresen.mail.fingerprints import fingerprint
from tresen.mail.identifiers import (
    answered_ids,
    cut_id,
    tickets_of_addresses,
    tickets_of_signed_ids,
    tickets_of_subject,
)
from tresen.mail.models import InboundMail
from tresen.mail.records import Mail
from tresen.people.models import EmailAddress, Person, normal_address
from tresen.tickets.models import Message, Ticket

# SQLite takes 32,766 values in a statement, PostgreSQL 65,535; a batch can name 10,000 addresses.
_AT_ONCE = 1_000

# What the rules look at of a ticket, so that the session holds it as long as the ticket.
_LOOKED_AT = (joinedload(Ticket.owner), joinedload(Ticket.team))

V = TypeVar("V", int, str)


@dataclass(frozen=True, slots=True)
class Stored:
    """A mail that became a message: its row, what it says, the mailbox that it came to."""

    row_id: int
    content_hash: str | None
    mailbox_id: int | None


class Lookups:
    """Answers for the mails of one transaction; rows are held, or the session would forget them.

    `people` are senders and whoever a mail also went to, by normal address. `stored` are mails
    that became messages and say what one of the batch says, by their Message-ID. `answered` are
    the tickets whose messages bear a Message-ID that a mail answers, the newest message first;
    `tickets` are the rows of these and of all others that a mail names. `pending` are mails
    without an outcome that a mail answers.
    """

    def __init__(self, desk: Desk, batch: Sequence[tuple[InboundMail, Mail]]) -> None:
        self._desk = desk
        self._batch = batch
        self._mails = [mail for _row, mail in batch]
        self.ask()

    def ask(self) -> None:
        """Look everything up; again, where a savepoint took back what was noted."""
        self.people: dict[str, Person] = {}
        self.stored: dict[str, list[Stored]] = {}
        self.answered: dict[str, list[int]] = {}
        self.tickets: dict[int, Ticket] = {}
        self.pending: dict[str, list[InboundMail]] = {}
        self._find_people()
        self._find_stored()
        self._find_answered()
        self._find_named()
        self._find_pending()
        if self._desk.is_bulk:
            self._foresee()

    def person(self, address: str) -> Person | None:
        """Return who has the address."""
        return self.people.get(normal_address(address))

    def answers_pending(self, row: InboundMail, mail: Mail) -> bool:
        """Whether the mail answers another one that has no outcome yet, and none that has."""
        names = answered_ids(mail)
        if any(name in self.answered for name in names):
            return False
        named = chain.from_iterable(self.pending.get(name, ()) for name in names)
        return any(other.outcome == "pending" and other.id != row.id for other in named)

    def note(self, row: InboundMail, mail: Mail, message: Message) -> None:
        """Add what a settled mail brought: its Message-ID and its ticket."""
        identifier = cut_id(mail.message_id)
        stored = Stored(row.id, row.content_hash, row.mailbox_id)
        self.stored.setdefault(identifier, []).append(stored)
        self.answered.setdefault(identifier, []).insert(0, message.ticket_id)

    def _foresee(self) -> None:
        """Ask what sending asks: who got automatic mails, what was said, where owners read."""
        senders = [mail.sender.email for mail in self._mails if mail.sender is not None]
        answering.look_up(self._desk, senders)
        outbound.look_up(self._desk, self.tickets.keys())
        owners = (ticket.owner for ticket in self.tickets.values())
        notices.look_up(self._desk, filter(None, owners))

    def _find_people(self) -> None:
        written = chain.from_iterable((*mail.to, *mail.cc) for mail in self._mails)
        senders = (mail.sender for mail in self._mails if mail.sender is not None)
        wanted = {normal_address(address.email) for address in chain(senders, written)}
        for piece in _pieces(wanted):
            rows = self._desk.session.execute(
                select(EmailAddress.address, Person)
                .join(Person, Person.id == EmailAddress.person_id)
                .where(EmailAddress.address.in_(piece))
                .options(joinedload(Person.organisation))
                # Who is being erased is waited for, and then nobody has the address (safety F42).
                .with_for_update(read=True, key_share=True, of=EmailAddress)
            )
            self.people |= dict(rows.all())

    def _find_stored(self) -> None:
        """Find those that say the same; a Message-ID alone may be borne by thousands."""
        content = InboundMail.content_hash
        hashes = {row.content_hash for row, _mail in self._batch}
        for piece in _pieces({cut_id(mail.message_id) for mail in self._mails}):
            rows = self._desk.session.execute(
                select(Message.internet_message_id, InboundMail)
                .join(InboundMail, InboundMail.message_id == Message.id)
                .where(Message.internet_message_id.in_(piece))
                .where(or_(content.in_(hashes), content.is_(None)))
            )
            for identifier, row in rows.all():
                # Read with an earlier version: once, and then it is known.
                row.content_hash = row.content_hash or self._fingerprint(row)
                stored = Stored(row.id, row.content_hash, row.mailbox_id)
                self.stored.setdefault(identifier or "", []).append(stored)

    def _fingerprint(self, row: InboundMail) -> str:
        return fingerprint(files.read_blob(self._desk, row.sha256))

    def _find_answered(self) -> None:
        wanted = set(chain.from_iterable(answered_ids(mail) for mail in self._mails))
        for piece in _pieces(wanted):
            rows = self._desk.session.execute(
                select(Message.internet_message_id, Ticket)
                .join(Ticket, Ticket.id == Message.ticket_id)
                .options(*_LOOKED_AT)
                .where(Message.internet_message_id.in_(piece))
                .order_by(Message.id.desc())
            )
            for identifier, ticket in rows:
                self.answered.setdefault(identifier or "", []).append(ticket.id)
                self.tickets[ticket.id] = ticket

    def _find_pending(self) -> None:
        wanted = set(chain.from_iterable(answered_ids(mail) for mail in self._mails))
        for piece in _pieces(wanted - self.answered.keys()):
            rows = self._desk.session.scalars(
                select(InboundMail).where(
                    InboundMail.internet_message_id.in_(piece), InboundMail.outcome == "pending"
                )
            )
            for row in rows:
                self.pending.setdefault(row.internet_message_id or "", []).append(row)

    def _find_named(self) -> None:
        """Load the tickets that are named in another way than by a Message-ID of theirs."""
        named: set[int] = set()
        for row, mail in self._batch:
            named.update(tickets_of_addresses(self._desk, row, mail))
            named.update(tickets_of_signed_ids(self._desk, mail), tickets_of_subject(mail))
        for piece in _pieces(named - self.tickets.keys()):
            statement = select(Ticket).where(Ticket.id.in_(piece))
            found = self._desk.session.scalars(statement.options(*_LOOKED_AT))
            self.tickets |= {ticket.id: ticket for ticket in found}


def _pieces(values: set[V]) -> Iterator[Sequence[V]]:
    """Values for one statement each: databases bound how many a statement may name."""
    listed = sorted(values)
    for first in range(0, len(listed), _AT_ONCE):
        yield listed[first : first + _AT_ONCE]
