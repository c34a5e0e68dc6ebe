# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ticket and what hangs on it: messages, files, participants, tags, links, drafts."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tresen.db import Base
from tresen.files.models import StoredFile
from tresen.people.models import Organisation, Person, Team
from tresen.privacy import PersonName
from tresen.products.models import Installation, Product

# Added to the id, so that the first customer does not get number 1.
FIRST_NUMBER = 10_000


class Ticket(Base):
    """One request of a customer, from receipt to close.

    `impact`, `urgency` and `priority` run from 1 (low) to 4 (critical); `revision` grows with
    every change and tells two agents that they met.
    """

    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(24))
    # Derived from the state; stands in every index of the work lists.
    is_open: Mapped[bool] = mapped_column(default=True)
    impact: Mapped[int] = mapped_column(default=2)
    urgency: Mapped[int] = mapped_column(default=2)
    priority: Mapped[int] = mapped_column(default=2)
    channel: Mapped[str] = mapped_column(String(12))
    language: Mapped[str | None] = mapped_column(String(12))
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL")
    )
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    product_id: Mapped[int | None] = mapped_column(
        ForeignKey("product.id", ondelete="SET NULL"), index=True
    )
    installation_id: Mapped[int | None] = mapped_column(
        ForeignKey("installation.id", ondelete="SET NULL"), index=True
    )
    # Where answers to this ticket come from; None is the configured sender.
    mailbox_id: Mapped[int | None] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column()
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    last_message_at: Mapped[datetime]
    # Whether the last public message came from the customer's side: the agent's turn.
    is_answer_due: Mapped[bool] = mapped_column(default=True)
    first_replied_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    requester: Mapped[Person | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[requester_id]
    )
    owner: Mapped[Person | None] = relationship(lazy="raise_on_sql", foreign_keys=[owner_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")
    product: Mapped[Product | None] = relationship(lazy="raise_on_sql")
    installation: Mapped[Installation | None] = relationship(lazy="raise_on_sql")

    @property
    def number(self) -> int:
        """The number that people say; by itself it opens nothing (safety Z11)."""
        return self.id + FIRST_NUMBER

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own spelling
    __table_args__ = (
        Index("ix_ticket_open_changed", "is_open", "changed_at", "id"),
        Index("ix_ticket_owner_open", "owner_id", "is_open", "changed_at"),
        Index("ix_ticket_owner_message", "owner_id", "last_message_at", "id"),
        Index("ix_ticket_team_open", "team_id", "is_open", "changed_at"),
        Index("ix_ticket_state_changed", "state", "changed_at"),
        Index("ix_ticket_requester", "requester_id", "changed_at"),
        Index("ix_ticket_organisation", "organisation_id", "changed_at"),
        Index("ix_ticket_changed", "changed_at", "id"),
        Index("ix_ticket_open_message", "is_open", "last_message_at", "id"),
        Index("ix_ticket_open_priority", "is_open", "priority", "id"),
        Index("ix_ticket_message", "last_message_at", "id"),
        Index("ix_ticket_priority", "priority", "id"),
        # Covers the counts of the rail, which every page asks for, of the open tickets alone: the
        # migration says so, for a dialect's own word here would import that dialect everywhere.
        Index("ix_ticket_open_counts", "team_id", "owner_id", "state", "is_answer_due"),
    )


class Message(Base):
    """One entry of a ticket's timeline.

    `kind` is reply (public) or note (internal); what else happened stands in the journal.
    `format` says what `body` holds: markdown or text. `html` is a mail's own HTML part, kept as
    it came and cleaned whenever it is shown.
    """

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    # Customers see replies only; kept as a column because every customer query needs it.
    is_public: Mapped[bool] = mapped_column(default=False)
    # Whether it came from the customer's side.
    is_inbound: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str] = mapped_column(String(12))
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    author_name: Mapped[str] = mapped_column(PersonName(200), default="")
    author_address: Mapped[str] = mapped_column(String(320), default="")
    format: Mapped[str] = mapped_column(String(12), default="markdown")
    body: Mapped[str] = mapped_column(Text, default="")
    # The folded rest of a mail: what it quotes, and its signature.
    quoted: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str | None] = mapped_column(Text, deferred=True)
    # {"to": [...], "cc": [...], "bcc": [...]}: addresses as sent or received.
    recipients: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    # RFC 5322 Message-ID without angle brackets, in and out: what threading looks up.
    internet_message_id: Mapped[str | None] = mapped_column(String(255), index=True)
    # What the receiving server said of the sender: True, False, or None when it said nothing.
    is_authenticated: Mapped[bool | None]
    # Until then a reply neither goes out nor shows to customers: its author may take it back.
    held_until: Mapped[datetime | None]
    # The ticket's state before and after such a reply; taking it back puts the first one back.
    state_before: Mapped[str | None] = mapped_column(String(24))
    state_after: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[datetime]

    ticket: Mapped[Ticket] = relationship(lazy="raise_on_sql")
    author: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    files: Mapped[list["MessageFile"]] = relationship(
        lazy="raise_on_sql",
        order_by="MessageFile.file_id",
        back_populates="message",
        passive_deletes="all",
    )

    @property
    def ticket_number(self) -> int:
        """The number of the ticket that it stands on."""
        return self.ticket_id + FIRST_NUMBER

    __table_args__ = (Index("ix_message_ticket", "ticket_id", "id"),)


