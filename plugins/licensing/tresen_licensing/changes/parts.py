# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of its changes: the version that counts, and the earlier ones."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.changes import queries
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part


def _load(desk: Desk, row: Development) -> Mapping[str, Any]:
    found = queries.change_sets_of(desk, row.id)
    last = found[0] if found else None
    return {
        "sets": found,
        "patches": queries.patches_of(desk, last.id) if last else [],
        "twins": queries.twins(desk, last) if last else [],
        "is_open": row.state in (*states.OPEN, *states.REWORKED),
    }


PART = Part("licensing/changes/part.html", _load)
