# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's and Tresen's steps through a session's life; each leaves its journal entry.

What the customer decides stands in `answers`. Nothing here runs without a consent in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, Refused, Ticket, _, change, enqueue, read_settings, record

from tresen_remote_support import consents, hookspecs, offers, queries, scopes, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import contracts, rules
from tresen_remote_support.profiles import limits, notices
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.providers import registry

SESSION = "remote_support.session"
SHUT_TOOL = "remote_support.shut_tool"
MINUTE = timedelta(minutes=1)
# What another one's step may have changed meanwhile.
FRESH = ("state", "started_at", "ended_at", "paused_at", "wanted_scope", "recorded_since")


@dataclass(frozen=True)
class Wish:
    """What an agent wants to do at whose screen, and why."""

    purpose: str
    scope: str
    provider: str
    person_id: int | None
    second_agent_id: int | None = None
    planned_from: datetime | None = None
    planned_to: datetime | None = None
    profile_id: int | None = None
    # Why it goes beyond hours, quota or contract, which an administrator alone may decide.
    emergency: str = ""


def request(desk: Desk, ticket: Ticket, wish: Wish) -> RemoteSession:
    """Ask for a session about a ticket; raises Refused where the policy forbids it.

    A profile brings its own tool. Raises Forbidden for going beyond hours, quota or contract
    without the right to.
    """
    if wish.emergency.strip():
        desk.demand(rules.BEYOND)
    profile = limits.profile_for(desk, ticket, wish.profile_id)
    provider = profile.provider if profile else wish.provider
    row = RemoteSession(
        reference=offers.new_reference(),
        ticket_id=ticket.id,
        organisation_id=ticket.organisation_id,
        installation_id=ticket.installation_id,
        person_id=wish.person_id,
        agent_id=desk.actor.person_id,
        second_agent_id=wish.second_agent_id,
        profile_id=wish.profile_id,
        provider=provider,
        scope=registry.fitting(desk, provider, wish.scope),
        purpose=wish.purpose.strip(),
        state=states.REQUESTED,
        emergency=wish.emergency.strip(),
        planned_from=wish.planned_from,
        planned_to=wish.planned_to,
        requested_at=desk.now(),
        changed_at=desk.now(),
    )
    if not row.scope:
        raise Refused(_("Say what the session may do: at least see the screen."))
    limits.demand(desk, profile, row.scope)
    # What is within the rules is not to look as if it were not.
    if row.emergency and not rules.limits(desk, rules.case_of(desk, row, as_planned=True)):
        row.emergency = ""
    rules.demand(desk, row, as_planned=True)
    desk.session.add(row)
    desk.session.flush()
    beyond = {"emergency": ("", row.emergency)} if row.emergency else {}
    record(desk, SESSION, row.id, "requested", {"scope": (None, row.scope), **beyond})
    return row


def offer(desk: Desk, row: RemoteSession) -> offers.Ways:
    """Open the ways in for the customer, and close earlier ones; raises Refused."""
    rules.demand(desk, row)
    minutes = int(read_settings(desk, queries.SETTINGS)["offer_minutes"])
    take(desk, row, states.OFFERED, open_until=desk.now() + minutes * MINUTE)
    return offers.make(desk, row)


def begin(desk: Desk, row: RemoteSession) -> None:
    """Begin, or go on after a pause; raises Refused without a consent that covers the scope."""
    lock(desk, row)
    if row.state == states.CONSENTED:
        rules.demand(desk, row)
    if not consents.is_covered(desk, row):
        raise Refused(_("The customer has not agreed to this: nothing can be shown yet."))
    wanted: dict[str, Any] = {"seen_at": desk.now()}
    if row.started_at is None:
        ticket = desk.session.get_one(Ticket, row.ticket_id)
        wanted["started_at"] = desk.now()
        wanted["contract"] = contracts.covering(desk, ticket, desk.now())
    take(desk, row, states.ACTIVE, **wanted)


def pause(desk: Desk, row: RemoteSession) -> None:
    """Stand still for a while: nothing is seen meanwhile, and the time does not count."""
    take(desk, row, states.PAUSED, paused_at=desk.now())


def end(desk: Desk, row: RemoteSession) -> None:
    """End the session, as its agent."""
    finish(desk, row, states.ENDED, states.AGENT)


def fail(desk: Desk, row: RemoteSession, reason: str) -> None:
    """Note that it came to nothing, and why."""
    finish(desk, row, states.FAILED, states.AGENT, reason)


def cancel(desk: Desk, row: RemoteSession, reason: str = "") -> None:
    """Call off what has not begun."""
    take(desk, row, states.CANCELLED, reason=reason.strip())
    close(desk, row)


