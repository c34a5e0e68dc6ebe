# SPDX-License-Identifier: AGPL-3.0-or-later
"""The blueprint that every page of the slice hangs on, and what its addresses have in common."""

from typing import Any

from flask import Blueprint, has_request_context, request

blueprint = Blueprint("tickets", __name__, url_prefix="/tickets")

# The pages and forms of one ticket; after each of them one is still on the way through a list.
ON_THE_WAY = frozenset(
    f"tickets.{name}"
    for name in (
        *("page", "write", "take_back", "be_present", "take", "change", "change_subject"),
        *("change_tags", "change_links", "change_participants", "requester", "undo"),
    )
)


@blueprint.url_defaults
def keep_the_way(endpoint: str, values: dict[str, Any]) -> None:
    """Let the addresses of the ticket being shown remember out of which list it was opened."""
    if endpoint not in ON_THE_WAY or not has_request_context() or "list" not in request.args:
        return
    if values.get("number") == (request.view_args or {}).get("number"):
        for name in ("list", "at"):
            values.setdefault(name, request.args.get(name, ""))
