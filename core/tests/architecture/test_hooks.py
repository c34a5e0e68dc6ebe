# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every hook is one of the five kinds, documented, used by something real, and tested.

The door stays small when nothing can be added to it on suspicion.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from architecture.tree import ROOT, Distribution, distributions, files, parsed, plugins
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
    def says_when(self) -> bool:
        """Whether the text begins as its kind demands: an event is told, all others are asked."""
        return self.text.split()[:1] == ["Told" if self.kind == "events" else "Asked"]

    @property
    def says_who(self) -> bool:
        """Whether the text ends with who uses it."""
        return re.search(r"^Used by: \w.*\.$", self.text, re.MULTILINE | re.DOTALL) is not None

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


def answers_of(node: ast.FunctionDef) -> str | None:
    """Return the annotation of what a specification answers, whether it is quoted or not."""
    if node.returns is None:
        return ""
    plain = isinstance(node.returns, ast.Constant)
    return ast.literal_eval(node.returns) if plain else ast.unparse(node.returns)


def specified(path: Path = SPECS) -> list[Hook]:
    """Return every hook of a file with the section that it stands in."""
    lines = path.read_text("utf-8").splitlines()
    headings = {n: m[1] for n, line in enumerate(lines, 1) if (m := HEADING.match(line))}
    return [
        Hook(
            node.name,
            next((headings[n] for n in sorted(headings, reverse=True) if n < node.lineno), ""),
            tuple(argument.arg for argument in node.args.args),
            answers_of(node),
            is_first_result(node),
            ast.get_docstring(node) or "",
        )
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
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
    assert (hook.says_when, hook.says_who) == (True, True)


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


# ------------------------------------------------------------------- hooks that plugins offer


def offered_faults(plugin: Distribution, tested: set[str]) -> Iterator[str]:
    """Yield what the hooks lack that a plugin offers; they keep the rules of the core's."""
    path = plugin.package / "hookspecs.py"
    if not path.exists():
        return
    readme = (plugin.folder / "README.md").read_text("utf-8")
    prefix = f"{plugin.package.name.removeprefix('tresen_')}_"
    for hook in specified(path):
        bare = replace(hook, name=hook.name.removeprefix(prefix))
        demands = {
            "kind": bare.kind not in ("none", "lists"),
            "when": bare.says_when,
            "who": bare.says_who,
            "test": hook.name in tested,
            "readme": f"`{hook.name}`" in readme,
        }
        yield from (f"{hook.name}: {demand}" for demand, is_met in demands.items() if not is_met)


def test_hooks_that_plugins_offer_keep_the_rules_of_the_cores() -> None:
    folders = [ROOT / "core" / "tests", *(each.tests for each in plugins())]
    tests = [file for folder in folders for file in files("test_*.py", under=folder)]
    tested = functions(tests, prefix="test_hook_")
    assert [fault for each in plugins() for fault in offered_faults(each, tested)] == []


OFFERED = """
@hookspec(since="1.0", stability="stable")
def tap_{name}({arguments}) -> {answers}:
    '''{text}'''
"""
GOOD = {
    "name": "fillings",
    "arguments": "desk: Desk",
    "answers": "'list[dict[str, str]]'",
    "text": "Asked for water.\n\n    Used by: tub.\n    ",
}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, []),
        ({"answers": "list[dict[str, str]]"}, []),
        ({"name": "filling"}, ["kind"]),
        ({"arguments": ""}, ["kind"]),
        ({"name": "opened", "answers": "None"}, ["when"]),
        ({"name": "before_opened", "answers": "None"}, []),
        ({"text": "Asked for water."}, ["who"]),
        ({"text": "What fills it. Used by: tub."}, ["when", "who"]),
        ({"text": ""}, ["when", "who"]),
    ],
)
def test_each_rule_for_an_offered_hook_is_looked_at(
    tmp_path: Path, change: dict[str, str], missing: list[str]
) -> None:
    hook = GOOD | change
    name = f"tap_{hook['name']}"
    package = tmp_path / "tresen_tap"
    package.mkdir()
    (package / "hookspecs.py").write_text(OFFERED.format(**hook))
    (tmp_path / "README.md").write_text(f"It offers `{name}`.")
    plugin = Distribution("tresen-tap", tmp_path, package, tmp_path / "tests")
    assert list(offered_faults(plugin, {name})) == [f"{name}: {each}" for each in missing]
    (tmp_path / "README.md").write_text("It offers something.")
    untold = [f"{name}: {each}" for each in (*missing, "test", "readme")]
    assert list(offered_faults(plugin, set())) == untold


def test_plugin_that_offers_nothing_lacks_nothing(tmp_path: Path) -> None:
    plugin = Distribution("tresen-tap", tmp_path, tmp_path / "tresen_tap", tmp_path / "tests")
    assert list(offered_faults(plugin, set())) == []
