# SPDX-License-Identifier: AGPL-3.0-or-later
"""A list as CSV: every page of it, no cell of which a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Response, request
from sqlalchemy import Row

from tresen.desk import Desk
from tresen.i18n import _
from tresen.tickets import lists, states
from tresen.tickets.lists import Listing
from tresen.tickets.models import FIRST_NUMBER
from tresen.tickets.views.addresses import listing_from
from tresen.tickets.views.routes import blueprint
from tresen.web.permissions import needs
from tresen.web.text import csv_cell
from tresen.web.work import current_desk

PAGE = 1000
MOST = 50_000


@blueprint.get("/list.csv")
@needs("tickets.read")
def export() -> Any:
    """Hand out the list that the address asks for, at most 50,000 lines of it."""
    desk = current_desk()
    listing = lists.first_page(listing_from(desk, request.args))
    text = io.StringIO()
    # The mark tells spreadsheets that the text is UTF-8.
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(_head())
    for row in _rows(desk, listing):
        writer.writerow([csv_cell(value) for value in _cells(row)])
    headers = {"Content-Disposition": 'attachment; filename="tickets.csv"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def _head() -> list[str]:
    return [
        _("Number"),
        _("Subject"),
        _("Requester"),
        _("Organisation"),
        _("State"),
        _("Priority"),
        _("Owner"),
        _("Team"),
        _("Opened"),
        _("Last message"),
    ]


def _rows(desk: Desk, listing: Listing) -> Iterator[Row[Any]]:
    left = MOST
    while left > 0:
        page = lists.rows_of(desk, listing, min(PAGE, left))
        yield from page.rows
        left -= len(page.rows)
        if not page.after:
            return
        listing = replace(listing, after=page.after)


def _cells(row: Row[Any]) -> list[object]:
    return [
        row.id + FIRST_NUMBER,
        row.subject,
        row.requester_name,
        row.organisation_name,
        states.TITLES.get(row.state, row.state),
        states.PRIORITIES.get(row.priority, row.priority),
        row.owner_name,
        row.team_name,
        row.created_at.isoformat(timespec="seconds"),
        row.last_message_at.isoformat(timespec="seconds"),
    ]
