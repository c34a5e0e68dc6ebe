# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's steps: agree, decline, stop, and answer whether more is allowed.

Stopping asks for nothing and is never refused while there is something to stop.
"""

import secrets
from dataclasses import replace

from tresen.sdk import Actor, Desk, Refused, _, change

from tresen_remote_support import consents, offers, service, states
from tresen_remote_support.models import RemoteSession


def acting(desk: Desk, row: RemoteSession) -> Desk:
    """Return the desk of the customer's person, who is known by the seat and not by an account."""
    name = row.person.name if row.person else ""
    return replace(desk, actor=Actor(name, "customer", row.person_id, row.organisation_id))


def agree(desk: Desk, row: RemoteSession, channel: str, name: str) -> str:
    """Say yes to what the session asks for; return the token of the customer's seat.

    Raises Refused for an offer that has lapsed, and without a name.
    """
    service.lock(desk, row)
    if not name.strip():
        raise Refused(_("Please give your name: it stands in the record of the session."))
    if row.open_until is None or row.open_until <= desk.now():
        raise Refused(_("This offer has expired: ask for a new one."))
    seat = secrets.token_urlsafe(32)
    service.take(
        desk,
        row,
        states.CONSENTED,
        consented_at=desk.now(),
        open_until=desk.now() + offers.BEGIN_WITHIN,
        seen_at=desk.now(),
    )
    offers.close(desk, row)
    row.seat_hash = offers.hash_of(seat)
    consents.give(desk, row, row.scope, channel, name)
    return seat


def decline(desk: Desk, row: RemoteSession) -> None:
    """Say no; no reason is asked for."""
    service.take(desk, row, states.DECLINED, ended_by=states.CUSTOMER)
    offers.close(desk, row)


def stop(desk: Desk, row: RemoteSession) -> None:
    """Take the consent back: the session is over at once. Where it is over already, nothing is."""
    service.lock(desk, row)
    if row.state in states.AGREED:
        service.finish(desk, row, states.REVOKED, states.CUSTOMER)


def allow(desk: Desk, row: RemoteSession) -> None:
    """Say yes to more, in the same way and under the same name as before; raises Refused."""
    service.lock(desk, row)
    before = consents.in_force(desk, row)
    if not row.wanted_scope or before is None:
        raise Refused(_("Nothing more is asked for."))
    consents.give(desk, row, row.wanted_scope, before.channel, before.name)
    change(desk, service.SESSION, row, {"scope": row.wanted_scope, "wanted_scope": ""})


def refuse(desk: Desk, row: RemoteSession) -> None:
    """Say no to more; what was agreed to before goes on."""
    service.lock(desk, row)
    change(desk, service.SESSION, row, {"wanted_scope": ""})
