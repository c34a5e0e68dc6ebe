# SPDX-License-Identifier: AGPL-3.0-or-later
"""By mail: a ticket to a maintainer or a list, its cover letter, and a mail for each patch.

It goes out as every reply of the desk does. The ticket has no requester: to one the core would send
a link that opens the ticket, and lists are read by everybody. Answers come back onto the ticket by
the signed address, where its mailbox takes subaddresses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from tresen.sdk import (
    Desk,
    Message,
    NewMessage,
    NewTicket,
    Person,
    Ticket,
    _,
    add_message,
    open_ticket,
    store_file,
)

from tresen_licensing.forges import letters
from tresen_licensing.forges.records import Contribution, Sent, Spot, Standing, Word
from tresen_licensing.forges.trailers import with_trailer
from tresen_licensing.patches.series import PatchText

CHANNEL = "licensing"
PATCH = "text/x-patch"


@dataclass(frozen=True)
class Mail:
    """The mails of a desk; `author` signs them, `mailbox_id` says from which mailbox they go."""

    desk: Desk
    author: Person | None = None
    mailbox_id: int | None = None

    def propose(self, wanted: Contribution) -> Sent:
        """Open a ticket with the cover letter, and add a mail for each patch.

        A later version goes out on the ticket of the one before.
        """
        patches = with_trailer(wanted.patches, wanted.reference)
        named = f"{wanted.title} ({wanted.reference})"
        title = letters.subject(0, len(patches), named, wanted.version)
        before = wanted.before.ticket_id if wanted.before else None
        ticket = self.desk.session.get(Ticket, before) if before else None
        if ticket is None:
            ticket = self._opened(title, wanted)
        else:
            cover = f"{title}\n\n{letters.cover(wanted)}"
            add_message(self.desk, ticket, self._message(cover, wanted))
        for number, patch in enumerate(patches, start=1):
            add_message(self.desk, ticket, self._patch(wanted, patch, number, len(patches)))
        return Sent(str(ticket.number), f"mailto:{wanted.repository}", ticket_id=ticket.id)

    def state(self, spot: Spot) -> Standing:
        """Say that nobody but a person can read it out of the answers."""
        return Standing(etag=spot.etag, is_known=False)

    def comments(self, spot: Spot) -> Sequence[Word]:
        """Return what came in on the ticket, whose id the spot has as its number."""
        found = self.desk.session.scalars(
            select(Message)
            .where(Message.ticket_id == int(spot.number), Message.is_inbound, Message.is_public)
            .order_by(Message.id)
        )
        return [
            Word(f"message-{each.id}", each.author_name[:200], each.created_at, each.body)
            for each in found
        ]

    def _opened(self, title: str, wanted: Contribution) -> Ticket:
        new = NewTicket(
            subject=title,
            channel=CHANNEL,
            owner_id=self.author.id if self.author else None,
            mailbox_id=self.mailbox_id,
        )
        return open_ticket(self.desk, new, self._message(letters.cover(wanted), wanted))

    def _patch(self, wanted: Contribution, patch: PatchText, number: int, total: int) -> NewMessage:
        body = letters.mail_body(patch, number, total, wanted.version)
        if letters.is_mailable(body):
            return self._message(body.decode(), wanted)
        name, whole = letters.files(wanted)[number]
        file = store_file(self.desk, name, PATCH, whole)
        words = _("%(name)s is attached, since mail would change its bytes.") % {"name": name}
        return self._message(words, wanted, ((file.id, ""),))

    def _message(
        self, text: str, wanted: Contribution, files: tuple[tuple[int, str], ...] = ()
    ) -> NewMessage:
        return NewMessage(
            text,
            CHANNEL,
            format="text",
            author_id=self.author.id if self.author else None,
            author_name=self.author.name if self.author else "",
            recipients={"to": [wanted.repository]},
            files=files,
        )
