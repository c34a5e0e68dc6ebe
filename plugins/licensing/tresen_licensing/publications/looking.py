# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks at anchors: addresses are asked before the first statement, and only then is written."""

from tresen.sdk import Desk, desk_for

from tresen_licensing.publications import kinds, queries, service, settings


def look(desk: Desk, development_id: int | None = None, observer_id: int | None = None) -> None:
    """Look at the anchors of a development, or at those that are due; harmless when run twice.

    On SQLite nobody else writes from a desk's first statement on.
    """
    from tresen_licensing.publications import readings  # noqa: PLC0415 - pages never talk HTTP

    with desk_for(desk.core) as asking:
        due, limits = queries.due(asking, development_id), settings.limits(asking)
    found = {
        anchor_id: readings.read(wanted, limits) if wanted.kind != kinds.OWN_PAGE else None
        for anchor_id, wanted in due
    }
    for anchor, row in queries.with_developments(desk, found):
        reading = found[anchor.id]
        if reading is None:
            service.look_at_home(desk, row, anchor, observer_id)
        else:
            service.note(desk, row, anchor, reading, observer_id)
