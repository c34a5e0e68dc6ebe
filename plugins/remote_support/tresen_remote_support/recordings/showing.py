# SPDX-License-Identifier: AGPL-3.0-or-later
"""How both sides get to see a recording: a look is noted by a form, and only then there are bytes.

A player asks for many ranges of one film. They all stand under the address of one note, so that
watching once is noted once.
"""

from typing import Any

from flask import Response, redirect, request
from tresen.sdk import Desk, Missing, _, file_headers, release
from werkzeug.wsgi import FileWrapper

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings import queries, service, states
from tresen_remote_support.recordings.models import Recording, RecordingView
from tresen_remote_support.recordings.reels import Reel

MEDIA_TYPE = "video/webm"
# Bytes that are handed to the web server at once.
AT_ONCE = 256 * 1024


def noted(desk: Desk, recording: Recording) -> RecordingView:
    """Note what the form says that somebody is about to do: to watch it unless it says otherwise.

    Raises Missing where it was deleted.
    """
    asked = request.form.get("how", states.WATCHED)
    return service.watch(desk, recording, asked if asked in states.HOW else states.WATCHED)


def led(view: RecordingView, page: str, film: str) -> Any:
    """Lead to the page that shows it, or to the film itself for whoever takes it away."""
    return redirect(film if view.how == states.DOWNLOADED else f"{page}?view={view.id}")


def begun(desk: Desk, recording: Recording) -> RecordingView | None:
    """Return the look that the page was led to from; None where there is none that holds."""
    asked = request.args.get("view", type=int)
    if asked is None:
        return None
    try:
        return queries.own_view(desk, recording, asked)
    except Missing:
        return None


def film(desk: Desk, row: RemoteSession, recording: Recording, view_id: int) -> Response:
    """Return the film, or the range of it that is asked for, to whom the look is noted of.

    Always as a file of its own that no browser runs; players take no notice of that.
    """
    queries.own_view(desk, recording, view_id)
    if recording.deleted_at is not None:
        raise Missing(_("This recording was deleted."))
    reel = Reel(desk.core, recording.head, queries.stretches(desk, recording))
    name = f"{row.reference}-{recording.id}.webm"
    # The film may be read for as long as it lasts: no connection is kept meanwhile.
    release(desk)
    answer = Response(
        FileWrapper(reel, AT_ONCE),  # type: ignore[arg-type] # as wide as io.RawIOBase
        headers=file_headers(name, MEDIA_TYPE, b""),
        direct_passthrough=True,
    )
    answer.content_length = recording.size
    answer.set_etag(recording.sha256)
    answer.make_conditional(request, accept_ranges=True, complete_length=recording.size)
    return answer
