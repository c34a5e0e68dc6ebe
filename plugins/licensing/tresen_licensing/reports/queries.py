# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what a year's report is reckoned from, in a handful of statements for any number."""

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Subquery, func, select, union_all
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, ProductVersion

from tresen_licensing.announcements.models import Announcement
from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.models import Entry


def began_in(
    desk: Desk, year: int, organisation_id: int | None
) -> Sequence[tuple[Development, date]]:
    """Return developments whose clock began in a year, with the day; the earliest first."""
    began = _began()
    wanted = (
        select(Development, began.c.day)
        .join(began, began.c.development_id == Development.id)
        .where(began.c.day.between(date(year, 1, 1), date(year, 12, 31)))
        .options(joinedload(Development.organisation), joinedload(Development.agreement))
        .order_by(began.c.day, Development.id)
    )
    if organisation_id is not None:
        wanted = wanted.where(Development.organisation_id == organisation_id)
    return [(row[0], row[1]) for row in desk.session.execute(wanted)]


def years(desk: Desk) -> list[int]:
    """Return the years in which clocks began, and the present one; the latest first."""
    began = _began()
    first, last = desk.session.execute(select(func.min(began.c.day), func.max(began.c.day))).one()
    now = desk.today().year
    if first is None:
        return [now]
    return [*range(max(now, last.year), first.year - 1, -1)]


def steps(desk: Desk, ids: Sequence[int]) -> dict[int, dict[str, date]]:
    """Return the day on which developments first came to each state, by id and state."""
    entries = select(Entry).where(Entry.development_id.in_(ids), Entry.kind == "stepped")
    found: dict[int, dict[str, date]] = {}
    for each in desk.session.scalars(entries.order_by(Entry.development_id, Entry.number)):
        states = found.setdefault(each.development_id, {})
        states.setdefault(json.loads(each.facts)["to"], desk.today(each.happened_at))
    return found


def patches(desk: Desk, ids: Sequence[int]) -> dict[int, int]:
    """Return how many patches the latest version of the changes has, by development's id."""
    last = (
        select(func.max(ChangeSet.id))
        .where(ChangeSet.development_id.in_(ids))
        .group_by(ChangeSet.development_id)
    )
    found = desk.session.execute(
        select(ChangeSet.development_id, func.count(Patch.id))
        .join(Patch, Patch.change_set_id == ChangeSet.id)
        .where(ChangeSet.id.in_(last))
        .group_by(ChangeSet.development_id)
    )
    return {row[0]: row[1] for row in found}


def behind(desk: Desk, rows: Sequence[Development]) -> dict[int, int]:
    """Return how many versions of the product came out after the base, by development's id."""
    base = ProductVersion.__table__.alias("base")
    found = desk.session.execute(
        select(Development.id, func.count(ProductVersion.id))
        .join(base, base.c.id == Development.base_version_id)
        .join(ProductVersion, ProductVersion.product_id == base.c.product_id)
        .where(
            Development.id.in_([row.id for row in rows]),
            ProductVersion.released_on > base.c.released_on,
            ProductVersion.released_on <= desk.today(),
        )
        .group_by(Development.id)
    )
    return {row[0]: row[1] for row in found}


def _began() -> Subquery:
    seen = select(Deployment.development_id, Deployment.first_seen_on.label("day"))
    said = select(Announcement.development_id, Announcement.running_since.label("day"))
    days = union_all(seen.where(Deployment.is_outside), said).subquery()
    first = func.min(days.c.day).label("day")
    return select(days.c.development_id, first).group_by(days.c.development_id).subquery()
