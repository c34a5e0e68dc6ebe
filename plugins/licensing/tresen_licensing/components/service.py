# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of components: a bill is imported whole or not at all, and licences are cleared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Integer, Select, Text, delete, insert, literal, select, update
from tresen.sdk import (
    Desk,
    ProductVersion,
    Refused,
    StoredFile,
    UTCDateTime,
    _,
    enqueue,
    record,
)

from tresen_licensing import licences
from tresen_licensing.advisories.models import Advisory
from tresen_licensing.boms.bills import Bill, Part
from tresen_licensing.boms.reading import read
from tresen_licensing.components import queries
from tresen_licensing.components.models import Bom, Clearing, Component, LicenceText
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio.files import SBOM, Upload, stored_as_sent
from tresen_licensing.portfolio.models import Release
from tresen_licensing.portfolio.service import RELEASE, keep

COMPONENT = "licensing.component"
# The job that compares what releases consist of with advisories.
MATCH = "licensing.match_advisories"
# Rows in one statement.
STEP = 1000


@dataclass(frozen=True)
class Cleared:
    """What somebody of us concluded of a component's licence; goes along with the next import."""

    expression: str
    person_id: int | None
    at: Any
    note: str


def take_in(desk: Desk, version: ProductVersion, upload: Upload) -> Bom:
    """Import a bill of materials in the place of the one before; raises Refused for what is none.

    What was concluded by hand goes along, where a component of the same name says the same.
    """
    bill = read(upload.body)
    _take_turn(desk, version)
    before = queries.current(desk, version.id)
    digest = sha256(upload.body).hexdigest()
    if before is not None and before.sha256 == digest:
        raise Refused(_("This file is imported already."))
    cleared = _cleared(desk, before)
    stored = stored_as_sent(desk, upload)
    bom = _kept(desk, version, bill, stored)
    _fill(desk, bom, bill, cleared)
    if before is not None:
        # Last, so that no component gets the number of another one that a form still names.
        _supersede(desk, before)
    _put_on_release(desk, version, bom, stored)
    if desk.session.scalar(select(Advisory.id).limit(1)) is not None:
        # Where none is known, the look of each day is soon enough.
        enqueue(desk, MATCH, {"version_id": version.id})
    return bom


def clear(desk: Desk, one: Component, expression: str, note: str, *, is_for_all: bool) -> int:
    """Conclude under which licence a component is; return on how many components that now stands.

    `is_for_all` means all of the bill that say the same. Raises Refused for what is no expression.
    """
    wanted = licences.demand_expression(expression)
    if not licences.expression_of(wanted):
        raise Refused(_("This expression is too long."))
    same = [Component.bom_id == one.bom_id, Component.id == one.id]
    if is_for_all:
        same[1:] = [Component.declared == one.declared, Component.concluded == one.concluded]
    count, before = queries.alike(desk, one) if is_for_all else 1, one.expression
    desk.session.execute(update(Component).where(*same).values(expression=wanted))
    _note(desk, select(Component.id).where(*same), note.strip())
    desk.session.expire(one)
    told = {"licence": (before or one.said, wanted), "components": (None, count)}
    record(desk, COMPONENT, one.id, "cleared", told)
    return count


def _note(desk: Desk, ids: Select[int], note: str) -> None:
    """Say of the components who concluded their licence, and why; in two statements."""
    desk.session.execute(delete(Clearing).where(Clearing.component_id.in_(ids)))
    columns = "component_id", "note", "cleared_at", "cleared_by_id"
    who = literal(desk.actor.person_id, Integer)
    said = ids.add_columns(literal(note, Text), literal(desk.now(), UTCDateTime()), who)
    desk.session.execute(insert(Clearing).from_select(columns, said))
    desk.session.flush()


def _take_turn(desk: Desk, version: ProductVersion) -> None:
    # Two who import at once would leave two bills that count: the second waits for the first.
    found = select(ProductVersion.id).where(ProductVersion.id == version.id)
    desk.session.execute(found.with_for_update())


