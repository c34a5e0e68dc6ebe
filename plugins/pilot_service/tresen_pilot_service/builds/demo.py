# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of builds: one that every ring has, and the next one in the first."""

from datetime import timedelta

from tresen.sdk import Desk, _

from tresen_pilot_service.builds import queries, service
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Programme

# Days after the programme's first on which the first build went to one ring after the other.
FIRST_AFTER, FROM_RING_TO_RING, SECOND_AFTER = (
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=36),
)


def fill(desk: Desk, programme: Programme) -> None:
    """Add two builds and roll them out."""
    first = _add(desk, programme, 1, _("Imports are read twice as fast."))
    second = _add(desk, programme, 2, _("Lists keep their filters. Texts can be dictated."))
    rings = list(queries.rings(desk, programme.id))
    for place, ring in enumerate(rings):
        day = programme.starts_on + FIRST_AFTER + place * FROM_RING_TO_RING
        service.roll_out(desk, first, ring, {"rolled_out_on": day, "is_told": False})
    day = programme.starts_on + SECOND_AFTER
    service.roll_out(desk, second, rings[0], {"rolled_out_on": day, "is_told": False})


def _add(desk: Desk, programme: Programme, number: int, notes: str) -> Build:
    newest = next(iter(queries.versions(desk, programme.product_id)), None)
    values = {
        "number": f"{newest.number if newest else '1.0'}+pilot.{number}",
        # Whoever runs a released version would seem to try it.
        "version_id": None,
        "notes": notes,
        "known_issues": _("Printing from the preview takes a while."),
        "rollback_note": _(
            "Stop the service, install the version of before and start it again. No data is lost."
        ),
    }
    return service.add_build(desk, programme, values)
