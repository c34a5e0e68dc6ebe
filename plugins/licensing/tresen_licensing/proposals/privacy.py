# SPDX-License-Identifier: AGPL-3.0-or-later
"""What proposals keep about people: who proposed, and reviewers by the name that is shown.

What a reviewer said is public at upstream; here the name goes all the same when its bearer does.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.developments.models import Development
from tresen_licensing.proposals import queries
from tresen_licensing.proposals.models import ReviewWord, UpstreamProposal

# What may name somebody; what was sent is public at upstream all the same.
_TEXTS = ("title", "text", "news", "reason", "fault", "repository", "address", "release")


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say what the person proposed, and what they said under their name as a reviewer."""
    proposed = [
        {"title": each.title, "address": each.address, "proposed_at": each.proposed_at}
        for each in _proposed(desk, person)
    ]
    said = [
        {"author": each.author, "written_at": each.written_at, "text": each.text}
        for each in desk.session.scalars(
            select(ReviewWord).where(ReviewWord.author == person.name).order_by(ReviewWord.id)
        )
    ]
    return [
        DataSet(lazy("Proposals to upstream"), proposed),
        DataSet(lazy("Words of reviewers under this name"), said),
        DataSet(lazy("Proposals sent to the person's address"), _sent(desk, person)),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of proposals and of what was said of them."""
    rows = {each.id: each for each in (*_proposed(desk, person), *_about(desk, person))}
    for row in rows.values():
        for name in _TEXTS:
            setattr(row, name, traces.blot(getattr(row, name)))
        for word in queries.words_of(desk, row.id):
            word.text = traces.blot(word.text)
        if row.proposed_by_id == person.id:
            row.proposed_by_id = None
    desk.session.execute(
        update(ReviewWord).where(ReviewWord.author.in_(traces.names)).values(author="")
    )
    desk.session.execute(
        update(UpstreamProposal)
        .where(UpstreamProposal.repository.in_(traces.addresses))
        .values(repository="")
    )


def _proposed(desk: Desk, person: Person) -> Sequence[UpstreamProposal]:
    wanted = select(UpstreamProposal).where(UpstreamProposal.proposed_by_id == person.id)
    return desk.session.scalars(wanted.order_by(UpstreamProposal.id)).all()


def _sent(desk: Desk, person: Person) -> list[dict[str, Any]]:
    addresses = [each.address for each in person.addresses]
    wanted = select(UpstreamProposal).where(UpstreamProposal.repository.in_(addresses))
    return [
        {"title": each.title, "proposed_at": each.proposed_at, "address": each.repository}
        for each in desk.session.scalars(wanted.order_by(UpstreamProposal.id))
    ]


def _about(desk: Desk, person: Person) -> Sequence[UpstreamProposal]:
    """Return the proposals of developments of the person's organisation."""
    theirs = select(Development.id).where(Development.organisation_id == person.organisation_id)
    wanted = select(UpstreamProposal).where(UpstreamProposal.development_id.in_(theirs))
    return desk.session.scalars(wanted).all()
