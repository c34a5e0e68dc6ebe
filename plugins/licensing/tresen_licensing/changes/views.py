# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of changes: sent in, looked at, and taken along."""

from typing import Any

from flask import Response, render_template
from tresen.sdk import Missing, _, file_headers, kept, needs, read_file

from tresen_licensing.changes import queries, service
from tresen_licensing.changes.forms import ChangesForm, bodies_of
from tresen_licensing.developments.pages import above, wanted
from tresen_licensing.pages import blueprint

# Characters of a series that a page shows; all of it can be taken along.
SHOWN = 200_000


@blueprint.route("/developments/<reference>/changes/new", methods=["GET", "POST"])
@needs("licensing.work")
def add_changes(reference: str) -> Any:
    """Send in patches as the next version."""
    desk, row = wanted(reference)
    form = ChangesForm()

    def keep(given: dict[str, Any]) -> None:
        service.add(desk, row, bodies_of(form), given["base"] or "")

    return kept(form, _("Send in patches"), above(row), keep, _("The patches are kept."))


@blueprint.get("/developments/<reference>/changes/<int:version>")
@needs("licensing.read")
def changes(reference: str, version: int) -> Any:
    """Show one version of the changes, patch by patch."""
    desk, row = wanted(reference)
    found = queries.change_set(desk, row, version)
    text = read_file(desk, found.file).decode("utf-8", "replace") if found.file else ""
    return render_template(
        "licensing/changes/show.html",
        above=above(row),
        row=row,
        change=found,
        patches=queries.patches_of(desk, found.id),
        text=text[:SHOWN],
        is_cut=len(text) > SHOWN,
    )


@blueprint.get("/developments/<reference>/changes/<int:version>.mbox")
@needs("licensing.read")
def changes_mailbox(reference: str, version: int) -> Response:
    """Return the patches byte for byte as they came in."""
    desk, row = wanted(reference)
    file = queries.change_set(desk, row, version).file
    if file is None:
        raise Missing(_("The patches were taken away with their author's data."))
    body = read_file(desk, file)
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=False))
