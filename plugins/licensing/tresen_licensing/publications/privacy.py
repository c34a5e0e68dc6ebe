# SPDX-License-Identifier: AGPL-3.0-or-later
"""What anchors keep about who added, saw and signed them, and how it goes with these people.

That a customer confirmed a source stays valid when the person who signed leaves or is erased: the
words stay, without the name.
"""

from collections.abc import Sequence

from sqlalchemy import or_, select, update
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds
from tresen_licensing.publications.models import Anchor, Publication


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which sources the person confirmed, and which anchors they added or looked at."""
    rows = [each for each in _around(desk, person) if _is_theirs(each, person)]
    signed = [
        {"signed_at": each.observed_at, "words": each.words, "tree": each.tree}
        for each in rows
        if each.kind == kinds.COUNTERSIGNATURE and each.observer_id == person.id
    ]
    seen = [
        {"kind": each.kind, "address": each.address, "observed_at": each.observed_at}
        for each in rows
        if each.kind != kinds.COUNTERSIGNATURE
    ]
    published = [
        {"published_at": each.published_at, "tree": each.tree} for each in _published(desk, person)
    ]
    return [
        DataSet(lazy("Sources that the person confirmed"), signed),
        DataSet(lazy("Anchors that the person added or looked at"), seen),
        DataSet(lazy("Developments that the person published"), published),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; that somebody confirmed, looked and published stays."""
    for each in _around(desk, person):
        each.words = traces.blot(each.words)
        if each.added_by_id == person.id:
            each.added_by_id = None
        if each.observer_id == person.id:
            each.observer_id = None
    desk.session.execute(
        update(Publication)
        .where(Publication.published_by_id == person.id)
        .values(published_by_id=None)
    )


def _is_theirs(anchor: Anchor, person: Person) -> bool:
    return person.id in (anchor.added_by_id, anchor.observer_id)


def _around(desk: Desk, person: Person) -> Sequence[Anchor]:
    """Return the anchors that name the person, and those about their organisation."""
    named = [Anchor.added_by_id == person.id, Anchor.observer_id == person.id]
    if person.organisation_id is not None:
        theirs = select(Development.id).where(Development.organisation_id == person.organisation_id)
        named.append(Anchor.development_id.in_(theirs))
    return desk.session.scalars(select(Anchor).where(or_(*named)).order_by(Anchor.id)).all()


def _published(desk: Desk, person: Person) -> Sequence[Publication]:
    wanted = select(Publication).where(Publication.published_by_id == person.id)
    return desk.session.scalars(wanted.order_by(Publication.id)).all()
