# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of who takes part in a programme."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Desk,
    Form,
    Refused,
    _,
    current_desk,
    filled_in,
    form_below,
    kept,
    needs,
    taken,
)

from tresen_pilot_service import (
    agreements,
    briefings,
    consents,
    departures,
    invitations,
    letters,
    queries,
    service,
    steps,
)
from tresen_pilot_service.appointments.views import panel as appointments_panel
from tresen_pilot_service.forms import (
    BriefingForm,
    ConsentForm,
    ParticipantForm,
    ParticipationForm,
    SignatureForm,
)
from tresen_pilot_service.minutes.views import panel as minutes_panel
from tresen_pilot_service.models import Participation
from tresen_pilot_service.pages import blueprint, crumbs, crumbs_of
from tresen_pilot_service.ratings import queries as ratings
from tresen_pilot_service.ratings.states import SCORES

# Keeps what a form says of a participation; raises Refused.
Keep = Callable[[Desk, Participation, dict[str, Any]], object]


@blueprint.route("/<int:programme_id>/participants/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def invite(programme_id: int) -> Any:
    """Invite a customer."""
    desk = current_desk()
    programme = queries.programme(desk, programme_id)
    form = ParticipationForm()
    form.offer(desk, programme)
    if form.validate_on_submit():
        try:
            row = service.invite(desk, programme, filled_in(form))
        except Refused as refusal:
            return form_below(form, _("New participant"), crumbs(programme), refusal)
        return _on_to_key_user(desk, row)
    return form_below(form, _("New participant"), crumbs(programme))


@blueprint.get("/participants/<int:participation_id>")
@needs("pilot_service.read")
def participant(participation_id: int) -> Any:
    """Show where a participation stands, who is named in it and who signed for the customer."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    allowed = consents.consents(desk, row.id)
    briefed = briefings.briefings(desk, [row.id]).get(row.id, [])
    return render_template(
        "pilot_service/participant.html",
        above=crumbs(row.programme),
        row=row,
        programme=row.programme,
        steps=steps,
        departed=departures.departures(row, desk.today()),
        agreement=agreements.current(desk, row.programme_id),
        signatures=agreements.signatures(desk, [row.id]).get(row.id, []),
        briefings=briefed,
        unbriefed=briefings.unbriefed(row, briefed),
        consents=allowed,
        consent=consents.in_force(allowed),
        invitation=queries.invitation(desk, row.id),
        receiver=letters.receiver(row),
        ratings=ratings.ratings(desk, row.id),
        scores=SCORES,
        minutes=minutes_panel(desk, row),
        appointments=appointments_panel(desk, row),
    )


@blueprint.route("/participants/<int:participation_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.administer")
def change_participant(participation_id: int) -> Any:
    """Change where a participant runs the product, and who cares and speaks for them."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    form = ParticipantForm(obj=row)
    form.offer(desk, row.programme, row.organisation_id)
    form.offer_people(desk, row.organisation_id)
    return _kept(row, form, _("Edit"), service.change_participation, _("The participant is kept."))


@blueprint.route("/participants/<int:participation_id>/signature", methods=["GET", "POST"])
@needs("pilot_service.administer")
def sign(participation_id: int) -> Any:
    """Record who signed the agreement for a customer."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    form = SignatureForm(data={"signed_on": desk.today()})
    form.offer(desk, row.organisation_id)
    return _kept(row, form, _("Record a signature"), agreements.sign, _("The signature is kept."))


@blueprint.route("/participants/<int:participation_id>/briefing", methods=["GET", "POST"])
@needs("pilot_service.administer")
def brief(participation_id: int) -> Any:
    """Record that contact or deputy was briefed."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    given = {"briefed_on": desk.today(), "briefed_by_id": desk.actor.person_id}
    form = BriefingForm(data=given)
    form.offer(desk, row)
    return _kept(row, form, _("Record a briefing"), briefings.brief, _("The briefing is kept."))


@blueprint.route("/participants/<int:participation_id>/consent", methods=["GET", "POST"])
@needs("pilot_service.administer")
def consent(participation_id: int) -> Any:
    """Record who allowed diagnostics for a customer."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    form = ConsentForm(data={"given_on": desk.today()})
    form.offer(desk, row.organisation_id)
    return _kept(row, form, _("Record a consent"), consents.give, _("The consent is kept."))


@blueprint.post("/participants/<int:participation_id>/consent/withdraw")
@needs("pilot_service.administer")
def withdraw_consent(participation_id: int) -> Any:
    """Let the consent to diagnostics end today."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    consents.withdraw(desk, row)
    flash(_("The consent ends today; that it was given stays recorded."))
    return redirect(url_for("pilot_service.participant", participation_id=row.id))


@blueprint.post("/participants/<int:participation_id>/step")
@needs("pilot_service.administer")
def step(participation_id: int) -> Any:
    """Take a participation to another state; where it ends, the notice offers the way back."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    try:
        service.move(desk, row, request.form.get("state", ""))
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        _say_state(row)
    return redirect(url_for("pilot_service.show", programme_id=row.programme_id))


@blueprint.post("/participants/<int:participation_id>/resume")
@needs("pilot_service.administer")
def resume(participation_id: int) -> Any:
    """Take a participation that ended back to where it stood."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    service.resume(desk, row)
    return redirect(url_for("pilot_service.show", programme_id=row.programme_id))


@blueprint.post("/participants/<int:participation_id>/invitation")
@needs("pilot_service.administer")
def send_invitation(participation_id: int) -> Any:
    """Write to the key user what is tried, and where they answer."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    url = url_for("pilot_service.participant", participation_id=row.id)
    return taken(lambda: invitations.send(desk, row), _("The invitation is on its way."), url)


def _kept(row: Participation, form: Form, heading: str, keep: Keep, said: str) -> Any:
    """Show the form of a participation, keep what it says and lead back to the participant."""

    def keep_here(given: dict[str, Any]) -> None:
        keep(current_desk(), row, given)

    return kept(form, heading, crumbs_of(row), keep_here, said)


def _on_to_key_user(desk: Desk, row: Participation) -> Any:
    """Lead on to the choice of a key user: whom there is to choose depends on the customer."""
    if not queries.people_of(desk, row.organisation_id):
        flash(_("The customer is invited."))
        return redirect(url_for("pilot_service.show", programme_id=row.programme_id))
    flash(_("The customer is invited. Name the key user now or later."))
    return redirect(url_for("pilot_service.change_participant", participation_id=row.id))


def _say_state(row: Participation) -> None:
    words = {"customer": row.organisation.name, "state": steps.TITLES[row.state]}
    text = _("%(customer)s: %(state)s.") % words
    if row.state not in steps.ENDED:
        flash(text)
        return
    back = url_for("pilot_service.resume", participation_id=row.id)
    flash({"text": text, "url": back}, "undo")  # type: ignore[arg-type]  # the toast takes both
