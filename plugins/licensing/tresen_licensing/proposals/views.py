# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages on which is proposed upstream, and on which is written down what came of it."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, request
from tresen.sdk import (
    Desk,
    Missing,
    Refused,
    _,
    enqueue,
    file_headers,
    filled_in,
    form_below,
    kept,
    needs,
    read_file,
    taken,
)

from tresen_licensing.changes import queries as changes
from tresen_licensing.connections import queries as connections
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import above, address, wanted
from tresen_licensing.forges import routes
from tresen_licensing.pages import blueprint
from tresen_licensing.proposals import adoption, forms, queries, service, states, texts
from tresen_licensing.publications import queries as publications

OWN = "/developments/<reference>"
TEMPLATE, RENEWING = "licensing/proposals/propose.html", "licensing/proposals/renew.html"


@blueprint.route(f"{OWN}/proposals/new", methods=["GET", "POST"])
@needs("licensing.work")
def propose_upstream(reference: str) -> Any:
    """Show what would be sent, and queue it."""
    desk, row = wanted(reference)
    known = connections.connections(desk)
    change = publications.public_change(desk, row)
    patches = changes.patches_of(desk, change.id) if change else []
    language = request.args.get("language", "")
    language = language if language in texts.LANGUAGES else texts.ENGLISH
    text = texts.letter(desk, row, change, patches, language) if change else ""
    form = forms.ProposalForm(data=forms.begun(row, known) | {"text": text})
    form.offer(known)
    more: dict[str, Any] = {"row": row, "change": change, "patches": patches, "language": language}
    heading, way = _("Propose upstream"), above(row)
    if not form.validate_on_submit():
        return form_below(form, heading, way, template=TEMPLATE, save=_("Propose"), **more)
    try:
        service.propose(desk, row, forms.wish(filled_in(form), known))
    except Refused as refusal:
        return form_below(form, heading, way, refusal, TEMPLATE, save=_("Propose"), **more)
    flash(_("It is on its way. This page tells what came of it."))
    return redirect(address(row))


@blueprint.route(f"{OWN}/proposals/record", methods=["GET", "POST"])
@needs("licensing.work")
def record_proposal(reference: str) -> Any:
    """Write down a proposal that was made elsewhere."""
    desk, row = wanted(reference)

    def keep(given: dict[str, Any]) -> None:
        service.record(desk, row, given["address"], given["title"])

    form = forms.RecordForm(data={"title": row.title})
    return kept(form, _("Proposed elsewhere"), above(row), keep, _("The proposal is kept."))


@blueprint.post(f"{OWN}/proposals/<int:proposal_id>/join")
@needs("licensing.work")
def join_proposal(reference: str, proposal_id: int) -> Any:
    """Let a proposal of the same patches serve this development, too."""
    desk, row = wanted(reference)
    found = queries.proposal(desk, proposal_id)
    said = _("One proposal serves both now.")
    return taken(lambda: service.join(desk, row, found), said, address(row))


@blueprint.post(f"{OWN}/proposals/<int:proposal_id>/send")
@needs("licensing.work")
def send_proposal(reference: str, proposal_id: int) -> Any:
    """Try once more to send what could not be sent."""
    desk, row = wanted(reference)
    found = queries.of_development(desk, row, proposal_id)
    said = _("It is on its way. This page tells what came of it.")
    return taken(lambda: service.send_again(desk, found), said, address(row))


@blueprint.route(f"{OWN}/proposals/<int:proposal_id>/next", methods=["GET", "POST"])
@needs("licensing.work")
def renew_proposal(reference: str, proposal_id: int) -> Any:
    """Show what would be sent in place of what upstream has, and queue it."""
    desk, row = wanted(reference)
    found = queries.of_development(desk, row, proposal_id)
    change = queries.next_version(desk, found)
    patches = changes.patches_of(desk, change.id) if change else []
    more: dict[str, Any] = {"row": row, "change": change, "patches": patches, "save": _("Send")}
    more |= {"found": found, "ways": routes.TITLES}
    form = forms.NewsForm(data={"news": found.news})
    heading = _("Send version %(number)s upstream") % {"number": found.version + 1}
    way = above(row)
    if not form.validate_on_submit():
        return form_below(form, heading, way, template=RENEWING, **more)
    try:
        service.renew(desk, found, filled_in(form)["news"])
    except Refused as refusal:
        return form_below(form, heading, way, refusal, RENEWING, **more)
    flash(_("It is on its way. This page tells what came of it."))
    return redirect(address(row))


