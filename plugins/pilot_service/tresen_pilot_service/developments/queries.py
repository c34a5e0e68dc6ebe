# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds developments, and computes what is owed: days to give back, drift and figures."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from tresen.sdk import (
    Desk,
    Installation,
    Missing,
    Organisation,
    Person,
    Product,
    ProductVersion,
    Ticket,
    _,
    read_settings,
)

from tresen_pilot_service import queries
from tresen_pilot_service.developments import states
from tresen_pilot_service.developments.models import (
    Development,
    DevelopmentBooking,
    DevelopmentPerson,
    DevelopmentPlace,
    DevelopmentStep,
    DevelopmentTicket,
)
from tresen_pilot_service.models import Participation

# What lists show of a development, loaded with it.
LISTED = (
    joinedload(Development.organisation),
    joinedload(Development.product),
    joinedload(Development.base_version),
)
WHOLE = (
    *LISTED,
    joinedload(Development.released_version),
    joinedload(Development.accepted_by),
    joinedload(Development.participation).joinedload(Participation.programme),
)

# What the list can be sorted by.
SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "title": Development.title,
    "customer": Organisation.name,
    "product": Product.name,
    "due": Development.due_on,
    "deployed": Development.deployed_on,
}

# Every ticket's page asks this, so it is made once.
_OF_TICKET = (
    select(Development)
    .join(DevelopmentTicket, DevelopmentTicket.development_id == Development.id)
    .where(DevelopmentTicket.ticket_id == bindparam("ticket_id"))
    .order_by(Development.id)
)


@dataclass(frozen=True)
class Figures:
    """How giving back goes: `eligible` are deployed and not exempt, the others are of these.

    `median_days` lie between deployment and return; None while nothing was given back.
    """

    eligible: int
    given_back: int
    overdue: int
    adopted: int
    median_days: float | None


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; what is empty narrows nothing."""

    state: str = ""
    organisation_id: int | None = None
    product_id: int | None = None
    is_overdue: bool = False


def giveback_days(desk: Desk) -> int:
    """Return how many days after its deployment a development has to be given back."""
    return int(read_settings(desk, queries.SETTINGS)["giveback_days"])


def developments(desk: Desk, wanted: Wanted = Wanted(), sort: str = "") -> Sequence[Development]:
    """Return the developments, those that go on first and the newest of them on top.

    `sort` is a key of `SORTS`, with a minus in front where it goes down.
    """
    column = SORTS.get(sort.removeprefix("-"))
    first: ColumnElement[Any] = Development.state.in_(states.ENDED)
    if column is not None:
        first = column.desc() if sort.startswith("-") else column.asc()
    return desk.session.scalars(
        select(Development)
        .join(Development.organisation)
        .join(Development.product)
        .where(*_conditions(desk, wanted))
        .options(*LISTED)
        .order_by(first, Development.id.desc())
    ).all()


def development(desk: Desk, development_id: int) -> Development:
    """Return a development with all that it names; raises Missing."""
    found = desk.session.scalar(
        select(Development).where(Development.id == development_id).options(*WHOLE)
    )
    if found is None:
        raise Missing(_("There is no such development."))
    return found


def of_organisation(desk: Desk, organisation_id: int | None) -> Sequence[Development]:
    """Return the developments for a customer; none for nobody."""
    if organisation_id is None:
        return []
    return developments(desk, Wanted(organisation_id=organisation_id))


def of_ticket(desk: Desk, ticket_id: int) -> Sequence[Development]:
    """Return the developments that a ticket is about, in one query."""
    return desk.session.scalars(_OF_TICKET, {"ticket_id": ticket_id}).all()


def overdue_in(desk: Desk, programme_id: int) -> int:
    """Return how many developments of a programme's participants are overdue to be given back."""
    return (
        desk.session.scalar(
            select(func.count())
            .select_from(Development)
            .join(Development.participation)
            .where(Participation.programme_id == programme_id, *_overdue(desk))
        )
        or 0
    )


