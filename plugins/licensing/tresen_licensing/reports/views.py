# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report of a year, for everybody or one customer: as a page, and as a table to take along."""

import csv
import io
from typing import Any

from flask import Response, render_template, request
from tresen.sdk import Desk, _, csv_cell, current_desk, needs

from tresen_licensing.developments import clocks, states
from tresen_licensing.developments.queries import customers
from tresen_licensing.pages import blueprint, crumbs
from tresen_licensing.reports import figures, queries


@blueprint.get("/report")
@needs("licensing.read")
def report() -> Any:
    """Show how giving back went in a year."""
    desk = current_desk()
    year, organisation_id = _year(desk), _customer()
    found = figures.lines(desk, year, organisation_id)
    return render_template(
        "licensing/reports/show.html",
        above=crumbs(),
        year=year,
        years=queries.years(desk),
        organisation_id=organisation_id,
        customers=customers(desk),
        lines=found,
        figures=figures.sum_up(found),
        states=states,
        clocks=clocks,
    )


@blueprint.get("/report/<int(min=1970, max=9999):year>.csv")
@needs("licensing.read")
def report_table(year: int) -> Response:
    """Hand out the lines of a report, no cell of which a spreadsheet takes for a formula."""
    desk = current_desk()
    text = io.StringIO()
    # The mark tells spreadsheets that the text is UTF-8.
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(_head())
    for each in figures.lines(desk, year, _customer()):
        writer.writerow([csv_cell(value) for value in _cells(each)])
    headers = {"Content-Disposition": f'attachment; filename="report-{year}.csv"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def _year(desk: Desk) -> int:
    """Return the year of the address; what it cannot mean is this one."""
    year = request.args.get("year", "")
    is_meant = year.isdecimal() and len(year) == len("2026")
    is_meant = is_meant and 1970 <= int(year) <= desk.today().year
    return int(year) if is_meant else desk.today().year


def _customer() -> int | None:
    """Return the customer of the address; what it cannot mean is everybody."""
    customer = request.args.get("customer", "")
    return int(customer) if customer.isdecimal() and len(customer) < 10 else None


def _head() -> list[str]:
    head = [_("Development"), _("Title"), _("Customer"), _("State"), _("Runs outside since")]
    return [*head, _("Public by"), _("Published on"), _("Days"), _("Drift")]


def _cells(line: figures.Line) -> list[object]:
    row = line.row
    about = [row.reference, row.title, row.organisation.name, str(states.TITLES[row.state])]
    return [*about, line.began_on, line.due_on, line.published_on or "", line.days, line.drift]
