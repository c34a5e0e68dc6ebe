# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hands out files: to whom another slice lets through, and pictures to the frame of a mail.

Who may read a file follows from the message it hangs on; that slice asks for `file_response`.
"""

from typing import Any

from flask import Blueprint, Response, url_for

from tresen.errors import Missing
from tresen.files import service
from tresen.files.models import StoredFile
from tresen.i18n import _
from tresen.web.fetch_guard import fetch
from tresen.web.media import file_headers, image_of
from tresen.web.permissions import open_to_all
from tresen.web.signed_links import sign, signed_value
from tresen.web.work import current_desk

blueprint = Blueprint("files", __name__, url_prefix="/files")

_SHOWN, _REMOTE = "shown file", "remote image"
_LONGEST_ADDRESS = 1_500  # characters; its token must fit the request line of any server


def shown_address(public_id: str) -> str:
    """Return the address, good for ten minutes, at which a mail's frame finds its own picture."""
    return url_for("files.shown", token=sign(_SHOWN, public_id))


def remote_address(address: str) -> str | None:
    """Return the address at which Tresen fetches a remote image for the reader.

    To be given as `remote_image` to `sanitise_mail_html` when an agent asks for the images.
    """
    if len(address) > _LONGEST_ADDRESS:
        return None
    return url_for("files.remote", token=sign(_REMOTE, address))


def file_response(file: StoredFile, body: bytes, *, may_show: bool = False) -> Response:
    """Return the response that hands out `file`; the caller has checked who asks."""
    return Response(body, headers=file_headers(file.name, file.media_type, body, may_show=may_show))


@blueprint.get("/shown/<token>")
@open_to_all("the link is signed for one picture and ten minutes; the frame has no session")
def shown(token: str) -> Any:
    """Show one picture of a mail in its frame."""
    desk = current_desk()
    file = service.find_file(desk, signed_value(_SHOWN, token))
    return _kept(file_response(file, service.read_blob(desk, file.sha256), may_show=True))


@blueprint.get("/remote/<token>")
@open_to_all("the link is signed for one image and ten minutes; the frame has no session")
def remote(token: str) -> Any:
    """Fetch a remote image for the reader, whose address the sender's host never learns."""
    body = fetch(signed_value(_REMOTE, token))
    image = image_of(body)
    if image is None or not image.is_showable:
        raise Missing(_("There is no picture at this address."))
    headers = file_headers("image", image.media_type, body, may_show=True)
    return _kept(Response(body, headers=headers))


def _kept(response: Response) -> Response:
    """Let the reader's browser keep the picture as long as its link is good."""
    response.headers["Cache-Control"] = "private, max-age=600"
    return response
