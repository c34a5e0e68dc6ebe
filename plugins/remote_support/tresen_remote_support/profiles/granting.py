# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lets a session begin by a standing permission, without an offer to anybody."""

from tresen.sdk import Desk, Refused, _

from tresen_remote_support import offers, service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import rules
from tresen_remote_support.profiles import limits, queries, standing


def grant(desk: Desk, row: RemoteSession) -> None:
    """Take the consent from the permission of the session's profile; raises Refused without one."""
    rules.demand(desk, row)
    profile = queries.of_session(desk, row)
    if profile is None or not limits.is_enough(desk, profile, row.scope):
        raise Refused(_("No standing permission covers this session: offer it to the customer."))
    until = desk.now() + offers.BEGIN_WITHIN
    end = standing.end_of(desk, profile)
    service.take(
        desk,
        row,
        states.CONSENTED,
        consented_at=desk.now(),
        open_until=min(until, end) if end else until,
    )
    standing.give(desk, row, profile)
