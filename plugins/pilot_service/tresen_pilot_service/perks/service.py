# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets what the participants of a programme get."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from tresen.sdk import Desk, Refused, _, record

from tresen_pilot_service.models import Programme
from tresen_pilot_service.perks.models import Perks

PERKS = "pilot_service.perks"


def keep_perks(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Perks:
    """Set the perks of a programme from the fields of its form.

    What was promised to tickets before stays. Raises Refused for hours that are not whole.
    """
    wanted = {
        **values,
        "support_days": "".join(sorted(values["support_days"] or ())),
        "direct_line": (values["direct_line"] or "").strip(),
    }
    _check_hours(wanted)
    found = desk.session.get(Perks, programme.id)
    if found is None:
        found = Perks(programme_id=programme.id, support_days="", direct_line="")
        desk.session.add(found)
    changes = {
        name: (_plain(getattr(found, name)), _plain(value))
        for name, value in wanted.items()
        if getattr(found, name) != value
    }
    for name in changes:
        setattr(found, name, wanted[name])
    desk.session.flush()
    if changes:
        record(desk, PERKS, programme.id, "changed", changes)
    return found


def _check_hours(wanted: Mapping[str, Any]) -> None:
    first, last = wanted["support_from"], wanted["support_to"]
    given = {bool(wanted["support_days"]), first is not None, last is not None}
    if len(given) > 1:
        raise Refused(
            _("Days, begin and end of support belong together: fill in all three, or none.")
        )
    # Midnight is that at the end of the day.
    if first is not None and last != time(0) and last <= first:
        raise Refused(_("Support must end later on the day than it begins; 00:00 is midnight."))


def _plain(value: Any) -> Any:
    """Return the value as it stands in the journal."""
    return value.isoformat("minutes") if isinstance(value, time) else value
