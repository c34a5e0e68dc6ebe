# SPDX-License-Identifier: AGPL-3.0-or-later
"""C06: whether what is in the patches may be published under the licence that was agreed."""

import re
from collections.abc import Iterable, Iterator

from tresen.sdk import Refused, lazy

from tresen_licensing.clearances.checks import compatibility
from tresen_licensing.clearances.checks.headers import SIDECAR, TAG, annotations
from tresen_licensing.clearances.checks.records import Check, Found, Place, Subject, TouchedFile
from tresen_licensing.clearances.states import WARNING

# After the tag, up to what closes a comment or a text.
_EXPRESSION = re.compile(re.escape(TAG) + r"[ \t]*([A-Za-z0-9.+:() -]{1,200})")
_CLOSING = re.compile(r"[ \t]*-*$")
# As much of an expression is judged, and repeated.
_LONGEST = 200
_IGNORE, _HEED = "REUSE-" + "IgnoreStart", "REUSE-" + "IgnoreEnd"


def _compatible(subject: Subject) -> Iterable[Found]:
    if subject.licence is None:
        yield Found("no_agreement")
        return
    known: dict[str, Found | None] = {}
    for file in subject.kept_files:
        for line, text in _said(subject, file):
            if text not in known:
                known[text] = _judged(text, subject.licence)
            found = known[text]
            if found is not None:
                place = Place(file.patch, file.path, line)
                yield Found(found.code, place, found.facts, found.severity)


def _judged(text: str, licence: str) -> Found | None:
    facts = {"theirs": text[:_LONGEST], "ours": licence}
    if len(text) > _LONGEST:
        return Found("invalid", facts=facts)
    try:
        verdict = compatibility.judged(text, licence)
    except Refused:
        return Found("invalid", facts=facts)
    if verdict == compatibility.CLASHES:
        return Found("clash", facts=facts)
    if verdict == compatibility.UNJUDGED:
        return Found("unjudged", facts=facts, severity=WARNING)
    return None


def _said(subject: Subject, file: TouchedFile) -> Iterator[tuple[int | None, str]]:
    """Yield the line and each expression that a file, or what speaks for it, says."""
    text = subject.texts(file.path)
    if text is None:
        text = "\n".join(each.text for each in subject.lines if each.place.path == file.path)
        yield from ((None, each) for _line, each in expressions(text))
    else:
        yield from expressions(text)
    beside = subject.texts(file.path + SIDECAR)
    yield from ((None, each) for _line, each in expressions(beside or ""))
    yield from ((None, each) for each in annotations(subject, file.path))


def expressions(text: str) -> Iterator[tuple[int, str]]:
    """Yield each expression of a text with its line; not between marks that REUSE ignores."""
    if TAG not in text:
        return
    is_heeded = True
    for number, line in enumerate(text.split("\n"), start=1):
        is_heeded = (is_heeded or _HEED in line) and _IGNORE not in line
        found = _EXPRESSION.search(line) if is_heeded else None
        if found is not None:
            yield number, _CLOSING.sub("", found[1]).strip()


COMPATIBLE = Check(
    "C06",
    lazy("The licences fit to the one that was agreed"),
    lazy("Replace what is under the other licence, or agree on one under which both can be given."),
    {
        "no_agreement": lazy("No agreement says under which licence it is published."),
        "invalid": lazy("“%(theirs)s” is no SPDX expression."),
        "clash": lazy("%(theirs)s cannot be part of a work under %(ours)s."),
        "unjudged": lazy(
            "Nobody has judged yet whether %(theirs)s may be part of a work under %(ours)s."
        ),
    },
    _compatible,
)
