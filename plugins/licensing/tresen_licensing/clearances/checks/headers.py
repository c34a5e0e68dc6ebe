# SPDX-License-Identifier: AGPL-3.0-or-later
"""C05: whether each touched file says its licence (REUSE 3.3)."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Place, Subject, TouchedFile
from tresen_licensing.clearances.states import BLOCKING, WARNING

SIDECAR, REUSE = ".license", "REUSE.toml"
# Split, so that tools do not take this line for a header.
TAG = "SPDX-License-" + "Identifier:"
_FREE_NAMES = re.compile(
    r"(?:LICEN[CS]E|COPYING|UNLICENSE)(?:[.-].*)?|REUSE\.toml|.*\.license|.*\.spdx"
)
_KEY = TAG.rstrip(":")


def _marked(subject: Subject) -> Iterable[Found]:
    is_strict = not subject.is_whole or subject.exists("LICENSES") or subject.exists(REUSE)
    for file in subject.kept_files:
        if _is_free(file.path) or says_licence(subject, file) is not False:
            continue
        if file.is_new:
            severity = BLOCKING if is_strict else WARNING
            yield Found("new", Place(file.patch, file.path), severity=severity)
        elif is_strict:
            yield Found("old", Place(file.patch, file.path), severity=WARNING)


def says_licence(subject: Subject, file: TouchedFile) -> bool | None:
    """Tell whether a file says its licence; None where the file is not known, or empty."""
    text = subject.texts(file.path)
    if text == "" or (text is None and not file.is_new):
        return None
    beside = subject.texts(file.path + SIDECAR)
    is_said = TAG in (text or "") or TAG in (beside or "")
    return is_said or any(True for _licence in annotations(subject, file.path))


def annotations(subject: Subject, path: str) -> Iterator[str]:
    """Yield the licences that files `REUSE.toml` above a path give it."""
    for folder in PurePosixPath(path).parents:
        text = subject.texts(str(folder / REUSE) if str(folder) != "." else REUSE)
        below = path if str(folder) == "." else path.removeprefix(f"{folder}/")
        for each in _known(subject, text or ""):
            if any(covers(glob, below) for glob in _listed(each.get("path"))):
                yield from _listed(each.get(_KEY))


def _known(subject: Subject, text: str) -> list[dict[str, Any]]:
    """Return the annotations of a file `REUSE.toml`, which is read once for all files."""
    if text not in subject.annotated:
        subject.annotated[text] = _annotations(text)
    return subject.annotated[text]


def _annotations(text: str) -> list[dict[str, Any]]:
    try:
        found = tomllib.loads(text).get("annotations", [])
    except (tomllib.TOMLDecodeError, RecursionError):
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _listed(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def covers(glob: str, path: str) -> bool:
    """Tell whether a glob of REUSE matches: `*` within a folder, `**` across them.

    Walked through letter by letter, as a regular expression of many stars would not come to an end.
    """
    if len(glob) > _LONGEST_GLOB:
        return False
    reached = [True] + [False] * len(path)
    for token in _TOKENS.findall(glob):
        if token[0] == "*":
            for at, letter in enumerate(path):
                is_held = letter == "/" and len(token) == 1
                reached[at + 1] = reached[at + 1] or (reached[at] and not is_held)
        else:
            fits = (was and letter == token for was, letter in zip(reached, path, strict=False))
            reached = [False, *fits]
    return reached[-1]


_TOKENS = re.compile(r"(?s)\*+|.")
# Longer than any path that a system takes.
_LONGEST_GLOB = 4096


def _is_free(path: str) -> bool:
    """Tell whether a file needs no header of its own."""
    plain = PurePosixPath(path)
    return plain.parts[:1] == ("LICENSES",) or bool(_FREE_NAMES.fullmatch(plain.name))


MARKED = Check(
    "C05",
    lazy("Touched files say their licence"),
    lazy("A line “SPDX-License-Identifier” at its top says it, or a file beside it: name.license."),
    {
        "new": lazy("The new file does not say its licence."),
        "old": lazy("The file does not say its licence, and did not before."),
    },
    _marked,
)
