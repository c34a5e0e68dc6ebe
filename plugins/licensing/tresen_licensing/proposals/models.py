# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proposal to upstream, the words about it, and the commits in which its patches were found."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person, StoredFile, Ticket

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.connections.models import Connection
from tresen_licensing.models import Base

_DEVELOPMENT, _PROPOSAL = "licensing_development.id", "licensing_upstream_proposal.id"


class UpstreamProposal(Base):
    """One change set as it was proposed upstream, on one way."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey(_DEVELOPMENT, ondelete="CASCADE"), index=True
    )
    change_set_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_change_set.id", ondelete="CASCADE"), index=True
    )
    connection_id: Mapped[int | None] = mapped_column(
        ForeignKey("licensing_connection.id", ondelete="SET NULL"), index=True
    )
    # The way (forges.routes), and where it stands (states.TITLES).
    route: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    # What the forge calls upstream ("owner/name"), or the address of a mailing list.
    repository: Mapped[str] = mapped_column(String(320), default="", index=True)
    # What was sent, besides the patches.
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    # What upstream calls it, and where it is.
    number: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(500), default="")
    # Why it was decided so; why the last try to send it or to ask about it failed.
    reason: Mapped[str] = mapped_column(Text, default="")
    fault: Mapped[str] = mapped_column(Text, default="")
    # Which version of it upstream has, counted as upstream does, and since when where it is a
    # later one. What is being sent in its place: a version of the changes, and what is new in it.
    version: Mapped[int] = mapped_column(default=1)
    renewed_at: Mapped[datetime | None]
    next_version: Mapped[int | None]
    news: Mapped[str] = mapped_column(Text, default="")
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    # By mail: the ticket on which it is spoken of. As files: the archive.
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("ticket.id", ondelete="SET NULL"), index=True
    )
    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    # When upstream said something last, and when it is asked again; how often it had no news.
    last_word_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]
    idle_looks: Mapped[int] = mapped_column(default=0)
    etag: Mapped[str] = mapped_column(String(200), default="")
    # When upstream's history is looked through again, and when somebody was reminded.
    next_search_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    # A commit that holds it, or that does the same differently, and the release that has it.
    commit: Mapped[str] = mapped_column(String(40), default="")
    differently: Mapped[str] = mapped_column(String(40), default="")
    release: Mapped[str] = mapped_column(String(80), default="")
    released_on: Mapped[date | None]
    adopted_on: Mapped[date | None]

    change_set: Mapped[ChangeSet] = relationship(ChangeSet, lazy="raise_on_sql")
    connection: Mapped[Connection | None] = relationship(Connection, lazy="raise_on_sql")
    proposed_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")
    ticket: Mapped[Ticket | None] = relationship(Ticket, lazy="raise_on_sql")
    file: Mapped[StoredFile | None] = relationship(StoredFile, lazy="raise_on_sql")

    __table_args__ = (
        Index("ix_licensing_upstream_proposal_look", "state", "next_look_at"),
        Index("ix_licensing_upstream_proposal_search", "state", "next_search_at"),
    )


class JoinedDevelopment(Base):
    """Another development with the same patches: one proposal serves both."""

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey(_PROPOSAL, ondelete="CASCADE"))
    development_id: Mapped[int] = mapped_column(
        ForeignKey(_DEVELOPMENT, ondelete="CASCADE"), index=True
    )

    __table_args__ = (
        UniqueConstraint(
            "proposal_id", "development_id", name="uq_licensing_joined_development_pair"
        ),
    )


class ReviewWord(Base):
    """What somebody said of a proposal, as it is public at upstream."""

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey(_PROPOSAL, ondelete="CASCADE"))
    # What the forge calls it.
    key: Mapped[str] = mapped_column(String(80))
    # The name as it is shown there; of a reviewer nothing else is kept.
    author: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(500), default="")
    is_own: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("proposal_id", "key", name="uq_licensing_review_word_key"),
        Index("ix_licensing_review_word_author", "author"),
    )


class MergedPatch(Base):
    """The commit of upstream in which a patch was found, and what found it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey(_PROPOSAL, ondelete="CASCADE"))
    position: Mapped[int]
    commit: Mapped[str] = mapped_column(String(40))
    detector: Mapped[str] = mapped_column(String(20))

    __table_args__ = (
        UniqueConstraint("proposal_id", "position", name="uq_licensing_merged_patch_position"),
    )
