# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gold: everybody can use the plugin, and can read how far it goes."""

import re
from collections.abc import Iterator
from pathlib import Path

import tresen
from tresen.i18n import lazy
from tresen.ladder.records import Candidate, Rule

# What the policy of every page forbids: script and style inside the page, attributes included.
INLINE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)|\s(?:style|on[a-z]+)=[\"']|javascript:", re.IGNORECASE
)
CORE = Path(tresen.__file__).parent
SECTIONS = ("use cases", "limits", "troubleshooting")


def german_complete(candidate: Candidate) -> Iterator[str]:
    """Yield the texts that no catalogue translates into German."""
    from tresen import texts  # noqa: PLC0415 - with it comes the half of Babel that extracts

    for text, place in texts.missing(candidate.package, "de", CORE).items():
        yield f"{place}: {text.message}"


def familiar_complete(candidate: Candidate) -> Iterator[str]:
    """Yield the texts that still say "Sie" to whoever reads "du"."""
    from tresen import texts  # noqa: PLC0415 - as above

    yield from sorted(text.message for text in texts.unfamiliar(candidate.package))


def nothing_inline(candidate: Candidate) -> Iterator[str]:
    """Yield the templates that hold script or style."""
    for path in candidate.files(".html"):
        if found := INLINE.search(path.read_text("utf-8")):
            yield f"{candidate.short(path)}: {found[0].strip()}"


def documented(candidate: Candidate) -> Iterator[str]:
    """Yield the sections that the README lacks."""
    headings = re.findall(r"^#+\s*(.+?)\s*$", candidate.readme.lower(), re.MULTILINE)
    yield from (section for section in SECTIONS if section not in headings)


RULES = (
    Rule(
        "german",
        lazy("Every text is there in German"),
        lazy("Translate the texts in locale/de."),
        german_complete,
    ),
    Rule(
        "familiar",
        lazy("Where German says Sie, the familiar catalogue says du"),
        lazy("Translate the texts in locale/de@du."),
        familiar_complete,
    ),
    Rule(
        "nothing_inline",
        lazy("Templates hold no script and no style"),
        lazy("Move it into a file in static."),
        nothing_inline,
    ),
    Rule(
        "documented",
        lazy("The README tells use cases, limits and troubleshooting"),
        lazy("Add a section of that name to README.md."),
        documented,
    ),
)
