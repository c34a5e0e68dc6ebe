# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a customer sees of the own developments, and accepts there."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import Desk, Missing, Refused, _, current_desk, needs

from tresen_pilot_service.developments import queries, service, states
from tresen_pilot_service.developments.forms import AnswerForm
from tresen_pilot_service.developments.models import Development
from tresen_pilot_service.models import Participation
from tresen_pilot_service.pages import blueprint
from tresen_pilot_service.portal.queries import own_one
from tresen_pilot_service.portal.sections import Section


def load(desk: Desk, participation: Participation) -> Mapping[str, Any]:
    """Return what is developed for the customer who takes part."""
    found = queries.of_organisation(desk, participation.organisation_id)
    return {"rows": found, "states": states, "participation": participation}


SECTION = Section("pilot_service/portal/developments.html", load)

_OF_ONE = "/portal/<int:participation_id>/developments/<int:development_id>"


@blueprint.get(_OF_ONE)
@needs("pilot_service.take_part")
def own_development(participation_id: int, development_id: int) -> Any:
    """Show a customer an own development, and in test the way to accept it."""
    desk = current_desk()
    participation = own_one(desk, participation_id)
    row = _own(desk, participation, development_id)
    return _page(desk, participation, row, AnswerForm())


@blueprint.post(_OF_ONE)
@needs("pilot_service.take_part")
def answer_development(participation_id: int, development_id: int) -> Any:
    """Let a person of the customer accept what is in test, or say what is missing."""
    desk = current_desk()
    participation = own_one(desk, participation_id)
    row = _own(desk, participation, development_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(desk, participation, row, form)
    try:
        said = _answer(desk, row, form.words.data or "", request.form.get("answer") == "accept")
    except Refused as refusal:
        return _page(desk, participation, row, form, refusal)
    flash(said)
    return redirect(url_for("pilot_service.own_pilot", participation_id=participation.id))


def _answer(desk: Desk, row: Development, words: str, is_accepted: bool) -> str:
    """Take the step that the customer chose and return what is said of it."""
    if row.state != states.IN_TEST:
        raise Refused(_("It is not in test any more: there is nothing to accept now."))
    values: dict[str, Any] = {"day": desk.today(), "note": words}
    if not is_accepted:
        if not words.strip():
            raise Refused(_("Say what is missing, so that it can be developed."))
        service.move(desk, row, states.IN_DEVELOPMENT, values)
        return _("Thank you. We go on developing it.")
    values |= {"person_id": desk.actor.person_id, "name": ""}
    values["note"] = words.strip() or _("Accepted without reservations.")
    service.move(desk, row, states.ACCEPTED, values)
    return _("Thank you. Your acceptance is recorded.")


def _own(desk: Desk, participation: Participation, development_id: int) -> Development:
    row = queries.development(desk, development_id)
    if row.organisation_id != participation.organisation_id:
        raise Missing(_("There is no such development."))
    return row


def _page(
    desk: Desk,
    participation: Participation,
    row: Development,
    form: AnswerForm,
    refusal: Refused | None = None,
) -> Any:
    page = render_template(
        "pilot_service/portal/development.html",
        participation=participation,
        row=row,
        form=form,
        refusal=refusal,
        states=states,
        history=queries.steps_of(desk, row.id),
    )
    return page, 422 if refusal or form.errors else 200
