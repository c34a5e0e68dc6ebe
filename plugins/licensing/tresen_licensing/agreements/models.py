# SPDX-License-Identifier: AGPL-3.0-or-later
"""An agreement: who owns what is developed, under which licence it is published, by when."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Organisation, StoredFile

from tresen_licensing.models import Base


class Agreement(Base):
    """One written agreement with a customer; developments name the one that they are under.

    What stood in it when a development was published has to be found again, so it is never removed
    while one is under it, only ended.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    # What the contract calls it: number, annex, clause.
    reference: Mapped[str] = mapped_column(String(120), default="")
    agreed_on: Mapped[date]
    ended_on: Mapped[date | None]
    # Under which it is published, an SPDX expression.
    licence: Mapped[str] = mapped_column(String(120))
    # Whether it may be published at all (terms.PUBLISHING), and the words that say so.
    publishing: Mapped[str] = mapped_column(String(20))
    clause: Mapped[str] = mapped_column(Text, default="")
    # Days from the first deployment outside until it has to be public.
    deadline_days: Mapped[int] = mapped_column(default=30)
    # Days by which an embargo may put that off, counted from the same day.
    embargo_days: Mapped[int] = mapped_column(default=90)
    # How the customer is named in public (terms.CREDITS).
    credit: Mapped[str] = mapped_column(String(20))
    # What people of the customer were told before their names became public with a sign-off.
    privacy_note: Mapped[str] = mapped_column(Text, default="")
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("stored_file.id", ondelete="SET NULL"), index=True
    )
    # Of the signed document, so that another one does not take its place unseen.
    document_sha512: Mapped[str] = mapped_column(String(128), default="")
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise_on_sql")
    document: Mapped[StoredFile | None] = relationship(StoredFile, lazy="raise_on_sql")
