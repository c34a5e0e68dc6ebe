# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of exit reviews."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Missing,
    Person,
    Refused,
    _,
    current_desk,
    filled_in,
    form_below,
    kept,
    needs,
    taken,
)

from tresen_pilot_service import queries as programmes
from tresen_pilot_service import steps
from tresen_pilot_service.criteria import service as criteria
from tresen_pilot_service.criteria import states as lights
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.pages import blueprint, crumbs
from tresen_pilot_service.portal import queries as portal
from tresen_pilot_service.reviews import queries, service, states
from tresen_pilot_service.reviews.forms import (
    LessonsForm,
    OwnSignatureForm,
    ReviewForm,
    ReviewSignatureForm,
    title_of,
)
from tresen_pilot_service.reviews.models import Review


@blueprint.route("/<int:programme_id>/reviews/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def begin_review(programme_id: int) -> Any:
    """Begin an exit review; one that is not decided yet is shown instead."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)
    for row in queries.of_programme(desk, programme_id):
        if row.decided_at is None:
            return redirect(url_for("pilot_service.review", review_id=row.id))
    form = ReviewForm(data={"held_on": desk.today()})
    form.offer(desk, programme)
    heading, above = _("New exit review"), _list(programme)
    if not form.validate_on_submit():
        return form_below(form, heading, above)
    try:
        row = service.begin(desk, programme, filled_in(form))
    except Refused as refusal:
        return form_below(form, heading, above, refusal)
    return redirect(url_for("pilot_service.review", review_id=row.id))


@blueprint.get("/<int:programme_id>/reviews")
@needs("pilot_service.read")
def reviews(programme_id: int) -> Any:
    """List the exit reviews of a programme."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)
    return render_template(
        "pilot_service/reviews/index.html",
        above=crumbs(programme),
        programme=programme,
        reviews=queries.of_programme(desk, programme_id),
        states=states,
    )


@blueprint.get("/reviews/<int:review_id>")
@needs("pilot_service.read")
def review(review_id: int) -> Any:
    """Show an exit review: the criteria as they are, or as they were when it was decided."""
    desk = current_desk()
    row = queries.review(desk, review_id)
    rows = programmes.participations(desk, row.programme_id) if row.decided_at else []
    return render_template(
        "pilot_service/reviews/show.html",
        above=_list(row.programme),
        review=row,
        found=_found(desk, row),
        lights=lights,
        states=states,
        signatures=queries.signatures(desk, row.id),
        participations=[each for each in rows if each.state == steps.FINISHED or not each.ended_on],
    )


@blueprint.route("/reviews/<int:review_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.administer")
def write_review(review_id: int) -> Any:
    """Change an exit review; once it is decided, its lessons."""
    desk = current_desk()
    row = queries.review(desk, review_id)
    form = LessonsForm(obj=row) if row.decided_at else ReviewForm(obj=row)
    if isinstance(form, ReviewForm):
        form.offer(desk, row.programme)

    def keep(given: dict[str, Any]) -> None:
        service.write(desk, row, given)

    return kept(form, _("Exit review"), _above(row), keep, _("The exit review is kept."))


@blueprint.post("/reviews/<int:review_id>/decide")
@needs("pilot_service.administer")
def decide_review(review_id: int) -> Any:
    """Decide an exit review, and carry its decision out."""
    desk = current_desk()
    row = queries.review(desk, review_id)
    try:
        unreached = service.decide(desk, row, is_told=bool(request.form.get("is_told")))
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        flash(_("Decided: %(decision)s.") % {"decision": states.DECISIONS[row.decision]})
        if unreached:
            names = ", ".join(unreached)
            flash(_("Nobody speaks for %(names)s: tell them yourself.") % {"names": names})
    return redirect(url_for("pilot_service.review", review_id=row.id))


@blueprint.route("/reviews/<int:review_id>/sign", methods=["GET", "POST"])
@needs("pilot_service.administer")
def sign_review(review_id: int) -> Any:
    """Record who signed an exit review, for us or for the participant that `for` names."""
    desk = current_desk()
    row = queries.review(desk, review_id)
    participation = _participant(desk, row, request.args.get("for", type=int))
    given = {"signed_on": desk.today(), "person_id": desk.actor.person_id}
    form: OwnSignatureForm | ReviewSignatureForm
    if participation is None:
        form = OwnSignatureForm(data=given)
        form.offer_agents(desk)
    else:
        form = ReviewSignatureForm(data={"signed_on": given["signed_on"]})
        form.offer(desk, participation.organisation_id)

    def keep(said: dict[str, Any]) -> None:
        service.sign(desk, row, participation, {"name": "", **said})

    return kept(form, title_of(participation), _above(row), keep, _("The signature is kept."))


@blueprint.post("/portal/<int:participation_id>/reviews/<int:review_id>/sign")
@needs("pilot_service.take_part")
def sign_own_review(participation_id: int, review_id: int) -> Any:
    """Take the signature of a customer's key user."""
    desk = current_desk()
    row = portal.own_one(desk, participation_id)
    found = queries.decided(desk, row.programme_id)
    person = desk.session.get(Person, desk.actor.person_id or 0)
    if found is None or found.id != review_id or person is None:
        raise Missing(_("There is no such exit review."))
    said = _("Thank you. Your signature is kept.")
    url = url_for("pilot_service.own_pilot", participation_id=row.id)
    return taken(lambda: service.sign_in_person(desk, found, row, person), said, url)


def _found(desk: Desk, row: Review) -> list[tuple[str, str, str, str]]:
    """Return demand, value, light and evidence of each exit criterion."""
    if row.decided_at is not None:
        kept_ones = queries.findings(desk, row.id)
        return [(each.demand, each.value, each.light, each.evidence) for each in kept_ones]
    return [
        (each.demand, each.value, each.light, each.criterion.evidence)
        for each in criteria.judge(desk, row.programme_id)
        if each.criterion.phase == lights.EXIT
    ]


def _above(row: Review) -> list[Crumb]:
    url = url_for("pilot_service.review", review_id=row.id)
    return [*_list(row.programme), Crumb(_("Exit review"), url)]


def _list(programme: Programme) -> list[Crumb]:
    url = url_for("pilot_service.reviews", programme_id=programme.id)
    return [*crumbs(programme), Crumb(_("Exit reviews"), url)]


def _participant(desk: Desk, row: Review, participation_id: int | None) -> Participation | None:
    if participation_id is None:
        return None
    found = programmes.participation(desk, participation_id)
    if found.programme_id != row.programme_id:
        raise Missing(_("There is no such participation."))
    return found
