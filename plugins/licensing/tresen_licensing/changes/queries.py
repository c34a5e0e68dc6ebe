# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds change sets and their patches."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_licensing.changes.models import ChangeSet, Patch
from tresen_licensing.developments.models import Development


@dataclass(frozen=True)
class Twin:
    """A patch that is part of another development, too: who gives it back once, credits both."""

    development: Development
    subject: str


def change_sets_of(desk: Desk, development_id: int) -> Sequence[ChangeSet]:
    """Return the change sets of a development, the latest first, with file and who sent it in."""
    return desk.session.scalars(
        select(ChangeSet)
        .where(ChangeSet.development_id == development_id)
        .options(joinedload(ChangeSet.made_by), joinedload(ChangeSet.file))
        .order_by(ChangeSet.version.desc())
    ).all()


def latest(desk: Desk, development_id: int) -> ChangeSet | None:
    """Return the change set that counts, or None where there is none yet."""
    return desk.session.scalar(
        select(ChangeSet)
        .where(ChangeSet.development_id == development_id)
        .order_by(ChangeSet.version.desc())
        .limit(1)
    )


def change_set(desk: Desk, row: Development, version: int) -> ChangeSet:
    """Return a change set with its file; raises Missing."""
    found = desk.session.scalar(
        select(ChangeSet)
        .where(ChangeSet.development_id == row.id, ChangeSet.version == version)
        .options(joinedload(ChangeSet.file), joinedload(ChangeSet.made_by))
    )
    if found is None:
        raise Missing(_("There is no version %(number)s of these changes.") % {"number": version})
    return found


def patches_of(desk: Desk, change_set_id: int) -> Sequence[Patch]:
    """Return the patches of a change set in their order."""
    return desk.session.scalars(
        select(Patch).where(Patch.change_set_id == change_set_id).order_by(Patch.position)
    ).all()


def patches_of_all(desk: Desk, change_set_ids: Sequence[int]) -> dict[int, list[Patch]]:
    """Return the patches of several change sets in their order, by the change set's id."""
    wanted = select(Patch).where(Patch.change_set_id.in_(change_set_ids))
    found: dict[int, list[Patch]] = {}
    for each in desk.session.scalars(wanted.order_by(Patch.change_set_id, Patch.position)):
        found.setdefault(each.change_set_id, []).append(each)
    return found


def next_version(desk: Desk, development_id: int) -> int:
    """Return the number of the next change set."""
    last = latest(desk, development_id)
    return last.version + 1 if last else 1


def twins(desk: Desk, change: ChangeSet) -> list[Twin]:
    """Return where else the same patches are, by their stable id: one for each development."""
    own = select(Patch.patch_id).where(Patch.change_set_id == change.id)
    found = desk.session.execute(
        select(Development, func.min(Patch.subject))
        .join(ChangeSet, ChangeSet.development_id == Development.id)
        .join(Patch, Patch.change_set_id == ChangeSet.id)
        .where(Patch.patch_id.in_(own), Development.id != change.development_id)
        .group_by(Development.id)
        .order_by(Development.id)
    )
    return [Twin(row[0], row[1]) for row in found]