def until(desk: Desk, rows: Iterable[Development]) -> Mapping[int, date]:
    """Return the last day to give back each of those that have to be, by its id."""
    days = giveback_days(desk)
    found = {row.id: states.giveback_until(row.state, row.deployed_on, days) for row in rows}
    return {key: day for key, day in found.items() if day is not None}


def customers(desk: Desk) -> Sequence[Organisation]:
    """Return the organisations for which something is or was developed, by name."""
    ids = select(Development.organisation_id)
    return desk.session.scalars(
        select(Organisation)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.name, Organisation.id)
    ).all()


def developed_products(desk: Desk) -> Sequence[Product]:
    """Return the products of which something is or was developed, by name."""
    ids = select(Development.product_id)
    return desk.session.scalars(
        select(Product).where(Product.id.in_(ids)).order_by(Product.name)
    ).all()


def steps_of(desk: Desk, development_id: int) -> Sequence[DevelopmentStep]:
    """Return the steps of a development, the latest first."""
    return desk.session.scalars(
        select(DevelopmentStep)
        .where(DevelopmentStep.development_id == development_id)
        .order_by(DevelopmentStep.id.desc())
    ).all()


def people_in(desk: Desk, development_id: int) -> Sequence[DevelopmentPerson]:
    """Return who has a part, ours first and the lead before them."""
    rows = desk.session.scalars(
        select(DevelopmentPerson)
        .where(DevelopmentPerson.development_id == development_id)
        .options(joinedload(DevelopmentPerson.person))
        .order_by(DevelopmentPerson.id)
    ).all()
    places = list(states.PARTS)
    return sorted(rows, key=lambda row: places.index(row.part))


def bookings_of(desk: Desk, development_id: int) -> Sequence[DevelopmentBooking]:
    """Return what was booked with who worked, the latest day first."""
    return desk.session.scalars(
        select(DevelopmentBooking)
        .where(DevelopmentBooking.development_id == development_id)
        .options(joinedload(DevelopmentBooking.person))
        .order_by(DevelopmentBooking.booked_on.desc(), DevelopmentBooking.id.desc())
    ).all()


def tickets_of(desk: Desk, development_id: int) -> Sequence[Ticket]:
    """Return the tickets that are about a development, the newest first."""
    ids = select(DevelopmentTicket.ticket_id).where(
        DevelopmentTicket.development_id == development_id
    )
    return desk.session.scalars(
        select(Ticket).where(Ticket.id.in_(ids)).order_by(Ticket.id.desc())
    ).all()


def places_of(desk: Desk, development_id: int) -> Sequence[DevelopmentPlace]:
    """Return where a development runs, the first deployment first."""
    return desk.session.scalars(
        select(DevelopmentPlace)
        .where(DevelopmentPlace.development_id == development_id)
        .options(joinedload(DevelopmentPlace.installation))
        .order_by(DevelopmentPlace.deployed_on, DevelopmentPlace.id)
    ).all()


def installations(desk: Desk, row: Development) -> Sequence[Installation]:
    """Return where the customer runs the product."""
    found = queries.installations(desk, row.product_id)
    return [each for each in found if each.organisation_id == row.organisation_id]


def participations(desk: Desk, organisation_id: int) -> Sequence[Participation]:
    """Return the customer's participations with their programmes, the newest first."""
    return desk.session.scalars(
        select(Participation)
        .where(Participation.organisation_id == organisation_id)
        .options(joinedload(Participation.programme))
        .order_by(Participation.id.desc())
    ).all()


def versions(desk: Desk, product_id: int) -> Sequence[ProductVersion]:
    """Return the versions of a product, the newest first."""
    return desk.session.scalars(
        select(ProductVersion)
        .where(ProductVersion.product_id == product_id)
        .order_by(ProductVersion.id.desc())
    ).all()