class MessageFile(Base):
    """A file on a message; `content_id` is set for a picture inside a mail's HTML."""

    __tablename__ = "message_file"

    message_id: Mapped[int] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )
    file_id: Mapped[int] = mapped_column(
        ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    content_id: Mapped[str] = mapped_column(String(255), default="")

    message: Mapped[Message] = relationship(lazy="raise_on_sql", back_populates="files")
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


class Participant(Base):
    """A person who takes part in a ticket beside its requester (Cc)."""

    __tablename__ = "participant"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    ticket: Mapped[Ticket] = relationship(lazy="raise_on_sql")


class TicketTag(Base):
    """A word that groups tickets, in lower case."""

    __tablename__ = "ticket_tag"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)

    ticket: Mapped[Ticket] = relationship(lazy="raise_on_sql")


class TicketLink(Base):
    """How one ticket stands to another: `ticket` is `kind` of `other` (e.g. duplicate)."""

    __tablename__ = "ticket_link"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)

    ticket: Mapped[Ticket] = relationship(lazy="raise_on_sql", foreign_keys=[ticket_id])
    other: Mapped[Ticket] = relationship(lazy="raise_on_sql", foreign_keys=[other_id])


class DraftFile(Base):
    """A file that waits with a draft."""

    __tablename__ = "draft_file"

    ticket_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(
        ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["ticket_id", "person_id"],
            ["draft.ticket_id", "draft.person_id"],
            name="fk_draft_file_draft",
            ondelete="CASCADE",
        ),
    )


class Draft(Base):
    """What an agent has typed and not yet sent: one for each ticket and agent.

    `to` and `cc` are the lines as typed; None is what the composer begins with.
    """

    __tablename__ = "draft"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(12), default="reply")
    body: Mapped[str] = mapped_column(Text, default="")
    to: Mapped[str | None] = mapped_column(Text)
    cc: Mapped[str | None] = mapped_column(Text)
    # The state to be set with sending, empty for none.
    state: Mapped[str] = mapped_column(String(24), default="")
    changed_at: Mapped[datetime]

    files: Mapped[list[StoredFile]] = relationship(
        secondary=DraftFile.__table__,
        lazy="raise_on_sql",
        order_by=StoredFile.id,
        passive_deletes=True,
    )


class Presence(Base):
    """Who is looking at a ticket or writing on it; old rows count for nothing."""

    __tablename__ = "presence"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_writing: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class ReadMark(Base):
    """How far an agent has read a ticket: the page opens at what came after."""

    __tablename__ = "read_mark"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    message_id: Mapped[int]


class SavedView(Base):
    """A list an agent wants to come back to: a title and the query part of its address."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(1000))
