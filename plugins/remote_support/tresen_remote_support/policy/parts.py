# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an agent's page of a session says of the rules: what stands against it, what it exceeds."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support import states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part
from tresen_remote_support.policy import rules
from tresen_remote_support.policy.service import is_ahead

_BEFORE = (states.REQUESTED, states.OFFERED, states.CONSENTED)


def load(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return the reasons against a session that is to begin, or what a running one goes beyond."""
    is_running = row.state in states.RUNNING
    reasons: list[rules.Reason] = []
    if is_running:
        reasons = rules.limits(desk, rules.case_of(desk, row))
    elif row.state in _BEFORE:
        reasons = rules.judge(desk, rules.case_of(desk, row, as_planned=is_ahead(desk, row)))
    reasons = rules.remaining(reasons, is_beyond=bool(row.emergency))
    if not reasons and not row.emergency:
        return None
    may_pass = not is_running and desk.actor.may(rules.BEYOND) and rules.is_passable(reasons)
    return {"reasons": reasons, "is_running": is_running, "may_pass": may_pass}


PART = Part("remote_support/policy/standing.html", load)
