# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every promise of the page about safety names tests, and every test it names exists."""

import ast
import re

from architecture.tree import ROOT, distributions, parsed

PAGE = ROOT / "docs" / "explanation" / "safety.md"
ROW = re.compile(r"^\| ([A-Z]\d\d?)(?:[\u2013, ]+[A-Z]\d\d?)* \| .+ \| (.+) \|$", re.MULTILINE)
NAME = re.compile(r"`(test_\w+)`")
# What the page speaks about, by the letter of its ids.
GROUPS = {"P": 10, "M": 24, "H": 14, "A": 16, "Z": 12}


def names() -> set[str]:
    """The names of all test functions of the core and its plugins."""
    modules = [path for each in distributions() for path in each.tests.rglob("test_*.py")]
    return {
        node.name
        for path in modules
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_test_that_proves_a_promise_exists() -> None:
    named = set(NAME.findall(PAGE.read_text("utf-8")))
    assert named - names() == set()


def test_every_promise_names_a_test() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert [identifier for identifier, proofs in rows if not NAME.search(proofs)] == []
    assert len(rows) > 100


def test_every_attack_of_the_list_is_spoken_of() -> None:
    text = PAGE.read_text("utf-8")
    missing = [
        f"{letter}{number:02}"
        for letter, last in GROUPS.items()
        for number in range(1, last + 1)
        if not re.search(rf"\b{letter}0?{number}\b", text)
    ]
    assert missing == []


def test_every_attack_test_stands_on_the_page() -> None:
    """A proof that nobody finds is none: each id that a test bears has a row."""
    spoken = {match[0] for match in ROW.findall(PAGE.read_text("utf-8"))}
    borne = {
        identifier.upper()
        for name in names()
        for identifier in re.findall(r"_([mhaz]\d\d)_", name)
        if name.startswith("test_atk_")
    }
    assert borne - spoken == set()
