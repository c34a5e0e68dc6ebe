# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is judged, by what, and what came out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from importlib.metadata import Distribution
from pathlib import Path

from tresen.i18n import LazyText
from tresen.ladder.syntax import Source
from tresen.manifest import Manifest

LEVELS = ("bronze", "silver", "gold", "platinum")
PASSED, FAILED, EXEMPT = "pass", "fail", "exempt"


@dataclass(frozen=True)
class Candidate:
    """A plugin that is judged: its package folder, core metadata and manifest.

    `metadata` is that of the packaging specification "Core metadata", its payload the README.
    `installed` is the distribution that files can be compared with; None for a source folder.
    """

    name: str
    package: Path
    metadata: Message
    manifest: Manifest | None
    installed: Distribution | None = None

    @property
    def version(self) -> str:
        """The version as the metadata say it."""
        return str(self.metadata.get("Version", ""))

    @property
    def readme(self) -> str:
        """The long description: of old metadata a header, of newer ones the body."""
        return str(self.metadata.get("Description") or self.metadata.get_payload() or "")

    @cached_property
    def sources(self) -> list[Source]:
        """The Python files of the package, parsed once."""
        return [
            Source(path.relative_to(self.package).as_posix(), path.read_text("utf-8"))
            for path in sorted(self.package.rglob("*.py"))
        ]

    def files(self, *suffixes: str) -> Iterator[Path]:
        """Yield the files of the package with one of the suffixes, sorted."""
        for path in sorted(self.package.rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path

    def short(self, path: Path) -> str:
        """Return a path as findings write it."""
        return path.relative_to(self.package).as_posix()


# A rule's check yields what is wrong, each as a place or a word; nothing means that it passes.
Test = Callable[[Candidate], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """One rule of the ladder: `title` says what is asked for, `hint` how to get there."""

    name: str
    title: LazyText
    hint: LazyText
    test: Test


@dataclass(frozen=True)
class Finding:
    """How one rule came out; `details` are what is wrong, or the reason of the exemption."""

    rule: Rule
    level: str
    state: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """How a plugin came out; `level` is empty where it does not even reach bronze."""

    name: str
    version: str
    level: str
    findings: tuple[Finding, ...] = field(default_factory=tuple)
