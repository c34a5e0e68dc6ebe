# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads JSON as strictly as RFC 8259 allows: what two readers could take differently is refused.

Why: a key given twice, NaN, or nesting without end are attacks or mistakes (safety I12, I13).
"""

import json
from typing import Any

from flask import Request, abort
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser

# Deeper than any document of ours by far.
DEEPEST = 50


class StrictParser(FlaskParser):
    """webargs' parser for Flask with a strict reader; an unknown query field is refused, too."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": RAISE}  # noqa: RUF012 - webargs' own form

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the body; answers 400 for what is not plain JSON."""
        if not req.is_json:
            return super().load_json(req, schema)
        try:
            return read_json(req.get_data())
        except ValueError as error:
            abort(400, f"The body is not plain JSON: {error}.")

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """Return the query; answers 400 for half a character or a NUL in it."""
        if not all(is_text(value) for value in req.args.values()):
            abort(400, "The query holds half a character or a NUL.")
        return super().load_querystring(req, schema)


def read_json(body: bytes) -> Any:
    """Return the value that the body holds; raises ValueError for what is not plain JSON."""
    try:
        found = json.loads(body, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _check(found, DEEPEST)
    return found


def is_text(value: str) -> bool:
    """Whether every database takes the text: neither NUL nor lone surrogates, nobody means them."""
    return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str) and not is_text(value):
        raise ValueError("half a character or a NUL")
    if isinstance(value, dict):
        _check(list(value), depth)
        value = list(value.values())
    if isinstance(value, list):
        for child in value:
            _check(child, depth - 1)
