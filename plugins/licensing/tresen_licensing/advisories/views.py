# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of advisories: what is found, one advisory, one release, and how each is judged."""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Installation,
    Organisation,
    Refused,
    _,
    current_desk,
    file_headers,
    form_below,
    kept,
    needs,
    ngettext,
    taken,
)

from tresen_licensing.advisories import files, importing, queries, service, states, vex
from tresen_licensing.advisories.files import Fault
from tresen_licensing.advisories.forms import FindingForm, ImportForm
from tresen_licensing.advisories.models import Advisory
from tresen_licensing.advisories.service import Taken
from tresen_licensing.components import queries as components
from tresen_licensing.components.forms import upload_of
from tresen_licensing.pages import blueprint
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio.files import Upload
from tresen_licensing.portfolio.views import crumbs

OWN = "/portfolio/versions/<int:version_id>"
# Refused files that the page names.
NAMED = 100


@blueprint.get("/advisories")
@needs("licensing.read")
def advisories() -> Any:
    """Show the advisories with findings that are `state`, the gravest first."""
    desk, which = current_desk(), request.args.get("state", "open")
    which = which if which in states.LISTS else "open"
    page = request.args.get("page", 1, type=int)
    found = queries.page(desk, which, page)
    return render_template(
        "licensing/advisories/index.html",
        above=crumbs(),
        entries=found[: queries.PAGE],
        which=which,
        pages=_pages(which, page, is_more=len(found) > queries.PAGE),
        unread=queries.unread(desk),
        known=queries.count(desk),
        states=states,
    )


@blueprint.get("/advisories/<int:advisory_id>")
@needs("licensing.read")
def advisory(advisory_id: int) -> Any:
    """Show an advisory, the releases that hold what it names, and where those run."""
    desk = current_desk()
    row = queries.advisory(desk, advisory_id)
    found = queries.findings_by_release(desk, advisory_id)
    now = {each.version_id for each in found if each.ended_at is None}
    return render_template(
        "licensing/advisories/show.html",
        above=_above(),
        row=row,
        findings=found,
        places=_places(queries.installations(desk, now)),
        tickets=queries.tickets(desk, advisory_id),
        links=_links(row),
        states=states,
    )


@blueprint.route("/advisories/import", methods=["GET", "POST"])
@needs("licensing.work")
def import_advisories() -> Any:
    """Import advisories from a file; what of it is refused is named."""
    desk, form, heading = current_desk(), ImportForm(), _("Import advisories")
    if not form.validate_on_submit():
        return form_below(form, heading, _above())
    try:
        done, faults = _imported(desk, upload_of(form.file.data))
    except Refused as refusal:
        return form_below(form, heading, _above(), refusal)
    if faults:
        return render_template(
            "licensing/advisories/imported.html",
            above=_above(),
            heading=heading,
            said=_said(done),
            faults=faults[:NAMED],
            count=len(faults),
        )
    flash(_said(done))
    return redirect(_above()[-1].url)


@blueprint.route("/advisories/findings/<int:finding_id>", methods=["GET", "POST"])
@needs("licensing.work")
def judge_finding(finding_id: int) -> Any:
    """Say where a finding stands and why, and of other releases alike."""
    desk = current_desk()
    found = queries.finding(desk, finding_id)
    form = FindingForm(obj=found)
    form.offer(len(queries.alike(desk, found)))

    def keep(given: dict[str, Any]) -> None:
        said = given["status"], given["justification"] or "", given["note"] or ""
        service.assess(desk, found, *said)
        if given.get("is_for_all"):
            service.assess_alike(desk, found)

    release = f"{found.version.product.name} {found.version.number}"
    heading = f"{release}: {found.component}"
    return kept(form, heading, _above(found.advisory), keep, _("It is noted where it stands."))


@blueprint.post("/advisories/<int:advisory_id>/tickets/<int:product_id>")
@needs("licensing.work")
def ask_owner(advisory_id: int, product_id: int) -> Any:
    """Open a ticket about an advisory for who answers for a product."""
    desk = current_desk()
    row = queries.advisory(desk, advisory_id)
    url = _above(row)[-1].url
    said = _("A ticket is open for who answers for the product.")
    return taken(lambda: service.ask_owner(desk, row, product_id), said, url)


@blueprint.get(f"{OWN}/advisories")
@needs("licensing.read")
def release_advisories(version_id: int) -> Any:
    """Show what is found in a release, and what of it nothing can be looked up for."""
    desk = current_desk()
    version = portfolio.version(desk, version_id)
    bom = components.current(desk, version_id)
    return render_template(
        "licensing/advisories/release.html",
        above=crumbs(version.product),
        version=version,
        bom=bom,
        findings=queries.of_release(desk, version_id),
        nameless=queries.nameless(desk, bom.id) if bom else 0,
        states=states,
    )


@blueprint.get(f"{OWN}/vex.json")
@needs("licensing.read")
def release_vex(version_id: int) -> Any:
    """Hand out what we say of the findings of a release, as OpenVEX."""
    desk = current_desk()
    version = portfolio.version(desk, version_id)
    body = vex.document(desk, version)
    name = f"{version.product.code}-{version.number}.openvex.json"
    return Response(body, headers=file_headers(name, "application/json", body, may_show=False))


def _imported(desk: Desk, upload: Upload) -> tuple[Taken, list[Fault]]:
    """Import a file; raises Refused where it is refused as a whole."""
    found = list(files.read(upload.name, BytesIO(upload.body), files.REQUEST))
    if len(found) == 1 and isinstance(found[0], Fault):
        words = {"name": found[0].name, "sentence": found[0].sentence}
        raise Refused(_("“%(name)s” is refused. %(sentence)s") % words)
    return importing.take_in(desk, found)


def _places(running: Sequence[Installation]) -> list[tuple[Organisation, list[Installation]]]:
    """Return installations that stand by customer, in one list for each."""
    found = groupby(running, key=lambda each: each.organisation)
    return [(organisation, list(theirs)) for organisation, theirs in found]


def _links(row: Advisory) -> list[str]:
    """Return the addresses that an advisory refers to; only those of the web can be followed."""
    said = (each.get("url", "") for each in row.record.get("references", ()))
    return [each for each in said if each.startswith(("https://", "http://"))][:NAMED]


def _said(done: Taken) -> str:
    count = done.new + done.newer
    text = ngettext(
        "One advisory is taken in, %(known)s were known already.",
        "%(num)s advisories are taken in, %(known)s were known already.",
        count,
    )
    return text % {"num": count, "known": done.known}


def _above(row: Advisory | None = None) -> list[Crumb]:
    way = [*crumbs(), Crumb(_("Advisories"), url_for("licensing.advisories"))]
    if row is not None:
        way.append(Crumb(row.osv_id, url_for("licensing.advisory", advisory_id=row.id)))
    return way


def _pages(which: str, page: int, *, is_more: bool) -> dict[str, Any]:
    def url(number: int) -> str:
        turned = number if number > 1 else None
        return url_for("licensing.advisories", state=which, page=turned)

    return {
        "previous_url": url(page - 1) if page > 1 else None,
        "next_url": url(page + 1) if is_more else None,
    }
