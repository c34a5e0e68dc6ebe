# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of a list as the template shows them; further columns are loaded for all at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Row

from tresen.desk import Desk
from tresen.hooks import specs
from tresen.hooks.records import Column
from tresen.tickets import states
from tresen.tickets.lists import Listing, place_of
from tresen.tickets.models import FIRST_NUMBER
from tresen.tickets.views.addresses import leading_back, ticket_urls


def chosen_columns(desk: Desk, listing: Listing) -> tuple[list[Column], list[Column]]:
    """Return the columns to show and the badges; unchosen, the plugins' columns are shown."""
    named = desk.core.plugins.collect_named(specs.ticket_columns)
    badges = [column for _name, column in named if column.is_badge]
    if listing.columns is None:
        outside = desk.core.plugins.taken_in
        shown = [column for name, column in named if name in outside and not column.is_badge]
    else:
        shown = [column for _name, column in named if column.key in listing.columns]
    return [column for column in shown if not column.is_badge], badges


def load(desk: Desk, columns: Iterable[Column], ids: Sequence[int]) -> dict[str, Mapping[int, str]]:
    """Return what each column says of the tickets; a plugin's column that fails says nothing."""
    return {column.key: column.load(desk, ids) if ids else {} for column in columns}


def rows(
    desk: Desk,
    listing: Listing,
    found: Sequence[Row[Any]],
    columns: list[Column],
    badges: list[Column],
) -> list[dict[str, Any]]:
    """Return the lines of one page of a list; each leads to its ticket and back again."""
    texts = load(desk, [*columns, *badges], [row.id for row in found])
    marks = _marks([texts[column.key] for column in badges])
    page_of, back = ticket_urls(), leading_back(listing)
    return [
        {"url": f"{page_of(row.id + FIRST_NUMBER)}?{back}{place_of(listing, row)}"}
        | _line(
            row,
            {column.key: texts[column.key].get(row.id, "") for column in columns},
            marks.get(row.id, []),
        )
        for row in found
    ]


def url_of(ticket_id: int, query: str) -> str:
    """Return the page of a ticket with what it is to remember."""
    return f"{url_for('tickets.page', number=ticket_id + FIRST_NUMBER)}?{query}"


def initials(name: str) -> str:
    """Return the first letters of the first two words of a name."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def _marks(badges: Iterable[Mapping[int, str]]) -> dict[int, list[str]]:
    """Return the badges of each ticket that has any: few have one of the many that there are."""
    found: dict[int, list[str]] = {}
    for texts in badges:
        for ticket_id, text in texts.items():
            if text:
                found.setdefault(ticket_id, []).append(text)
    return found


def _line(row: Row[Any], cells: dict[str, str], badges: list[str]) -> dict[str, Any]:
    number = row.id + FIRST_NUMBER
    return {
        "id": row.id,
        "number": number,
        "subject": row.subject,
        "is_unread": bool(row.is_answer_due and row.has_unread),
        "is_answer_due": row.is_answer_due,
        "badges": badges,
        "requester": {"name": row.requester_name} if row.requester_name else None,
        "organisation": {"name": row.organisation_name} if row.organisation_name else None,
        "state": row.state,
        "state_title": states.TITLES.get(row.state, row.state),
        "priority": row.priority,
        "priority_title": states.PRIORITIES.get(row.priority, row.priority),
        "owner": {"name": row.owner_name, "initials": initials(row.owner_name)}
        if row.owner_name
        else None,
        "team": row.team_name,
        "message_at": row.last_message_at,
        "cells": cells,
    }
