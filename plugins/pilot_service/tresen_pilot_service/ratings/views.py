# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page that takes a customer's rating."""

from typing import Any

from tresen.sdk import (
    Person,
    _,
    current_desk,
    filled_in,
    needs,
)

from tresen_pilot_service.pages import blueprint
from tresen_pilot_service.portal import queries
from tresen_pilot_service.portal.pages import answered
from tresen_pilot_service.ratings import service
from tresen_pilot_service.ratings.forms import RatingForm


@blueprint.route("/portal/<int:participation_id>/rating", methods=["GET", "POST"])
@needs("pilot_service.take_part")
def rate(participation_id: int) -> Any:
    """Let the customer say how content they are."""
    desk = current_desk()
    row = queries.own_one(desk, participation_id)
    form = RatingForm()
    words = (_("How content are you?"), _("Send"), _("Thank you for the rating."))

    def keep() -> None:
        person = desk.session.get_one(Person, desk.actor.person_id)
        service.rate(desk, row, person, filled_in(form))

    return answered(row, form, words, keep)
