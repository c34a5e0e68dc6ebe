# SPDX-License-Identifier: AGPL-3.0-or-later
"""How both sides' pages take a picture that is sent, and hand one out."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request
from tresen.sdk import Desk, Missing, Refused, _, file_headers, read_file

from tresen_remote_support.models import RemoteSession
from tresen_remote_support.stills import queries, service
from tresen_remote_support.stills.models import Still


def sent() -> service.Picture:
    """Return the picture that was sent; raises Refused. No more is read than may be kept."""
    given = request.files.get("picture")
    return service.picture_of(given.stream.read(service.MOST_BYTES + 1) if given else b"")


def told(act: Callable[[], object], said: str, url: str) -> Any:
    """Take what was sent, and say so or why it is refused: to a script, or on the page at `url`."""
    is_script = request.accept_mimetypes.best == "application/json"
    try:
        act()
    except (Refused, Missing) as refusal:
        if is_script:
            return {"sentence": refusal.sentence}, 422
        flash(refusal.sentence, "error")
    else:
        if is_script:
            return {"sentence": said}
        flash(said)
    return redirect(url)


def unknown(desk: Desk, row: RemoteSession) -> Sequence[Still]:
    """Return the pictures that a page asks for: those after `after`, and those gone since."""
    after, gone = (request.args.get(name, 0, type=int) for name in ("after", "gone"))
    return queries.changed(desk, row, after, gone)


def newer(template: str, row: RemoteSession, stills: Sequence[Still]) -> Any:
    """Return the lines of pictures that a page does not show yet, or that there are none."""
    if not stills:
        return "", 204
    return render_template(template, row=row, stills=stills)


def shown(desk: Desk, still: Still) -> Response:
    """Hand out a picture; the caller has checked who asks."""
    file = still.file
    if file is None:
        raise Missing(_("This picture does not exist."))
    body = read_file(desk, file)
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=True))
