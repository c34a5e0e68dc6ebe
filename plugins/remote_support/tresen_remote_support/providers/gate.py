# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate before every tool: a session that runs, with a consent in force to all it may do."""

from typing import Protocol

from tresen.sdk import Desk, Refused, _

from tresen_remote_support import consents, scopes, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers.records import Asked


class Closed(Refused):
    """The session may not be opened, or no longer."""


class Able(Protocol):
    """What the gate asks of a tool."""

    key: str
    title: str
    scopes: tuple[str, ...]
    needs_target: bool
    names_sessions: bool


def demand(desk: Desk, row: RemoteSession, tool: Able) -> None:
    """Raise Closed unless the session runs, the customer agreed to it and to this tool."""
    if row.state != states.ACTIVE:
        raise Closed(_("The tool is opened while the session runs."))
    if row.provider != tool.key:
        raise Closed(_("The customer agreed to another tool."))
    if not consents.is_covered(desk, row):
        raise Closed(_("The customer has not agreed to this: nothing can be opened."))
    demand_able(tool, row.scope)


def demand_still(desk: Desk, row: RemoteSession, tool: Able) -> None:
    """Raise the same after others had time to act on the session."""
    desk.session.refresh(row, ["state", "provider", "scope"], with_for_update=True)
    demand(desk, row, tool)


def demand_able(tool: Able, scope: str) -> None:
    """Raise Closed where the tool cannot give all of a scope."""
    beyond = [kind for kind in scopes.kinds_in(scope) if kind not in tool.scopes]
    if beyond:
        told = {"tool": tool.title, "kinds": ", ".join(str(scopes.TITLES[each]) for each in beyond)}
        raise Closed(
            _("“%(tool)s” cannot do this: %(kinds)s. Choose another tool, or ask for less.") % told
        )


def asked(desk: Desk, row: RemoteSession, tool: Able, profile: AccessProfile | None) -> Asked:
    """Return the session as the tool gets to know it; raises Closed where its device is missing."""
    found = known(desk, row, tool, profile)
    if tool.needs_target and not found.device_id:
        raise Closed(_("Say which device: the number or address that the tool knows it by."))
    return found


def known(desk: Desk, row: RemoteSession, tool: Able, profile: AccessProfile | None) -> Asked:
    """Return the same of any session, also of one that is over; its ticket and agent are loaded."""
    device = profile.target_id if profile else ""
    if not tool.names_sessions:
        device = device or row.external_id
    return Asked(
        reference=row.reference,
        ticket=row.ticket.number,
        agent=row.agent.name if row.agent else "",
        device_id=device,
        kinds=frozenset(scopes.kinds_in(row.scope)),
        moment=desk.now(),
    )
