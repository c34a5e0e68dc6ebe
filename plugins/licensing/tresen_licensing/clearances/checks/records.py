# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a check is, what it looks at and what it finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tresen_licensing.clearances.states import BLOCKING
from tresen_licensing.developments.clocks import NOT_RUNNING, Clock
from tresen_licensing.patches.series import PatchText
from tresen_licensing.repositories import outcomes


@dataclass(frozen=True)
class Place:
    """Where something was found: patch and line from 1; without a path, in the patch's words."""

    patch: int | None = None
    path: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Found:
    """What a check found; `facts` fill the text of that code and hold nothing secret."""

    code: str
    place: Place = Place()
    facts: Mapping[str, Any] = field(default_factory=dict)
    severity: str = BLOCKING


@dataclass(frozen=True)
class Line:
    """A line that a patch adds, or one of its words where it has no path."""

    place: Place
    text: str


@dataclass(frozen=True)
class TouchedFile:
    """A file that the series touches, as it is in the end.

    `patch` is the last that touched it; `binary_size` counts bytes, None for a text; of a binary
    file whose bytes were not sent it is -1.
    """

    path: str
    patch: int
    is_new: bool = False
    is_gone: bool = False
    binary_size: int | None = None


@dataclass(frozen=True)
class Names:
    """Names that must not become public, in small letters, each with its words.

    `allowed` are addresses of who signs off or wrote patches, and the operator's own.
    """

    organisations: frozenset[tuple[str, ...]] = frozenset()
    people: frozenset[tuple[str, ...]] = frozenset()
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Subject:
    """All that checks look at; built once, so that no check asks anybody.

    `texts` returns a file as the changes leave it, None where that is not known; `exists` tells
    whether a path is there afterwards. `conflicts` is None where upstream's head is not known.
    `aliases` are, by an author's address, all addresses of that person.
    """

    outcome: str = outcomes.APPLIED
    failed: tuple[int, str] | None = None
    conflicts: Sequence[tuple[int, str]] | None = ()
    patches: Sequence[PatchText] = ()
    lines: Sequence[Line] = ()
    files: Mapping[str, TouchedFile] = field(default_factory=dict)
    texts: Callable[[str], str | None] = lambda _path: None
    exists: Callable[[str], bool] = lambda _path: False
    licence: str | None = None
    kind: str = ""
    aliases: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Names = Names()
    clock: Clock = field(default_factory=lambda: Clock(NOT_RUNNING))
    # What each text of a file `REUSE.toml` says, read once.
    annotated: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False)

    @cached_property
    def kept_files(self) -> list[TouchedFile]:
        """The files that are there in the end, by path."""
        return [self.files[path] for path in sorted(self.files) if not self.files[path].is_gone]

    @property
    def is_whole(self) -> bool:
        """Whether the source is known as it is in the end."""
        return self.outcome == outcomes.APPLIED


@dataclass(frozen=True)
class Check:
    """One check: what it is called, how to mend what it finds, and the texts of its findings.

    `run` yields what it finds; `applies` says whether there is anything to look at. Of one that is
    `strict` a finding is never answered, only told to be none by a second person. `severity` is the
    gravest that it finds.
    """

    id: str
    title: Any
    hint: Any
    texts: Mapping[str, Any]
    run: Callable[[Subject], Iterable[Found]]
    applies: Callable[[Subject], bool] = lambda _subject: True
    is_strict: bool = False
    severity: str = BLOCKING
