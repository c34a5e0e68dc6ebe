# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of checkpoints."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Refused,
    _,
    current_desk,
    filled_in,
    form_below,
    kept,
    needs,
)

from tresen_pilot_service import clocks
from tresen_pilot_service import queries as pilots
from tresen_pilot_service.checkpoints import queries, service, states, wording
from tresen_pilot_service.checkpoints.forms import CheckpointForm, DecisionForm, MinutesForm
from tresen_pilot_service.checkpoints.models import Checkpoint
from tresen_pilot_service.models import Programme
from tresen_pilot_service.pages import blueprint, crumbs


@blueprint.get("/<int:programme_id>/checkpoints")
@needs("pilot_service.read")
def checkpoints(programme_id: int) -> Any:
    """List the checkpoints of a programme."""
    desk = current_desk()
    programme = pilots.programme(desk, programme_id)
    found = queries.of_programme(desk, programme_id)
    return render_template(
        "pilot_service/checkpoints/index.html",
        above=crumbs(programme),
        programme=programme,
        checkpoints=found,
        when={each.id: wording.when(desk, each) for each in found},
        states=states,
    )


@blueprint.get("/checkpoints/<int:checkpoint_id>")
@needs("pilot_service.read")
def checkpoint(checkpoint_id: int) -> Any:
    """Show a checkpoint, who is asked, and what was said and decided."""
    desk = current_desk()
    found = queries.checkpoint(desk, checkpoint_id)
    return render_template(
        "pilot_service/checkpoints/show.html",
        above=_crumbs(found.programme),
        checkpoint=found,
        when=wording.when(desk, found),
        states=states,
        asked=queries.asked(desk, found),
        decisions=queries.decisions(desk, [found.id]).get(found.id, []),
        has_begun=desk.now() >= found.starts_at,
    )


@blueprint.route("/<int:programme_id>/checkpoints/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def plan_checkpoint(programme_id: int) -> Any:
    """Plan a checkpoint."""
    desk = current_desk()
    programme = pilots.programme(desk, programme_id)
    form = CheckpointForm()
    form.offer(desk, programme)
    if form.validate_on_submit():
        try:
            made = service.plan(desk, programme, filled_in(form))
            told = wording.inform(desk, made, wording.PLANNED) if form.inform.data else ""
        except Refused as refusal:
            return form_below(form, _("New checkpoint"), _crumbs(programme), refusal)
        flash(f"{_('The checkpoint is kept.')} {told}".rstrip())
        return redirect(url_for("pilot_service.checkpoint", checkpoint_id=made.id))
    return form_below(form, _("New checkpoint"), _crumbs(programme))


@blueprint.route("/checkpoints/<int:checkpoint_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.administer")
def change_checkpoint(checkpoint_id: int) -> Any:
    """Change a checkpoint, and tell of it who is asked when it is moved."""
    desk = current_desk()
    found = queries.checkpoint(desk, checkpoint_id)
    begins = clocks.on_operators_clock(desk, found.starts_at).replace(tzinfo=None)
    chosen = list(queries.chosen_ids(desk, found.id))
    form = CheckpointForm(obj=found, data={"starts_at": begins, "asked": chosen})
    if not form.is_submitted():
        form.starts_at.data = begins
    form.offer(desk, found.programme)
    if form.validate_on_submit():
        before = queries.asked(desk, found)
        try:
            is_moved = service.change_plan(desk, found, filled_in(form))
        except Refused as refusal:
            return form_below(form, _("Edit"), _crumbs_of(found), refusal)
        told = ""
        if form.inform.data:
            told = wording.inform_of_change(desk, found, before, is_moved=is_moved)
        flash(f"{_('The checkpoint is kept.')} {told}".rstrip())
        return redirect(url_for("pilot_service.checkpoint", checkpoint_id=found.id))
    return form_below(form, _("Edit"), _crumbs_of(found))


@blueprint.post("/checkpoints/<int:checkpoint_id>/cancel")
@needs("pilot_service.administer")
def cancel_checkpoint(checkpoint_id: int) -> Any:
    """Cancel a checkpoint, and tell of it who was asked."""
    desk = current_desk()
    found = queries.checkpoint(desk, checkpoint_id)
    try:
        service.cancel(desk, found)
    except Refused as refusal:
        flash(refusal.sentence, "error")
    else:
        told = wording.inform(desk, found, wording.CANCELLED) if "inform" in request.form else ""
        flash(f"{_('The checkpoint is cancelled.')} {told}".rstrip())
    return redirect(url_for("pilot_service.checkpoint", checkpoint_id=found.id))


@blueprint.route("/checkpoints/<int:checkpoint_id>/minutes", methods=["GET", "POST"])
@needs("pilot_service.work")
def write_minutes(checkpoint_id: int) -> Any:
    """Write down what was said."""
    desk = current_desk()
    found = queries.checkpoint(desk, checkpoint_id)

    def keep(given: dict[str, Any]) -> None:
        service.write_minutes(desk, found, given)

    form = MinutesForm(obj=found)
    return kept(
        form, _("Minutes of the meeting"), _crumbs_of(found), keep, _("The minutes are kept.")
    )


@blueprint.route("/checkpoints/<int:checkpoint_id>/decisions/new", methods=["GET", "POST"])
@needs("pilot_service.work")
def decide(checkpoint_id: int) -> Any:
    """Add a decision."""
    desk = current_desk()
    found = queries.checkpoint(desk, checkpoint_id)
    form = DecisionForm()
    form.offer(desk)

    def keep(given: dict[str, Any]) -> None:
        service.decide(desk, found, given)

    return kept(form, _("New decision"), _crumbs_of(found), keep, _("The decision is kept."))


@blueprint.route("/checkpoints/decisions/<int:decision_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.work")
def change_decision(decision_id: int) -> Any:
    """Change a decision."""
    desk = current_desk()
    decision = queries.decision(desk, decision_id)
    form = DecisionForm(obj=decision)
    form.offer(desk)

    def keep(given: dict[str, Any]) -> None:
        service.change_decision(desk, decision, given)

    above = _crumbs_of(queries.checkpoint(desk, decision.checkpoint_id))
    return kept(form, _("Decision"), above, keep, _("The decision is kept."))


@blueprint.post("/checkpoints/decisions/<int:decision_id>/settle")
@needs("pilot_service.work")
def settle_decision(decision_id: int) -> Any:
    """Say that a decision is done, or that it is not after all."""
    desk = current_desk()
    decision = queries.decision(desk, decision_id)
    service.settle(desk, decision)
    return redirect(url_for("pilot_service.checkpoint", checkpoint_id=decision.checkpoint_id))


def _crumbs(programme: Programme) -> Sequence[Crumb]:
    url = url_for("pilot_service.checkpoints", programme_id=programme.id)
    return [*crumbs(programme), Crumb(_("Checkpoints"), url)]


def _crumbs_of(meeting: Checkpoint) -> Sequence[Crumb]:
    url = url_for("pilot_service.checkpoint", checkpoint_id=meeting.id)
    return [*_crumbs(meeting.programme), Crumb(meeting.title, url)]
