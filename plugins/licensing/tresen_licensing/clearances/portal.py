# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which the customer agrees that a development of theirs is published.

It shows what would be public and nothing else: the patches, under which licence, and who is named.
Whoever may see all requests of the organisation speaks for it.
"""

from typing import Any

from flask import Response, render_template, request, url_for
from tresen.sdk import (
    Crumb,
    Desk,
    Missing,
    _,
    current_desk,
    file_headers,
    needs,
    read_file,
    taken,
)

from tresen_licensing.agreements import terms
from tresen_licensing.changes import queries as changes
from tresen_licensing.clearances import approving, queries, states
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.pages import blueprint
from tresen_licensing.publications import queries as publications


@blueprint.get("/own/<reference>/clearance")
@needs("licensing.take_part")
def own_clearance(reference: str) -> Any:
    """Show a customer what would be published of theirs."""
    desk, row = _own(reference)
    last = changes.latest(desk, row.id)
    return render_template(
        "licensing/clearances/portal.html",
        above=[Crumb(_("Your requests"), url_for("portal.home"))],
        row=row,
        change=last,
        patches=changes.patches_of(desk, last.id) if last else [],
        review=queries.review(desk, row),
        is_asked=row.state == way.CLEARANCE or publications.rework(desk, row) is not None,
        states=states,
        way=way,
        terms=terms,
    )


@blueprint.post("/own/<reference>/clearance")
@needs("licensing.take_part")
def agree_to_clearance(reference: str) -> Any:
    """Agree for the customer to what was shown."""
    desk, row = _own(reference)
    shown = request.form.get("clearance", "")
    # No identity is longer, and no database takes any length.
    clearance_id = int(shown) if shown.isdecimal() and len(shown) < 10 else 0
    url = url_for("licensing.own_clearance", reference=reference)
    said = _("Thank you: you have agreed.")
    return taken(lambda: approving.agree(desk, row, clearance_id), said, url)


@blueprint.get("/own/<reference>/clearance.mbox")
@needs("licensing.take_part")
def own_changes(reference: str) -> Response:
    """Return the patches that would be published."""
    desk, row = _own(reference)
    last = changes.latest(desk, row.id)
    file = changes.change_set(desk, row, last.version).file if last else None
    if file is None:
        raise Missing(_("No patch was sent in yet."))
    body = read_file(desk, file)
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=False))


def _own(reference: str) -> tuple[Desk, Development]:
    """Return the desk and a development of the actor's organisation; raises Missing for others."""
    desk = current_desk()
    row = developments.development(desk, reference)
    actor = desk.actor
    if actor.organisation_id != row.organisation_id or not actor.sees_organisation:
        raise Missing(_("There is no development %(name)s.") % {"name": reference})
    return desk, row
