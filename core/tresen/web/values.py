# SPDX-License-Identifier: AGPL-3.0-or-later
"""What addresses and forms bring along, kept to what a database can hold.

Why: an id beyond an INTEGER, or a NUL in a text, is an error of the database's own on PostgreSQL
and another one on SQLite. Here it is refused before either is asked.
"""

from collections.abc import Iterator
from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

# The most that an INTEGER of PostgreSQL holds, and so the greatest id of any row.
GREATEST_ID = 2**31 - 1


class RowNumber(IntegerConverter):
    """`<int:…>` in a rule: a number that a row can have; for a greater one there is no page."""

    def __init__(self, rules: Map, **limits: Any) -> None:
        super().__init__(rules, **{"max": GREATEST_ID} | limits)


def row_number(text: str | None) -> int:
    """Return the id that a query or a form names; 0, which nothing has, for anything else."""
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(GREATEST_ID))):
        return 0
    return int(text) if int(text) <= GREATEST_ID else 0


def install(app: Flask) -> None:
    """Bound the numbers in addresses, and refuse a NUL, which no keyboard types."""
    app.url_map.converters["int"] = RowNumber

    def refuse_nul() -> None:
        named = (request.path, *_texts(request.args), *_texts(request.form), *_json_texts())
        if any("\0" in text for text in named):
            abort(400, "A text holds a NUL, which no database keeps.")

    app.before_request(refuse_nul)


def _json_texts() -> Iterator[str]:
    """Yield the texts of a JSON body; of one without the escape for a NUL there is none to see."""
    if request.is_json and b"\\u0000" in request.get_data():
        yield from _texts_in(request.get_json(silent=True))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts_in(part)
    elif isinstance(value, dict):
        yield from _texts_in([*value, *value.values()])


def _texts(given: Any) -> list[str]:
    return [text for pair in given.items(multi=True) for text in pair]
