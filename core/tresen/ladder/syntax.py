# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a plugin's Python files as syntax trees, so that nothing of what is judged is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

METHODS = frozenset({"route", "get", "post", "put", "patch", "delete"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the package and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; raises SyntaxError."""
        return ast.parse(self.text)

    def at(self, node: ast.AST) -> str:
        """Return a place as compilers write it."""
        return f"{self.path}:{getattr(node, 'lineno', 0)}"

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Yield each absolute import with the dotted name of what it brings in."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Yield each call with the dotted name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)

    def names(self) -> Iterator[tuple[ast.AST, str]]:
        """Yield each dotted name, such as `os.environ`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield node, dotted(node)

    def functions(self) -> Iterator[_Function]:
        """Yield every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, _Function):
                yield node

    def views(self) -> Iterator[_Function]:
        """Yield every function, and method of a class, that a route leads to."""
        for node in ast.walk(self.tree):
            if isinstance(node, _Function) and is_routed(node):
                yield node
            elif isinstance(node, ast.ClassDef) and is_routed(node):
                for inner in node.body:
                    if isinstance(inner, _Function) and inner.name in METHODS:
                        yield inner


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for such an expression; for any other start only the part behind it."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def decorators(node: _Function | ast.ClassDef) -> Iterator[tuple[str, list[ast.expr]]]:
    """Yield each decorator with its dotted name and its arguments."""
    for each in node.decorator_list:
        if isinstance(each, ast.Call):
            yield dotted(each.func), each.args
        else:
            yield dotted(each), []


def is_routed(node: _Function | ast.ClassDef) -> bool:
    """Whether a decorator such as `@blueprint.get("/")` stands before it."""
    return any(
        "." in name and name.rpartition(".")[2] in METHODS and arguments
        for name, arguments in decorators(node)
    )


def text_of(node: ast.expr) -> str:
    """Return the text of a literal, nothing for any other expression."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
