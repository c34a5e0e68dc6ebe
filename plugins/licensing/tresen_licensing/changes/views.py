# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of changes: sent in, looked at, and taken along."""

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template
from tresen.sdk import Desk, Missing, Refused, _, file_headers, kept, mark_diffs, needs, read_file

from tresen_licensing.changes import mails, queries, service
from tresen_licensing.changes.forms import ChangesForm
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import above, wanted
from tresen_licensing.pages import blueprint
from tresen_licensing.repositories import arrivals

# Characters of a series that a page shows; all of it can be taken along.
SHOWN = 200_000


@blueprint.route("/developments/<reference>/changes/new", methods=["GET", "POST"])
@needs("licensing.work")
def add_changes(reference: str) -> Any:
    """Send in changes as the next version."""
    desk, row = wanted(reference)
    form = ChangesForm()
    posted = mails.posted_to(desk, row)
    form.offer(posted)

    def keep(given: dict[str, Any]) -> None:
        chosen = mails.bodies_of(posted, given.get("mails") or [])
        _take(desk, row, (form.bodies(), chosen), given)

    return kept(form, _("Send in patches"), above(row), keep, _("The patches are kept."))


def _take(
    desk: Desk, row: Development, sent: tuple[list[bytes], list[bytes]], given: Mapping[str, Any]
) -> None:
    """Take changes in by the way that was chosen; `sent` are files and mails. Raises Refused."""
    files, mailed = sent
    base, branch = given["base"] or "", given["branch"] or ""
    if len(files) == 1 and arrivals.is_bundle(files[0]):
        arrivals.from_bundle(desk, row, files[0], branch, base)
    elif files or mailed:
        service.add(desk, row, [*files, *mailed], base)
    elif branch:
        arrivals.from_branch(desk, row, given["address"] or "", branch, base)
    else:
        raise Refused(_("Choose the files or mails with the patches, or name a branch."))


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
        text=mark_diffs(text[:SHOWN]) if text else "",
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
