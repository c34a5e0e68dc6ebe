# SPDX-License-Identifier: AGPL-3.0-or-later
"""An anchor, by which somebody else finds the source; and that a development was published."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Person

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.models import Base

_DEVELOPMENT = "licensing_development.id"


class Publication(Base):
    """That a version of a development was published: which tree, under which licence."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(ForeignKey(_DEVELOPMENT, ondelete="CASCADE"))
    change_set_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_change_set.id", ondelete="CASCADE"), index=True
    )
    # git's tree, in 40 hexadecimal digits.
    tree: Mapped[str] = mapped_column(String(40))
    # As the agreement had it on this day, an SPDX expression.
    licence: Mapped[str] = mapped_column(String(120))
    published_at: Mapped[datetime] = mapped_column(index=True)
    published_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )

    change_set: Mapped[ChangeSet] = relationship(ChangeSet, lazy="raise_on_sql")
    published_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint(
            "development_id", "change_set_id", name="uq_licensing_publication_version"
        ),
    )


class Anchor(Base):
    """One place, or one word of the customer's, that shows which source is public."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(ForeignKey(_DEVELOPMENT, ondelete="CASCADE"))
    # The publication whose source it shows, for good; none as long as that is still to come.
    publication_id: Mapped[int | None] = mapped_column(
        ForeignKey("licensing_publication.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    # What no second anchor may stand on (service.place_of).
    place: Mapped[str] = mapped_column(String(400))
    address: Mapped[str] = mapped_column(String(300), default="")
    # The branch, tag or commit that is asked for in a repository.
    revision: Mapped[str] = mapped_column(String(200), default="")
    # Whether the company could take it back or change it.
    is_ours: Mapped[bool]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    withdrawn_at: Mapped[datetime | None]
    # What the last look found (kinds.OUTCOMES), when, and who looked; nobody where a job did.
    outcome: Mapped[str] = mapped_column(String(20))
    observed_at: Mapped[datetime | None] = mapped_column(index=True)
    observer_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    # When it last showed the source that it was to show.
    held_at: Mapped[datetime | None]
    # git's ids of what was found last, in 40 hexadecimal digits; empty where none could be read.
    tree: Mapped[str] = mapped_column(String(40), default="")
    commit: Mapped[str] = mapped_column(String(40), default="")
    # What was compared (kinds.COMPARED), and the SHA-256 of the bytes that were answered.
    compared: Mapped[str] = mapped_column(String(20), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    # The words that a contact of the customer signed.
    words: Mapped[str] = mapped_column(Text, default="")

    added_by: Mapped[Person | None] = relationship(
        Person, foreign_keys=[added_by_id], lazy="raise_on_sql"
    )
    observer: Mapped[Person | None] = relationship(
        Person, foreign_keys=[observer_id], lazy="raise_on_sql"
    )

    __table_args__ = (
        UniqueConstraint(
            "development_id", "place", "publication_id", name="uq_licensing_anchor_place"
        ),
        # To a database one nothing is not another: without this, two could be added at once.
        Index(
            "uq_licensing_anchor_coming",
            "development_id",
            "place",
            unique=True,
            sqlite_where=text("publication_id IS NULL"),
            postgresql_where=text("publication_id IS NULL"),
        ),
    )
