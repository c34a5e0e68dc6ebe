# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets a customer's quota, and lets an administrator go beyond the rules with a reason."""

from tresen.sdk import Desk, Organisation, Refused, _, change, record

from tresen_remote_support import service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import queries, rules
from tresen_remote_support.policy.models import Quota

QUOTA = "remote_support.quota"


def keep_quota(desk: Desk, organisation: Organisation, minutes: int | None) -> None:
    """Set the minutes that a customer has each month: 0 without limit, None as the settings say."""
    found = queries.quota(desk, organisation.id)
    before = None if found is None else found.minutes
    if minutes == before:
        return
    if found is None:
        desk.session.add(Quota(organisation_id=organisation.id, minutes=minutes))
    elif minutes is None:
        desk.session.delete(found)
    else:
        found.minutes = minutes
    desk.session.flush()
    record(desk, QUOTA, organisation.id, "changed", {"minutes": (before, minutes)})


def go_beyond(desk: Desk, row: RemoteSession, reason: str) -> None:
    """Let a session be held against hours, quota or contract, as an administrator.

    Raises Refused where none of them stands against it, Forbidden for who may not decide it.
    """
    desk.demand(rules.BEYOND)
    service.lock(desk, row)
    if row.state not in (states.REQUESTED, states.OFFERED, states.CONSENTED):
        raise Refused(_("Only a session that is still to begin needs this."))
    # An appointment that is still to come is planned against them, any other is held against them.
    if not rules.limits(desk, rules.case_of(desk, row, as_planned=is_ahead(desk, row))):
        raise Refused(_("Neither hours nor quota nor contract stand against this session."))
    change(desk, service.SESSION, row, {"emergency": reason.strip()})
    row.changed_at = desk.now()
    desk.session.flush()


def is_ahead(desk: Desk, row: RemoteSession) -> bool:
    """Tell whether the session is an appointment that is still to come."""
    return row.planned_from is not None and row.planned_from > desk.now()
