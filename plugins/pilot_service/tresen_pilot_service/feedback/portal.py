# SPDX-License-Identifier: AGPL-3.0-or-later
"""Feedback as customers give it and follow it, on the page of their own pilot."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from tresen.sdk import (
    Desk,
    Refused,
    _,
    current_desk,
    filled_in,
    needs,
)

from tresen_pilot_service.feedback import answers, queries, service, states
from tresen_pilot_service.feedback.forms import GiveForm
from tresen_pilot_service.models import Participation
from tresen_pilot_service.pages import blueprint
from tresen_pilot_service.portal import queries as portal_queries
from tresen_pilot_service.portal.sections import Section


def load(desk: Desk, participation: Participation) -> Mapping[str, Any]:
    """Return what the customer's people told, and whether they can tell more."""
    actor = desk.actor
    return {
        "rows": queries.of_participation(desk, participation.id),
        "may_tell": service.may_tell(participation),
        "states": states,
        "is_answered": queries.is_answered,
        # A colleague's request opens only to who may see those of the whole organisation.
        "reader_id": actor.person_id,
        "sees_all": actor.sees_organisation,
    }


SECTION = Section("pilot_service/feedback/portal.html", load)


@blueprint.route("/portal/<int:participation_id>/feedback/new", methods=["GET", "POST"])
@needs("pilot_service.take_part")
def give_feedback(participation_id: int) -> Any:
    """Let a customer give feedback; it opens a request on which it is talked about."""
    desk = current_desk()
    row = portal_queries.own_one(desk, participation_id)
    back = url_for("pilot_service.own_pilot", participation_id=row.id)
    if not service.may_tell(row):
        flash(_("Feedback is given while a pilot goes on. Ask us for help instead."), "error")
        return redirect(back)
    form = GiveForm()
    form.offer(desk, row)
    refusal = None
    if form.validate_on_submit():
        try:
            number = _give(desk, row, filled_in(form))
        except Refused as refused:
            refusal = refused
        else:
            words = _("Thank you for your feedback. We answer it under the number %(number)s.")
            flash(words % {"number": number})
            return redirect(back)
    page = render_template("pilot_service/feedback/give.html", row=row, form=form, refusal=refusal)
    return page, 422 if refusal or form.errors else 200


def _give(desk: Desk, participation: Participation, given: Mapping[str, Any]) -> int:
    """Take the feedback and open its ticket, of which the number is returned."""
    told = {"channel": states.PORTAL, "person_id": desk.actor.person_id}
    row = service.give(desk, participation, participation.programme, {**given, **told})
    return answers.open_for(desk, row, answers.PORTAL).number
