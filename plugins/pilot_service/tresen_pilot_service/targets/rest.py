# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the REST API says of the targets of a pilot's ticket."""

from collections.abc import Sequence
from typing import Any

from tresen_pilot_service.targets.queries import Promise


def facts(promised: Sequence[Promise]) -> dict[str, Any]:
    """Return each target by its kind: until when, when it was reached, and where it stands."""
    return {
        each.kind: {
            "due_at": each.at.isoformat(),
            "reached_at": each.reached_at.isoformat() if each.reached_at else None,
            "state": each.state,
        }
        for each in promised
    }
