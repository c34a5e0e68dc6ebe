# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cockpit of a programme."""

from typing import Any

from flask import render_template
from tresen.sdk import current_desk, needs

from tresen_pilot_service import queries as programmes
from tresen_pilot_service import states, steps
from tresen_pilot_service.cockpit import queries
from tresen_pilot_service.criteria import queries as criteria
from tresen_pilot_service.criteria import service
from tresen_pilot_service.criteria import states as words
from tresen_pilot_service.pages import blueprint, crumbs


@blueprint.get("/<int:programme_id>/cockpit")
@needs("pilot_service.read")
def cockpit(programme_id: int) -> Any:
    """Show how a programme stands: lights, open defects over time, and who takes part how much."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)
    today = desk.today()
    rows = programmes.participations(desk, programme_id)
    return render_template(
        "pilot_service/cockpit/show.html",
        above=crumbs(programme),
        programme=programme,
        state=states.state_on(today, programme.starts_on, programme.ends_on),
        titles=states.TITLES,
        days_left=max((programme.ends_on - today).days, 0),
        steps=steps,
        standing=[(state, sum(row.state == state for row in rows)) for state in steps.TITLES],
        judgements=service.judge(desk, programme_id),
        hypotheses=criteria.hypotheses(desk, programme_id),
        words=words,
        burn_down=queries.burn_down(desk, programme),
        heat=queries.heat(desk, programme, rows),
        level=queries.level,
    )
