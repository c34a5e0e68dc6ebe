# SPDX-License-Identifier: AGPL-3.0-or-later
"""What change sets keep about who made them, and how it goes when a person is erased.

Who signs off a contribution agrees that it is public with name and address and stays so (Developer
Certificate of Origin 1.1, clause d). So what is public stays; what is not goes with its bytes,
whether the person wrote a patch or only signed off somebody else's.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, literal, or_, select, update
from sqlalchemy.orm import aliased
from tresen.sdk import DataSet, Desk, Person, Traces, lazy, remove_files

from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications.models import Publication


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which patches bear the person's address, and which changes they sent in."""
    addresses = [each.address.lower() for each in person.addresses]
    found = _bearing(desk, addresses)
    made = [
        {
            "reference": reference,
            "version": version,
            "subject": patch.subject,
            "author_name": patch.author_name,
            "author_address": patch.author_address,
        }
        for reference, version, patch in found
        if patch.author_address in addresses
    ]
    signed = [
        {"reference": reference, "version": version, "subject": patch.subject, "signed_off": line}
        for reference, version, patch in found
        for line in patch.signed_off.splitlines()
        if line.lower() in addresses and patch.author_address not in addresses
    ]
    sent = [
        {"version": each.version, "made_at": each.made_at, "sha512": each.sha512}
        for each in _sent(desk, person)
    ]
    return [
        DataSet(lazy("Patches"), made),
        DataSet(lazy("Patches of others that the person signed off"), signed),
        DataSet(lazy("Changes sent in"), sent),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of what is not public."""
    for each in _sent(desk, person):
        each.made_by_id = None
    desk.session.flush()
    addresses = [each.lower() for each in traces.addresses]
    sets = _private_sets(desk, addresses)
    remove_files(desk, [each.file_id for each in sets if each.file_id is not None])
    ids = [each.id for each in sets]
    wanted = select(Patch).where(Patch.change_set_id.in_(ids), _bears(addresses))
    for patch in desk.session.scalars(wanted).all():
        # Past the lock on change sets: only this may write into one, and it only takes away.
        values = _without(patch, addresses)
        desk.session.execute(update(Patch).where(Patch.id == patch.id).values(**values))


def _without(patch: Patch, addresses: Sequence[str]) -> dict[str, str]:
    """Return what is left of a patch: of its author nothing, of who signed it off the others."""
    if patch.author_address in addresses:
        return {"author_name": "", "author_address": "", "signed_off": ""}
    kept = [each for each in patch.signed_off.splitlines() if each.lower() not in addresses]
    return {"signed_off": "\n".join(kept)}


def _bears(addresses: Sequence[str]) -> ColumnElement[bool]:
    """Return whether a patch was written or signed off by one of these addresses."""
    # Addresses stand one in a line; a line break on each side keeps longer ones apart.
    lines = literal("\n") + func.lower(Patch.signed_off) + "\n"
    signed = [lines.contains(f"\n{each}\n", autoescape=True) for each in addresses]
    return or_(Patch.author_address.in_(addresses), *signed)


def _bearing(desk: Desk, addresses: Sequence[str]) -> list[tuple[str, int, Patch]]:
    found = desk.session.execute(
        select(Development.reference, ChangeSet.version, Patch)
        .join(ChangeSet, ChangeSet.development_id == Development.id)
        .join(Patch, Patch.change_set_id == ChangeSet.id)
        .where(_bears(addresses))
        .order_by(Patch.id)
    )
    return [(row[0], row[1], row[2]) for row in found]


def _private_sets(desk: Desk, addresses: Sequence[str]) -> Sequence[ChangeSet]:
    """Return change sets that are not public, with a patch of these addresses.

    Of a public development that is a version that is still to be published.
    """
    theirs = select(Patch.change_set_id).where(_bears(addresses))
    other = aliased(ChangeSet)
    published = (
        select(func.max(other.version))
        .join(Publication, Publication.change_set_id == other.id)
        .where(Publication.development_id == Development.id)
        .correlate(Development)
        .scalar_subquery()
    )
    return desk.session.scalars(
        select(ChangeSet)
        .join(Development, Development.id == ChangeSet.development_id)
        .where(
            ChangeSet.id.in_(theirs),
            Development.state.not_in(states.PUBLIC) | (ChangeSet.version > published),
        )
    ).all()


def _sent(desk: Desk, person: Person) -> Sequence[ChangeSet]:
    wanted = select(ChangeSet).where(ChangeSet.made_by_id == person.id).order_by(ChangeSet.id)
    return desk.session.scalars(wanted).all()
