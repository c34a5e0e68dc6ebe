# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files and functions stay small, and tests outweigh what they test.

A file that fits a few screens is read before it is changed; a longer one is only searched.
"""

import ast
from pathlib import Path

import pytest
from architecture.tree import Distribution, distributions, files, line_count, parsed, short

FILE_LINES = 400
SPECS_LINES = 700  # the whole door stands on one page
FUNCTION_LINES = 40
TEST_RATIO = 1.3


def file_gate(path: Path) -> int:
    return SPECS_LINES if short(path) == "core/tresen/hooks/specs.py" else FILE_LINES


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return a function's lines from `def` on, its docstring left out."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_no_file_is_longer_than_its_gate() -> None:
    lengths = {
        path: len(path.read_text("utf-8").splitlines())
        for path in files("*.py", "*.html", "*.js", "*.css")
    }
    assert {short(p): n for p, n in lengths.items() if n > file_gate(p)} == {}


def test_no_function_is_longer_than_the_gate() -> None:
    too_long = {
        f"{short(path)}:{node.name}": code_lines(node)
        for path in files("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and code_lines(node) > FUNCTION_LINES
        and path.parent.name != "migrations"  # one flat list of steps, never changed once released
    }
    assert too_long == {}


@pytest.mark.parametrize("distribution", distributions(), ids=lambda d: d.name)
def test_lines_of_test_outweigh_lines_of_source(distribution: Distribution) -> None:
    source = line_count(
        path
        for path in files("*.py", under=distribution.package)
        if path.parent.name != "migrations"
    )
    tests = line_count(files("*.py", under=distribution.tests))
    assert tests >= TEST_RATIO * source, f"{tests} lines of test to {source} of source"
