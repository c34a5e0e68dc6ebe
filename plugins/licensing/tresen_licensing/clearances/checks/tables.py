# SPDX-License-Identifier: AGPL-3.0-or-later
"""C13: whether a plugin of Tresen keeps to its own tables."""

import ast
import re
from collections.abc import Iterable, Iterator

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Place, Subject, TouchedFile
from tresen_licensing.clearances.states import WARNING

_MIGRATION = re.compile(r"(?:^|/)tresen_(\w+)/(?:\w+/)*migrations/[^/]+\.py$")
# Where in a call of alembic's the table stands, counted from nought, and by which names.
_FIRST = ("create_table", "drop_table", "add_column", "drop_column", "alter_column")
_FIRST_TOO = ("batch_alter_table", "rename_table", "create_table_comment", "drop_table_comment")
_SECOND = (
    *("create_index", "drop_index", "create_foreign_key", "create_unique_constraint"),
    *("create_check_constraint", "create_primary_key", "drop_constraint"),
)
_PLACES = dict.fromkeys((*_FIRST, *_FIRST_TOO), 0) | dict.fromkeys(_SECOND, 1)
_NAMES = ("table_name", "old_table_name", "source_table")
_STATEMENT = re.compile(
    r"(?i)\b(?:alter\s+table|drop\s+table(?:\s+if\s+exists)?|create\s+table(?:\s+if\s+not\s+exists)?"
    r"|insert\s+into|(?<!\bon )update|(?<!\bon )delete\s+from|truncate(?:\s+table)?"
    r"|create\s+(?:unique\s+)?index\s+\w+\s+on)\s+[\"`]?(\w+)"
)


def _own(subject: Subject) -> Iterable[Found]:
    for file, name in _migrations(subject):
        text = subject.texts(file.path)
        if text is None:
            yield Found("unknown", Place(file.patch, file.path), severity=WARNING)
            continue
        for line, table in tables(text):
            place = Place(file.patch, file.path, line)
            if not table:
                yield Found("unclear", place, severity=WARNING)
            elif not table.startswith(f"{name}_"):
                yield Found("foreign", place, {"table": table[:100]})


def tables(text: str) -> Iterator[tuple[int | None, str]]:
    """Yield line and table of each step of a migration; no table where it is not written out."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield None, ""
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from ((node.lineno, each) for each in _of_call(node, node.func))


def _of_call(call: ast.Call, func: ast.Attribute) -> Iterator[str]:
    if func.attr == "execute":
        yield from _of_statement(call)
        return
    at = _PLACES.get(func.attr)
    # Inside a batch the table is named by the batch itself.
    if at is None or not isinstance(func.value, ast.Name) or func.value.id != "op":
        return
    named = [each.value for each in call.keywords if each.arg in _NAMES]
    given = named[:1] or call.args[at : at + 1]
    yield _text(given[0]) if given else ""


def _of_statement(call: ast.Call) -> Iterator[str]:
    text = _text(call.args[0]) if call.args else ""
    found = _STATEMENT.findall(text)
    yield from found or [""]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and node.args:
        # What only wraps a text.
        return _text(node.args[0])
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _migrations(subject: Subject) -> list[tuple[TouchedFile, str]]:
    found = [(file, _MIGRATION.search(file.path)) for file in subject.kept_files]
    return [(file, match[1]) for file, match in found if match]


OWN_TABLES = Check(
    "C13",
    lazy("A plugin changes no table but its own"),
    lazy("Keep what is added in a table of the plugin's own that refers to the core's."),
    {
        "foreign": lazy("The migration changes %(table)s, which is not the plugin's own."),
        "unclear": lazy("Which table this changes cannot be read here: look at it."),
        "unknown": lazy("The migration as a whole is not known: look at it."),
    },
    _own,
    lambda subject: bool(_migrations(subject)),
)
