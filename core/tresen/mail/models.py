# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mailboxes, every mail that came in with its outcome, and every mail that goes out."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tresen.db import Base
from tresen.tickets.models import Message, Ticket

# Stands before an error of a mailbox that only a person can end.
REFUSED = "refused: "
# Stands before what a server said that would not mark, move or delete the mails stored here.
KEPT = "stored, but not marked, moved or deleted: "
# How a reply to a mail begins that we wrote because no server said anything.
UNUSABLE = "the mail server could not be used"


class Mailbox(Base):
    """An address that customers write to, and how its mails are fetched.

    `security` is tls, starttls or none (none on loopback only); `login_method` is password or
    xoauth2. `secret_ref` names where the secret is found: `env:TRESEN_MAIL_…` or `file:name` in
    the data folder's `secrets`, never the secret itself.
    """

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    # Empty when the address is fed by pipe, LMTP or SMTP only.
    host: Mapped[str] = mapped_column(String(255), default="")
    port: Mapped[int] = mapped_column(default=993)
    security: Mapped[str] = mapped_column(String(12), default="tls")
    login: Mapped[str] = mapped_column(String(255), default="")
    login_method: Mapped[str] = mapped_column(String(12), default="password")
    secret_ref: Mapped[str] = mapped_column(String(255), default="")
    folder: Mapped[str] = mapped_column(String(255), default="INBOX")
    # What becomes of a stored mail on the server: "seen", "delete" or a folder to move it to.
    after_fetch: Mapped[str] = mapped_column(String(255), default="seen")
    # Whether mail to address+anything arrives here too, so that signed reply addresses work.
    takes_subaddresses: Mapped[bool] = mapped_column(default=False)
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    # The high-water mark: another client that reads the mailbox cannot hide a mail (F17).
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    last_fetch_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class InboundMail(Base):
    """A mail that came in; `outcome` is pending, message, held or ignored - exactly one.

    Its raw bytes are the blob `sha256`. `reason` names why it is held, or the rule by which it
    was ignored. The same mail twice in one mailbox is ignored by the rule `duplicate`.
    """

    __tablename__ = "inbound_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="SET NULL"))
    # "imap", "pipe", "lmtp" or "smtp".
    source: Mapped[str] = mapped_column(String(8))
    # Both are unsigned and have 32 bits (RFC 9051, 2.3.1.1): more than an INTEGER of PostgreSQL.
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    uid: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    envelope_from: Mapped[str | None] = mapped_column(String(320))
    envelope_to: Mapped[str] = mapped_column(String(320), default="")
    received_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default="pending")
    reason: Mapped[str] = mapped_column(String(400), default="")
    # Shown in the list of held mails; filled when parsing succeeded.
    sender: Mapped[str] = mapped_column(String(400), default="")
    subject: Mapped[str] = mapped_column(String(400), default="")
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id", ondelete="SET NULL"), index=True
    )
    # As far as a glance at the head shows it; a reply waits for the mail that it answers.
    internet_message_id: Mapped[str | None] = mapped_column(String(255), index=True)
    # What it says, apart from traces of its way; set when it is read (see mail/fingerprints.py).
    content_hash: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]

    # Relationships tell the session in which order rows are written.
    message: Mapped[Message | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("mailbox_id", "uid_validity", "uid"),
        Index("ix_inbound_mail_same", "sha256", "mailbox_id"),
        Index("ix_inbound_mail_outcome", "outcome", "id"),
    )


class OutboundMail(Base):
    """A mail that goes out, made in the transaction of what it tells (promise P5).

    `state` is waiting, sent, failed or suppressed; `is_maybe_twice` says that a server took it
    and the answer was lost. The Message-ID is fixed when the row is made (promise P6).
    """

    __tablename__ = "outbound_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), index=True
    )
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id", ondelete="SET NULL"))
    # "reply", "receipt", "notice" (to agents), "proof", "reset".
    purpose: Mapped[str] = mapped_column(String(12))
    is_automatic: Mapped[bool] = mapped_column(default=False)
    internet_message_id: Mapped[str] = mapped_column(String(255), unique=True)
    sender: Mapped[str] = mapped_column(String(400))
    envelope_from: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    in_reply_to: Mapped[str | None] = mapped_column(String(255))
    references: Mapped[str] = mapped_column(Text, default="")
    reply_to: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    is_maybe_twice: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    # Since when it is tried: None is since it was made, a moment since somebody asked once more.
    tried_since: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    last_reply: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    ticket: Mapped[Ticket | None] = relationship(lazy="raise_on_sql")
    message: Mapped[Message | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (Index("ix_outbound_mail_due", "state", "next_at", "id"),)


class OutboundRecipient(Base):
    """One receiver of a mail and what became of it: waiting, sent, failed or bounced."""

    __tablename__ = "outbound_recipient"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(
        ForeignKey("outbound_mail.id", ondelete="CASCADE"), index=True
    )
    # "to", "cc" or "bcc".
    field: Mapped[str] = mapped_column(String(3), default="to")
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    reply: Mapped[str] = mapped_column(Text, default="")

    mail: Mapped[OutboundMail] = relationship(lazy="raise_on_sql")


class AutomaticMail(Base):
    """An automatic mail that went to an address: at most ten a day (promise P10).

    It is deleted within two days (see `answering.forget_old`).
    """

    __tablename__ = "automatic_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_automatic_mail_address", "address", "at"),
        Index("ix_automatic_mail_at", "at"),
    )
