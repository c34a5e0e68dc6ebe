# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a release's obligations: what is owed, how it is met, and what was chosen."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Missing,
    ProductVersion,
    _,
    current_desk,
    file_headers,
    kept,
    needs,
    read_file,
    taken,
)
from werkzeug.datastructures import FileStorage

from tresen_licensing.obligations import duties, queries, service, states
from tresen_licensing.obligations.forms import ChoiceForm, DutyForm
from tresen_licensing.obligations.states import Undecided
from tresen_licensing.pages import blueprint
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio.files import Upload
from tresen_licensing.portfolio.views import crumbs

OWN = "/portfolio/versions/<int:version_id>/obligations"


@blueprint.get(OWN)
@needs("licensing.read")
def obligations(version_id: int) -> Any:
    """Show the duties of a version, how each is met, and what does not fit together."""
    desk, version = _wanted(version_id)
    return render_template(
        "licensing/obligations/index.html",
        above=crumbs(version.product),
        version=version,
        standing=queries.standing(desk, version_id),
        duties=duties,
        states=states,
    )


@blueprint.route(f"{OWN}/meet", methods=["GET", "POST"])
@needs("licensing.work")
def meet_duty(version_id: int) -> Any:
    """Write down how the duty that the address names is met."""
    desk, version = _wanted(version_id)
    kind, licence = request.args.get("duty", ""), request.args.get("licence", "")
    found = queries.duty(desk, version_id, kind, licence)
    standing = queries.standing(desk, version_id)
    others = [each for each in standing.open if each.kind == kind] if standing else []
    form = DutyForm(obj=found.obligation)
    form.offer(found, sum(1 for each in others if each.licence != licence))

    def keep(given: dict[str, Any]) -> None:
        file, how, evidence = given["file"], given["how"], given["evidence"] or ""
        is_sent = isinstance(file, FileStorage) and file.filename
        upload = Upload(file.filename, file.read()) if is_sent else None
        service.meet(desk, version, found, how, evidence, upload)
        if given.get("is_for_all"):
            service.meet_alike(desk, version, found, how, evidence)

    heading = f"{duties.TITLES[found.kind]}: {found.licence}"
    return kept(form, heading, _above(version), keep, _("It is noted how the duty is met."))


@blueprint.post(f"{OWN}/<int:obligation_id>/open")
@needs("licensing.work")
def open_duty(version_id: int, obligation_id: int) -> Any:
    """Take back that a duty is met."""
    desk, version = _wanted(version_id)
    row = queries.obligation(desk, version_id, obligation_id)
    url = _above(version)[-1].url
    return taken(lambda: service.open_again(desk, row), _("The duty is open again."), url)


@blueprint.get(f"{OWN}/<int:obligation_id>/evidence")
@needs("licensing.read")
def evidence_file(version_id: int, obligation_id: int) -> Any:
    """Hand out the file that proves how a duty is met."""
    desk = current_desk()
    file = queries.obligation(desk, version_id, obligation_id).file
    if file is None:
        raise Missing(_("This file does not exist."))
    body = read_file(desk, file)
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=False))


@blueprint.route(f"{OWN}/choose", methods=["GET", "POST"])
@needs("licensing.work")
def choose_licence(version_id: int) -> Any:
    """Choose one of the licences that the expression in the address leaves."""
    desk, version = _wanted(version_id)
    expression = request.args.get("expression", "")
    found = _choice(desk, version_id, expression)
    if not found.ways:
        return redirect(_above(version)[-1].url)
    form = ChoiceForm(obj=queries.choice(desk, version_id, expression))
    form.offer(found)

    def keep(given: dict[str, Any]) -> None:
        service.choose(desk, version, expression, given["chosen"], given["note"] or "")

    return kept(form, expression, _above(version), keep, _("The choice is noted."))


def _choice(desk: Desk, version_id: int, expression: str) -> Undecided:
    """Return what an expression leaves to choose; raises Missing where the release has none."""
    standing = queries.standing(desk, version_id)
    for each in standing.choices if standing else ():
        if each.expression == expression:
            return each
    raise Missing(_("The licence leaves no such choice."))


def _above(version: ProductVersion) -> list[Crumb]:
    url = url_for("licensing.obligations", version_id=version.id)
    words = {"number": version.number}
    return [*crumbs(version.product), Crumb(_("Obligations of %(number)s") % words, url)]


def _wanted(version_id: int) -> tuple[Desk, ProductVersion]:
    desk = current_desk()
    return desk, portfolio.version(desk, version_id)
