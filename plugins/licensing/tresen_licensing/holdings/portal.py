# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers see: their own licences with who is entitled, and what runs at theirs.

Who sees the organisation's requests sees all its licences, others those that entitle them. Keys
and notes are the agents' alone.
"""

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from tresen.sdk import Crumb, Desk, _, current_desk, needs

from tresen_licensing.holdings import queries, states
from tresen_licensing.holdings.models import Licence
from tresen_licensing.pages import blueprint
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio import states as portfolio_states


@blueprint.get("/portal/licences")
@needs("licensing.take_part")
def own_licences() -> Any:
    """Show a customer the own licences and installations."""
    desk = current_desk()
    found = own(desk)
    home = desk.actor.organisation_id
    return render_template(
        "licensing/holdings/portal.html",
        above=[Crumb(_("Your requests"), url_for("portal.home"))],
        licences=found,
        entitled=queries.entitled(desk, [each.id for each in found]),
        running=portfolio.running_at(desk, home) if home is not None else [],
        day=desk.today(),
        states=states,
        portfolio_states=portfolio_states,
    )


def own(desk: Desk) -> Sequence[Licence]:
    """Return the licences that the actor may see and their organisation goes on with."""
    actor = desk.actor
    if actor.organisation_id is None or actor.person_id is None:
        return ()
    if actor.sees_organisation:
        found = queries.of_organisation(desk, actor.organisation_id)
    else:
        found = queries.entitled_to(desk, actor.organisation_id, actor.person_id)
    return [each for each in found if each.is_active]
