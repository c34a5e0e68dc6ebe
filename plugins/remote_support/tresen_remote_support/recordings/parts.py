# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of a session say of recordings: the mark on both sides, the button, the list."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support import consents, scopes
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part
from tresen_remote_support.recordings import queries, retention, service, states


def load_seat(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return what the customer agreed to or is asked for; None where neither is to be recorded."""
    is_allowed = consents.allows(desk, row, scopes.RECORD)
    is_wanted = scopes.RECORD in scopes.kinds_in(row.wanted_scope)
    days = consents.days_told(desk, row, row.wanted_scope if is_wanted else row.scope)
    if row.provider != retention.OWN_TOOL:
        return None
    words = consents.recording_words(days) if days and is_wanted and not is_allowed else ""
    return {"is_allowed": is_allowed, "days": days, "words": words}


def load_mark(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:  # noqa: ARG001 - as every part
    """Return nothing but that it shows, for every session in the browser."""
    return {} if row.provider == retention.OWN_TOOL else None


def load_recorder(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return the button, for the session's agents while the customer's consent allows it."""
    is_theirs = desk.actor.person_id in (row.agent_id, row.second_agent_id)
    if not is_theirs or not desk.actor.may("remote_support.work"):
        return None
    if not service.may_record(desk, row):
        return None
    return {"days": consents.days_told(desk, row, row.scope)}


def load_recordings(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return the recordings of a session with how often each was looked at.

    Also where there is none yet, since the page takes them in while it stands.
    """
    if row.provider != retention.OWN_TOOL or row.started_at is None:
        return None
    found = queries.of_session(desk, row)
    return {"recordings": found, "counts": queries.view_counts(desk, found), "states": states}


SEAT = Part("remote_support/recordings/seat.html", load_seat)
MARK = Part("remote_support/recordings/mark.html", load_mark)
RECORDER = Part("remote_support/recordings/recorder.html", load_recorder)
RECORDINGS = Part("remote_support/recordings/part.html", load_recordings)
