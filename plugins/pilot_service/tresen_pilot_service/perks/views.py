# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which the perks of a programme are set."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import (
    Desk,
    _,
    current_desk,
    kept,
    needs,
)

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.models import Programme
from tresen_pilot_service.pages import blueprint, crumbs
from tresen_pilot_service.perks import queries, service, words
from tresen_pilot_service.perks.forms import PerksForm, kept_values


@blueprint.route("/<int:programme_id>/perks", methods=["GET", "POST"])
@needs("pilot_service.administer")
def set_perks(programme_id: int) -> Any:
    """Set what the participants of a programme get."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)
    known = queries.perks_of(desk, [programme_id]).get(programme_id)
    form = PerksForm(data=kept_values(known))
    form.offer()

    def keep(given: dict[str, Any]) -> None:
        service.keep_perks(desk, programme, given)

    return kept(form, _("Perks"), crumbs(programme), keep, _("The perks are kept."))


def card(desk: Desk, programme: Programme) -> Mapping[str, Any]:
    """Return what a programme's page says of its perks."""
    found = queries.perks_of(desk, [programme.id]).get(programme.id)
    if found is None:
        return {"perks": None}
    return {
        "perks": found,
        "hours": words.hours(desk, found),
        "days_off": queries.days_off(desk, found, programme.starts_on, programme.ends_on),
        "duration": words.duration,
    }
