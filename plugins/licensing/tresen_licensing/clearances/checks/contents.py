# SPDX-License-Identifier: AGPL-3.0-or-later
"""C09 to C11: large binaries, tests, and a word for the list of changes."""

import re
from collections.abc import Iterable

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Place, Subject
from tresen_licensing.clearances.states import BLOCKING, WARNING
from tresen_licensing.developments import states

LARGEST = 100_000  # bytes
_WITHOUT_TESTS = (
    *(states.TRANSLATION, states.DOCUMENTATION, states.CONFIGURATION, states.TEMPLATE),
)
_TEST = re.compile(
    r"(?i)(?:^|/)(?:tests?|specs?|__tests__)/|(?:^|/)(?:test_[^/]*|[^/]*[._-](?:test|spec)s?)\.\w+$"
)
_FOLDERS = ("changes", "changelog.d", "changelogs", "newsfragments", "news", ".changeset")
_NOTE = re.compile(
    r"(?i)(?:^|/)(?:changes|changelog\.d|changelogs|newsfragments|news|\.changeset)/[^/]+"
    r"|(?:^|/)(?:change(?:s|log)|news|history|releases?)(?:\.\w+)?$"
)
_NOTES = ("CHANGES.md", "CHANGES.rst", "CHANGELOG.md", "CHANGELOG", "CHANGES", "NEWS", "HISTORY.md")


def _sourced(subject: Subject) -> Iterable[Found]:
    for file in subject.kept_files:
        if file.binary_size is None:
            continue
        place = Place(file.patch, file.path)
        if file.binary_size < 0:
            yield Found("empty", place, severity=BLOCKING)
        elif file.binary_size > LARGEST:
            yield Found("large", place, {"size": file.binary_size // 1000}, WARNING)


def _tested(subject: Subject) -> Iterable[Found]:
    if not any(_TEST.search(line.place.path) for line in subject.lines):
        yield Found("untested", severity=WARNING)


def _noted(subject: Subject) -> Iterable[Found]:
    if not any(_NOTE.search(file.path) for file in subject.kept_files):
        yield Found("unnoted", severity=WARNING)


def _keeps_notes(subject: Subject) -> bool:
    """Tell whether the project has a list of changes; where it is not known, it may have."""
    known = (*_FOLDERS, *_NOTES)
    return not subject.is_whole or any(subject.exists(path) for path in known)


SOURCED = Check(
    "C09",
    lazy("No large binary without its source"),
    lazy("Add what it is made from, or say where that is to be had."),
    {
        "large": lazy("A binary file of %(size)s kB: where is its source?"),
        "empty": lazy(
            "The bytes of this binary file were not sent: “git format-patch --binary” sends them."
        ),
    },
    _sourced,
    lambda subject: any(file.binary_size is not None for file in subject.kept_files),
)
TESTED = Check(
    "C10",
    lazy("It brings tests"),
    lazy("Add a test that fails without the change, or say why there is none."),
    {"untested": lazy("No test was added or changed.")},
    _tested,
    lambda subject: subject.kind not in _WITHOUT_TESTS,
    severity=WARNING,
)
NOTED = Check(
    "C11",
    lazy("The list of changes tells of it"),
    lazy("Add an entry as the project keeps them, or say why nobody needs one."),
    {"unnoted": lazy("The list of changes says nothing of it.")},
    _noted,
    _keeps_notes,
    severity=WARNING,
)
