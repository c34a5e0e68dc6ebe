# SPDX-License-Identifier: AGPL-3.0-or-later
"""An entry of a development's journal: appended, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import get_history
from tresen.sdk import Person

from tresen_licensing.models import Base


class Entry(Base):
    """One thing that happened, sealed together with the digest of the entry before.

    Whoever did it and what they wrote in their own words stand outside the seal (of the words, the
    hash is inside), so that a person can be erased and the chain still holds.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey("licensing_development.id", ondelete="CASCADE")
    )
    # From 1, without a gap.
    number: Mapped[int]
    happened_at: Mapped[datetime]
    # What happened, a past participle, and on whose word (sides.SIDES).
    kind: Mapped[str] = mapped_column(String(40))
    side: Mapped[str] = mapped_column(String(20))
    # A JSON object in canonical form; names nobody.
    facts: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    note_sha256: Mapped[str] = mapped_column(String(64))
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    actor: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("development_id", "number", name="uq_licensing_entry_number"),
    )


SEALED = (
    *("development_id", "number", "happened_at", "kind", "side", "facts", "note_sha256"),
    *("previous", "digest"),
)


@event.listens_for(Entry, "before_update")
def _refuse_change(_mapper: Any, _connection: Any, entry: Entry) -> None:
    """Raise RuntimeError when something that is sealed would be written anew: a fault of ours."""
    if any(get_history(entry, name).has_changes() for name in SEALED):
        raise RuntimeError(f"entry {entry.number} of a journal is sealed and cannot be changed")
