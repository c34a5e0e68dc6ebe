# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development's page shows of its journal: what happened, and whether the chain holds."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.developments.models import Development
from tresen_licensing.developments.pages import Part
from tresen_licensing.journals import queries, sides, words


def _load(desk: Desk, row: Development) -> Mapping[str, Any]:
    entries = queries.entries_of(desk, row.id)
    return {
        "lines": [(each, words.sentence(each)) for each in reversed(entries)],
        "broken": queries.broken_at(row.reference, entries),
        "sides": sides,
    }


PART = Part("licensing/journals/part.html", _load)
