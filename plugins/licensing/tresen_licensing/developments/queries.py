# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds developments, and reckons where each stands with its duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, union
from sqlalchemy.orm import joinedload
from tresen.sdk import (
    Desk,
    Missing,
    Organisation,
    Product,
    ProductVersion,
    Ticket,
    _,
    visible_tickets,
)

from tresen_licensing.announcements.models import Announcement
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.deployments.queries import drifted
from tresen_licensing.developments import states
from tresen_licensing.developments.clocks import OVERDUE, Clock, Facts, Terms, clock, is_stale
from tresen_licensing.developments.models import Development, DevelopmentTicket
from tresen_licensing.portfolio.queries import licensed
from tresen_licensing.publications.queries import orphaned
from tresen_licensing.waivers.models import Waiver

_WHOLE = (
    joinedload(Development.organisation),
    joinedload(Development.agreement),
    joinedload(Development.product),
    joinedload(Development.base_version),
    joinedload(Development.owner),
)
# As many on a page.
PAGE = 100


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; nothing narrows nothing."""

    state: str = ""
    organisation_id: int | None = None
    is_open: bool = True
    before: int | None = None


@dataclass(frozen=True)
class Standing:
    """Where a development stands: its clock, and what is wrong with it.

    Stale is what upstream is silent about for too long, orphaned what lost an anchor, drifted what
    runs somewhere as the public does not have it.
    """

    clock: Clock
    is_stale: bool
    is_orphaned: bool = False
    is_drifted: bool = False


def development(desk: Desk, reference: str) -> Development:
    """Return a development, loaded whole; raises Missing."""
    wanted = select(Development).where(Development.reference == reference).options(*_WHOLE)
    found = desk.session.scalar(wanted)
    if found is None:
        raise Missing(_("There is no development %(name)s.") % {"name": reference})
    return found


def developments(desk: Desk, wanted: Wanted) -> Sequence[Development]:
    """Return a page of developments, the latest first, each loaded whole; one more than PAGE."""
    return desk.session.scalars(
        select(Development)
        .where(*_narrowed(wanted))
        .options(*_WHOLE)
        .order_by(Development.id.desc())
        .limit(PAGE + 1)
    ).all()


def running_clocks(desk: Desk) -> Sequence[Development]:
    """Return those that run outside and are not public yet, with their agreements."""
    outside = union(
        select(Deployment.development_id).where(Deployment.is_outside),
        select(Announcement.development_id),
    )
    return desk.session.scalars(
        select(Development)
        .where(Development.state.not_in(states.PUBLIC), Development.id.in_(outside))
        .options(joinedload(Development.agreement))
        .order_by(Development.id)
    ).all()


def developments_of_ticket(desk: Desk, ticket: Ticket) -> Sequence[Development]:
    """Return the developments that a ticket is linked to, the latest first, each loaded whole."""
    linked = select(DevelopmentTicket.development_id).where(
        DevelopmentTicket.ticket_id == ticket.id
    )
    return desk.session.scalars(
        select(Development)
        .where(Development.id.in_(linked))
        .options(*_WHOLE)
        .order_by(Development.id.desc())
    ).all()


def tickets_of(desk: Desk, development_id: int) -> Sequence[Ticket]:
    """Return the tickets of a development that the actor may see, the earliest linked first."""
    return desk.session.scalars(
        visible_tickets(desk)
        .join(DevelopmentTicket, DevelopmentTicket.ticket_id == Ticket.id)
        .where(DevelopmentTicket.development_id == development_id)
        .order_by(DevelopmentTicket.id)
    ).all()


def standings(desk: Desk, rows: Sequence[Development]) -> dict[int, Standing]:
    """Return where each development stands today, by its id; agreements must be loaded."""
    ids, today = [row.id for row in rows], desk.today()
    started, exempt = _started(desk, ids), _exempt(desk, ids)
    lost, other = orphaned(desk, ids), drifted(desk, ids)
    return {
        row.id: Standing(
            clock(_facts(row, started.get(row.id), exempt.get(row.id)), today),
            is_stale(row.state, desk.today(row.moved_at), today),
            row.id in lost,
            row.id in other,
        )
        for row in rows
    }


def overdue(desk: Desk) -> list[Development]:
    """Return the developments whose day to be public has passed."""
    rows = running_clocks(desk)
    found = standings(desk, rows)
    return [row for row in rows if found[row.id].clock.standing == OVERDUE]


def terms_of(row: Development) -> Terms:
    """Return what the agreement of a development says of time; the agreement must be loaded."""
    if row.agreement is None:
        return Terms()
    return Terms(row.agreement.deadline_days, row.agreement.embargo_days)


def started_on(desk: Desk, row: Development) -> date | None:
    """Return the day on which the clock of a development started, or None."""
    return _started(desk, [row.id]).get(row.id)


def customers(desk: Desk) -> Sequence[tuple[int, str]]:
    """Return id and name of the customers who have a development, by name."""
    having = select(Development.organisation_id)
    wanted = select(Organisation.id, Organisation.name).where(Organisation.id.in_(having))
    found = desk.session.execute(wanted.order_by(Organisation.name, Organisation.id))
    return [(row.id, row.name) for row in found]


def customer_named(desk: Desk, name: str) -> Organisation:
    """Return the organisation of a name; raises Missing."""
    wanted = select(Organisation).where(Organisation.name == name)
    found = desk.session.scalars(wanted).one_or_none()
    if found is None:
        raise Missing(_("There is no organisation %(name)s.") % {"name": name})
    return found


def products(desk: Desk, kept_id: int | None = None) -> Sequence[tuple[int, str]]:
    """Return id and name of the products that are served, by name; and of the kept one."""
    return [(each.id, each.name) for each in licensed(desk, kept_id)]


def versions(desk: Desk, kept_id: int | None = None) -> Sequence[tuple[int, str]]:
    """Return id and `product number` of the versions of the products that are served."""
    offered = Product.is_active | (ProductVersion.id == kept_id)
    found = desk.session.execute(
        select(ProductVersion.id, Product.name, ProductVersion.number)
        .join(Product, Product.id == ProductVersion.product_id)
        .where(offered)
        .order_by(Product.name, ProductVersion.id.desc())
    )
    return [(row.id, f"{row.name} {row.number}") for row in found]


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(Development.state == wanted.state)
    elif wanted.is_open:
        found.append(Development.state.not_in(states.ENDED))
    if wanted.organisation_id is not None:
        found.append(Development.organisation_id == wanted.organisation_id)
    if wanted.before is not None:
        found.append(Development.id < wanted.before)
    return found


def _facts(row: Development, started: date | None, exempt: date | None) -> Facts:
    return Facts(row.state, terms_of(row), started, row.embargoed_until, exempt)


def _started(desk: Desk, ids: Sequence[int]) -> dict[int, date]:
    """Return the first day outside, of a place or by another plugin's word, by development's id."""
    first, days = func.min(Deployment.first_seen_on), func.min(Announcement.running_since)
    seen = select(Deployment.development_id, first).where(
        Deployment.development_id.in_(ids), Deployment.is_outside
    )
    said = select(Announcement.development_id, days).where(Announcement.development_id.in_(ids))
    found: dict[int, date] = {}
    for statement in (
        seen.group_by(Deployment.development_id),
        said.group_by(Announcement.development_id),
    ):
        for development_id, on in desk.session.execute(statement):
            found[development_id] = min(on, found.get(development_id, on))
    return found


def _exempt(desk: Desk, ids: Sequence[int]) -> dict[int, date]:
    """Return the last day of the longest waiver that two people granted, by development's id."""
    found = desk.session.execute(
        select(Waiver.development_id, func.max(Waiver.expires_on).label("day"))
        .where(
            Waiver.development_id.in_(ids),
            Waiver.granted_at.is_not(None),
            Waiver.ended_at.is_(None),
        )
        .group_by(Waiver.development_id)
    )
    return {row.development_id: row.day for row in found}
