# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of figures."""

from typing import Any

from flask import render_template, request
from tresen.sdk import current_desk, day, needs

from tresen_remote_support.figures import queries
from tresen_remote_support.pages import blueprint, crumbs

# How many months can be looked at together.
PERIODS = (3, 6, 12, 24)
USUAL = 12


@blueprint.get("/figures")
@needs("remote_support.read")
def figures() -> Any:
    """Show what remote support came to, and how each figure is reckoned."""
    desk = current_desk()
    asked = request.args.get("months", USUAL, type=int)
    months = asked if asked in PERIODS else USUAL
    found = queries.figures(desk, months)
    return render_template(
        "remote_support/figures/show.html",
        above=crumbs(),
        figures=found,
        months=months,
        periods=PERIODS,
        fewest=queries.FEWEST_PEOPLE,
        lines=[
            (day(each.on, "MMM yyyy"), each.solved, each.solved_remotely, each.begun, each.refused)
            for each in found.months
        ],
    )
