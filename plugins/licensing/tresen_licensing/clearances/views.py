# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a clearance: the checks are run, findings answered, and our house approves."""

from typing import Any

from flask import Response, flash, redirect
from tresen.sdk import (
    Desk,
    Missing,
    Refused,
    _,
    file_headers,
    filled_in,
    form_below,
    kept,
    needs,
    read_file,
    taken,
)

from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.clearances import approving, queries, service, states, words
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.forms import AgreementForm, AnswerForm, document_of
from tresen_licensing.clearances.models import Clearance, Finding
from tresen_licensing.clearances.reading import read
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import above, address, wanted
from tresen_licensing.pages import blueprint
from tresen_licensing.repositories.standings import patches_of

# Characters of a line that a page shows.
_LONGEST = 500


@blueprint.post("/developments/<reference>/clearance/check")
@needs("licensing.work")
def check_changes(reference: str) -> Any:
    """Run the checks on the latest changes."""
    desk, row = wanted(reference)
    return taken(lambda: service.check(desk, row), _("The changes were looked at."), address(row))


@blueprint.route(
    "/developments/<reference>/findings/<int:finding_id>/answer", methods=["GET", "POST"]
)
@needs("licensing.work")
def answer_finding(reference: str, finding_id: int) -> Any:
    """Answer a finding, or say that it is none."""
    desk, row = wanted(reference)
    finding = queries.finding(desk, row, finding_id)
    form, template = AnswerForm(), "licensing/clearances/answer.html"
    heading = _("This is no finding") if CHECKS[finding.check].is_strict else _("Answer")
    shown: dict[str, Any] = {
        "sentence": words.sentence(finding),
        "place": words.place(finding),
        "check": CHECKS[finding.check],
        "text": _line(desk, row, finding),
    }
    if not form.validate_on_submit():
        return form_below(form, heading, above(row), template=template, **shown)
    try:
        service.answer(desk, row, finding, filled_in(form)["answer"])
    except Refused as refusal:
        return form_below(form, heading, above(row), refusal, template, **shown)
    flash(_("The answer is kept."))
    return redirect(address(row))


@blueprint.post("/developments/<reference>/clearances/<int:clearance_id>/approve")
@needs("licensing.work")
def approve_clearance(reference: str, clearance_id: int) -> Any:
    """Approve for our house."""
    desk, row = wanted(reference)
    said = _("It is approved for our house.")
    return taken(lambda: approving.approve(desk, row, clearance_id), said, address(row))


@blueprint.route(
    "/developments/<reference>/clearances/<int:clearance_id>/customer", methods=["GET", "POST"]
)
@needs("licensing.work")
def record_agreement(reference: str, clearance_id: int) -> Any:
    """Write down that the customer agreed."""
    desk, row = wanted(reference)

    def keep(given: dict[str, Any]) -> None:
        document = document_of(given)
        approving.record_agreement(desk, row, clearance_id, given["note"], document)

    heading, said = _("The customer agreed"), _("The customer's word is kept.")
    return kept(AgreementForm(), heading, above(row), keep, said)


@blueprint.get("/developments/<reference>/clearance/document")
@needs("licensing.read")
def clearance_document(reference: str) -> Response:
    """Return the document in which the customer agreed."""
    desk, row = wanted(reference)
    review = queries.review(desk, row)
    word = review.approvals.get(states.CUSTOMER) if review else None
    if word is None or word.document is None:
        raise Missing(_("There is no such document."))
    file, body = word.document, read_file(desk, word.document)
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=False))


def _line(desk: Desk, row: Development, finding: Finding) -> str:
    """Return the line that a finding is about, read from the patches and kept nowhere else."""
    if finding.line is None or finding.patch is None:
        return ""
    clearance = desk.session.get_one(Clearance, finding.clearance_id)
    version = desk.session.get_one(ChangeSet, clearance.change_set_id).version
    lines, _files = read(patches_of(desk, changes.change_set(desk, row, version)))
    wanted_place = (finding.patch, finding.path, finding.line)
    found = (each.text for each in lines if _place(each.place) == wanted_place)
    return next(found, "")[:_LONGEST]


def _place(place: Any) -> tuple[int | None, str, int | None]:
    return place.patch, place.path, place.line
