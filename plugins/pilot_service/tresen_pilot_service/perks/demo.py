# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants of the demo's pilot get."""

from datetime import time

from tresen.sdk import Desk

from tresen_pilot_service.models import Programme
from tresen_pilot_service.perks import service


def fill(desk: Desk, programme: Programme) -> None:
    """Answer within an hour and solve within two days, from 8 to 18 on weekdays."""
    values = {
        "answer_minutes": 60,
        "solve_minutes": 1200,
        "support_days": list("12345"),
        "support_from": time(8),
        "support_to": time(18),
        "remote_minutes": 240,
        # Of the numbers that are kept free for fiction in Germany.
        "direct_line": "+49 30 23125 100",
    }
    service.keep_perks(desk, programme, values)
