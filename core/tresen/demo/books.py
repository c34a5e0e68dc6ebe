# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the books of the demo's mails, so that the doctor finds them whole (promise P2).

Mails of customers get their raw bytes, replies a row in the outbox that says it was told and
not delivered: the demo must not claim that a mail left which nobody sent.
"""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tresen.demo.content import FOLDER
from tresen.demo.hours import ZONE
from tresen.demo.records import Event, Story
from tresen.desk import Desk
from tresen.files import service as files
from tresen.mail.models import InboundMail, Mailbox, OutboundMail, OutboundRecipient
from tresen.tickets.models import Message, Ticket

TOLD = "250 told by the demo: this mail is part of the made-up past, nothing was sent"
UNDELIVERED = "550 5.1.1 <{address}>: Recipient address rejected: User unknown"
MAILS_FILE: Path = FOLDER / "mails.toml"


@dataclass
class Books:
    """Collects mails while stories are played; `write` puts them down at once."""

    desk: Desk
    firm: str
    mailbox: Mailbox
    rng: random.Random
    inbound: list[InboundMail] = field(default_factory=list)
    outbound: list[tuple[OutboundMail, str, str]] = field(default_factory=list)
    last_ids: dict[int, str] = field(default_factory=dict)

    def new_id(self, domain: str) -> str:
        """Return a Message-ID as a mail program would make it."""
        return f"{self.rng.getrandbits(80):020x}@{domain}"

    def came_in(self, story: Story, event: Event, message: Message) -> None:
        """Note a customer's mail with its raw bytes."""
        raw = self._raw(story, event, message)
        sender = f"{story.contact.name} <{story.contact.address}>"
        row = self._row(raw, sender, story.subject)
        row.outcome, row.message_id = "message", message.id
        row.envelope_from = story.contact.address
        self.inbound.append(row)

    def went_out(self, story: Story, ticket: Ticket, message: Message) -> None:
        """Note an agent's reply in the outbox."""
        identifier = self.new_id(self.mailbox.address.partition("@")[2])
        message.internet_message_id = identifier
        message.recipients = {"to": [story.contact.address]}
        row = OutboundMail(
            ticket_id=ticket.id,
            message_id=message.id,
            mailbox_id=self.mailbox.id,
            purpose="reply",
            internet_message_id=identifier,
            sender=f"{message.author_name}, {self.firm} <{self.mailbox.address}>",
            envelope_from=self.mailbox.address,
            subject=f"Re: {story.subject}",
            text=message.body,
            in_reply_to=self.last_ids.get(ticket.id),
            state="sent",
            attempts=1,
            last_reply=TOLD,
            next_at=self.desk.now(),
            created_at=self.desk.now(),
            sent_at=self.desk.now(),
        )
        self.last_ids[ticket.id] = identifier
        self.outbound.append((row, story.contact.name, story.contact.address))

    def write(self, undelivered: Ticket, now: datetime) -> None:
        """Put everything down; the newest reply of `undelivered` could not be delivered."""
        self.desk.session.add_all(self.inbound)
        self.desk.session.add_all(row for row, _, _ in self.outbound)
        self.desk.session.flush()
        failed = [row for row, _, _ in self.outbound if row.ticket_id == undelivered.id][-1]
        for row, name, address in self.outbound:
            reply = UNDELIVERED.format(address=address) if row is failed else TOLD
            state = "failed" if row is failed else "sent"
            row.state, row.last_reply = state, reply
            self.desk.session.add(
                OutboundRecipient(
                    mail_id=row.id, address=address, name=name, state=state, reply=reply
                )
            )
        failed.sent_at = None
        self._write_machine_mails(now)

    def _write_machine_mails(self, now: datetime) -> None:
        for told in tomllib.loads(MAILS_FILE.read_text(encoding="utf-8"))["mail"]:
            day = (now - timedelta(days=told["days"])).astimezone(ZONE)
            at = day.replace(hour=told["hour"], minute=self.rng.randrange(60))
            mail = self._mail(told["sender"], told["subject"], at, "nachricht.example")
            for name, value in told.get("headers", {}).items():
                mail[name] = value
            mail.set_content(told["text"].strip("\n") + "\n")
            row = self._row(mail.as_bytes(policy=SMTP), told["sender"], told["subject"])
            row.received_at, row.outcome, row.reason = at, told["outcome"], told["reason"]
            self.desk.session.add(row)

    def _row(self, raw: bytes, sender: str, subject: str) -> InboundMail:
        return InboundMail(
            mailbox_id=self.mailbox.id,
            source="smtp",
            sha256=files.store_blob(self.desk, raw),
            envelope_to=self.mailbox.address,
            received_at=self.desk.now(),
            sender=sender,
            subject=subject,
        )

    def _raw(self, story: Story, event: Event, message: Message) -> bytes:
        """Return the mail as it would have come over the wire."""
        before = self.last_ids.get(message.ticket_id)
        subject = f"Re: {story.subject}" if before else story.subject
        sender = f"{story.contact.name} <{story.contact.address}>"
        mail = self._mail(sender, subject, event.at, "", message.internet_message_id)
        if before:
            mail["In-Reply-To"] = mail["References"] = f"<{before}>"
        mail.set_content("\n\n".join(filter(None, [message.body, message.quoted])) + "\n")
        if event.attachment:
            kind, _, subkind = event.attachment.media_type.partition("/")
            mail.add_attachment(
                event.attachment.body,
                maintype=kind,
                subtype=subkind,
                filename=event.attachment.name,
            )
        self.last_ids[message.ticket_id] = str(message.internet_message_id)
        return mail.as_bytes(policy=SMTP)

    def _mail(
        self, sender: str, subject: str, at: datetime, domain: str, identifier: Any = None
    ) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, self.mailbox.address, subject
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = f"<{identifier or self.new_id(domain)}>"
        return mail
