# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of upstream: where it stands, what was said, what is next."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.changes import queries as changes
from tresen_licensing.detections.records import DETECTORS
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part
from tresen_licensing.forges import routes
from tresen_licensing.proposals import adoption, queries, states


def _load(desk: Desk, row: Development) -> Mapping[str, Any]:
    rows = queries.proposals_of(desk, row.id)
    found = rows[0] if rows else None
    is_with_upstream = row.state in (developing.MERGED, developing.RELEASED)
    twin = queries.twins_proposal(desk, row) if row.state in states.FROM else None
    return {
        "found": found,
        "earlier": rows[1:],
        "is_shown": row.state in developing.PUBLIC,
        "words": queries.words_of(desk, found.id) if found else [],
        "merged": queries.merged_patches(desk, found.id) if found else [],
        "total": _total(desk, found),
        "may_propose": _may_propose(row, found),
        "next": _next(desk, row, found),
        "twin": twin,
        "following": _following(row, found),
        "carrying": adoption.carrying(desk, row, found.release if found else "")
        if is_with_upstream
        else [],
        "warranty": adoption.warranty_until(found),
        "states": states,
        "routes": routes,
        "detectors": DETECTORS,
        "today": desk.today(),
    }


def _may_propose(row: Development, found: Any) -> bool:
    return row.state in states.FROM and (found is None or found.state not in states.RUNNING)


def _next(desk: Desk, row: Development, found: Any) -> Any:
    """Return what is public and can be sent in place of what upstream has, or None."""
    if found is None or found.development_id != row.id or found.route == routes.ELSEWHERE:
        return None
    return queries.next_version(desk, found)


def _total(desk: Desk, found: Any) -> int:
    return len(changes.patches_of(desk, found.change_set_id)) if found else 0


def _following(row: Development, found: Any) -> list[str]:
    """Return the states that can be written down by hand now."""
    known = [each for each in developing.STEPS[row.state] if each in states.BY_HAND]
    if row.state == developing.ADOPTED:
        # That it runs with its own patches again shows by itself.
        known.remove(developing.RELEASED)
    if row.state in states.FROM:
        # It is proposed by proposing it.
        known = [each for each in known if each != developing.PROPOSED]
    has_one = found is not None and found.state not in (states.SENDING, states.FAILED)
    return [each for each in known if has_one or each == developing.CLOSED]


PART = Part("licensing/proposals/part.html", _load)
