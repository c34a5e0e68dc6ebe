# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages on which waivers are asked for, granted and ended."""

from typing import Any

from tresen.sdk import _, kept, needs, taken

from tresen_licensing.developments.pages import above, address, wanted
from tresen_licensing.pages import blueprint
from tresen_licensing.waivers import queries, service
from tresen_licensing.waivers.forms import WaiverForm


@blueprint.route("/developments/<reference>/waivers/new", methods=["GET", "POST"])
@needs("licensing.work")
def ask_waiver(reference: str) -> Any:
    """Ask for a waiver."""
    desk, row = wanted(reference)

    def keep(given: dict[str, Any]) -> None:
        service.ask(desk, row, given["reason"], given["explanation"], given["until"])

    said = _("The waiver is asked for: a second person grants it.")
    return kept(WaiverForm(), _("Ask for a waiver"), above(row), keep, said)


@blueprint.post("/developments/<reference>/waivers/<int:waiver_id>/grant")
@needs("licensing.administer")
def grant_waiver(reference: str, waiver_id: int) -> Any:
    """Grant a waiver as the second person."""
    desk, row = wanted(reference)
    found = queries.waiver(desk, row, waiver_id)
    said = _("The waiver is granted.")
    return taken(lambda: service.grant(desk, row, found), said, address(row))


@blueprint.post("/developments/<reference>/waivers/<int:waiver_id>/end")
@needs("licensing.administer")
def end_waiver(reference: str, waiver_id: int) -> Any:
    """Refuse a waiver, or take it back."""
    desk, row = wanted(reference)
    found = queries.waiver(desk, row, waiver_id)
    return taken(lambda: service.end(desk, row, found), _("The waiver is ended."), address(row))
