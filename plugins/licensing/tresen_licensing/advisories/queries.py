# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds advisories, what they name, and what was found of them in releases."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, undefer
from tresen.sdk import Desk, Installation, Missing, Organisation, ProductVersion, _

from tresen_licensing.advisories import states
from tresen_licensing.advisories.models import (
    Advisory,
    AdvisoryFinding,
    AdvisoryTicket,
    NamedPackage,
    UnreadAdvisory,
)
from tresen_licensing.advisories.packages import DISTRIBUTIONS
from tresen_licensing.components.models import Bom, Component

T = TypeVar("T")

# Advisories on one page, and keys in one statement.
PAGE, STEP = 50, 500


@dataclass(frozen=True)
class Entry:
    """An advisory with what was found of it, and the customers whose installations run that."""

    advisory: Advisory
    findings: Sequence[AdvisoryFinding]
    customers: Sequence[Organisation]


def advisories_about(desk: Desk, keys: Collection[str]) -> Sequence[Advisory]:
    """Return by id the advisories that name one of these packages, with their records."""
    found: dict[int, Advisory] = {}
    for some in _in_steps(sorted(keys)):
        named = select(NamedPackage.advisory_id).where(NamedPackage.package.in_(some))
        statement = select(Advisory).where(Advisory.id.in_(named))
        rows = desk.session.scalars(statement.options(undefer(Advisory.record)))
        found |= {each.id: each for each in rows}
    return [found[each] for each in sorted(found)]


def by_osv_id(desk: Desk, osv_ids: Collection[str]) -> dict[str, Advisory]:
    """Return the advisories of these ids."""
    found: dict[str, Advisory] = {}
    for some in _in_steps(sorted(osv_ids)):
        rows = desk.session.scalars(select(Advisory).where(Advisory.osv_id.in_(some)))
        found |= {each.osv_id: each for each in rows}
    return found


def named_pairs(desk: Desk, advisory_ids: Collection[int]) -> set[tuple[int, str]]:
    """Return which packages these advisories name, as (advisory, key of the package)."""
    columns = NamedPackage.advisory_id, NamedPackage.package
    found: set[tuple[int, str]] = set()
    for some in _in_steps(sorted(advisory_ids)):
        statement = select(*columns).where(NamedPackage.advisory_id.in_(some))
        found |= {(row[0], row[1]) for row in desk.session.execute(statement)}
    return found


def parts(desk: Desk, version_id: int | None) -> Sequence[Any]:
    """Return what the bills that count consist of: release, title, version and purl of each part.

    `version_id` narrows it to one release.
    """
    columns = Bom.version_id, Component.group, Component.name, Component.version, Component.purl
    statement = select(*columns).join(Bom, Bom.id == Component.bom_id)
    statement = statement.where(Bom.superseded_at.is_(None)).order_by(Bom.id, Component.position)
    if version_id is not None:
        statement = statement.where(Bom.version_id == version_id)
    return desk.session.execute(statement).all()


def findings_of(desk: Desk, version_id: int | None) -> Sequence[AdvisoryFinding]:
    """Return every finding with its advisory, ended ones too; of one release where it is given."""
    statement = select(AdvisoryFinding).options(joinedload(AdvisoryFinding.advisory))
    if version_id is not None:
        statement = statement.where(AdvisoryFinding.version_id == version_id)
    return desk.session.scalars(statement.order_by(AdvisoryFinding.id)).all()


def advisory(desk: Desk, advisory_id: int) -> Advisory:
    """Return an advisory with its record; raises Missing."""
    statement = select(Advisory).where(Advisory.id == advisory_id)
    loads = undefer(Advisory.record), joinedload(Advisory.taken_in_by)
    found = desk.session.scalar(statement.options(*loads))
    if found is None:
        raise Missing(_("This advisory does not exist."))
    return found


def finding(desk: Desk, finding_id: int) -> AdvisoryFinding:
    """Return a finding with its advisory and its release; raises Missing."""
    found = desk.session.scalar(_whole().where(AdvisoryFinding.id == finding_id))
    if found is None:
        raise Missing(_("This finding does not exist."))
    return found


