# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a programme's figures."""

from typing import Any

from flask import render_template
from tresen.sdk import current_desk, needs

from tresen_pilot_service import queries as programmes
from tresen_pilot_service import steps
from tresen_pilot_service.developments import queries as developments
from tresen_pilot_service.figures import queries
from tresen_pilot_service.pages import blueprint, crumbs


@blueprint.get("/<int:programme_id>/figures")
@needs("pilot_service.read")
def figures(programme_id: int) -> Any:
    """Show what a programme came to, and how each figure is reckoned."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)
    return render_template(
        "pilot_service/figures/show.html",
        above=crumbs(programme),
        programme=programme,
        figures=queries.figures(desk, programme),
        developments=developments.figures(desk),
        steps=steps,
    )