def drift(desk: Desk, rows: Sequence[Development]) -> Mapping[int, int]:
    """Return how many versions came out since each one's base, while its private change is carried.

    What was adopted everywhere and what never ran is left out, as is a base without a day.
    """
    running = [row for row in rows if row.state in states.RUNNING and row.base_version is not None]
    carried = _carried(desk, [row.id for row in running])
    kept = [row for row in running if row.id in carried]
    released = _released(desk, {row.product_id for row in kept})
    found = {}
    for row in kept:
        base = row.base_version.released_on if row.base_version else None
        if base is not None:
            days = released.get(row.product_id, [])
            found[row.id] = len(days) - bisect_right(days, base)
    return found


def figures(desk: Desk) -> Figures:
    """Count what was deployed, given back, is overdue and was adopted, of all customers."""
    today, days = desk.today(), giveback_days(desk)
    rows = desk.session.execute(
        select(
            Development.state,
            Development.deployed_on,
            Development.given_back_on,
            func.count(DevelopmentPlace.id) - func.count(DevelopmentPlace.adopted_on),
        )
        .outerjoin(DevelopmentPlace, DevelopmentPlace.development_id == Development.id)
        .where(Development.state.in_((states.DEPLOYED, states.GIVEN_BACK)))
        .group_by(Development.id)
    ).all()
    returned = [row for row in rows if row[0] == states.GIVEN_BACK]
    ends = [states.giveback_until(state, day, days) for state, day, *_more in rows]
    waits = [
        (given - deployed).days for _state, deployed, given, _left in returned if given and deployed
    ]
    return Figures(
        eligible=len(rows),
        given_back=len(returned),
        overdue=sum(states.standing(each, today) == states.OVERDUE for each in ends),
        adopted=sum(left == 0 for *_more, left in returned),
        median_days=median(waits) if waits else None,
    )


def around(desk: Desk, person: Person) -> Sequence[Development]:
    """Return the developments for the person's organisation, or in which the person has a part."""
    parts = select(DevelopmentPerson.development_id).where(DevelopmentPerson.person_id == person.id)
    booked = select(DevelopmentBooking.development_id).where(
        DevelopmentBooking.person_id == person.id
    )
    own = Development.organisation_id == person.organisation_id
    accepted = Development.accepted_by_id == person.id
    return desk.session.scalars(
        select(Development).where(
            own | accepted | Development.id.in_(parts) | Development.id.in_(booked)
        )
    ).all()


def _conditions(desk: Desk, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(Development.state == wanted.state)
    if wanted.organisation_id is not None:
        found.append(Development.organisation_id == wanted.organisation_id)
    if wanted.product_id is not None:
        found.append(Development.product_id == wanted.product_id)
    if wanted.is_overdue:
        found.extend(_overdue(desk))
    return found


def _overdue(desk: Desk) -> list[ColumnElement[bool]]:
    last = desk.today() - timedelta(days=giveback_days(desk))
    return [Development.state == states.DEPLOYED, Development.deployed_on < last]


def _carried(desk: Desk, ids: Sequence[int]) -> set[int]:
    """Return those of the ids whose private change still runs somewhere."""
    return set(
        desk.session.scalars(
            select(DevelopmentPlace.development_id).where(
                DevelopmentPlace.development_id.in_(ids), DevelopmentPlace.adopted_on.is_(None)
            )
        )
    )


def _released(desk: Desk, product_ids: Iterable[int]) -> Mapping[int, list[date]]:
    """Return the days on which versions of each product came out until today, in order."""
    found: dict[int, list[date]] = {}
    rows = desk.session.execute(
        select(ProductVersion.product_id, ProductVersion.released_on)
        .where(
            ProductVersion.product_id.in_(list(product_ids)),
            ProductVersion.released_on <= desk.today(),
        )
        .order_by(ProductVersion.released_on)
    )
    for product_id, day in rows:
        if day is not None:
            found.setdefault(product_id, []).append(day)
    return found