@blueprint.get(f"{OWN}/proposals/<int:proposal_id>/patches.zip")
@needs("licensing.read")
def proposal_files(reference: str, proposal_id: int) -> Response:
    """Return the archive of a proposal that is taken along."""
    desk, row = wanted(reference)
    file = queries.of_development(desk, row, proposal_id).file
    if file is None:
        raise Missing(_("There is no archive of this proposal."))
    body = read_file(desk, file)
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=False))


@blueprint.post(f"{OWN}/proposals/<int:proposal_id>/look")
@needs("licensing.work")
def look_upstream(reference: str, proposal_id: int) -> Any:
    """Let a worker ask upstream at once, and look through its history."""
    desk, row = wanted(reference)
    found = queries.of_development(desk, row, proposal_id)
    for name in (service.LOOK, service.SEARCH):
        enqueue(desk, name, {"proposal_id": found.id}, key=f"{name}:{found.id}")
    flash(_("A worker asks upstream. Please load this page again in a moment."))
    return redirect(address(row))


@blueprint.route(f"{OWN}/upstream/<state>", methods=["GET", "POST"])
@needs("licensing.work")
def step_upstream(reference: str, state: str) -> Any:
    """Write down by hand what became of it at upstream."""
    desk, row = wanted(reference)
    if state not in states.BY_HAND:
        raise Missing(_("There is no such step."))
    begun: dict[str, Any] = {"released_on": desk.today()}
    found = queries.current(desk, row.id)
    if found is not None:
        is_other = bool(found.differently)
        begun |= {"commit": found.differently or found.commit, "is_different": is_other}
    form = forms.FORMS[state](data=begun)
    said = f"{row.reference}: {developing.TITLES[state]}"
    heading = str(states.BY_HAND[state])
    return kept(form, heading, above(row), lambda given: _step(desk, row, state, given), said)


@blueprint.post(f"{OWN}/words/<int:word_id>/erase")
@needs("licensing.administer")
def erase_reviewer(reference: str, word_id: int) -> Any:
    """Take a reviewer's name out of all that was said."""
    desk, row = wanted(reference)
    found = queries.word(desk, row, word_id)
    said = _("The name is taken out.")
    return taken(lambda: service.forget_author(desk, row, found), said, address(row))


def _step(desk: Desk, row: Development, state: str, given: Mapping[str, Any]) -> None:
    note = given.get("note") or ""
    if state == developing.CLOSED:
        service.close(desk, row, note)
    elif state == developing.ADOPTED:
        adoption.adopt(desk, row, note)
    else:
        found = queries.current(desk, row.id)
        if found is None or found.state in (states.SENDING, states.FAILED):
            raise Refused(_("It was not proposed yet."))
        if state == developing.PROPOSED:
            service.again(desk, found, note)
        elif state == developing.RELEASED:
            service.release(desk, found, given["version"], given["released_on"])
        else:
            service.decide(desk, found, states.OF_PROPOSAL[state], note, _facts(state, given))


def _facts(state: str, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the commit that was named; raises Refused for a merge that nothing speaks for."""
    commit, is_other = (given.get("commit") or "").lower(), bool(given.get("is_different"))
    if is_other and not commit:
        raise Refused(_("Name the commit in which upstream did it."))
    if state == developing.MERGED and not (commit or (given.get("note") or "").strip()):
        raise Refused(_("Please say why."))
    return {"commit": commit, "differently": commit if is_other else ""}
