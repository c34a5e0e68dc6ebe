# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pilot programme, the customers who take part, and the tickets that came out of it.

The words are those of release management: a pilot phase has a goal, a start and an end, and each
pilot customer has a designated support contact with a deputy.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from tresen.sdk import (
    Installation,
    Organisation,
    Person,
    PluginTables,
    Product,
    ProductVersion,
    Team,
    Ticket,
)

from tresen_pilot_service.steps import INVITED


class Base(PluginTables, DeclarativeBase):
    """The plugin's own tables."""

    plugin = "pilot_service"


class Programme(Base):
    """A trial of a product with chosen customers, from `starts_on` through `ends_on`."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    goal: Mapped[str] = mapped_column(Text, default="")
    # What of the product is tried, where it is not all of it.
    feature: Mapped[str] = mapped_column(String(200), default="", server_default="")
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), index=True
    )
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("product_version.id", ondelete="SET NULL"), index=True
    )
    # Where tickets go while neither contact nor deputy is there.
    team_id: Mapped[int | None] = mapped_column(
        ForeignKey("team.id", ondelete="SET NULL"), index=True
    )
    # Days on the operator's calendar; both belong to the programme.
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    # As many customers may take part; None is as many as there are.
    max_participants: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    product: Mapped[Product] = relationship(Product, lazy="raise_on_sql")
    version: Mapped[ProductVersion | None] = relationship(ProductVersion, lazy="raise_on_sql")
    team: Mapped[Team | None] = relationship(Team, lazy="raise_on_sql")


class Participation(Base):
    """A customer's part in a programme, and where it stands (tresen_pilot_service.steps).

    Tickets count from the day `active_on` until before the day `ended_on`. Where an installation
    is named, those about another one do not count.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    installation_id: Mapped[int | None] = mapped_column(
        ForeignKey("installation.id", ondelete="SET NULL"), index=True
    )
    # A build goes to ring 0 first, then to 1, 2 and so on.
    ring: Mapped[int] = mapped_column(default=1, server_default="1")
    contact_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    deputy_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    # Who speaks for the customer.
    key_user_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    key_user_deputy_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    # Somebody named here was erased, and nobody has looked since who follows.
    has_vacancy: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[str] = mapped_column(String(20), default=INVITED, server_default=INVITED)
    agreed_on: Mapped[date | None]
    active_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    # Why a customer declined or left, in their own words.
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(Organisation, lazy="raise_on_sql")
    installation: Mapped[Installation | None] = relationship(Installation, lazy="raise_on_sql")
    contact: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[contact_id]
    )
    deputy: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[deputy_id]
    )

    key_user: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[key_user_id]
    )
    key_user_deputy: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[key_user_deputy_id]
    )

    __table_args__ = (
        # Nobody takes part twice at a time; whoever left may come back.
        Index(
            "uq_pilot_service_participation_running",
            "programme_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )


class Invitation(Base):
    """That a letter invited a customer: when it was sent, and the ticket that it stands in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("ticket.id", ondelete="SET NULL"), index=True
    )
    sent_at: Mapped[datetime]

    ticket: Mapped[Ticket | None] = relationship(Ticket, lazy="raise_on_sql")


class PilotTicket(Base):
    """That a ticket came out of a participation; at most one for each ticket."""

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )

    # Tells the session to write the ticket first where both are new.
    ticket: Mapped[Ticket] = relationship(Ticket, lazy="raise_on_sql")


class Prolongation(Base):
    """That a programme goes on after the day on which it was to end, why, and who decided it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE"), index=True
    )
    old_end: Mapped[date]
    new_end: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]

    decided_by: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class Agreement(Base):
    """A version of what customers of a programme agree to; an empty text is nothing to sign."""

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_programme.id", ondelete="CASCADE")
    )
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_pilot_service_agreement_version", "programme_id", "version", unique=True),
    )


class Signature(Base):
    """Who signed a version of the agreement for a customer: a person, or a mere name."""

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_agreement.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    signed_on: Mapped[date]

    agreement: Mapped[Agreement] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class Consent(Base):
    """That a customer allowed diagnostics, from `given_on` until before `withdrawn_on`.

    A person of the customer gave it, or somebody of whom a mere name is known.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    given_on: Mapped[date]
    withdrawn_on: Mapped[date | None]

    person: Mapped[Person | None] = relationship(Person, lazy="raise_on_sql")


class Briefing(Base):
    """That an agent was briefed for a participation, by whom and on which day."""

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(
        ForeignKey("pilot_service_participation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    briefed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    briefed_on: Mapped[date]

    person: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[person_id]
    )
    briefed_by: Mapped[Person | None] = relationship(
        Person, lazy="raise_on_sql", foreign_keys=[briefed_by_id]
    )
