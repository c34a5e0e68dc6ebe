# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks at anchors once a week, and whenever somebody asks for it."""

from datetime import timedelta

from tresen.sdk import Desk, Job, desk_for

from tresen_licensing.publications import kinds, queries, service, settings


def look(desk: Desk, development_id: int | None = None, observer_id: int | None = None) -> None:
    """Look at the anchors of a development, or at those that are due; harmless when run twice.

    Addresses are asked before the first statement: on SQLite nobody else writes from there on.
    """
    from tresen_licensing.publications import readings  # noqa: PLC0415 - only a worker talks HTTP

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


LOOK = Job(service.LOOK, look, every=timedelta(hours=1))
