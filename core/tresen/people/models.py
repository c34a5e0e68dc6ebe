# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, their mail addresses, organisations and teams: who asks and who answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tresen.db import Base
from tresen.hooks.records import ADMINISTRATOR, AGENT
from tresen.privacy import PersonName

AGENT_ROLES = (ADMINISTRATOR, AGENT)
# The role of an erased person, which holds no permission; the row stays for what refers to it.
ERASED = "erased"


def normal_address(address: str) -> str:
    """Return a mail address as it is stored and compared: trimmed, in lower case."""
    return address.strip().lower()


class Organisation(Base):
    """A customer organisation, or the operator's own."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Person(Base):
    """A human being: `role` says whether a customer's contact or an agent, or erased."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(PersonName(200), index=True)
    role: Mapped[str] = mapped_column(String(20), default="customer")
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True
    )
    # Whether an administrator let this customer see the whole organisation's requests.
    sees_organisation: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(60), default="")
    job_title: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str | None] = mapped_column(String(12))
    time_zone: Mapped[str | None] = mapped_column(String(60))
    # Whether mails about the person's own tickets are wanted.
    is_notified: Mapped[bool] = mapped_column(default=True)
    signature: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    addresses: Mapped[list["EmailAddress"]] = relationship(
        lazy="raise_on_sql",
        order_by="EmailAddress.id",
        back_populates="person",
        passive_deletes="all",
    )

    __table_args__ = (Index("ix_person_role_active", "role", "is_active"),)


class EmailAddress(Base):
    """A mail address of one person, in lower case; `proven_at` is when its owner was shown.

    Only a proven address lets its owner see tickets in the portal (safety M01, M02).
    """

    __tablename__ = "email_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    is_primary: Mapped[bool] = mapped_column(default=True)
    proven_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise_on_sql", back_populates="addresses")


class Team(Base):
    """A group of agents that tickets are given to.

    The tickets of a restricted team are seen by its members and administrators only.
    """

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    is_restricted: Mapped[bool] = mapped_column(default=False)


class TeamMember(Base):
    """An agent's place in a team."""

    __tablename__ = "team_member"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Absence(Base):
    """A time in which an agent is not there: from `starts_at` until just before `ends_at`."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (Index("ix_absence_person_ends", "person_id", "ends_at"),)
