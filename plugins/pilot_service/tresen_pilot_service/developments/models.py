# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development at a customer: its steps, people, hours, tickets, and where it runs.

Until when it has to be given back is nowhere kept: it follows from the day of its deployment.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from tresen.sdk import Installation, Organisation, Person, Product, ProductVersion, Ticket

from tresen_pilot_service.models import Base, Participation

_DEVELOPMENT = "pilot_service_development.id"


class Development(Base):
    """What is developed for a customer, and where it stands (`states`).

    `source` says where the code is, `licence` is an SPDX expression.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), index=True
    )
    # What the private change was made on; drift counts from here.
    base_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_version.id", ondelete="SET NULL"), index=True
    )
    participation_id: Mapped[int | None] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    roadmap_url: Mapped[str] = mapped_column(String(500), default="")
    contract: Mapped[str] = mapped_column(String(200), default="")
    is_without_contract: Mapped[bool] = mapped_column(default=False)
    # None where the contract names no hours.
    contract_minutes: Mapped[int | None]
    due_on: Mapped[date | None]
    licence: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20))
    accepted_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    # Of somebody whom the desk does not know.
    accepted_by_name: Mapped[str] = mapped_column(String(200), default="")
    accepted_on: Mapped[date | None]
    # The first deployment: here the time to give back begins.
    deployed_on: Mapped[date | None]
    public_url: Mapped[str] = mapped_column(String(500), default="")
    given_back_on: Mapped[date | None]
    is_declined_upstream: Mapped[bool] = mapped_column(default=False)
    exempt_reason: Mapped[str] = mapped_column(Text, default="")
    released_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_version.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise_on_sql")
    product: Mapped[Product] = relationship(Product, lazy="raise_on_sql")
    base_version: Mapped[ProductVersion | None] = relationship(
        ProductVersion, lazy="raise_on_sql", foreign_keys=[base_version_id]
    )
    released_version: Mapped[ProductVersion | None] = relationship(
        ProductVersion, lazy="raise_on_sql", foreign_keys=[released_version_id]
    )
    participation: Mapped[Participation | None] = relationship(lazy="raise_on_sql")
    accepted_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")

    # Lists ask for a state, overdue ones by the day of deployment, too.
    __table_args__ = (Index("ix_pilot_service_development_state", "state", "deployed_on"),)


class DevelopmentStep(Base):
    """That a development came to a state on a day, and what was said: a reason, an acceptance."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey(_DEVELOPMENT, ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(20))
    stepped_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")


class DevelopmentPerson(Base):
    """Who has which part in a development, on our side or on the customer's."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(ForeignKey(_DEVELOPMENT, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    part: Mapped[str] = mapped_column(String(20))

    person: Mapped[Person] = relationship(Person, lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "uq_pilot_service_development_person_part",
            "development_id",
            "person_id",
            "part",
            unique=True,
        ),
        Index(
            "uq_pilot_service_development_person_lead",
            "development_id",
            unique=True,
            sqlite_where=text("part = 'lead'"),
            postgresql_where=text("part = 'lead'"),
        ),
    )


class DevelopmentBooking(Base):
    """How long somebody of ours worked at it on a day; beyond the contract with a reason."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(
        ForeignKey(_DEVELOPMENT, ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    booked_on: Mapped[date]
    minutes: Mapped[int]
    what: Mapped[str] = mapped_column(Text, default="")
    is_beyond: Mapped[bool] = mapped_column(default=False)
    beyond_reason: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class DevelopmentTicket(Base):
    """That a ticket is about a development."""

    development_id: Mapped[int] = mapped_column(
        ForeignKey(_DEVELOPMENT, ondelete="CASCADE"), primary_key=True
    )
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    # Tells the session to write the ticket first where both are new.
    ticket: Mapped[Ticket] = relationship(Ticket, lazy="raise_on_sql")


class DevelopmentPlace(Base):
    """Where a private change runs since `deployed_on`; the public version since `adopted_on`."""

    id: Mapped[int] = mapped_column(primary_key=True)
    development_id: Mapped[int] = mapped_column(ForeignKey(_DEVELOPMENT, ondelete="CASCADE"))
    installation_id: Mapped[int] = mapped_column(
        ForeignKey("installation.id", ondelete="CASCADE"), index=True
    )
    deployed_on: Mapped[date]
    adopted_on: Mapped[date | None]

    installation: Mapped[Installation] = relationship(Installation, lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "uq_pilot_service_development_place_once",
            "development_id",
            "installation_id",
            unique=True,
        ),
    )
