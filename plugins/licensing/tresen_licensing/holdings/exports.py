# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licences and installations as CSV, no cell of which a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from flask import Response
from tresen.sdk import Desk, _, csv_cell, current_desk, needs

from tresen_licensing.holdings import queries, states
from tresen_licensing.holdings.models import Licence
from tresen_licensing.pages import blueprint
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio import states as portfolio_states
from tresen_licensing.portfolio.queries import Running

# What the columns are, and the rows.
Table = tuple[Sequence[str], Sequence[Sequence[object]]]


@blueprint.get("/portfolio/exports/<any(licences, installations):what>.csv")
@needs("licensing.read")
def export(what: str) -> Any:
    """Hand out every licence, without its key, or every installation."""
    desk = current_desk()
    head, rows = _licences(desk) if what == "licences" else _installations(desk)
    text = io.StringIO()
    # The mark tells spreadsheets that the text is UTF-8.
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{what}.csv"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


def _licences(desk: Desk) -> Table:
    head = [_("Organisation"), _("Product"), _("Edition"), _("Counted are"), _("How many")]
    head += [_("In force from"), _("In force until"), _("Updates and support until")]
    head += [_("State"), _("Entitled contacts")]
    rows = queries.all_licences(desk)
    names = queries.entitled(desk, [each.id for each in rows])
    cells = [
        [
            *_of_licence(row),
            states.TITLES[states.licence_state(row, desk.today())],
            ", ".join(each.name for each in names.get(row.id, ())),
        ]
        for row in rows
    ]
    return head, cells


def _installations(desk: Desk) -> Table:
    head = [_("Organisation"), _("Product"), _("Version"), _("Environment"), _("Name")]
    head += [_("Support"), _("Supported until"), _("Importance"), _("Modules")]
    head += [_("Changes made for this customer")]
    return head, [_of_installation(each) for each in portfolio.running(desk, limit=None)]


def _of_licence(row: Licence) -> list[object]:
    days = row.starts_on, row.ends_on, row.maintenance_until
    metric = states.METRICS.get(row.metric, row.metric)
    return [row.organisation.name, row.product.name, row.edition, metric, row.count, *days]


def _of_installation(row: Running) -> list[object]:
    found, setup = row.installation, row.setup
    importance = portfolio_states.CRITICALITIES[setup.criticality] if setup else ""
    return [
        found.organisation.name,
        found.product.name,
        found.version.number if found.version else "",
        found.environment_title,
        found.name,
        portfolio_states.SUPPORTS[row.support],
        row.until,
        importance,
        setup.modules if setup else "",
        setup.customer_changes if setup else "",
    ]
