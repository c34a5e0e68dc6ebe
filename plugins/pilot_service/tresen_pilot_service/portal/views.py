# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of those who take part."""

from typing import Any

from flask import redirect, render_template, request, url_for
from tresen.sdk import current_desk, needs

from tresen_pilot_service import steps
from tresen_pilot_service.appointments import portal as appointments
from tresen_pilot_service.builds import portal as builds
from tresen_pilot_service.builds import queries as builds_queries
from tresen_pilot_service.checkpoints import portal as checkpoints_portal
from tresen_pilot_service.developments import portal as developments
from tresen_pilot_service.feedback import portal as feedback
from tresen_pilot_service.minutes import portal as minutes
from tresen_pilot_service.pages import blueprint
from tresen_pilot_service.perks import portal as perks
from tresen_pilot_service.portal import parts, queries
from tresen_pilot_service.portal.pages import crumbs
from tresen_pilot_service.portal.sections import Section
from tresen_pilot_service.ratings import portal as ratings_portal
from tresen_pilot_service.reviews import portal as reviews
from tresen_pilot_service.tasks import portal as tasks

# In the order of the page: first what is asked of the customer, last the way out.
SECTIONS: tuple[Section, ...] = (
    parts.ASKED,
    reviews.SECTION,
    tasks.SECTION,
    checkpoints_portal.CHECKPOINTS,
    appointments.SECTION,
    builds.SECTION,
    feedback.SECTION,
    ratings_portal.RATING,
    perks.SECTION,
    minutes.SECTION,
    developments.SECTION,
    parts.AGREEMENT,
    parts.CONSENT,
    parts.LEAVING,
)


@blueprint.get("/portal/")
@needs("pilot_service.take_part")
def own_pilots() -> Any:
    """List the pilots in which the customer takes part; one alone is shown at once."""
    desk = current_desk()
    found = queries.own(desk)
    if len(found) == 1 and not request.args:
        return redirect(url_for("pilot_service.own_pilot", participation_id=found[0].id))
    return render_template(
        "pilot_service/portal/index.html",
        above=crumbs()[:1],
        participations=found,
        steps=steps,
        rollouts=builds_queries.rollouts_by(desk, found),
    )


@blueprint.get("/portal/<int:participation_id>")
@needs("pilot_service.take_part")
def own_pilot(participation_id: int) -> Any:
    """Show a customer what they try, with whom to speak, and where they stand."""
    desk = current_desk()
    row = queries.own_one(desk, participation_id)
    sections = [(each.template, each.load(desk, row)) for each in SECTIONS]
    return render_template(
        "pilot_service/portal/show.html",
        above=crumbs(),
        row=row,
        sections=sections,
        steps=steps,
    )
