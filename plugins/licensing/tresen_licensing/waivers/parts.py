# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of its waivers."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part
from tresen_licensing.waivers import queries, reasons


def _load(desk: Desk, row: Development) -> Mapping[str, Any]:
    return {
        "rows": queries.waivers_of(desk, row.id),
        "reasons": reasons,
        "may_ask": row.state not in (*states.PUBLIC, *states.ENDED),
        "today": desk.today(),
    }


PART = Part("licensing/waivers/part.html", _load)
