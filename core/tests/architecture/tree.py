# SPDX-License-Identifier: AGPL-3.0-or-later
"""The source tree as the architecture tests see it: our own files, parsed once.

The tests read files rather than import modules, so that they also judge what nothing imports.
"""

import ast
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PLUGINS = ROOT / "plugins"
NOT_OURS = {
    *{".git", ".venv", ".tox", "node_modules", "vendor", "__pycache__", "_build", "build", "dist"},
    *{".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "tresen-data"},
}


@dataclass(frozen=True)
class Distribution:
    """One distribution of this repository: where its package and its tests lie."""

    name: str
    folder: Path
    package: Path
    tests: Path


def distributions() -> list[Distribution]:
    """Return the core, then the plugins by name."""
    core = Distribution("tresen", ROOT, ROOT / "core" / "tresen", ROOT / "core" / "tests")
    return [core, *plugins()]


def plugins() -> list[Distribution]:
    """Return the plugins of this repository by name."""
    return [
        Distribution(
            f"tresen-{folder.name.replace('_', '-')}",
            folder,
            folder / f"tresen_{folder.name}",
            folder / "tests",
        )
        for folder in sorted(PLUGINS.glob("*"))
        if folder.is_dir() and folder.name not in NOT_OURS
    ]


def files(*patterns: str, under: Path = ROOT) -> Iterator[Path]:
    """Yield our own files below `under` whose name matches one of the patterns, sorted."""
    for path in sorted(under.iterdir()) if under.is_dir() else ():
        if path.name in NOT_OURS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from files(*patterns, under=path)
        elif any(path.match(pattern) for pattern in patterns):
            yield path


def short(path: Path) -> str:
    """Return the path as it is written in the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def line_count(paths: Iterator[Path]) -> int:
    """Return how many lines the files have, blank ones left out."""
    return sum(
        bool(line.strip()) for path in paths for line in path.read_text("utf-8").splitlines()
    )


@cache
def settings(path: Path) -> ConfigParser:
    """Return a parsed `setup.cfg` or `tox.ini`."""
    parser = ConfigParser(interpolation=None)
    parser.read(path, encoding="utf-8")
    return parser


def words(text: str) -> list[str]:
    """Return the lines of a list option of `setup.cfg`."""
    return [line.strip() for line in text.splitlines() if line.strip()]