def widen(desk: Desk, row: RemoteSession, wanted: str) -> None:
    """Ask the customer for more than they agreed to; until they answer the old scope counts."""
    lock(desk, row)
    if row.state not in states.AGREED:
        raise Refused(_("More can be asked for while the session runs."))
    if row.seat_hash is None:
        raise Refused(_("Nobody sits at the screen who could be asked for more."))
    together = scopes.line((*scopes.kinds_in(row.scope), *scopes.kinds_in(wanted)))
    if together == row.scope:
        raise Refused(_("The customer has agreed to that already."))
    limits.demand(desk, profiles.of_session(desk, row), together)
    change(desk, SESSION, row, {"wanted_scope": together})


def document(desk: Desk, row: RemoteSession, values: Mapping[str, Any]) -> None:
    """Write down `actions`, `result` and `minutes` of a session that has run; raises Refused.

    Other plugins are told each time, so that they can book the minutes and correct them later.
    """
    lock(desk, row)
    if row.ended_at is None or row.started_at is None:
        raise Refused(_("What was done is written down when the session is over."))
    if not values["actions"].strip():
        raise Refused(_("Say what was done: the customer reads it in the protocol."))
    wanted = {
        "actions": values["actions"].strip(),
        "result": values["result"],
        "minutes": values["minutes"],
        "documented_at": row.documented_at or desk.now(),
    }
    change(desk, SESSION, row, wanted | {"changed_at": desk.now()})
    ticket = desk.session.get_one(Ticket, row.ticket_id)
    desk.tell(hookspecs.remote_support_documented, ticket, facts_of(row))


def facts_of(row: RemoteSession) -> dict[str, Any]:
    """Return what other plugins are told of a session that was written down."""
    return {
        "reference": row.reference,
        "agent_id": row.agent_id,
        "started_at": row.started_at,
        "minutes": row.minutes,
        "summary": row.actions,
        "result": row.result,
    }


def review(desk: Desk, row: RemoteSession, words: str) -> None:
    """Note that somebody else than its agent looked at the record; raises Refused."""
    lock(desk, row)
    if row.documented_at is None:
        raise Refused(_("There is nothing to review before it is written down what was done."))
    if row.reviewed_at is not None:
        raise Refused(_("This session was reviewed already."))
    if desk.actor.person_id == row.agent_id:
        raise Refused(_("Somebody else than the agent of the session reviews it."))
    wanted: dict[str, Any] = {
        "reviewer_id": desk.actor.person_id,
        "reviewed_at": desk.now(),
        "review": words.strip(),
    }
    # How it ended otherwise is not to be forgotten.
    if row.state == states.ENDED:
        wanted["state"] = states.REVIEWED
    change(desk, SESSION, row, wanted)


def see(desk: Desk, row: RemoteSession) -> None:
    """Note that somebody did something, so that it does not end for standing still."""
    if row.state in states.RUNNING:
        row.seen_at = desk.now()


def take(desk: Desk, row: RemoteSession, state: str, **wanted: Any) -> None:
    """Take the step to a state, with what changes along; raises Refused where there is none."""
    lock(desk, row)
    if not states.may_follow(row.state, state):
        told = {"state": states.TITLES[row.state]}
        raise Refused(_("This step is not open to a session that is “%(state)s”.") % told)
    change(desk, SESSION, row, {"state": state} | wanted | _after_pause(desk, row))
    if state != states.ACTIVE:
        row.recorded_since = None
    row.changed_at = desk.now()
    desk.session.flush()


def finish(desk: Desk, row: RemoteSession, state: str, ended_by: str, reason: str = "") -> None:
    """End it in one of its ways; from here on nothing is seen and no consent holds."""
    ends: dict[str, Any] = {"ended_by": ended_by, "reason": reason.strip()}
    if row.started_at is not None:
        ends["ended_at"] = desk.now()
    take(desk, row, state, **ends)
    if row.started_at is not None:
        shut_tool(desk, row)
        notices.tell_of_use(desk, row)
    close(desk, row)


def shut_tool(desk: Desk, row: RemoteSession) -> None:
    """Have a server close what it opened for the session; nobody waits for it to answer."""
    if row.provider in registry.SERVERS:
        enqueue(desk, SHUT_TOOL, {"session_id": row.id, "provider": row.provider})


def lock(desk: Desk, row: RemoteSession) -> None:
    """Let two who act on a session at the same moment wait for each other, and read it anew."""
    statement = select(RemoteSession.id).where(RemoteSession.id == row.id).with_for_update()
    desk.session.execute(statement)
    desk.session.refresh(row, FRESH)


def close(desk: Desk, row: RemoteSession) -> None:
    """Close every way in, for good: links, PINs, the customer's seat and the consent."""
    consents.withdraw(desk, row)
    offers.close(desk, row)
    row.seat_hash, row.wanted_scope = None, ""
    desk.session.flush()


def _after_pause(desk: Desk, row: RemoteSession) -> dict[str, Any]:
    """Return what a step out of a pause changes: the seconds that do not count."""
    if row.state != states.PAUSED or row.paused_at is None:
        return {}
    stood = int((desk.now() - row.paused_at).total_seconds())
    return {"paused_at": None, "paused_seconds": row.paused_seconds + stood}
