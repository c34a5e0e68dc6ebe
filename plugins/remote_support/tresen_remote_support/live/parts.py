# SPDX-License-Identifier: AGPL-3.0-or-later
"""The picture and the chat on both pages of a session."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support.live import queries, service
from tresen_remote_support.live.messages import AGENT, SECOND
from tresen_remote_support.live.states import CUSTOMER, viewer_of
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part
from tresen_remote_support.providers import registry
from tresen_remote_support.stills import service as stills


def load_seat(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return the chat and who may look on, where the customer can share the screen here."""
    if row.provider != registry.BROWSER.key or not service.may_meet(desk, row):
        return None
    known = {"own": CUSTOMER, "lines": queries.lines(desk, row.id), "is_open": True}
    return known | {"viewers": _viewers(row)}


def load_page(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return the same for the session's agents; for others and afterwards what was written."""
    lines = queries.lines(desk, row.id)
    own = viewer_of(row, desk.actor.person_id)
    is_open = bool(own and row.provider == registry.BROWSER.key and service.may_meet(desk, row))
    known = {"own": own or AGENT, "lines": lines, "is_open": is_open}
    more = {"viewers": _viewers(row), "most_bytes": stills.MOST_BYTES}
    return known | more if lines or is_open else None


def _viewers(row: RemoteSession) -> list[tuple[str, str]]:
    """Return who may look on, each as which viewer and by name."""
    both = ((AGENT, row.agent), (SECOND, row.second_agent))
    return [(viewer, person.name) for viewer, person in both if person]


SEAT = Part("remote_support/live/sharing.html", load_seat)
PAGE = Part("remote_support/live/viewing.html", load_page)
