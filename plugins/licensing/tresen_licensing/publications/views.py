# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages on which anchors are added, looked at and withdrawn, and the step into the public."""

from typing import Any

from flask import flash, redirect
from tresen.sdk import _, current_desk, enqueue, kept, needs, taken

from tresen_licensing.developments.pages import above, address, wanted
from tresen_licensing.pages import blueprint
from tresen_licensing.publications import publishing, queries, service
from tresen_licensing.publications.forms import AnchorForm, WithdrawForm


@blueprint.route("/developments/<reference>/anchors/new", methods=["GET", "POST"])
@needs("licensing.work")
def add_anchor(reference: str) -> Any:
    """Write down where else the source is; a worker looks at once."""
    desk, row = wanted(reference)

    def keep(given: dict[str, Any]) -> None:
        texts = {name: given[name] or "" for name in ("address", "revision")}
        place = service.Place(given["kind"], is_ours=given["is_ours"], **texts)
        service.add(desk, row, place)
        _look(row.id)

    said = _("The anchor is kept. A worker looks at it now: please load this page again.")
    return kept(AnchorForm(), _("Add an anchor"), above(row), keep, said)


@blueprint.post("/developments/<reference>/anchors/own-page")
@needs("licensing.work")
def offer_own_page(reference: str) -> Any:
    """Offer the patches on our own public page."""
    desk, row = wanted(reference)
    said = _("Our own page shows the patches as soon as it is published.")
    return taken(lambda: service.offer(desk, row), said, address(row))


@blueprint.post("/developments/<reference>/anchors/look")
@needs("licensing.work")
def look_at_anchors(reference: str) -> Any:
    """Let the worker look at every anchor of a development."""
    _desk, row = wanted(reference)
    _look(row.id)
    flash(_("A worker looks at the anchors. Please load this page again in a moment."))
    return redirect(address(row))


@blueprint.route(
    "/developments/<reference>/anchors/<int:anchor_id>/withdraw", methods=["GET", "POST"]
)
@needs("licensing.work")
def withdraw_anchor(reference: str, anchor_id: int) -> Any:
    """Let an anchor count no more."""
    desk, row = wanted(reference)
    found = queries.anchor(desk, row, anchor_id)

    def keep(given: dict[str, Any]) -> None:
        service.withdraw(desk, row, found, given["note"])

    said = _("The anchor is withdrawn.")
    return kept(WithdrawForm(), _("Withdraw the anchor"), above(row), keep, said)


@blueprint.post("/developments/<reference>/publish")
@needs("licensing.work")
def publish_development(reference: str) -> Any:
    """Take what is cleared into the public."""
    desk, row = wanted(reference)
    said = _("%(reference)s is public.") % {"reference": row.reference}
    return taken(lambda: publishing.publish(desk, row), said, address(row))


def _look(development_id: int) -> None:
    desk = current_desk()
    arguments = {"development_id": development_id, "observer_id": desk.actor.person_id}
    enqueue(desk, service.LOOK, arguments, key=f"{service.LOOK}:{development_id}")
