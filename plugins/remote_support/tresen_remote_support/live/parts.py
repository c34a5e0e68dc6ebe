# SPDX-License-Identifier: AGPL-3.0-or-later
"""The picture and the chat on both pages of a session."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support.live import queries, service
from tresen_remote_support.live.states import AGENT, CUSTOMER
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part
from tresen_remote_support.providers import registry


def load_seat(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return the chat, where the customer can share the screen in the browser."""
    if row.provider != registry.BROWSER.key or not service.may_meet(desk, row):
        return None
    return {"own": CUSTOMER, "lines": queries.lines(desk, row.id), "is_open": True}


def load_page(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return the same for the session's agents; for others and afterwards what was written."""
    lines = queries.lines(desk, row.id)
    is_theirs = desk.actor.person_id in (row.agent_id, row.second_agent_id)
    is_open = is_theirs and row.provider == registry.BROWSER.key and service.may_meet(desk, row)
    return {"own": AGENT, "lines": lines, "is_open": is_open} if lines or is_open else None


SEAT = Part("remote_support/live/sharing.html", load_seat)
PAGE = Part("remote_support/live/viewing.html", load_page)
