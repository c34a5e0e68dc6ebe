# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the duty of what another plugin announced stands, in words for that plugin's page."""

from typing import Any

from flask import url_for
from tresen.sdk import Desk

from tresen_licensing.announcements.queries import announced
from tresen_licensing.developments.queries import standings
from tresen_licensing.developments.sentences import said_of


def duty(desk: Desk, origin: str, key: int) -> dict[str, Any] | None:
    """Return the answer of `pilot_service_duty`; None for what was not announced."""
    row = announced(desk, origin, key)
    if row is None or not desk.actor.may("licensing.read"):
        return None
    said = said_of(standings(desk, [row])[row.id].clock, desk.today())
    return {
        "title": row.reference,
        "url": url_for("licensing.development", reference=row.reference),
        "text": said.text,
        "tone": said.tone,
    }
