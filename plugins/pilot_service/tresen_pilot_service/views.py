# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of programmes and of who takes part."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from tresen.sdk import Desk, Form, Refused, _, current_desk, needs

from tresen_pilot_service import departures, queries, service, states, steps
from tresen_pilot_service.forms import ParticipantForm, ParticipationForm, ProgrammeForm
from tresen_pilot_service.models import Participation, Programme

blueprint = Blueprint("pilot_service", __name__)


@blueprint.get("/")
@needs("pilot_service.read")
def index() -> Any:
    """List the programmes with their state and how many take part."""
    desk = current_desk()
    today = queries.operator_day(desk)
    found = queries.programmes(desk)
    return render_template(
        "pilot_service/index.html",
        programmes=found,
        counts=queries.participant_counts(desk),
        state_of={row.id: states.state_on(today, row.starts_on, row.ends_on) for row in found},
        titles=states.TITLES,
        ending=queries.ending(desk, found),
        departed=departures.by_programme(queries.open_participations(desk), today),
    )


@blueprint.get("/<int:programme_id>")
@needs("pilot_service.read")
def show(programme_id: int) -> Any:
    """Show a programme and who takes part."""
    desk = current_desk()
    programme = queries.programme(desk, programme_id)
    sort = request.args.get("sort", "")
    rows = queries.participations(desk, programme_id, sort)
    today = queries.operator_day(desk)
    return render_template(
        "pilot_service/show.html",
        programme=programme,
        participations=rows,
        sort=sort,
        counts=queries.ticket_counts(desk, [row.id for row in rows]),
        state=states.state_on(today, programme.starts_on, programme.ends_on),
        titles=states.TITLES,
        steps=steps,
        is_ending=bool(queries.ending(desk, [programme])),
        left={row.id for row in rows if row.state == steps.ACTIVE and not _is_cared_for(row)},
        departed={row.id: departures.departures(row, today) for row in rows},
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def begin() -> Any:
    """Begin a programme."""
    desk = current_desk()
    form = ProgrammeForm()
    form.offer(desk)
    if form.validate_on_submit():
        try:
            programme = service.begin_programme(desk, _values(form))
        except Refused as refusal:
            return _form_page(form, _("New pilot programme"), refusal)
        flash(_("The programme is kept."))
        return redirect(url_for("pilot_service.show", programme_id=programme.id))
    return _form_page(form, _("New pilot programme"))


@blueprint.route("/<int:programme_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.administer")
def edit(programme_id: int) -> Any:
    """Change a programme."""
    desk = current_desk()
    programme = queries.programme(desk, programme_id)
    form = ProgrammeForm(obj=programme)
    form.offer(desk, programme.product_id)
    if form.validate_on_submit():
        try:
            service.change_programme(desk, programme, _values(form))
        except Refused as refusal:
            return _form_page(form, programme.title, refusal, programme)
        flash(_("The programme is kept."))
        return redirect(url_for("pilot_service.show", programme_id=programme.id))
    return _form_page(form, programme.title, programme=programme)


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
            row = service.invite(desk, programme, _values(form))
        except Refused as refusal:
            return _form_page(form, _("New participant"), refusal, programme)
        return _on_to_key_user(desk, row)
    return _form_page(form, _("New participant"), programme=programme)


@blueprint.route("/participants/<int:participation_id>", methods=["GET", "POST"])
@needs("pilot_service.administer")
def participant(participation_id: int) -> Any:
    """Change where a participant runs the product, and who cares and speaks for them."""
    desk = current_desk()
    row = queries.participation(desk, participation_id)
    form = ParticipantForm(obj=row)
    form.offer(desk, row.programme, row.organisation_id)
    form.offer_people(desk, row.organisation_id)
    if form.validate_on_submit():
        try:
            service.change_participation(desk, row, _values(form))
        except Refused as refusal:
            return _form_page(form, row.organisation.name, refusal, row.programme)
        flash(_("The participant is kept."))
        return redirect(url_for("pilot_service.show", programme_id=row.programme_id))
    return _form_page(form, row.organisation.name, programme=row.programme)


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


def _on_to_key_user(desk: Desk, row: Participation) -> Any:
    """Lead on to the choice of a key user: whom there is to choose depends on the customer."""
    if not queries.people_of(desk, row.organisation_id):
        flash(_("The customer is invited."))
        return redirect(url_for("pilot_service.show", programme_id=row.programme_id))
    flash(_("The customer is invited. Name the key user now or later."))
    return redirect(url_for("pilot_service.participant", participation_id=row.id))


def _say_state(row: Participation) -> None:
    words = {"customer": row.organisation.name, "state": steps.TITLES[row.state]}
    text = _("%(customer)s: %(state)s.") % words
    if row.state not in steps.ENDED:
        flash(text)
        return
    back = url_for("pilot_service.resume", participation_id=row.id)
    flash({"text": text, "url": back}, "undo")  # type: ignore[arg-type]  # the toast takes both


def _form_page(
    form: Form, heading: str, refusal: Refused | None = None, programme: Programme | None = None
) -> Any:
    page = render_template(
        "pilot_service/form.html",
        form=form,
        heading=heading,
        refusal=refusal,
        programme=programme,
    )
    return page, 422 if refusal or form.errors else 200


def _values(form: Form) -> dict[str, Any]:
    return {field.name: field.data for field in form if field.name != "csrf_token"}


def _is_cared_for(row: Participation) -> bool:
    return departures.cares(row.contact) or departures.cares(row.deputy)
