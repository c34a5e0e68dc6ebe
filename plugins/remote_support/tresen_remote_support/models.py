# SPDX-License-Identifier: AGPL-3.0-or-later
"""The remote session with its consents, offers and moved files: the record that an audit asks for.

What BSI OPS.1.2.5 wants documented stands in these rows: who looked at whose system when, why, with
whose consent, what was done and what was moved.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from tresen.sdk import Installation, Organisation, Person, PluginTables, Ticket


class Base(PluginTables, DeclarativeBase):
    """The plugin's own tables."""

    plugin = "remote_support"


class RemoteSession(Base):
    """One look at a customer's screen, from the wish to the review (its life: states)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    # What stands in addresses and is read over the phone: 8 letters and digits (offers.REFERENCE).
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    installation_id: Mapped[int | None] = mapped_column(
        ForeignKey("installation.id", ondelete="SET NULL"), index=True
    )
    # The customer's person at the screen.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    # Under which agreement with the customer, where there is one (profiles).
    profile_id: Mapped[int | None] = mapped_column(
        ForeignKey("remote_support_access_profile.id", ondelete="SET NULL"), index=True
    )
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    # Looks on as well (four eyes).
    second_agent_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    provider: Mapped[str] = mapped_column(String(30))
    # What the provider calls it.
    external_id: Mapped[str] = mapped_column(String(200), default="")
    # What it may do (scopes), and what it asks for beyond.
    scope: Mapped[str] = mapped_column(String(100))
    wanted_scope: Mapped[str] = mapped_column(String(100), default="")
    purpose: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    planned_from: Mapped[datetime | None]
    planned_to: Mapped[datetime | None]
    # Until when the customer can say yes, and after that the agent begin.
    open_until: Mapped[datetime | None]
    # Proves the customer's browser; only its SHA-256 is kept.
    seat_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    requested_at: Mapped[datetime]
    consented_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    # When either side last did something; from then on it stands still.
    seen_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_seconds: Mapped[int] = mapped_column(default=0)
    # While the picture is being recorded, since when: both pages say so (recordings).
    recorded_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(20), default="")
    # What went wrong, or why it was called off.
    reason: Mapped[str] = mapped_column(Text, default="")
    # By which contract it was covered when it began; empty where none is known.
    contract: Mapped[str] = mapped_column(String(200), default="", server_default="")
    # Why an administrator let it go beyond hours, quota or contract; empty within the rules.
    emergency: Mapped[str] = mapped_column(Text, default="")
    # Of an appointment: calendars forget what a lower number said (RFC 5545).
    sequence: Mapped[int] = mapped_column(default=0)
    # What was done, how it came out and the minutes it took: mandatory once it has run.
    actions: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(String(20), default="")
    minutes: Mapped[int | None]
    documented_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    review: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]

    ticket: Mapped[Ticket] = relationship(Ticket, lazy="raise_on_sql")
    organisation: Mapped[Organisation | None] = relationship(Organisation, lazy="raise_on_sql")
    installation: Mapped[Installation | None] = relationship(Installation, lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[person_id]
    )
    agent: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[agent_id]
    )
    second_agent: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[second_agent_id]
    )
    reviewer: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[reviewer_id]
    )

    __table_args__ = (
        Index("ix_remote_support_remote_session_agent", "agent_id", "state"),
        Index("ix_remote_support_remote_session_state", "state", "seen_at"),
        Index("ix_remote_support_remote_session_requested", "requested_at"),
        Index("ix_remote_support_remote_session_planned", "planned_from"),
    )


class ConsentText(Base):
    """What customers consent to, word for word; another wording is another version."""

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10))
    # Counts from 1 in each language.
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("language", "version", name="uq_remote_support_consent_text_version"),
    )


class Consent(Base):
    """The customer's yes to a scope, and when it was taken back."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_remote_session.id", ondelete="CASCADE"), index=True
    )
    text_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_consent_text.id", ondelete="CASCADE"), index=True
    )
    scope: Mapped[str] = mapped_column(String(100))
    # How the customer came to the page (offers.CHANNELS).
    channel: Mapped[str] = mapped_column(String(20))
    # Who said yes: a person who is known, and the name as they gave it.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    given_at: Mapped[datetime]
    # When it lapses by itself, as one by a standing permission does.
    until: Mapped[datetime | None]
    # After how many days a recording is deleted, as the text says; None where there is none.
    recording_days: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]

    text: Mapped[ConsentText] = relationship(lazy="raise_on_sql")


class Offer(Base):
    """A way in for the customer: used once, for a short time; of its secrets hashes are kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_remote_session.id", ondelete="CASCADE"), index=True
    )
    channel: Mapped[str] = mapped_column(String(20))
    # Of the link's token; of a PIN nothing that it could be found by.
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    pin_hash: Mapped[str | None] = mapped_column(String(64))
    # How often a wrong PIN was typed.
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # When it was used, or another one took its place.
    used_at: Mapped[datetime | None]


class MovedFile(Base):
    """A file that went from one side to the other, as it was: name, size and SHA-256."""

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_remote_session.id", ondelete="CASCADE"), index=True
    )
    is_from_customer: Mapped[bool]
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    # Where it is kept here, if it is.
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    moved_at: Mapped[datetime]
