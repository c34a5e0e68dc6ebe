# SPDX-License-Identifier: AGPL-3.0-or-later
"""What developments, agreements and journals keep about people, and how it goes with them."""

from collections.abc import Sequence

from sqlalchemy import or_, select, update
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.agreements.models import Agreement
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.models import Entry

_TEXTS = ("title", "component", "description")
_AGREED = ("title", "reference", "clause", "privacy_note")


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which developments the person sees to, and what they did."""
    owned = [
        {"reference": row.reference, "title": row.title, "state": row.state}
        for row in _around(desk, person)
        if row.owner_id == person.id
    ]
    did = [
        {"happened_at": each.happened_at, "kind": each.kind, "note": each.note}
        for each in _entries(desk, person)
    ]
    return [
        DataSet(lazy("Developments that the person sees to"), owned),
        DataSet(lazy("Entries in journals of developments"), did),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; that something happened stays, and its seal holds."""
    for row in _around(desk, person):
        for text in _TEXTS:
            setattr(row, text, traces.blot(getattr(row, text)))
        if row.owner_id == person.id:
            row.owner_id = None
        _forget_words(desk, _entries_of(desk, row.id), traces)
    for agreement in _agreements(desk, person):
        for text in _AGREED:
            setattr(agreement, text, traces.blot(getattr(agreement, text)))
    own = _entries(desk, person)
    _forget_words(desk, own, traces)
    for each in own:
        each.actor_id = None


def _forget_words(desk: Desk, entries: Sequence[Entry], traces: Traces) -> None:
    for each in entries:
        each.note = traces.blot(each.note)
        facts = traces.blot(each.facts)
        if facts != each.facts:
            # Facts name nobody; if they ever did, a person would outweigh the seal.
            desk.session.execute(update(Entry).where(Entry.id == each.id).values(facts=facts))


def _around(desk: Desk, person: Person) -> Sequence[Development]:
    """Return the developments that the person sees to, and those of their organisation."""
    named = [Development.owner_id == person.id]
    if person.organisation_id is not None:
        named.append(Development.organisation_id == person.organisation_id)
    return desk.session.scalars(select(Development).where(or_(*named))).all()


def _agreements(desk: Desk, person: Person) -> Sequence[Agreement]:
    wanted = select(Agreement).where(Agreement.organisation_id == person.organisation_id)
    return desk.session.scalars(wanted).all()


def _entries(desk: Desk, person: Person) -> Sequence[Entry]:
    wanted = select(Entry).where(Entry.actor_id == person.id).order_by(Entry.id)
    return desk.session.scalars(wanted).all()


def _entries_of(desk: Desk, development_id: int) -> Sequence[Entry]:
    return desk.session.scalars(select(Entry).where(Entry.development_id == development_id)).all()
