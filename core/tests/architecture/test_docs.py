# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written stays true: links lead somewhere, commands exist, references match the code.

Documentation that nobody checks is wrong by the second release.
"""

import ast
import re
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from architecture.tree import ROOT, files, parsed, short
from hooks import dated_specs
from tresen.cli import main
from tresen.hooks import specs

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
OUTSIDE = ("http://", "https://", "mailto:", "#")
DESK_VERB = re.compile(r"python3 desk\.py (\w+)")
TRESEN_VERB = re.compile(r"(?:^ {4}|`)tresen ((?:[a-z][a-z-]* ?)*)", re.MULTILINE)


def pages() -> Iterator[Path]:
    yield from files("*.md")


def test_every_module_says_what_it_is() -> None:
    silent = [
        short(path)
        for path in files("*.py")
        if path.read_text("utf-8").strip()
        and not (ast.get_docstring(parsed(path)) or "").split("\n\n")[0].endswith((".", "`."))
    ]
    assert silent == []


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    dead = [
        f"{short(path)}: {target}"
        for path in pages()
        for target in LINK.findall(path.read_text("utf-8"))
        if not target.startswith(OUTSIDE) and not (path.parent / target.split("#")[0]).exists()
    ]
    assert dead == []


def test_every_verb_of_desk_that_is_named_exists() -> None:
    verbs = runpy.run_path(str(ROOT / "desk.py"))
    named = {verb for path in pages() for verb in DESK_VERB.findall(path.read_text("utf-8"))}
    assert {verb for verb in named if not callable(verbs.get(verb))} == set()
    assert {"demo", "test"} <= named


def exists(line: str) -> bool:
    """Say whether the words of a line name a command, up to its first argument."""
    command: click.Command | None = main
    for word in line.split():
        if not isinstance(command, click.Group):
            return True
        command = command.get_command(click.Context(command), word)
        if command is None:
            return False
    return True


def test_every_command_of_tresen_that_is_named_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRESEN_SAFE", "1")
    named = {
        (short(path), line.strip())
        for path in pages()
        for line in TRESEN_VERB.findall(path.read_text("utf-8"))
        if line.strip() and "plugins" not in path.parts
    }
    assert {(path, line) for path, line in named if not exists(line)} == set()


@pytest.mark.parametrize(
    ("spec", "sentences"),
    [
        (specs.ticket_route, ["Since 0.1, stable."]),
        (
            dated_specs.moon_tables,
            [
                "Since 0.1, stable.",
                "Deprecated since 0.1: `moon_tables` ends in 0.3, use `tide_tables`.",
            ],
        ),
        (
            dated_specs.tide_tables,
            [
                "Since 0.1, provisional.",
                "Deprecated since 0.2: `port` ends in 1.1, use `coast`.",
                "Deprecated since 0.1: `pier` ends in 0.4, use `coast`.",
            ],
        ),
    ],
)
def test_the_reference_says_how_far_a_hook_can_be_counted_on(
    spec: Callable[..., Any], sentences: list[str]
) -> None:
    made = runpy.run_path(str(ROOT / "docs" / "references.py"))
    assert made["standing"](spec) == " ".join(sentences)


def test_the_reference_is_what_the_code_says(monkeypatch: pytest.MonkeyPatch) -> None:
    # The pages are about the core, whatever is installed beside it.
    monkeypatch.setenv("TRESEN_SAFE", "1")
    sys.path.insert(0, str(ROOT / "docs"))
    made = runpy.run_path(str(ROOT / "docs" / "references.py"))
    folder = ROOT / "docs" / "reference"
    stale = [
        name
        for name, make in made["PAGES"].items()
        if not (folder / name).exists() or (folder / name).read_text("utf-8") != make()
    ]
    assert stale == [], "write them anew: python docs/references.py"