def _cleared(desk: Desk, before: Bom | None) -> Mapping[tuple[str, ...], Cleared]:
    if before is None:
        return {}
    statement = (
        select(Component, Clearing)
        .join(Clearing, Clearing.component_id == Component.id)
        .where(Component.bom_id == before.id)
    )
    return {
        _key(row): Cleared(row.expression, note.cleared_by_id, note.cleared_at, note.note)
        for row, note in desk.session.execute(statement)
    }


def _key(one: Component | Part) -> tuple[str, ...]:
    return one.group, one.name, one.declared, one.concluded


def _supersede(desk: Desk, before: Bom) -> None:
    before.superseded_at = desk.now()
    theirs = select(Component.id).where(Component.bom_id == before.id)
    desk.session.execute(delete(Clearing).where(Clearing.component_id.in_(theirs)))
    for model in (Component, LicenceText):
        desk.session.execute(delete(model).where(model.bom_id == before.id))
    desk.session.flush()


def _kept(desk: Desk, version: ProductVersion, bill: Bill, stored: StoredFile) -> Bom:
    bom = Bom(
        version_id=version.id,
        file_id=stored.id,
        sha256=stored.sha256,
        format=bill.format,
        spec_version=bill.spec_version,
        serial=bill.serial[:500],
        direct=list(bill.direct),
        remarks=list(bill.remarks),
        count=len(bill.parts),
        imported_at=desk.now(),
        imported_by_id=desk.actor.person_id,
    )
    desk.session.add(bom)
    desk.session.flush()
    return bom


def _fill(desk: Desk, bom: Bom, bill: Bill, cleared: Mapping[tuple[str, ...], Cleared]) -> None:
    parts = sorted(bill.parts, key=lambda each: (each.name.lower(), each.version, each.ref))
    rows = [_row(bom, number, each, cleared) for number, each in enumerate(parts)]
    texts = {_digest(text): text for each in parts for _name, text in each.texts}
    kept = [{"bom_id": bom.id, "sha256": each, "text": text} for each, text in texts.items()]
    for model, values in ((Component, rows), (LicenceText, kept)):
        for some in _in_steps(values):
            desk.session.execute(insert(model), some)
    ours = {
        number: cleared[_key(each)] for number, each in enumerate(parts) if _key(each) in cleared
    }
    _take_along(desk, bom, ours)


def _take_along(desk: Desk, bom: Bom, ours: Mapping[int, Cleared]) -> None:
    """Say again what was concluded by hand; `ours` are conclusions by the component's position."""
    if not ours:
        return
    statement = select(Component.position, Component.id).where(Component.bom_id == bom.id)
    rows = [
        {
            "component_id": component_id,
            "note": ours[position].note,
            "cleared_at": ours[position].at,
            "cleared_by_id": ours[position].person_id,
        }
        for position, component_id in desk.session.execute(statement)
        if position in ours
    ]
    for some in _in_steps(rows):
        desk.session.execute(insert(Clearing), some)


def _in_steps(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, len(rows), STEP):
        yield rows[first : first + STEP]


def _row(
    bom: Bom, position: int, part: Part, cleared: Mapping[tuple[str, ...], Cleared]
) -> dict[str, Any]:
    ours = cleared.get(_key(part))
    said = licences.expression_of(part.concluded or part.declared)
    return {
        "bom_id": bom.id,
        "position": position,
        "ref": part.ref,
        "kind": part.kind,
        "group": part.group,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "supplier": part.supplier,
        "declared": part.declared,
        "concluded": part.concluded,
        "copyright": "\n".join(part.copyright),
        "hashes": [list(each) for each in part.hashes],
        "depends_on": list(part.depends_on),
        "texts": [[name, _digest(text)] for name, text in part.texts],
        "expression": ours.expression if ours else said,
    }


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _put_on_release(desk: Desk, version: ProductVersion, bom: Bom, stored: StoredFile) -> None:
    """Let the version's own page hand the file out."""
    row = portfolio.release(desk, version.id)
    if row is None:
        row = keep(desk, RELEASE, Release(version_id=version.id), {})
    row.sbom_id = stored.id
    desk.session.flush()
    told = {SBOM: (None, stored.name), "sbom_hash": (None, bom.sha256)}
    record(desk, RELEASE, row.id, "file_kept", told | {"components": (None, bom.count)})
