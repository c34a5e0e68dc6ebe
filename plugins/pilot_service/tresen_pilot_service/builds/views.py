# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of builds and of their way from ring to ring."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from tresen.sdk import (
    Crumb,
    Form,
    Refused,
    _,
    current_desk,
    filled_in,
    kept,
    needs,
    ngettext,
)

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.builds import queries, service, standings
from tresen_pilot_service.builds.forms import BuildForm, RolloutForm, TellingForm
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.builds.service import Outcome
from tresen_pilot_service.models import Programme
from tresen_pilot_service.pages import blueprint, crumbs


@blueprint.get("/<int:programme_id>/builds")
@needs("pilot_service.read")
def builds(programme_id: int) -> Any:
    """List the builds of a programme, each with the rings that have it."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)
    found = queries.builds(desk, programme_id)
    in_use = queries.rings(desk, programme_id)
    out = queries.rollouts(desk, programme_id)
    return render_template(
        "pilot_service/builds/index.html",
        above=crumbs(programme),
        programme=programme,
        builds=found,
        rings={row.id: standings.standings(row, out, in_use) for row in found},
    )


@blueprint.route("/<int:programme_id>/builds/new", methods=["GET", "POST"])
@needs("pilot_service.administer")
def add_build(programme_id: int) -> Any:
    """Add a build."""
    desk = current_desk()
    programme = programmes.programme(desk, programme_id)
    form = BuildForm()
    form.offer(desk, programme.product_id)

    def keep(given: dict[str, Any]) -> None:
        service.add_build(desk, programme, given)

    return kept(form, _("New build"), _above(programme), keep, _("The build is kept."))


@blueprint.route("/builds/<int:build_id>/edit", methods=["GET", "POST"])
@needs("pilot_service.administer")
def edit_build(build_id: int) -> Any:
    """Change what participants read of a build."""
    desk = current_desk()
    row = queries.build(desk, build_id)
    form = BuildForm(obj=row)
    form.offer(desk, row.programme.product_id)

    def keep(given: dict[str, Any]) -> None:
        service.change_build(desk, row, given)

    return kept(form, _title(row), _above(row.programme), keep, _("The build is kept."))


@blueprint.route("/builds/<int:build_id>/rings/<int:ring>/rollout", methods=["GET", "POST"])
@needs("pilot_service.administer")
def roll_out(build_id: int, ring: int) -> Any:
    """Roll a build out to a ring."""
    desk = current_desk()
    row = queries.build(desk, build_id)
    form = RolloutForm(data={"rolled_out_on": desk.today()})
    form.offer(row)
    heading = _("Roll out %(number)s to ring %(ring)s") % _words(row, ring)

    def keep() -> Outcome:
        return service.roll_out(desk, row, ring, filled_in(form))

    said = _("Ring %(ring)s has build %(number)s now.") % _words(row, ring)
    return _step(row, form, heading, keep, said)


@blueprint.route("/builds/<int:build_id>/rings/<int:ring>/withdraw", methods=["GET", "POST"])
@needs("pilot_service.administer")
def withdraw_build(build_id: int, ring: int) -> Any:
    """Take a build back from a ring."""
    desk = current_desk()
    row = queries.build(desk, build_id)
    form = TellingForm()
    heading = _("Withdraw %(number)s from ring %(ring)s") % _words(row, ring)

    def keep() -> Outcome:
        return service.withdraw(desk, row, ring, is_told=bool(form.is_told.data))

    said = _("Build %(number)s is withdrawn from ring %(ring)s.") % _words(row, ring)
    return _step(row, form, heading, keep, said)


def _step(row: Build, form: Form, heading: str, keep: Callable[[], Outcome], said: str) -> Any:
    """Show what participants read, and the form; once the step is taken, say what came of it."""
    refusal = None
    if form.validate_on_submit():
        try:
            _say(said, keep())
        except Refused as refused:
            refusal = refused
        else:
            return redirect(url_for("pilot_service.builds", programme_id=row.programme_id))
    page = render_template(
        "pilot_service/builds/step.html",
        above=_above(row.programme),
        build=row,
        form=form,
        heading=heading,
        refusal=refusal,
    )
    return page, 422 if refusal or form.errors else 200


def _say(done: str, outcome: Outcome) -> None:
    """Say what was done, to how many it was written, and to whom it was not."""
    sentences = [done]
    if outcome.told:
        told = ngettext(
            "One customer was written to.", "%(num)s customers were written to.", outcome.told
        )
        sentences.append(told % {"num": outcome.told})
    if outcome.versions_set:
        number = outcome.versions_set
        put = ngettext("One installation runs it.", "%(num)s installations run it.", number)
        sentences.append(put % {"num": number})
    if outcome.unreached:
        words = {"names": ", ".join(outcome.unreached)}
        sentences.append(_("Nobody to write to, as no key user is active: %(names)s.") % words)
    flash(" ".join(sentences))


def _above(programme: Programme) -> list[Crumb]:
    url = url_for("pilot_service.builds", programme_id=programme.id)
    return [*crumbs(programme), Crumb(_("Builds"), url)]


def _title(row: Build) -> str:
    return _("Build %(number)s") % {"number": row.number}


def _words(row: Build, ring: int) -> dict[str, Any]:
    return {"number": row.number, "ring": ring}
