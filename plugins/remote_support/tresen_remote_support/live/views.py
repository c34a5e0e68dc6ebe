# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures and words by plain requests: where no direct way exists, and without a socket."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, redirect, request, url_for
from tresen.sdk import Refused, needs, open_to_all

from tresen_remote_support.live import queries, service
from tresen_remote_support.live.lines import as_line, wake
from tresen_remote_support.live.sockets import Party, agent_at, customer_at
from tresen_remote_support.pages import blueprint

PICTURE = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}


@blueprint.post("/seat/<reference>/frames")
@open_to_all("the cookie of the seat proves the customer's browser")
def take_frame(reference: str) -> Any:
    """Take the newest picture of what the customer shows."""
    party = _party(customer_at(reference))
    if request.content_length is None or request.content_length > service.LARGEST_FRAME:
        abort(413)
    try:
        number = service.keep_frame(party.desk, party.row, request.get_data())
    except Refused as refusal:
        return {"error": refusal.sentence}, 409
    return {"number": number}


@blueprint.get("/sessions/<reference>/frame")
@needs("remote_support.work")
def newest_frame(reference: str) -> Any:
    """Return the newest picture, nothing where it is known already."""
    party = _party(agent_at(reference))
    if not service.may_see(party.desk, party.row):
        abort(410)
    after = request.args.get("after", 0, type=int)
    found = queries.frame(party.desk, party.row.id, after)
    if found is None:
        return "", 204
    return Response(found.jpeg, 200, PICTURE | {"X-Frame": str(found.number)}, "image/jpeg")


@blueprint.route("/seat/<reference>/chat", methods=["GET", "POST"])
@open_to_all("the cookie of the seat proves the customer's browser")
def seat_chat(reference: str) -> Any:
    """Say something to the agent, or read what was said."""
    return _chat(_party(customer_at(reference)), "remote_support.seat", reference)


@blueprint.route("/sessions/<reference>/chat", methods=["GET", "POST"])
@needs("remote_support.work")
def chat(reference: str) -> Any:
    """Say something to the customer, or read what was said."""
    return _chat(_party(agent_at(reference)), "remote_support.show", reference)


def _chat(party: Party, page: str, reference: str) -> Any:
    if request.method == "GET":
        after = request.args.get("after", 0, type=int)
        return {"lines": told(queries.lines(party.desk, party.row.id, after))}
    try:
        made = service.say(party.desk, party.row, party.role, request.form.get("text", ""))
    except Refused as refusal:
        return {"error": refusal.sentence}, 409
    session_id, core = party.row.id, party.desk.core
    party.desk.after_commit.append(lambda: wake(core, session_id))
    if request.accept_mimetypes.best == "application/json":
        return as_line(made)
    return redirect(url_for(page, reference=reference))


def told(rows: Any) -> list[Mapping[str, Any]]:
    """Return lines of the chat as pages show them."""
    return [as_line(each) for each in rows]


def _party(found: Party | None) -> Party:
    if found is None:
        abort(410 if "/seat/" in request.path else 403)
    return found
