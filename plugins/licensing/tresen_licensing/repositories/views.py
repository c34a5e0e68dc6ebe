# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages on which upstream's history comes in, and the source that changes give goes out."""

from typing import Any

from flask import Response
from tresen.sdk import (
    Missing,
    Refused,
    _,
    enqueue,
    file_headers,
    kept,
    needs,
    read_file,
    taken,
)

from tresen_licensing.changes import queries as changes
from tresen_licensing.developments.pages import above, address, wanted
from tresen_licensing.pages import blueprint
from tresen_licensing.repositories import queries, service
from tresen_licensing.repositories.forms import BundleForm


@blueprint.route("/developments/<reference>/history/bundle", methods=["GET", "POST"])
@needs("licensing.work")
def take_bundle(reference: str) -> Any:
    """Hand in upstream's history as a bundle."""
    desk, row = wanted(reference)

    def keep(given: dict[str, Any]) -> None:
        service.take_bundle(desk, row, given["bundle"].read())

    said = _("Upstream's history is taken in.")
    return kept(BundleForm(), _("Hand in upstream's history"), above(row), keep, said)


@blueprint.post("/developments/<reference>/history/fetch")
@needs("licensing.work")
def fetch_history(reference: str) -> Any:
    """Let Tresen fetch upstream's history."""
    desk, row = wanted(reference)

    def ask() -> None:
        if not row.upstream_url:
            raise Refused(_("Say first where upstream's repository is."))
        enqueue(desk, service.FETCH, {"reference": reference}, key=f"{service.FETCH}:{row.id}")

    said = _("It is fetched: load this page again in a moment.")
    return taken(ask, said, address(row))


@blueprint.post("/developments/<reference>/changes/<int:version>/apply")
@needs("licensing.work")
def apply_changes(reference: str, version: int) -> Any:
    """Put a version of the changes on its base."""
    desk, row = wanted(reference)
    change = changes.change_set(desk, row, version)
    return taken(lambda: service.apply(desk, change), _("The patches fit."), address(row))


@blueprint.get("/developments/<reference>/changes/<int:version>.tar.gz")
@needs("licensing.read")
def source_archive(reference: str, version: int) -> Response:
    """Return the source that a version of the changes gives."""
    desk, row = wanted(reference)
    made = queries.source_tree(desk, changes.change_set(desk, row, version).id)
    if made is None or made.archive is None:
        raise Missing(_("These changes were not put on their base yet."))
    file, body = made.archive, read_file(desk, made.archive)
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=False))
