# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's side of pictures: those of a session, taking one, and drawing on it."""

from typing import Any

from flask import render_template, request, url_for
from tresen.sdk import _, current_desk, needs

from tresen_remote_support import states
from tresen_remote_support.offers import spoken
from tresen_remote_support.pages import blueprint, crumbs
from tresen_remote_support.queries import remote_session
from tresen_remote_support.stills import answering, queries, service


@blueprint.get("/sessions/<reference>/stills")
@needs("remote_support.read")
def stills(reference: str) -> Any:
    """Return what the page does not show yet of the pictures; the session's page asks."""
    desk = current_desk()
    row = remote_session(desk, reference)
    found = answering.unknown(desk, row)
    return answering.newer("remote_support/stills/agent_lines.html", row, found)


@blueprint.post("/sessions/<reference>/stills/taken")
@needs("remote_support.work")
def take_still(reference: str) -> Any:
    """Keep what the agent sees of the moving picture, and show the customer that it was kept."""
    desk = current_desk()
    row = remote_session(desk, reference)
    words = _("Picture taken of the shared screen, session %(session)s")

    def keep() -> None:
        service.take(desk, row, answering.sent(), words % {"session": spoken(row.reference)})

    url = url_for("remote_support.show", reference=reference)
    return answering.told(keep, _("The picture is kept, and the customer sees it."), url)


@blueprint.get("/sessions/<reference>/stills/<int:still_id>")
@needs("remote_support.read")
def still(reference: str, still_id: int) -> Any:
    """Show one picture large, and let it be drawn on while the session runs."""
    desk = current_desk()
    row = remote_session(desk, reference)
    return render_template(
        "remote_support/stills/show.html",
        row=row,
        still=queries.find(desk, row, still_id),
        above=crumbs(row),
        may_draw=desk.actor.may("remote_support.work") and row.state == states.ACTIVE,
        most_bytes=service.MOST_BYTES,
    )


@blueprint.get("/sessions/<reference>/stills/<int:still_id>/picture")
@needs("remote_support.read")
def still_picture(reference: str, still_id: int) -> Any:
    """Hand out a picture to an agent, also when the session is over."""
    desk = current_desk()
    return answering.shown(desk, queries.find(desk, remote_session(desk, reference), still_id))


@blueprint.post("/sessions/<reference>/stills/<int:still_id>/drawn")
@needs("remote_support.work")
def draw_on_still(reference: str, still_id: int) -> Any:
    """Keep what was drawn on a picture, and show it to the customer."""
    desk = current_desk()
    row = remote_session(desk, reference)
    original = queries.find(desk, row, still_id)
    words = request.form.get("words", "").strip()[:500] or _(
        "Drawn on the picture of the screen, session %(session)s"
    ) % {"session": spoken(row.reference)}

    def keep() -> None:
        service.draw(desk, row, original, answering.sent(), words)

    url = url_for("remote_support.still", reference=reference, still_id=still_id)
    return answering.told(keep, _("The customer sees your drawing now."), url)
