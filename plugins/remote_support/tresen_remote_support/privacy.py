# SPDX-License-Identifier: AGPL-3.0-or-later
"""What remote support keeps about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_remote_support.models import Consent, RemoteSession

# The columns that name somebody, with the part that this person has.
PARTS = {
    "person_id": "at the screen",
    "agent_id": "agent",
    "second_agent_id": "second agent",
    "reviewer_id": "reviewer",
}
TEXTS = ("purpose", "reason", "emergency", "actions", "review")


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say in which sessions the person took part, and what they consented to."""
    rows = [
        {
            "reference": row.reference,
            "part": part,
            "state": row.state,
            "purpose": row.purpose,
            "requested_at": row.requested_at,
            "ended_at": row.ended_at,
        }
        for row in _around(desk, person)
        for column, part in PARTS.items()
        if getattr(row, column) == person.id
    ]
    given = [
        {"scope": each.scope, "name": each.name, "given_at": each.given_at, "channel": each.channel}
        for each in _given(desk, person)
    ]
    return [
        DataSet(lazy("Remote sessions"), rows),
        DataSet(lazy("Consents to remote sessions"), given),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of every session; that there was one stays on record."""
    for row in _around(desk, person):
        for text in TEXTS:
            setattr(row, text, traces.blot(getattr(row, text)))
        for column in PARTS:
            if getattr(row, column) == person.id:
                setattr(row, column, None)
    for given in _given(desk, person):
        given.person_id, given.name = None, ""


def _around(desk: Desk, person: Person) -> Sequence[RemoteSession]:
    """Return the sessions that name the person, and those of their organisation."""
    named = [getattr(RemoteSession, column) == person.id for column in PARTS]
    if person.organisation_id is not None:
        named.append(RemoteSession.organisation_id == person.organisation_id)
    statement = select(RemoteSession).where(or_(*named)).order_by(RemoteSession.id)
    return desk.session.scalars(statement).all()


def _given(desk: Desk, person: Person) -> Sequence[Consent]:
    statement = select(Consent).where(Consent.person_id == person.id).order_by(Consent.id)
    return desk.session.scalars(statement).all()
