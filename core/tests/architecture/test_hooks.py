# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every hook is one of the five kinds, documented, used by something real, and tested.

The door stays small when nothing can be added to it on suspicion.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from architecture.tree import ROOT, distributions, files, parsed
from tresen import __version__
from tresen.hooks import specs
from tresen.hooks.stability import Standing, standing_of

SPECS = ROOT / "core" / "tresen" / "hooks" / "specs.py"
HEADING = re.compile(r"^# -+ (\w+)$")
PLURAL = re.compile(r"(?:[^s]s|data)$")
PARTICIPLE = re.compile(r"(?:ed|sent|taken|given|known|found|made|begun)$")
# Hooks whose first user or whose test is still on its way; empty at a release.
UNUSED: set[str] = set()
UNTESTED: set[str] = set()


@dataclass(frozen=True)
class Hook:
    """One specification as it is written."""

    name: str
    section: str
    arguments: tuple[str, ...]
    answers: str | None
    first_result: bool
    text: str

    @property
    def has_desk(self) -> bool:
        return self.arguments[:1] == ("desk",)

    @property
    def kind(self) -> str:
        """Return the kind that the grammar of name, arguments and answer says it is."""
        answers = self.answers or "None"
        if self.name.startswith("before_"):
            return "guards" if self.has_desk and answers == "None" else "none"
        if answers == "None":
            told = self.has_desk or self.name == "app_started"
            return "events" if told and PARTICIPLE.search(self.name) else "none"
        if self.first_result:
            single = self.has_desk and answers.endswith("| None")
            return "questions" if single and not PLURAL.search(self.name) else "none"
        if not answers.startswith("list[") or not PLURAL.search(self.name):
            return "none"
        return "parts" if self.has_desk else "none" if self.arguments else "lists"


def is_first_result(function: ast.FunctionDef) -> bool:
    return any(
        keyword.arg == "firstresult" and ast.literal_eval(keyword.value)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call)
        for keyword in decorator.keywords
    )


def specified() -> list[Hook]:
    """Return every hook with the section of `specs.py` that it stands in."""
    lines = SPECS.read_text("utf-8").splitlines()
    headings = {n: m[1] for n, line in enumerate(lines, 1) if (m := HEADING.match(line))}
    return [
        Hook(
            node.name,
            next((headings[n] for n in sorted(headings, reverse=True) if n < node.lineno), ""),
            tuple(argument.arg for argument in node.args.args),
            ast.literal_eval(node.returns) if node.returns else "",
            is_first_result(node),
            ast.get_docstring(node) or "",
        )
        for node in parsed(SPECS).body
        if isinstance(node, ast.FunctionDef)
    ]


def functions(paths: list[Path], prefix: str = "", mark: str = "") -> set[str]:
    """Return the functions of the files by name, those with the prefix and the decorator."""
    return {
        node.name.removeprefix(prefix)
        for path in paths
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith(prefix)
        and (not mark or any(mark in ast.unparse(d) for d in node.decorator_list))
    }


@pytest.mark.parametrize("hook", specified(), ids=lambda hook: hook.name)
def test_hook_is_one_of_the_five_kinds_and_stands_among_them(hook: Hook) -> None:
    assert hook.kind == hook.section


def release(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])


@pytest.mark.parametrize("hook", specified(), ids=lambda hook: hook.name)
def test_hook_says_since_when_it_exists_and_whether_it_is_settled(hook: Hook) -> None:
    standing = standing_of(getattr(specs, hook.name)) or Standing("99.0", "stable")
    assert release(standing.since) <= release(__version__)
    assert [standing.stability] == [s for s in ("stable", "provisional") if s == standing.stability]


@pytest.mark.parametrize("hook", specified(), ids=lambda hook: hook.name)
def test_hook_is_gone_in_the_release_it_was_to_end_in(hook: Hook) -> None:
    standing = standing_of(getattr(specs, hook.name)) or Standing("0.0", "stable")
    ending = [standing.deprecated] if standing.deprecated else [*standing.arguments.values()]
    overdue = [each for each in ending if release(each.ends) <= release(__version__)]
    assert overdue == []


@pytest.mark.parametrize("hook", specified(), ids=lambda hook: hook.name)
def test_hook_says_when_it_is_called_and_who_uses_it(hook: Hook) -> None:
    first_word = "Told" if hook.kind == "events" else "Asked"
    assert hook.text.split()[0] == first_word
    assert re.findall(r"^Used by: \w.*\.$", hook.text, re.MULTILINE | re.DOTALL) != []


def test_every_hook_has_a_real_user() -> None:
    packages = [file for d in distributions() for file in files("hooks.py", under=d.package)]
    used = functions(packages, mark="hookimpl")
    assert {hook.name for hook in specified()} - used - UNUSED == set()


def test_every_hook_has_its_test() -> None:
    tests = [*files("test_*.py", under=ROOT / "core" / "tests" / "hooks")]
    tests += [file for d in distributions()[1:] for file in files("test_*.py", under=d.tests)]
    tested = functions(tests, prefix="test_hook_")
    assert {hook.name for hook in specified()} - tested - UNTESTED == set()


def test_every_hook_stands_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "hooks.md").read_text("utf-8")
    named = re.findall(r"^### ([a-z_]+)$", reference, re.MULTILINE)
    assert [hook.name for hook in specified()] == named
