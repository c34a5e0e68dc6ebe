# SPDX-License-Identifier: AGPL-3.0-or-later
"""The access to one installation, with the agreements that it rests on, and who approves of it."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Installation, Person

from tresen_remote_support.models import Base


class AccessProfile(Base):
    """How an installation is reached and what was agreed on that.

    Without days and hours it may be used at any time. Of a secret the place in the operator's
    vault is kept, never what stands there.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    installation_id: Mapped[int] = mapped_column(
        ForeignKey("installation.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(120))
    # The tool (providers.registry) and the device as it knows it.
    provider: Mapped[str] = mapped_column(String(30))
    target_id: Mapped[str] = mapped_column(String(200), default="")
    # ISO weekdays, as in "12345", and hours of the operator's clock; 00:00 closes at midnight.
    days: Mapped[str] = mapped_column(String(7), default="")
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    # Whether the customer is asked each time, also where a standing permission would do.
    needs_consent: Mapped[bool] = mapped_column(default=True)
    # The written permission to work while nobody is there: by which paper, from when, how long,
    # on which devices (one a line).
    standing_basis: Mapped[str] = mapped_column(String(200), default="")
    standing_from: Mapped[date | None]
    standing_until: Mapped[date | None]
    devices: Mapped[str] = mapped_column(Text, default="")
    # The agreement on processing data (GDPR article 28).
    agreement_number: Mapped[str] = mapped_column(String(60), default="")
    agreement_until: Mapped[date | None]
    may_record: Mapped[bool] = mapped_column(default=False)
    recording_days: Mapped[int | None]
    # What data may be seen there, in words.
    data_class: Mapped[str] = mapped_column(String(200), default="")
    secret_place: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    installation: Mapped[Installation] = relationship(Installation, lazy="raise_on_sql")


class Approver(Base):
    """Somebody of the customer's who approves of the access, and is told of its use."""

    profile_id: Mapped[int] = mapped_column(
        ForeignKey("remote_support_access_profile.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    person: Mapped[Person] = relationship(Person, lazy="raise_on_sql")
