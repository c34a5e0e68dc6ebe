# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches that came by mail, `[PATCH n/m]`, on the tickets that a development is linked to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from tresen.sdk import Desk, Message, Refused, _, mails_of

from tresen_licensing.developments import queries as developments
from tresen_licensing.developments.models import Development
from tresen_licensing.patches import posted

# The newest mails that are looked at, and bytes of one; what is larger is sent in as a file.
MOST, LARGEST = 50, 1024 * 1024


@dataclass(frozen=True)
class Posted:
    """A mail with patches: its message, its subject, and who wrote it."""

    id: int
    title: str
    author: str
    bodies: Sequence[bytes]


def posted_to(desk: Desk, row: Development) -> list[Posted]:
    """Return the mails with patches on the tickets of a development, in the order they came."""
    messages = _messages(desk, [each.id for each in developments.tickets_of(desk, row.id)])
    raw = mails_of(desk, [each.id for each in messages], LARGEST)
    found = [(each, posted.patches_of(raw[each.id])) for each in messages if each.id in raw]
    return [
        Posted(each.id, posted.title_of(raw[each.id]), each.author_name, bodies)
        for each, bodies in found
        if bodies
    ]


def bodies_of(posted: Iterable[Posted], chosen: Collection[int]) -> list[bytes]:
    """Return the patches of the mails that were chosen; raises Refused for another one."""
    known = {each.id: each for each in posted}
    if not known.keys() >= set(chosen):
        raise Refused(_("This mail holds no patches of the development."))
    return [body for key in sorted(chosen) for body in known[key].bodies]


def _messages(desk: Desk, ticket_ids: Collection[int]) -> Sequence[Message]:
    """Return the newest mails that may hold patches, in the order they came."""
    if not ticket_ids:
        return []
    may_hold = or_(Message.body.contains("diff --git "), Message.files.any())
    found = desk.session.scalars(
        select(Message)
        .where(Message.ticket_id.in_(ticket_ids), Message.is_inbound, may_hold)
        .order_by(Message.id.desc())
        .limit(MOST)
    ).all()
    return found[::-1]
