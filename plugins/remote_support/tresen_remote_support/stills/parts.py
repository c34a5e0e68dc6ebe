# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a session's page shows of its pictures: to the agent a list, to the customer the tool."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk

from tresen_remote_support import scopes, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.pages import Part
from tresen_remote_support.stills import queries, service


def for_agent(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return the pictures of a session that has begun, where there are some or may be."""
    if row.started_at is None:
        return None
    found = queries.of_session(desk, row)
    return {"stills": found} if found or row.state in states.RUNNING else None


def for_customer(desk: Desk, row: RemoteSession) -> Mapping[str, Any] | None:
    """Return what the customer sent and got back, and whether a picture may be sent now."""
    if row.started_at is None:
        return None
    may_send = row.state == states.ACTIVE and scopes.covers(row.scope, scopes.VIEW)
    limits = {"bytes": service.MOST_BYTES, "pixels": service.MOST_PIXELS}
    found = queries.of_session(desk, row)
    kinds = ",".join(service.ENDINGS)
    return {"stills": found, "may_send": may_send, "limits": limits, "kinds": kinds}


AGENT = Part("remote_support/stills/agent.html", for_agent)
CUSTOMER = Part("remote_support/stills/customer.html", for_customer)
