# SPDX-License-Identifier: AGPL-3.0-or-later
"""The protocol as a file, for the agent."""

from typing import Any

from flask import Response
from tresen.sdk import Missing, _, current_desk, needs

from tresen_remote_support import queries as sessions
from tresen_remote_support.pages import blueprint
from tresen_remote_support.protocols import service


@blueprint.get("/sessions/<reference>/protocol.pdf")
@needs("remote_support.read")
def protocol(reference: str) -> Any:
    """Hand out the protocol as it stands now, in the customer's language."""
    desk = current_desk()
    row = sessions.remote_session(desk, reference)
    body = service.pdf(desk, row) if row.documented_at else None
    if body is None:
        raise Missing(_("There is no PDF of this session."))
    name = service.file_name(row)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(body, mimetype="application/pdf", headers=headers)
