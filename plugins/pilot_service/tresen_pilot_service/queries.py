# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds programmes, who takes part in them, and which pilot a ticket belongs to."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from tresen.sdk import (
    Desk,
    Installation,
    Missing,
    Organisation,
    Person,
    Product,
    ProductVersion,
    Team,
    Ticket,
    _,
    read_settings,
)

from tresen_pilot_service import states, steps
from tresen_pilot_service.models import Invitation, Participation, PilotTicket, Programme

SETTINGS = "pilot_service"

# What every page and answer shows of a participation, loaded with it.
WHOLE = (
    joinedload(Participation.programme).joinedload(Programme.product),
    joinedload(Participation.organisation),
    joinedload(Participation.contact),
    joinedload(Participation.deputy),
    joinedload(Participation.key_user),
    joinedload(Participation.key_user_deputy),
    joinedload(Participation.installation),
)

# What participants can be sorted by.
SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "customer": Organisation.name,
    "ring": Participation.ring,
}

# The columns that name somebody, with the part that this person has.
PARTS = {
    "contact_id": "contact",
    "deputy_id": "deputy",
    "key_user_id": "key user",
    "key_user_deputy_id": "deputy of the key user",
}

# Every list and every ticket's page asks these, so they are made once.
_named = PilotTicket.ticket_id.in_(bindparam("ticket_ids", expanding=True))
_PILOTS = select(PilotTicket.ticket_id).where(_named)
_PARTICIPATIONS = (
    select(PilotTicket.ticket_id, Participation)
    .join(Participation, Participation.id == PilotTicket.participation_id)
    .options(*WHOLE)
    .where(_named)
)
_TITLES = select(Programme.id, Programme.title).order_by(Programme.ends_on.desc(), Programme.id)


def programmes(desk: Desk) -> Sequence[Programme]:
    """Return every programme with its product, the one that ends last first."""
    return desk.session.scalars(
        select(Programme)
        .options(joinedload(Programme.product), joinedload(Programme.version))
        .order_by(Programme.ends_on.desc(), Programme.id)
    ).all()


def titles(desk: Desk) -> Sequence[Row[int, str]]:
    """Return id and title of every programme, the one that ends last first."""
    return desk.session.execute(_TITLES).all()


def programme(desk: Desk, programme_id: int) -> Programme:
    """Return a programme with product, version and team; raises Missing."""
    found = desk.session.scalar(
        select(Programme)
        .where(Programme.id == programme_id)
        .options(
            joinedload(Programme.product),
            joinedload(Programme.version),
            joinedload(Programme.team),
        )
    )
    if found is None:
        raise Missing(_("There is no such pilot programme."))
    return found


def participations(desk: Desk, programme_id: int, sort: str = "") -> Sequence[Participation]:
    """Return who takes or took part, by name, those who left at the end.

    `sort` is a key of `SORTS`, with a minus in front where it goes down.
    """
    column = SORTS.get(sort.removeprefix("-"), Organisation.name)
    return desk.session.scalars(
        select(Participation)
        .options(*WHOLE)
        .join(Participation.organisation)
        .where(Participation.programme_id == programme_id)
        .order_by(
            Participation.ended_on.is_not(None),
            column.desc() if sort.startswith("-") else column.asc(),
            Organisation.name,
            Participation.id,
        )
    ).all()


def open_participations(desk: Desk) -> Sequence[Participation]:
    """Return what did not end of every programme that did not end either, in one query."""
    return desk.session.scalars(
        select(Participation)
        .options(*WHOLE)
        .join(Participation.programme)
        .where(Participation.ended_on.is_(None), Programme.ends_on >= desk.today())
    ).all()


def participation(desk: Desk, participation_id: int) -> Participation:
    """Return a participation with its people and programme; raises Missing."""
    found = desk.session.scalar(
        select(Participation).options(*WHOLE).where(Participation.id == participation_id)
    )
    if found is None:
        raise Missing(_("There is no such participation."))
    return found


