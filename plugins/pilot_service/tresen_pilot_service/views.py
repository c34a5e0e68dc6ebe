# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of programmes."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Desk,
    Refused,
    _,
    current_desk,
    filled_in,
    form_below,
    kept,
    needs,
)

from tresen_pilot_service import (
    agreements,
    briefings,
    departures,
    prolongations,
    queries,
    service,
    states,
    steps,
)
from tresen_pilot_service.builds import queries as builds_queries
from tresen_pilot_service.checkpoints import queries as checkpoints
from tresen_pilot_service.checkpoints import states as checkpoint_states
from tresen_pilot_service.checkpoints import wording
from tresen_pilot_service.developments import queries as developments
from tresen_pilot_service.feedback import queries as feedback
from tresen_pilot_service.forms import ProgrammeForm, ProlongationForm
from tresen_pilot_service.models import Participation
from tresen_pilot_service.pages import blueprint, crumbs
from tresen_pilot_service.perks.views import card
from tresen_pilot_service.ratings import queries as ratings
from tresen_pilot_service.ratings.states import COUNTED
from tresen_pilot_service.tasks import matrix
from tresen_pilot_service.tasks import queries as tasks_queries


@blueprint.get("/")
@needs("pilot_service.read")
def index() -> Any:
    """List the programmes with their state and how many take part."""
    desk = current_desk()
    today = desk.today()
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
    today = desk.today()
    texts = agreements.versions(desk, programme_id)
    tasks = tasks_queries.tasks(desk, programme_id)
    meetings = checkpoints.of_programme(desk, programme_id)
    return render_template(
        "pilot_service/show.html",
        above=crumbs(),
        programme=programme,
        perks=card(desk, programme),
        participations=rows,
        agreements=texts,
        prolongations=prolongations.of_programme(desk, programme_id),
        outdated=agreements.outdated(desk, rows, texts),
        sort=sort,
        counts=queries.ticket_counts(desk, [row.id for row in rows]),
        state=states.state_on(today, programme.starts_on, programme.ends_on),
        titles=states.TITLES,
        steps=steps,
        is_ending=bool(queries.ending(desk, [programme])),
        left={row.id for row in rows if row.state == steps.ACTIVE and not _is_cared_for(row)},
        unbriefed=_unbriefed(desk, rows),
        departed={row.id: departures.departures(row, today) for row in rows},
        new_feedback=feedback.new_count(desk, programme_id),
        current_builds=builds_queries.current_builds(desk, programme_id),
        task_lines=matrix.lines(rows, tasks, tasks_queries.results(desk, programme_id)),
        tasks=tasks,
        overdue=developments.overdue_in(desk, programme.id),
        checkpoints=meetings,
        when={each.id: wording.when(desk, each) for each in meetings},
        checkpoint_states=checkpoint_states,
        satisfaction=ratings.satisfaction(desk, programme_id),
        asked_count=sum(row.state in COUNTED for row in rows),
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
            programme = service.begin_programme(desk, filled_in(form))
        except Refused as refusal:
            return form_below(form, _("New pilot programme"), crumbs(), refusal)
        flash(_("The programme is kept."))
        return redirect(url_for("pilot_service.show", programme_id=programme.id))
    return form_below(form, _("New pilot programme"), crumbs())


@blueprint.route("/<int:programme_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.administer")
def edit(programme_id: int) -> Any:
    """Change a programme."""
    desk = current_desk()
    programme = queries.programme(desk, programme_id)
    agreement = agreements.current(desk, programme.id)
    form = ProgrammeForm(obj=programme, agreement=agreement.text if agreement else "")
    form.offer(desk, programme.product_id)

    def keep(given: dict[str, Any]) -> None:
        service.change_programme(desk, programme, given)

    return kept(form, programme.title, crumbs(programme), keep, _("The programme is kept."))


@blueprint.route("/<int:programme_id>/prolong", methods=["GET", "POST"])
@needs("pilot_service.administer")
def prolong(programme_id: int) -> Any:
    """Let a programme go on for longer."""
    desk = current_desk()
    programme = queries.programme(desk, programme_id)

    def keep(given: dict[str, Any]) -> None:
        prolongations.prolong(desk, programme, given)

    said = _("The programme goes on for longer, and with it what it grants.")
    return kept(ProlongationForm(), _("Prolong"), crumbs(programme), keep, said)


def _unbriefed(desk: Desk, rows: Sequence[Participation]) -> set[int]:
    """Return the ids of those that go on, or are about to, with somebody who was not briefed."""
    going = [row for row in rows if row.state in (steps.AGREED, steps.ACTIVE)]
    found = briefings.briefings(desk, [row.id for row in going])
    return {row.id for row in going if briefings.unbriefed(row, found.get(row.id, []))}


def _is_cared_for(row: Participation) -> bool:
    return departures.cares(row.contact) or departures.cares(row.deputy)
