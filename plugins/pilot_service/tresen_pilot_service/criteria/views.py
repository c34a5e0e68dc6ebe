# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms in which hypotheses and criteria are written; the cockpit shows them."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Form,
    _,
    current_desk,
    kept,
    needs,
)

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.criteria import queries, service
from tresen_pilot_service.criteria.forms import CriterionForm, HypothesisForm
from tresen_pilot_service.criteria.models import Criterion, Hypothesis
from tresen_pilot_service.models import Programme
from tresen_pilot_service.pages import blueprint, crumbs


@blueprint.route("/<int:programme_id>/hypotheses/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def assume(programme_id: int) -> Any:
    """Add a hypothesis."""
    programme = programmes.programme(current_desk(), programme_id)
    return _added(programme, HypothesisForm(), _("New hypothesis"), service.assume)


@blueprint.route("/hypotheses/<int:hypothesis_id>", methods=["GET", "POST"])
@needs("pilot_service.administer")
def change_hypothesis(hypothesis_id: int) -> Any:
    """Change a hypothesis, or say what the pilot says of it."""
    row = queries.hypothesis(current_desk(), hypothesis_id)
    return _changed(row, HypothesisForm(obj=row), _("Hypothesis"), service.change_hypothesis)


@blueprint.post("/hypotheses/<int:hypothesis_id>/drop")
@needs("pilot_service.administer")
def drop_hypothesis(hypothesis_id: int) -> Any:
    """Drop a hypothesis; the notice offers the way back."""
    row = queries.hypothesis(current_desk(), hypothesis_id)
    back = url_for("pilot_service.bring_hypothesis_back", hypothesis_id=row.id)
    return _dropped(row, _("The hypothesis is dropped."), back)


@blueprint.post("/hypotheses/<int:hypothesis_id>/back")
@needs("pilot_service.administer")
def bring_hypothesis_back(hypothesis_id: int) -> Any:
    """Bring a dropped hypothesis back."""
    return _brought_back(queries.hypothesis(current_desk(), hypothesis_id))


@blueprint.route("/<int:programme_id>/criteria/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def demand(programme_id: int) -> Any:
    """Add a criterion."""
    programme = programmes.programme(current_desk(), programme_id)
    return _added(programme, CriterionForm(), _("New criterion"), service.demand_criterion)


@blueprint.route("/criteria/<int:criterion_id>", methods=["GET", "POST"])
@needs("pilot_service.administer")
def change_criterion(criterion_id: int) -> Any:
    """Change a criterion, or say whether it is met."""
    row = queries.criterion(current_desk(), criterion_id)
    return _changed(row, CriterionForm(obj=row), _("Criterion"), service.change_criterion)


@blueprint.post("/criteria/<int:criterion_id>/drop")
@needs("pilot_service.administer")
def drop_criterion(criterion_id: int) -> Any:
    """Drop a criterion; the notice offers the way back."""
    row = queries.criterion(current_desk(), criterion_id)
    back = url_for("pilot_service.bring_criterion_back", criterion_id=row.id)
    return _dropped(row, _("The criterion is dropped."), back)


@blueprint.post("/criteria/<int:criterion_id>/back")
@needs("pilot_service.administer")
def bring_criterion_back(criterion_id: int) -> Any:
    """Bring a dropped criterion back."""
    return _brought_back(queries.criterion(current_desk(), criterion_id))


def cockpit_url(programme_id: int) -> str:
    """Return where the criteria of a programme are shown."""
    return url_for("pilot_service.cockpit", programme_id=programme_id)


def _above(programme: Programme) -> list[Crumb]:
    return [*crumbs(programme), Crumb(_("Cockpit"), cockpit_url(programme.id))]


def _added(
    programme: Programme,
    form: Form,
    heading: str,
    add: Callable[[Desk, Programme, dict[str, Any]], object],
) -> Any:
    def keep(given: dict[str, Any]) -> None:
        add(current_desk(), programme, given)

    return kept(form, heading, _above(programme), keep, _("It is kept."))


def _changed(row: Any, form: Form, heading: str, alter: Callable[..., None]) -> Any:
    desk = current_desk()
    above = _above(programmes.programme(desk, row.programme_id))

    def keep(given: dict[str, Any]) -> None:
        alter(desk, row, given)

    return kept(form, heading, above, keep, _("It is kept."))


def _dropped(row: Criterion | Hypothesis, text: str, back: str) -> Any:
    service.drop(current_desk(), row)
    flash({"text": text, "url": back}, "undo")  # type: ignore[arg-type]  # the toast takes both
    return redirect(cockpit_url(row.programme_id))


def _brought_back(row: Criterion | Hypothesis) -> Any:
    service.bring_back(current_desk(), row)
    return redirect(cockpit_url(row.programme_id))