def invitation(desk: Desk, participation_id: int) -> Invitation | None:
    """Return the last invitation by letter of a participation, with its ticket."""
    return desk.session.scalar(
        select(Invitation)
        .where(Invitation.participation_id == participation_id)
        .options(joinedload(Invitation.ticket))
        .order_by(Invitation.id.desc())
        .limit(1)
    )


def participant_counts(desk: Desk) -> Mapping[int, int]:
    """Return in how many active participations each programme is tried now."""
    rows = desk.session.execute(
        select(Participation.programme_id, func.count())
        .where(Participation.state == steps.ACTIVE)
        .group_by(Participation.programme_id)
    )
    return dict(rows.all())


def places_taken(desk: Desk, programme_id: int) -> int:
    """Return how many customers were invited and did neither decline nor leave."""
    gone = (steps.DECLINED, steps.WITHDRAWN)
    statement = select(func.count()).where(
        Participation.programme_id == programme_id, Participation.state.not_in(gone)
    )
    return desk.session.scalar(statement) or 0


def ticket_counts(desk: Desk, participation_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many tickets came out of each participation."""
    rows = desk.session.execute(
        select(PilotTicket.participation_id, func.count())
        .where(PilotTicket.participation_id.in_(participation_ids))
        .group_by(PilotTicket.participation_id)
    )
    return dict(rows.all())


def participation_for(desk: Desk, ticket: Ticket) -> Participation | None:
    """Return the participation that a ticket belongs to by its facts on the day it was opened.

    Its customer's part was active, the programme ran, and product and installation agree where both
    sides name them. Of several, the one that names more of the ticket's facts counts, then the
    one that ends first.
    """
    if ticket.organisation_id is None:
        return None
    day = desk.today(ticket.created_at)
    if desk.is_bulk and ticket.organisation_id not in _participants(desk, day):
        return None
    found = desk.session.scalars(
        select(Participation)
        .options(*WHOLE)
        .join(Participation.programme)
        .where(
            Participation.organisation_id == ticket.organisation_id,
            *_counts_on(day),
            *_same_product(desk, ticket),
        )
        .order_by(Participation.installation_id.is_(None), Programme.ends_on, Participation.id)
    )
    return found.first()


def takes_part_now(desk: Desk, organisation_id: int | None) -> bool:
    """Whether the customer takes part in a programme that runs; in bulk asked once for all."""
    return organisation_id in _participants(desk, desk.today())


def _participants(desk: Desk, day: date) -> frozenset[int]:
    """Return the customers who take part in a programme that runs on the day."""
    return desk.once(f"pilot_service:participants:{day}", lambda: _ask_participants(desk, day))


def _ask_participants(desk: Desk, day: date) -> frozenset[int]:
    statement = (
        select(Participation.organisation_id).join(Participation.programme).where(*_counts_on(day))
    )
    return frozenset(desk.session.scalars(statement))


def participations_of(desk: Desk, ticket_ids: Sequence[int]) -> Mapping[int, Participation]:
    """Return the recorded participation of each ticket that has one, in one query."""
    return dict(desk.session.execute(_PARTICIPATIONS, {"ticket_ids": list(ticket_ids)}).all())


def pilots_among(desk: Desk, ticket_ids: Sequence[int]) -> Sequence[int]:
    """Return those of the tickets that came out of a pilot, in one query."""
    return desk.session.scalars(_PILOTS, {"ticket_ids": list(ticket_ids)}).all()


def tickets_in(programme_id: int | None) -> ColumnElement[bool]:
    """Return the condition over Ticket: came out of the programme, or of any where None."""
    noted = select(PilotTicket.ticket_id)
    if programme_id is not None:
        noted = noted.join(Participation, Participation.id == PilotTicket.participation_id).where(
            Participation.programme_id == programme_id
        )
    return Ticket.id.in_(noted)


def ending(desk: Desk, found: Sequence[Programme]) -> set[int]:
    """Return the ids of those that run and end within the days that the settings name."""
    days = timedelta(days=int(read_settings(desk, SETTINGS)["warn_days"]))
    today = desk.today()
    return {row.id for row in found if states.ends_within(days, today, row.starts_on, row.ends_on)}


def parts_of(desk: Desk, person: Person) -> Sequence[Participation]:
    """Return the participations that name the person, on either side, with the programme."""
    return desk.session.scalars(
        select(Participation)
        .where(_names(person))
        .options(joinedload(Participation.programme))
        .order_by(Participation.id)
    ).all()


def parts_around(desk: Desk, person: Person) -> Sequence[Participation]:
    """Return the participations in which the person or their organisation has a part."""
    return desk.session.scalars(select(Participation).where(_around(person))).all()


def of_customer(person: Person) -> Select[int]:
    """Return the ids of the participations of the person's organisation."""
    return select(Participation.id).where(Participation.organisation_id == person.organisation_id)


def programmes_around(desk: Desk, person: Person) -> Sequence[Programme]:
    """Return the programmes in which the person or their organisation has a part."""
    ids = select(Participation.programme_id).where(_around(person))
    return desk.session.scalars(select(Programme).where(Programme.id.in_(ids))).all()


def products(desk: Desk, kept_id: int | None = None) -> Sequence[Product]:
    """Return the products that can be tried and the one that a programme has, by name."""
    return desk.session.scalars(
        select(Product).where(_can_be_tried(kept_id)).order_by(Product.name)
    ).all()


def versions(desk: Desk, kept_id: int | None = None) -> Sequence[ProductVersion]:
    """Return every version of those products with the product, newest first."""
    return desk.session.scalars(
        select(ProductVersion)
        .join(ProductVersion.product)
        .where(_can_be_tried(kept_id))
        .options(joinedload(ProductVersion.product))
        .order_by(Product.name, ProductVersion.id.desc())
    ).all()


def teams(desk: Desk) -> Sequence[Team]:
    """Return every team by name."""
    return desk.session.scalars(select(Team).order_by(Team.name)).all()


def people_of(desk: Desk, organisation_id: int) -> Sequence[Person]:
    """Return the active people of a customer, by name."""
    return desk.session.scalars(
        select(Person)
        .where(Person.organisation_id == organisation_id, Person.is_active)
        .order_by(Person.name, Person.id)
    ).all()


def installations(desk: Desk, product_id: int) -> Sequence[Installation]:
    """Return where the product runs, with the organisations, by their names."""
    return desk.session.scalars(
        select(Installation)
        .join(Installation.organisation)
        .where(Installation.product_id == product_id)
        .options(joinedload(Installation.organisation))
        .order_by(Organisation.name, Installation.id)
    ).all()


def _names(person: Person) -> ColumnElement[bool]:
    return or_(*(getattr(Participation, name) == person.id for name in PARTS))


def _around(person: Person) -> ColumnElement[bool]:
    return or_(_names(person), Participation.organisation_id == person.organisation_id)


def _counts_on(day: date) -> list[ColumnElement[bool]]:
    """Return the conditions under which a ticket of the day can be a pilot's."""
    return [
        Participation.active_on <= day,
        or_(Participation.ended_on.is_(None), Participation.ended_on > day),
        Programme.starts_on <= day,
        Programme.ends_on >= day,
    ]


def _can_be_tried(kept_id: int | None) -> ColumnElement[bool]:
    return or_(Product.is_active, Product.id == kept_id)


def _same_product(desk: Desk, ticket: Ticket) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if ticket.product_id is not None:
        conditions.append(Programme.product_id == ticket.product_id)
    elif not read_settings(desk, SETTINGS)["counts_without_product"]:
        conditions.append(false())
    if ticket.installation_id is not None:
        conditions.append(
            or_(
                Participation.installation_id.is_(None),
                Participation.installation_id == ticket.installation_id,
            )
        )
    return conditions
