# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers a repeated POST with what the first one was answered, when it carries a key.

The answer is kept in the transaction of what the call did, so there is never one without the
other. Another body under the same key is refused (safety W06).
"""

import hashlib
import re
from datetime import timedelta

from flask import Flask, Response, g, make_response, request
from sqlalchemy import delete, select

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.rest.models import IdempotentAnswer
from tresen.web.work import current_desk

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[!-~]{1,255}")
KEPT = timedelta(days=1)
# What the description of the interface says of it at every POST.
DESCRIBED = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "Any text of your own that is new for each call, such as a UUID. The same call with the "
        "same key within a day does nothing twice: it is answered as the first one was, with "
        "Location, and with Idempotent-Replay: true. Another call with that key is refused."
    ),
    "schema": {"type": "string", "pattern": f"^{_KEY.pattern}$"},
}


def install(app: Flask) -> None:
    """Look for a kept answer before every POST under /api/, and keep its answer after it."""
    app.before_request(_replay)
    # Runs before the commit of the unit of work, because that was registered first.
    app.after_request(_keep)


def forget_old(desk: Desk) -> None:
    """Delete the answers that nobody will ask for again."""
    old = IdempotentAnswer.created_at < desk.now() - KEPT
    desk.session.execute(delete(IdempotentAnswer).where(old))


def _replay() -> Response | None:
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or not request.path.startswith("/api/"):
        return None
    desk = current_desk()
    if desk.actor.token_id is None:
        return None
    if not _KEY.fullmatch(key):
        raise Refused(f"{HEADER} has 1 to 255 characters of ASCII and no spaces.")
    kept = desk.session.scalar(
        select(IdempotentAnswer).where(
            IdempotentAnswer.token_id == desk.actor.token_id, IdempotentAnswer.key == key
        )
    )
    if kept is None:
        g.idempotency_key = key
        return None
    if kept.request_hash != _request_hash():
        raise Refused(f"The {HEADER} {key!r} was used for another call: take a new one.")
    response = make_response(kept.body, kept.status)
    response.content_type = "application/json"
    response.headers["Idempotent-Replay"] = "true"
    if kept.location is not None:
        response.headers["Location"] = kept.location
    return response


def _keep(response: Response) -> Response:
    key = g.pop("idempotency_key", None)
    if key is None or response.status_code >= 400:
        return response
    desk = current_desk()
    desk.session.add(
        IdempotentAnswer(
            token_id=desk.actor.token_id,
            key=key,
            request_hash=_request_hash(),
            status=response.status_code,
            body=response.get_data(as_text=True),
            location=response.headers.get("Location"),
            created_at=desk.now(),
        )
    )
    return response


def _request_hash() -> str:
    whole = b"\0".join((request.method.encode(), request.path.encode(), request.get_data()))
    return hashlib.sha256(whole).hexdigest()
