# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds licences with who is entitled by them, what is up for renewal, and what is over-used."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Installation, Missing, Organisation, Person, _

from tresen_licensing.holdings import states
from tresen_licensing.holdings.models import Entitled, Licence

# As many a page shows.
MOST = 500
AHEAD = timedelta(days=90)
WHOLE = joinedload(Licence.organisation), joinedload(Licence.product)

Pair = tuple[int, int]


def licence(desk: Desk, licence_id: int) -> Licence:
    """Return a licence with holder and product; raises Missing."""
    found = desk.session.scalar(_whole().where(Licence.id == licence_id))
    if found is None:
        raise Missing(_("This licence does not exist."))
    return found


def of_organisation(desk: Desk, organisation_id: int) -> Sequence[Licence]:
    """Return what an organisation holds: by product, those in use first."""
    return _found(desk, Licence.organisation_id == organisation_id)


def of_product(desk: Desk, product_id: int) -> Sequence[Licence]:
    """Return the licences of a product that are in use."""
    return _found(desk, Licence.product_id == product_id, Licence.is_active.is_(True))


def all_licences(desk: Desk) -> Sequence[Licence]:
    """Return every licence by holder and product, also those that were given up."""
    order = Licence.organisation_id, Licence.product_id, Licence.id
    return desk.session.scalars(_whole().order_by(*order)).all()


def held(desk: Desk, organisation_id: int, product_id: int) -> Sequence[Licence]:
    """Return what an organisation holds of a product and has not given up."""
    own = Licence.organisation_id == organisation_id, Licence.product_id == product_id
    return _found(desk, *own, Licence.is_active.is_(True))


def entitled_to(desk: Desk, organisation_id: int, person_id: int) -> Sequence[Licence]:
    """Return the licences of an organisation by which the person is entitled."""
    own = select(Entitled.licence_id).where(Entitled.person_id == person_id)
    return _found(desk, Licence.organisation_id == organisation_id, Licence.id.in_(own))


def entitled(desk: Desk, licence_ids: Collection[int]) -> Mapping[int, list[Person]]:
    """Return who is entitled by each licence, by name, in one query."""
    statement = (
        select(Entitled)
        .where(Entitled.licence_id.in_(licence_ids))
        .options(joinedload(Entitled.person))
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for row in sorted(desk.session.scalars(statement), key=lambda each: each.person.name):
        found[row.licence_id].append(row.person)
    return found


def renewals(desk: Desk, until: date) -> Sequence[Licence]:
    """Return the licences in use of which something ends by the day, the first at the top."""
    near = or_(Licence.ends_on <= until, Licence.maintenance_until <= until)
    statement = _whole().where(near, Licence.is_active).order_by(Licence.id).limit(MOST)
    found = desk.session.scalars(statement).all()
    return sorted(found, key=lambda each: (states.first_end(each) or date.max, each.id))


def over_used(desk: Desk, *conditions: ColumnElement[bool]) -> Mapping[Pair, tuple[int, int]]:
    """Return (installed, licensed) by organisation and product where there is more than allowed.

    Counted are licences by installation that hold today; who holds one by another metric beside
    them, such as an unlimited one, uses nothing over. `conditions` are over Licence.
    """
    day = desk.today()
    holds = (
        Licence.is_active,
        or_(Licence.starts_on.is_(None), Licence.starts_on <= day),
        or_(Licence.ends_on.is_(None), Licence.ends_on >= day),
    )
    counted = Licence.metric == states.INSTALLATIONS
    allowed = (
        select(
            Licence.organisation_id,
            Licence.product_id,
            func.sum(case((counted, Licence.count), else_=0)).label("licensed"),
        )
        .where(*holds, *conditions)
        .group_by(Licence.organisation_id, Licence.product_id)
        .having(func.count() == func.sum(case((counted, 1), else_=0)))
        .subquery()
    )
    same = and_(
        Installation.organisation_id == allowed.c.organisation_id,
        Installation.product_id == allowed.c.product_id,
    )
    installed = func.count(Installation.id)
    statement = (
        select(allowed, installed)
        .join(Installation, same)
        .group_by(*allowed.c)
        .having(installed > allowed.c.licensed)
    )
    rows = desk.session.execute(statement)
    return {(row[0], row[1]): (row[3], row[2]) for row in rows}


def people(desk: Desk, organisation_id: int) -> Sequence[Person]:
    """Return who of the organisation can be entitled: its active people, by name."""
    own = Person.organisation_id == organisation_id, Person.is_active.is_(True)
    return desk.session.scalars(select(Person).where(*own).order_by(Person.name, Person.id)).all()


def organisation(desk: Desk, organisation_id: int) -> Organisation:
    """Return an organisation; raises Missing."""
    found = desk.session.get(Organisation, organisation_id)
    if found is None:
        raise Missing(_("This organisation does not exist."))
    return found


def _whole() -> Select[Licence]:
    return select(Licence).options(*WHOLE)


def _found(desk: Desk, *conditions: ColumnElement[bool]) -> Sequence[Licence]:
    order = Licence.is_active.desc(), Licence.product_id, Licence.organisation_id, Licence.id
    statement = _whole().where(*conditions).order_by(*order).limit(MOST)
    return desk.session.scalars(statement).all()
