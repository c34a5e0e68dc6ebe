# SPDX-License-Identifier: AGPL-3.0-or-later
"""C12: whether the catalogues that were touched are complete."""

import re
from collections.abc import Iterable
from io import BytesIO

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Place, Subject, TouchedFile
from tresen_licensing.clearances.states import WARNING

_CATALOGUE = ".po"
# The library makes as many places for each text; no language has more than six.
_PLURALS = re.compile(r"nplurals\s*=\s*(\d+)")
_JOINED = re.compile(r'"\s*"|\\')
_MOST_PLURALS = 10


def _complete(subject: Subject) -> Iterable[Found]:
    for file in _catalogues(subject):
        text = subject.texts(file.path)
        if text is not None:
            yield from _gaps(file, text)


def _gaps(file: TouchedFile, text: str) -> Iterable[Found]:
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - no page needs it

    if any(len(each) > 2 or int(each) > _MOST_PLURALS for each in _plurals(text)):
        yield Found("broken", Place(file.patch, file.path), severity=WARNING)
        return
    try:
        messages = list(read_po(BytesIO(text.encode()), abort_invalid=True))
    except (PoFileError, ValueError, LookupError):
        yield Found("broken", Place(file.patch, file.path), severity=WARNING)
        return
    for each in messages:
        if not each.id:
            continue
        given = each.string if isinstance(each.string, tuple | list) else (each.string,)
        place = Place(file.patch, file.path, each.lineno)
        if each.fuzzy:
            yield Found("fuzzy", place, severity=WARNING)
        elif not all(given):
            yield Found("empty", place, severity=WARNING)


def _plurals(text: str) -> list[str]:
    """Return each number of plural forms that is said, however its line is broken."""
    return _PLURALS.findall(_JOINED.sub("", text))


def _catalogues(subject: Subject) -> list[TouchedFile]:
    return [file for file in subject.kept_files if file.path.endswith(_CATALOGUE)]


COMPLETE = Check(
    "C12",
    lazy("Touched translations are complete"),
    lazy("Translate what is missing, and take the mark “fuzzy” off what was looked at."),
    {
        "empty": lazy("A text is not translated."),
        "fuzzy": lazy("A translation is marked as uncertain."),
        "broken": lazy("The catalogue cannot be read."),
    },
    _complete,
    lambda subject: bool(_catalogues(subject)),
    severity=WARNING,
)
