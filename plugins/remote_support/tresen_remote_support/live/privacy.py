# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the chat keeps about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_remote_support.live.models import ChatLine
from tresen_remote_support.models import RemoteSession


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say what the person wrote."""
    rows = [
        {"sender": each.sender, "name": each.name, "text": each.text, "at": each.at}
        for each in _around(desk, person)
        if each.person_id == person.id
    ]
    return [DataSet(lazy("Chat in remote sessions"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; what was said stays, without them."""
    for each in _around(desk, person):
        each.text = traces.blot(each.text)
        if each.person_id == person.id:
            each.person_id, each.name = None, ""


def _around(desk: Desk, person: Person) -> Sequence[ChatLine]:
    """Return what the person wrote, and what was written in sessions of their organisation."""
    named = [ChatLine.person_id == person.id, RemoteSession.person_id == person.id]
    if person.organisation_id is not None:
        named.append(RemoteSession.organisation_id == person.organisation_id)
    statement = (
        select(ChatLine)
        .join(RemoteSession, RemoteSession.id == ChatLine.session_id)
        .where(or_(*named))
        .order_by(ChatLine.id)
    )
    return desk.session.scalars(statement).all()
