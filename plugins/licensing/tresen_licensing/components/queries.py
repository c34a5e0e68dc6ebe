# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds bills of materials, their components, and which licences they are under."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_licensing.boms.bills import Bill, Part
from tresen_licensing.components.models import Bom, Clearing, Component, LicenceText

# Components on one page.
PAGE = 100
# Different words for licences that nobody cleared yet, on one page.
MOST_UNCLEAR = 50


@dataclass(frozen=True)
class Unclear:
    """Words for a licence that are no SPDX expression, on how many components, and one of them."""

    said: str
    count: int
    component_id: int


def current(desk: Desk, version_id: int) -> Bom | None:
    """Return the bill that counts for a version, with its file; None where there is none."""
    statement = _current([version_id]).options(joinedload(Bom.file), joinedload(Bom.imported_by))
    return desk.session.scalar(statement)


def current_of(desk: Desk, version_ids: Collection[int] | None) -> Mapping[int, Bom]:
    """Return the bills that count by version, in one query; of all versions for None."""
    return {each.version_id: each for each in desk.session.scalars(_current(version_ids))}


def earlier(desk: Desk, version_id: int) -> Sequence[Bom]:
    """Return the bills that were superseded, the latest first."""
    return desk.session.scalars(
        select(Bom)
        .where(Bom.version_id == version_id, Bom.superseded_at.is_not(None))
        .options(joinedload(Bom.file))
        .order_by(Bom.id.desc())
        .limit(PAGE)
    ).all()


def bom_of(desk: Desk, version_id: int, bom_id: int) -> Bom:
    """Return a bill of a version with its file; raises Missing."""
    statement = select(Bom).where(Bom.id == bom_id, Bom.version_id == version_id)
    found = desk.session.scalar(statement.options(joinedload(Bom.file)))
    if found is None:
        raise Missing(_("This bill of materials does not exist."))
    return found


def components(desk: Desk, bom_id: int, words: str = "", page: int = 1) -> Sequence[Component]:
    """Return one page of the components by name, and one more if there are more of them."""
    first = (max(page, 1) - 1) * PAGE
    return desk.session.scalars(
        _named(bom_id, words)
        .order_by(Component.position)
        .offset(min(first, 10_000_000))
        .limit(PAGE + 1)
    ).all()


def component(desk: Desk, version_id: int, component_id: int) -> Component:
    """Return a component of the bill that counts, with who cleared it; raises Missing."""
    found = desk.session.scalar(
        select(Component)
        .join(Bom, Bom.id == Component.bom_id)
        .where(
            Component.id == component_id,
            Bom.version_id == version_id,
            Bom.superseded_at.is_(None),
        )
        .options(joinedload(Component.clearing).joinedload(Clearing.cleared_by))
    )
    if found is None:
        raise Missing(_("This component does not exist, or a newer import took its place."))
    return found


def alike(desk: Desk, one: Component) -> int:
    """Return how many components of the bill say the same of their licence, this one included."""
    return desk.session.scalar(_alike(one)) or 0


def unclear(desk: Desk, bom_id: int) -> list[Unclear]:
    """Return what is said of licences and is no expression; the most frequent first."""
    said = func.coalesce(func.nullif(Component.concluded, ""), Component.declared)
    count = func.count()
    statement = (
        select(said, count, func.min(Component.id))
        .where(Component.bom_id == bom_id, Component.expression == "")
        .group_by(said)
        .order_by(count.desc(), said)
        .limit(MOST_UNCLEAR)
    )
    return [Unclear(row[0], row[1], row[2]) for row in desk.session.execute(statement)]


def expressions(desk: Desk, bom_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """Return the expressions of each bill with the number of components, in one query.

    What is not cleared yet stands under the empty text.
    """
    statement = (
        select(Component.bom_id, Component.expression, func.count())
        .where(Component.bom_id.in_(bom_ids))
        .group_by(Component.bom_id, Component.expression)
        .order_by(Component.bom_id, Component.expression)
    )
    found: dict[int, dict[str, int]] = {bom_id: {} for bom_id in bom_ids}
    for bom_id, expression, count in desk.session.execute(statement):
        found[bom_id][expression] = count
    return found


def all_components(desk: Desk, bom_id: int) -> Sequence[Component]:
    """Return every component of a bill by name."""
    return desk.session.scalars(_named(bom_id, "").order_by(Component.position)).all()


def texts(desk: Desk, bom_id: int) -> Mapping[str, str]:
    """Return the texts of licences that a bill brought, by SHA-256."""
    statement = select(LicenceText.sha256, LicenceText.text).where(LicenceText.bom_id == bom_id)
    return {row[0]: row[1] for row in desk.session.execute(statement)}


def bill_of(desk: Desk, bom: Bom) -> Bill:
    """Return a bill as it can be written again, with what we concluded."""
    known = texts(desk, bom.id)
    parts = tuple(_part(each, known) for each in all_components(desk, bom.id))
    return Bill(bom.format, bom.spec_version, parts, bom.serial, tuple(bom.direct))


def _part(row: Component, known: Mapping[str, str]) -> Part:
    return Part(
        ref=row.ref,
        name=row.name,
        kind=row.kind,
        group=row.group,
        version=row.version,
        purl=row.purl,
        supplier=row.supplier,
        declared=row.declared,
        concluded=row.expression if row.clearing is not None else row.concluded,
        copyright=tuple(row.copyright.splitlines()),
        hashes=tuple((each[0], each[1]) for each in row.hashes),
        depends_on=tuple(row.depends_on),
        texts=tuple((name, known[digest]) for name, digest in row.texts if digest in known),
    )


def _current(version_ids: Collection[int] | None) -> Select[Bom]:
    statement = select(Bom).where(Bom.superseded_at.is_(None))
    return statement if version_ids is None else statement.where(Bom.version_id.in_(version_ids))


def _named(bom_id: int, words: str) -> Select[Component]:
    statement = select(Component).where(Component.bom_id == bom_id)
    statement = statement.options(joinedload(Component.clearing))
    columns = Component.name, Component.group, Component.expression, Component.declared
    for word in words.split()[:5]:
        found = (each.icontains(word, autoescape=True) for each in columns)
        statement = statement.where(or_(*found))
    return statement


def _alike(one: Component) -> Select[int]:
    return select(func.count()).where(
        Component.bom_id == one.bom_id,
        Component.declared == one.declared,
        Component.concluded == one.concluded,
    )
