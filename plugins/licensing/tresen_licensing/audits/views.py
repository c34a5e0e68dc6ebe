# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page that shows how all twenty checks of a development stand today."""

from typing import Any

from flask import render_template
from tresen.sdk import needs

from tresen_licensing.audits.telling import told
from tresen_licensing.clearances import states
from tresen_licensing.developments.pages import above, wanted
from tresen_licensing.pages import blueprint


@blueprint.get("/developments/<reference>/checks")
@needs("licensing.read")
def development_checks(reference: str) -> Any:
    """Look at what came of a development, and show it beside the checks of its clearance."""
    desk, row = wanted(reference)
    rows, way = told(desk, row), above(row)
    return render_template(
        "licensing/audits/show.html", row=row, above=way, rows=rows, states=states
    )
