# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every hook has an example in `docs/plugins` that really runs, and all examples get on together.

An example that nobody runs teaches yesterday's interface.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from architecture.test_hooks import specified
from hooks.workshop import Workshop
from house.examples import files_on, how_tos, plugins_on

TOGETHER = """
from tresen import app, fitness
from tresen.desk import Core

def test_all_examples_are_taken_in(core: Core) -> None:
    fitness.check_pages(core)
    fitness.check_schema(core)
    assert core.plugins.set_aside == {}
"""


def write(page: Path, folder: Path) -> None:
    """Write the plugins of a page into the folder as pip would leave them, and their tests."""
    files = files_on(page)
    for name in plugins_on(page):
        package = f"tresen_{name}/"
        paths = [path for path in files if path.startswith(package)]
        own = {path.removeprefix(package): files.pop(path) for path in paths}
        hooks = own.pop("hooks.py")
        Workshop(folder).make(name, hooks, doc=f"{name.capitalize()}: an example.", **own)
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def functions(text: str, mark: str = "") -> set[str]:
    """Return the functions of a file by name, those with the decorator."""
    return {
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
        and (not mark or any(mark in ast.unparse(each) for each in node.decorator_list))
    }


def answered(page: Path) -> set[str]:
    hooks = [text for path, text in files_on(page).items() if path.endswith("/hooks.py")]
    return {hook for text in hooks for hook in functions(text, "hookimpl")}


def test_every_hook_has_an_example() -> None:
    found = {hook for page in how_tos() for hook in answered(page)}
    assert {hook.name for hook in specified()} - found == set()


@pytest.mark.parametrize("page", how_tos(), ids=lambda page: page.stem)
def test_every_hook_of_an_example_is_tested_on_its_page(page: Path) -> None:
    (tests,) = (text for path, text in files_on(page).items() if path.startswith("tests/"))
    names = functions(tests)
    untested = {
        hook
        for hook in answered(page)
        if not any(hook in name for name in names if name.startswith("test_"))
    }
    assert untested == set()


@pytest.mark.parametrize("page", how_tos(), ids=lambda page: page.stem)
def test_example_imports_nothing_but_the_front_door(page: Path) -> None:
    doors = {"tresen.sdk", "tresen.testing"}
    past_it = [
        f"{path}: {node.module}"
        for path, text in files_on(page).items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tresen")
        if node.module not in doors and not is_own(path, node.module or "", page)
    ]
    assert past_it == []


def is_own(path: str, module: str, page: Path) -> bool:
    """Say whether a file imports from its own plugin; tests know the first one of their page."""
    folder = path.partition("/")[0]
    package = f"tresen_{plugins_on(page)[0]}" if folder == "tests" else folder
    return module.partition(".")[0] == package


@pytest.mark.timeout(300)
def test_examples_pass_their_tests_all_together(tmp_path: Path) -> None:
    for page in how_tos():
        write(page, tmp_path)
    (tmp_path / "tests" / "test_together.py").write_text(TOGETHER)
    words = ("pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "tests")
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
