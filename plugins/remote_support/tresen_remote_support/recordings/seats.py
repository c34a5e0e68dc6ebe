# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's side of recordings: to stop one from the seat, and to watch them in the portal."""

from typing import Any

from flask import render_template, url_for
from tresen.sdk import (
    Desk,
    _,
    current_desk,
    needs,
    open_to_all,
    taken,
)

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import blueprint
from tresen_remote_support.recordings import queries, service, showing, states
from tresen_remote_support.recordings.models import Recording
from tresen_remote_support.seating import seated

OWN = "/portal/<reference>/recordings/<int:recording_id>"


@blueprint.post("/seat/<reference>/recording/take-back")
@open_to_all("the cookie of the seat proves the customer's browser")
def take_back_recording(reference: str) -> Any:
    """Stop the recording and allow no other one; the session goes on."""
    desk, row = seated(reference)
    url = url_for("remote_support.seat", reference=reference)
    said = _("Nothing is recorded any more. The session goes on.")
    return taken(lambda: service.take_back(desk, row), said, url)


@blueprint.get(OWN)
@needs("remote_support.take_part")
def own_recording(reference: str, recording_id: int) -> Any:
    """Show customers a recording of their own screen, and who looked at it."""
    desk = current_desk()
    row, found = _own(desk, reference, recording_id)
    return render_template(
        "remote_support/recordings/own.html",
        row=row,
        recording=found,
        views=queries.views(desk, found),
        view=showing.begun(desk, found),
        states=states,
    )


@blueprint.post(f"{OWN}/views")
@needs("remote_support.take_part")
def watch_own_recording(reference: str, recording_id: int) -> Any:
    """Note that the customer looks at it, and lead there."""
    desk = current_desk()
    _row, found = _own(desk, reference, recording_id)
    view = showing.noted(desk, found)
    given: dict[str, Any] = {"reference": reference, "recording_id": recording_id}
    page = url_for("remote_support.own_recording", **given)
    film = url_for("remote_support.own_recording_film", **given, view_id=view.id)
    return showing.led(view, page, film)


@blueprint.get(f"{OWN}/views/<int:view_id>/film")
@needs("remote_support.take_part")
def own_recording_film(reference: str, recording_id: int, view_id: int) -> Any:
    """Hand the film out to the customer whose look is noted."""
    desk = current_desk()
    row, found = _own(desk, reference, recording_id)
    return showing.film(desk, row, found, view_id)


def _own(desk: Desk, reference: str, recording_id: int) -> tuple[RemoteSession, Recording]:
    row = queries.of_person(desk, desk.actor.person_id or 0, reference)
    return row, queries.find(desk, row, recording_id)
