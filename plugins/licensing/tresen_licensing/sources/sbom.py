# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bill of materials of this installation, as CycloneDX 1.6 with the fields of BSI TR-03183-2.

Each distribution has the SHA-512 of its RECORD, which names the hash of every file of it; what is
handed out from here has that of its archive too. Names of the BSI's properties:
https://github.com/BSI-Bund/tr-03183-cyclonedx-property-taxonomy.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import Distribution
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from tresen.sdk import Desk

from tresen_licensing.boms import writing
from tresen_licensing.boms.bills import CYCLONEDX, Bill, Part, line
from tresen_licensing.boms.pedigrees import Changes, Source, complete, pedigree_of
from tresen_licensing.boms.reading import canonical
from tresen_licensing.sources import cards, distributions, queries
from tresen_licensing.sources.models import RunningDistribution
from tresen_licensing.sources.pedigrees import Changed, pedigrees

if TYPE_CHECKING:
    from cyclonedx.model.component import Component, Pedigree

# Paths that a note names.
MOST_NAMED = 50


@dataclass(frozen=True)
class Piece:
    """A running distribution: what the last look noted, and what is installed under its name."""

    row: RunningDistribution
    distribution: Distribution | None
    changes: Sequence[Changed]

    @property
    def ref(self) -> str:
        """The package URL, by which it is found in the bill."""
        return canonical(f"pkg:pypi/{self.row.name}@{self.row.version}")


def own_bill(desk: Desk, form: str) -> str:
    """Return what runs here as CycloneDX in the form `json` or `xml`, as the last look found it.

    The same look gives the same bytes.
    """
    pieces = _pieces(desk)
    refs = {str(canonicalize_name(each.row.name)): each.ref for each in pieces}
    parts = tuple(_part(each, refs) for each in pieces)
    direct = tuple(sorted(each.ref for each in pieces if each.row.is_own))
    bill = Bill(CYCLONEDX, writing.VERSION, parts, direct=direct)
    bom = writing.bom_of(_heading(desk, pieces), bill)
    by_ref = {each.ref: each for each in pieces}
    for component in bom.components:
        _complete(component, by_ref[component.bom_ref.value or ""], desk.config.base_url)
    return writing.text_of(bom, form, [each.ref for each in pieces if _is_complete(each)])


def _pieces(desk: Desk) -> list[Piece]:
    rows = queries.running(desk)
    installed = distributions.installed(distributions.own_names(desk.core))
    changes = pedigrees(desk, {canonicalize_name(row.name) for row in rows})
    names = [canonicalize_name(row.name) for row in rows]
    return [
        Piece(row, _same(installed.get(name), row), changes.get(name, ()))
        for row, name in zip(rows, names, strict=True)
    ]


def _same(one: Distribution | None, row: RunningDistribution) -> Distribution | None:
    """Return what is installed, unless it is another version than was looked at."""
    return one if one is not None and one.version == row.version else None


def _heading(desk: Desk, pieces: Sequence[Piece]) -> writing.Heading:
    core = next((each.row.version for each in pieces if each.row.name == distributions.CORE), "")
    seen = pieces[0].row.seen_at if pieces else desk.now()
    return writing.Heading("Tresen", core, desk.config.operator, desk.config.base_url, seen)


def _part(piece: Piece, refs: Mapping[str, str]) -> Part:
    digest = _record_sha512(piece.distribution)
    needed = _required(piece.distribution)
    return Part(
        ref=piece.ref,
        name=piece.row.name,
        version=piece.row.version,
        purl=piece.ref,
        supplier=_maker(piece.distribution),
        declared=line(piece.row.licence),
        hashes=(("SHA-512", digest),) if digest else (),
        depends_on=tuple(sorted({refs[name] for name in needed if name in refs})),
    )


def _required(one: Distribution | None) -> Iterator[str]:
    if one is not None:
        yield from (name for name, _extras in distributions.required(one, frozenset()))


def _is_complete(piece: Piece) -> bool:
    """Whether all that it depends on is named: nobody knows which extras were wanted of it."""
    one = piece.distribution
    return one is not None and not one.metadata.get_all("Provides-Extra")


def _record(one: Distribution | None) -> Path | None:
    if one is None or one.files is None:
        return None
    found = (each for each in one.files if each.name == "RECORD")
    return next((Path(str(one.locate_file(each))) for each in found), None)


def _record_sha512(one: Distribution | None) -> str:
    file = _record(one)
    return hashlib.sha512(file.read_bytes()).hexdigest() if file and file.is_file() else ""


def _maker(one: Distribution | None) -> str:
    if one is None:
        return ""
    for name in ("Author", "Maintainer", "Author-email", "Maintainer-email"):
        # An address is said as `Name <address>`; the name is enough.
        if said := line(_said(one, name).partition("<")[0].strip(' "')):
            return said[:200]
    return ""


def _said(one: Distribution, name: str) -> str:
    return next(iter(one.metadata.get_all(name) or ()), "")


def _complete(component: "Component", piece: Piece, base_url: str) -> None:
    """Add what only a running distribution has: state, origin, pedigree, and the BSI's fields."""
    facts = {
        "bsi:component:executable": "executable",
        "bsi:component:archive": "no archive",
        "bsi:component:structured": "structured",
        "tresen:source:state": piece.row.state,
    }
    file = _record(piece.distribution)
    if file is not None:
        facts["bsi:component:filename"] = f"{file.parent.name}/{file.name}"
    complete(component, _source(piece.row, base_url), facts)
    component.pedigree = _pedigree(piece)


def _source(row: RunningDistribution, base_url: str) -> Source:
    made = Source(row.source_url, is_repository=bool(row.commit))
    if row.archive is None:
        return made
    place = base_url.rstrip("/") + cards.path_of(row.archive)
    return replace(made, archive=place, sha512=row.archive.sha512)


def _pedigree(piece: Piece) -> "Pedigree | None":
    """Return what the distribution was made of and how it differs; None where it does not."""
    commits = {piece.row.commit, *(each.base for each in piece.changes)} - {""}
    texts = [Changes(each.patches) for each in piece.changes if each.patches]
    return pedigree_of(commits, texts, "\n".join(_notes(piece)))


def _notes(piece: Piece) -> Iterator[str]:
    if piece.changes:
        yield f"Changed by {', '.join(each.reference for each in piece.changes)}."
    if differing := piece.row.differing:
        names = ", ".join(differing[:MOST_NAMED])
        yield f"{len(differing)} files are not as they were published: {names}"