def alike(desk: Desk, one: AdvisoryFinding) -> Sequence[AdvisoryFinding]:
    """Return the open findings of the same advisory and component version in other releases."""
    return desk.session.scalars(
        select(AdvisoryFinding).where(
            AdvisoryFinding.advisory_id == one.advisory_id,
            AdvisoryFinding.package == one.package,
            AdvisoryFinding.component_version == one.component_version,
            AdvisoryFinding.id != one.id,
            AdvisoryFinding.ended_at.is_(None),
        )
    ).all()


def page(desk: Desk, which: str, number: int = 1) -> list[Entry]:
    """Return one page of advisories with such findings, the gravest first, and one more if any."""
    theirs = select(AdvisoryFinding.advisory_id).where(_is(which))
    first = (max(number, 1) - 1) * PAGE
    statement = (
        select(Advisory)
        .where(Advisory.id.in_(theirs))
        .order_by(_weight(), Advisory.score.desc().nulls_last(), Advisory.id.desc())
        .offset(min(first, 10_000_000))
        .limit(PAGE + 1)
    )
    rows = desk.session.scalars(statement).all()
    found = _found(desk, _is(which), AdvisoryFinding.advisory_id.in_([each.id for each in rows]))
    runs = customers(desk, {each.version_id for each in found})
    return [_entry(each, found, runs) for each in rows]


def findings_by_release(desk: Desk, advisory_id: int) -> Sequence[AdvisoryFinding]:
    """Return what was found of an advisory by product and release; what is there no more last."""
    return _found(desk, AdvisoryFinding.advisory_id == advisory_id)


def of_release(desk: Desk, version_id: int) -> Sequence[AdvisoryFinding]:
    """Return what is found in a release, the gravest first."""
    statement = _whole().where(
        AdvisoryFinding.version_id == version_id, AdvisoryFinding.ended_at.is_(None)
    )
    order = _weight(), Advisory.score.desc().nulls_last(), AdvisoryFinding.title, AdvisoryFinding.id
    return desk.session.scalars(statement.order_by(*order)).all()


def revision(desk: Desk, version_id: int) -> int:
    """Return a number that grows whenever a finding of the release changes."""
    total = func.sum(AdvisoryFinding.revision)
    return desk.session.scalar(select(total).where(AdvisoryFinding.version_id == version_id)) or 0


