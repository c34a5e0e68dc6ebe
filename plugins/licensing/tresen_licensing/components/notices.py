# SPDX-License-Identifier: AGPL-3.0-or-later
"""The third-party notices of a release: who made what, under which licence, with its text.

No library that is kept ships the texts of all licences, so the texts are those that the bill of
materials brought; of any other licence the file names the id and the address of its text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tresen.sdk import Desk, _

from tresen_licensing import licences
from tresen_licensing.components import queries
from tresen_licensing.components.models import Bom, Component

RULE = "-" * 78


@dataclass(frozen=True)
class LicenceNote:
    """A licence with a text and the components that brought it, or with the address of its text."""

    licence: str
    text: str
    address: str
    titles: Sequence[str]


@dataclass(frozen=True)
class Notices:
    """What the file of notices of a release says; components and licences by name."""

    heading: str
    components: Sequence[Component]
    licences: Sequence[LicenceNote]


def notices(desk: Desk, bom: Bom, title: str) -> Notices:
    """Return the notices of a bill for the release of this title, in three queries."""
    rows, texts = queries.all_components(desk, bom.id), queries.texts(desk, bom.id)
    found = list(_brought(rows, texts))
    known = {each.licence for each in found}
    missing = sorted({name for row in rows for name in _names(row.expression)} - known)
    bare = [LicenceNote(name, "", address_of(name), ()) for name in missing]
    heading = _("Third-party notices for %(title)s") % {"title": title}
    ordered = sorted([*found, *bare], key=lambda each: (each.licence, each.text))
    return Notices(heading, rows, ordered)


def address_of(licence: str) -> str:
    """Return where SPDX shows a licence's text; empty for one that is not on its list."""
    name = licence.partition(" WITH ")[0]
    return "" if name.startswith(licences.OWN) else f"https://spdx.org/licenses/{name}.html"


def as_text(found: Notices) -> str:
    """Return the notices as plain text."""
    return "\n".join(_lines(found)) + "\n"


def licence_of(row: Component) -> str:
    """Return what the notices say of a component's licence."""
    return row.expression or row.said or _("licence not named")


def _lines(found: Notices) -> Iterator[str]:
    yield from (found.heading, "=" * len(found.heading), "")
    for row in found.components:
        yield f"{row.title} {row.version}".rstrip()
        yield _("Licence: %(name)s") % {"name": licence_of(row)}
        yield from row.copyright.splitlines()
        yield ""
    for each in found.licences:
        yield from (RULE, each.licence)
        if each.titles:
            yield ", ".join(each.titles)
        yield from ("", each.text or _without_text(each), "")


def _without_text(each: LicenceNote) -> str:
    if not each.address:
        return _("The bill of materials brought no text of it.")
    return _("Its text: %(address)s") % {"address": each.address}


def _names(expression: str) -> Sequence[str]:
    if not expression:
        return ()
    return sorted({str(each) for each in licences.parsed(expression).symbols})


def _brought(rows: Sequence[Component], texts: Mapping[str, str]) -> Iterator[LicenceNote]:
    """Yield each text once for each name that it was brought under."""
    titles: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for name, digest in row.texts:
            titles.setdefault((name, digest), []).append(row.title)
    for (name, digest), found in titles.items():
        if digest in texts:
            yield LicenceNote(name, texts[digest], address_of(name), sorted(set(found)))
