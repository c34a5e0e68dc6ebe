# SPDX-License-Identifier: AGPL-3.0-or-later
"""The badge that marks a pilot's tickets in lists."""

from collections.abc import Sequence

from tresen.sdk import Column, Desk, _, lazy

from tresen_pilot_service import queries


def load(desk: Desk, ticket_ids: Sequence[int]) -> dict[int, str]:
    """Return the badge of each ticket that came out of a pilot, with one query."""
    if not desk.actor.may("pilot_service.read"):
        return {}
    return dict.fromkeys(queries.pilots_among(desk, ticket_ids), _("Pilot"))


PILOT = Column("pilot_service.badge", lazy("Pilot"), load, is_badge=True)
