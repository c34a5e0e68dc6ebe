# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's side of recordings: what the browser sends, and the page on which one is watched."""

from typing import Any

from flask import abort, render_template, request, url_for
from tresen.sdk import Refused, current_desk, needs

from tresen_remote_support import service as sessions
from tresen_remote_support.live.sockets import Party, agent_at
from tresen_remote_support.pages import blueprint, crumbs
from tresen_remote_support.queries import remote_session
from tresen_remote_support.recordings import queries, service, showing, states

ONE = "/sessions/<reference>/recordings/<int:recording_id>"
WATCH = "remote_support.watch"


@blueprint.post("/sessions/<reference>/recordings")
@needs("remote_support.work")
def begin_recording(reference: str) -> Any:
    """Begin to record what the customer shows."""
    party = _party(reference)
    try:
        made = service.begin(party.desk, party.row)
    except Refused as refusal:
        return {"error": refusal.sentence}, 409
    given: dict[str, Any] = {"reference": reference, "recording_id": made.id}
    return {
        "pieces": f"{url_for('remote_support.recording', **given)}/pieces/",
        "stop": url_for("remote_support.end_recording", **given),
    }


@blueprint.post(f"{ONE}/pieces/<int:number>")
@needs("remote_support.work")
def take_piece(reference: str, recording_id: int, number: int) -> Any:
    """Take a piece of a recording; say which is due, and whether it has ended.

    What is refused may have ended the recording, which counts all the same.
    """
    party = _party(reference)
    found = queries.find(party.desk, party.row, recording_id)
    if (request.content_length or 0) > service.LARGEST_PIECE:
        return {"error": service.too_large(), "is_over": False}, 413
    try:
        due = service.append(party.desk, party.row, found, number, request.get_data())
    except service.OutOfOrder as refusal:
        return {"error": refusal.sentence, "next": refusal.due, "is_over": False}, 409
    except service.Unfit as refusal:
        return {"error": refusal.sentence, "is_over": True}, 422
    except service.Over as refusal:
        return {"error": refusal.sentence, "is_over": True}, 409
    return {"next": due}


@blueprint.post(f"{ONE}/end")
@needs("remote_support.work")
def end_recording(reference: str, recording_id: int) -> Any:
    """End a recording."""
    party = _party(reference)
    found = queries.find(party.desk, party.row, recording_id)
    sessions.lock(party.desk, party.row)
    if found.ended_at is None:
        service.close(party.desk, found)
    return {"is_over": True}


@blueprint.get(ONE)
@needs("remote_support.read")
def recording(reference: str, recording_id: int) -> Any:
    """Show what a recording is, who looked at it, and the film where a look was noted just now."""
    desk = current_desk()
    row = remote_session(desk, reference)
    found = queries.find(desk, row, recording_id)
    return render_template(
        "remote_support/recordings/show.html",
        above=crumbs(row),
        row=row,
        recording=found,
        views=queries.views(desk, found),
        view=showing.begun(desk, found),
        may_watch=desk.actor.may(WATCH),
        states=states,
    )


@blueprint.post(f"{ONE}/views")
@needs(WATCH)
def watch_recording(reference: str, recording_id: int) -> Any:
    """Note that an agent looks at a recording, and lead there."""
    desk = current_desk()
    found = queries.find(desk, remote_session(desk, reference), recording_id)
    view = showing.noted(desk, found)
    given: dict[str, Any] = {"reference": reference, "recording_id": recording_id}
    page = url_for("remote_support.recording", **given)
    film = url_for("remote_support.recording_film", **given, view_id=view.id)
    return showing.led(view, page, film)


@blueprint.get(f"{ONE}/views/<int:view_id>/film")
@needs(WATCH)
def recording_film(reference: str, recording_id: int, view_id: int) -> Any:
    """Hand out a recording, whole or in ranges, to the agent whose look is noted."""
    desk = current_desk()
    row = remote_session(desk, reference)
    return showing.film(desk, row, queries.find(desk, row, recording_id), view_id)


def _party(reference: str) -> Party:
    """Return the session's agent; nobody else records, whatever they may read."""
    found = agent_at(reference)
    if found is None:
        abort(403)
    return found
