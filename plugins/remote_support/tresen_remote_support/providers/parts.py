# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a session's pages show of its tool: the agent's way into it, the customer's instruction."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support import consents, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.providers import gate, registry
from tresen_remote_support.providers.forms import NumberForm


def load(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return what the agent sees; nothing before a consent, and nothing after the session."""
    if row.state not in states.AGREED or row.provider == registry.PHONE.key:
        return None
    if row.provider == registry.BROWSER.key:
        return {"tool": registry.BROWSER, "is_outside": False}
    if not consents.is_covered(desk, row):
        return None
    entry = registry.entry(desk, row.provider)
    profile = profiles.of_session(desk, row)
    return {
        "tool": entry.provider,
        "is_outside": True,
        "may_open": row.state == states.ACTIVE and entry.tool.is_offered,
        "device": profile.target_id if profile else "",
        "form": NumberForm(data={"number": row.external_id}),
        "recording": entry.provider.recording(gate.known(desk, row, entry.provider, profile)),
    }


def load_seat(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return what the customer reads: which tool, what to do, and where its lines run."""
    if row.provider == registry.BROWSER.key:
        return None
    entry = registry.entry(desk, row.provider)
    return {"tool": entry.provider, "relay": entry.tool.relay}


PART = Part("remote_support/providers/part.html", load)
SEAT_PART = Part("remote_support/providers/seat.html", load_seat)