def open_counts(desk: Desk, version_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many findings of each release are open, in one query; none of those without."""
    statement = (
        select(AdvisoryFinding.version_id, func.count())
        .where(AdvisoryFinding.version_id.in_(version_ids), _is("open"))
        .group_by(AdvisoryFinding.version_id)
    )
    return {row[0]: row[1] for row in desk.session.execute(statement)}


def by_component(desk: Desk, version_id: int) -> Mapping[str, Sequence[AdvisoryFinding]]:
    """Return what is open in a release by the purl of the component."""
    found: dict[str, list[AdvisoryFinding]] = {}
    statement = select(AdvisoryFinding).where(AdvisoryFinding.version_id == version_id, _is("open"))
    for each in desk.session.scalars(statement.order_by(AdvisoryFinding.id)):
        found.setdefault(each.purl, []).append(each)
    return found


def nameless(desk: Desk, bom_id: int) -> int:
    """Return how many components of a bill bear no purl that advisories could name.

    Those without a purl, and packages of distributions.
    """
    purl = Component.purl
    bare = [purl == "", *(purl.startswith(f"pkg:{each}/") for each in DISTRIBUTIONS)]
    statement = select(func.count()).select_from(Component).where(Component.bom_id == bom_id)
    return desk.session.scalar(statement.where(or_(*bare))) or 0


def waiting(desk: Desk) -> int:
    """Return how many findings in supported releases nobody has judged yet."""
    until = ProductVersion.support_until
    statement = (
        select(func.count())
        .select_from(AdvisoryFinding)
        .join(ProductVersion, ProductVersion.id == AdvisoryFinding.version_id)
        .where(
            AdvisoryFinding.ended_at.is_(None),
            AdvisoryFinding.status == states.UNDER_INVESTIGATION,
            func.coalesce(until, desk.today()) >= desk.today(),
        )
    )
    return desk.session.scalar(statement) or 0


def installations(desk: Desk, version_ids: Collection[int]) -> Sequence[Installation]:
    """Return by customer where these releases run."""
    statement = (
        select(Installation)
        .join(Organisation, Organisation.id == Installation.organisation_id)
        .where(Installation.version_id.in_(version_ids))
        .options(
            contains_eager(Installation.organisation),
            joinedload(Installation.product),
            joinedload(Installation.version),
        )
        .order_by(Organisation.name, Organisation.id, Installation.id)
    )
    return desk.session.scalars(statement).all()


def customers(desk: Desk, version_ids: Collection[int]) -> Mapping[int, Sequence[Organisation]]:
    """Return by name who runs each of these releases, in one query."""
    found: dict[int, dict[int, Organisation]] = {}
    for each in installations(desk, version_ids):
        if each.version_id is not None:
            found.setdefault(each.version_id, {})[each.organisation_id] = each.organisation
    return {version_id: list(each.values()) for version_id, each in found.items()}


def tickets(desk: Desk, advisory_id: int) -> Mapping[int, AdvisoryTicket]:
    """Return the tickets about an advisory by product."""
    statement = select(AdvisoryTicket).where(AdvisoryTicket.advisory_id == advisory_id)
    rows = desk.session.scalars(statement.options(joinedload(AdvisoryTicket.ticket)))
    return {each.product_id: each for each in rows}


def unread(desk: Desk) -> Sequence[UnreadAdvisory]:
    """Return the answers of other plugins that were left out at the last look."""
    return desk.session.scalars(
        select(UnreadAdvisory).order_by(UnreadAdvisory.id).limit(PAGE)
    ).all()


def count(desk: Desk) -> int:
    """Return how many advisories are known."""
    return desk.session.scalar(select(func.count()).select_from(Advisory)) or 0


def _entry(
    row: Advisory,
    found: Sequence[AdvisoryFinding],
    runs: Mapping[int, Sequence[Organisation]],
) -> Entry:
    own = [each for each in found if each.advisory_id == row.id]
    theirs = {one.id: one for each in own for one in runs.get(each.version_id, ())}
    return Entry(row, own, sorted(theirs.values(), key=lambda each: (each.name, each.id)))


def _found(desk: Desk, *conditions: ColumnElement[bool]) -> Sequence[AdvisoryFinding]:
    order = (
        AdvisoryFinding.ended_at.is_not(None),
        *(ProductVersion.product_id, ProductVersion.id.desc()),
        *(AdvisoryFinding.title, AdvisoryFinding.id),
    )
    return desk.session.scalars(_whole().where(*conditions).order_by(*order)).all()


def _whole() -> Select[AdvisoryFinding]:
    return (
        select(AdvisoryFinding)
        .join(Advisory, Advisory.id == AdvisoryFinding.advisory_id)
        .join(ProductVersion, ProductVersion.id == AdvisoryFinding.version_id)
        .options(
            contains_eager(AdvisoryFinding.advisory),
            contains_eager(AdvisoryFinding.version).joinedload(ProductVersion.product),
            joinedload(AdvisoryFinding.assessed_by),
        )
    )


def _is(which: str) -> ColumnElement[bool]:
    """Tell of a finding whether it belongs into one of `states.LISTS`."""
    is_open = AdvisoryFinding.status.in_(states.OPEN)
    if which == "ended":
        return AdvisoryFinding.ended_at.is_not(None)
    is_wanted = is_open if which == "open" else not_(is_open)
    return and_(AdvisoryFinding.ended_at.is_(None), is_wanted)


def _weight() -> ColumnElement[int]:
    places = {word: place for place, word in enumerate(states.RATINGS)}
    return case(places, value=Advisory.rating, else_=len(places))


def _in_steps(keys: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(keys), STEP):
        yield keys[first : first + STEP]
