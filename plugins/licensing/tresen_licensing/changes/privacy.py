# SPDX-License-Identifier: AGPL-3.0-or-later
"""What change sets keep about who made them, and how it goes when a person is erased.

Who signs off a contribution agrees that it is public with name and address and stays so (Developer
Certificate of Origin 1.1, clause d). So what is public stays; what is not goes with its bytes.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from tresen.sdk import DataSet, Desk, Person, Traces, lazy, remove_files

from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which patches bear the person's address, and which changes they sent in."""
    addresses = [each.address.lower() for each in person.addresses]
    made = [
        {
            "reference": reference,
            "version": version,
            "subject": patch.subject,
            "author_name": patch.author_name,
            "author_address": patch.author_address,
        }
        for reference, version, patch in _authored(desk, addresses)
    ]
    sent = [
        {"version": each.version, "made_at": each.made_at, "sha512": each.sha512}
        for each in _sent(desk, person)
    ]
    return [DataSet(lazy("Patches"), made), DataSet(lazy("Changes sent in"), sent)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of what is not public."""
    for each in _sent(desk, person):
        each.made_by_id = None
    desk.session.flush()
    sets = _private_sets(desk, traces.addresses)
    remove_files(desk, [each.file_id for each in sets if each.file_id is not None])
    # Past the lock on change sets: only this may write into one, and it only takes away.
    desk.session.execute(
        update(Patch)
        .where(
            Patch.change_set_id.in_([each.id for each in sets]),
            Patch.author_address.in_(traces.addresses),
        )
        .values(author_name="", author_address="", signed_off="")
    )


def _authored(desk: Desk, addresses: Sequence[str]) -> list[tuple[str, int, Patch]]:
    found = desk.session.execute(
        select(Development.reference, ChangeSet.version, Patch)
        .join(ChangeSet, ChangeSet.development_id == Development.id)
        .join(Patch, Patch.change_set_id == ChangeSet.id)
        .where(Patch.author_address.in_(addresses))
        .order_by(Patch.id)
    )
    return [(row[0], row[1], row[2]) for row in found]


def _private_sets(desk: Desk, addresses: Sequence[str]) -> Sequence[ChangeSet]:
    """Return change sets of developments that are not public, with a patch of these addresses."""
    theirs = select(Patch.change_set_id).where(Patch.author_address.in_(addresses))
    return desk.session.scalars(
        select(ChangeSet)
        .join(Development, Development.id == ChangeSet.development_id)
        .where(ChangeSet.id.in_(theirs), Development.state.not_in(states.PUBLIC))
    ).all()


def _sent(desk: Desk, person: Person) -> Sequence[ChangeSet]:
    wanted = select(ChangeSet).where(ChangeSet.made_by_id == person.id).order_by(ChangeSet.id)
    return desk.session.scalars(wanted).all()
