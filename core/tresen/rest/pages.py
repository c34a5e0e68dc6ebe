# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bounded pages with a cursor: the next page begins behind the last row, not at a count.

The cursor is the last row's place in the order, so that rows which come in between neither hide
nor repeat others, and a deep page costs what the first one does (safety W07).
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from marshmallow import Schema, fields, validate

from tresen.errors import Refused

MOST = 100
LONGEST_QUESTION = 200
R = TypeVar("R")


class PageQuery(Schema):
    """Which part of a list is wanted."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))
    cursor = fields.String(validate=validate.Length(max=200))


class SearchQuery(PageQuery):
    """Which part of a list is wanted, and which words it must have."""

    q = fields.String(
        validate=[
            validate.Length(1, LONGEST_QUESTION),
            validate.Regexp(r"\s*\S", error="It may not be blank."),
        ],
        metadata={
            "description": (
                "Words to look for, in German or English, as in the search of the pages. Every "
                "word must occur in the same title or text. What is found comes newest first, and "
                "its cursors are of their own: go on with the same q."
            )
        },
    )


def page_of(schema: type[Schema], name: str) -> type[Schema]:
    """Return the schema of a page: `items`, and `next_cursor` or null at the end."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(schema), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
        name=name,
    )


def cut(rows: Sequence[R], limit: int, place: Callable[[R], list[Any]]) -> dict[str, Any]:
    """Return rows (asked for with one more than `limit`) as a page.

    `place` returns where a row stands in the order, as JSON values.
    """
    shown = rows[:limit]
    more = len(rows) > limit
    return {"items": shown, "next_cursor": write_cursor(place(shown[-1])) if more else None}


def cut_found(rows: Sequence[tuple[int, R]], limit: int) -> dict[str, Any]:
    """As `cut`, for what search found: rows with their places."""
    page = cut(rows, limit, lambda each: [each[0]])
    return page | {"items": [row for _place, row in page["items"]]}


def write_cursor(place: list[Any]) -> str:
    """Return a place in the order as text that is safe in an address."""
    packed = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(text: str | None, *kinds: type) -> list[Any] | None:
    """Return the place that a cursor holds; raises Refused for one that we did not write.

    `kinds` are the types of the values, in order.
    """
    if not text:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _strange(text) from error
    if not isinstance(found, list) or [type(value) for value in found] != list(kinds):
        raise _strange(text)
    if any(isinstance(value, int) and not 0 <= value < 1 << 31 for value in found):
        raise _strange(text)
    return found


def _strange(text: str) -> Refused:
    return Refused(f"{text!r} is no cursor of this list: take the next_cursor of the page before.")
