# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of tasks, for who sets them and for who tries them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Missing,
    Person,
    Refused,
    _,
    current_desk,
    kept,
    needs,
    taken,
)

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.models import Programme
from tresen_pilot_service.pages import blueprint, crumbs
from tresen_pilot_service.portal import queries as portal_queries
from tresen_pilot_service.tasks import matrix, portal, queries, service, states
from tresen_pilot_service.tasks.forms import ResultForm, TaskForm, result_form

WAYS = {"up": -1, "down": 1}


@blueprint.get("/<int:programme_id>/tasks")
@needs("pilot_service.read")
def tasks(programme_id: int) -> Any:
    """List the tasks of a programme and how they went at each participant."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)
    found = queries.tasks(desk, programme_id)
    results = queries.results(desk, programme_id)
    lines = matrix.lines(programmes.participations(desk, programme_id), found, results)
    return render_template(
        "pilot_service/tasks/index.html",
        above=crumbs(programme),
        programme=programme,
        tasks=found,
        lines=lines,
        share=matrix.share(lines),
        tried={each.task_id for own in results.values() for each in own},
        states=states,
    )


@blueprint.route("/<int:programme_id>/tasks/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def add_task(programme_id: int) -> Any:
    """Add a task."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)

    def keep(given: dict[str, Any]) -> None:
        service.add_task(desk, programme, given)

    return kept(TaskForm(), _("New task"), _above(programme), keep, _("The task is kept."))


@blueprint.route("/tasks/<int:task_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.administer")
def edit_task(task_id: int) -> Any:
    """Change what a task says."""
    desk = current_desk()
    task, programme = queries.task(desk, task_id)
    form = TaskForm(obj=task)

    def keep(given: dict[str, Any]) -> None:
        service.change_task(desk, task, given)

    return kept(form, task.title, _above(programme), keep, _("The task is kept."))


@blueprint.post("/tasks/<int:task_id>/remove")
@needs("pilot_service.administer")
def remove_task(task_id: int) -> Any:
    """Remove a task of which nobody said anything yet."""
    desk = current_desk()
    task, programme = queries.task(desk, task_id)
    url = url_for("pilot_service.tasks", programme_id=programme.id)
    return taken(lambda: service.remove_task(desk, task), _("The task is removed."), url)


@blueprint.post("/tasks/<int:task_id>/move")
@needs("pilot_service.administer")
def move_task(task_id: int) -> Any:
    """Let a task change places with its neighbour."""
    desk = current_desk()
    task, programme = queries.task(desk, task_id)
    service.move_task(desk, task, WAYS.get(request.form.get("way", ""), 0))
    return redirect(url_for("pilot_service.tasks", programme_id=programme.id))


@blueprint.route("/portal/<int:participation_id>/tasks/<int:task_id>", methods=["GET", "POST"])
@needs("pilot_service.take_part")
def own_task(participation_id: int, task_id: int) -> Any:
    """Show a customer one task, and keep how it went."""
    desk = current_desk()
    row = portal_queries.own_one(desk, participation_id)
    said = queries.results_of(desk, row.id)
    found = portal.shown(row, queries.tasks(desk, row.programme_id), said)
    task = next((each for each in found if each.id == task_id), None)
    if task is None:
        raise Missing(_("There is no such task."))
    form = result_form(task_id, said.get(task_id))
    refusal = None
    if form.validate_on_submit():
        person = desk.session.get_one(Person, desk.actor.person_id)
        try:
            service.say(desk, row, task, person, _said(form))
        except Refused as refused:
            refusal = refused
        else:
            flash(_thanks(str(form.outcome.data)))
            return redirect(url_for("pilot_service.own_pilot", participation_id=row.id))
    page = render_template(
        "pilot_service/tasks/own.html", row=row, task=task, form=form, refusal=refusal
    )
    return page, 422 if refusal or form.errors else 200


def _said(form: ResultForm) -> dict[str, str]:
    return {"outcome": form.outcome.data or "", "note": form.note.data or ""}


def _thanks(outcome: str) -> str:
    if outcome == states.DONE:
        return _("Thank you, that is noted.")
    return _(
        "Thank you, that is noted. Give feedback on it as well, so that somebody can look into it."
    )


def _above(programme: Programme) -> list[Crumb]:
    url = url_for("pilot_service.tasks", programme_id=programme.id)
    return [*crumbs(programme), Crumb(_("Tasks"), url)]
