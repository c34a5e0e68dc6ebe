# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of upstream's history and of source trees."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk

from tresen_licensing.repositories.models import (
    Attempt,
    Mirror,
    MirrorHead,
    MirrorPack,
    SourceTree,
)

# Where upstream stands when a development names no branch.
HEAD = "HEAD"


def address_of(text: str) -> str:
    """Return the address of a repository in the one form in which mirrors are kept."""
    return text.strip().rstrip("/")


def mirror(desk: Desk, address: str) -> Mirror | None:
    """Return what is known of the repository at an address, or None."""
    wanted = Mirror.address == address_of(address)
    return desk.session.scalars(select(Mirror).where(wanted)).one_or_none()


def packs_of(desk: Desk, mirror_id: int) -> Sequence[MirrorPack]:
    """Return the packs of a mirror with their files, the first first."""
    return desk.session.scalars(
        select(MirrorPack)
        .where(MirrorPack.mirror_id == mirror_id)
        .options(joinedload(MirrorPack.pack), joinedload(MirrorPack.index))
        .order_by(MirrorPack.id)
    ).all()


def heads_of(desk: Desk, mirror_id: int) -> dict[str, str]:
    """Return where each branch of a mirror stood, by its name."""
    found = desk.session.execute(
        select(MirrorHead.name, MirrorHead.commit)
        .where(MirrorHead.mirror_id == mirror_id)
        .order_by(MirrorHead.name)
    )
    return {row.name: row.commit for row in found}


def head_of(heads: Mapping[str, str], branch: str) -> str | None:
    """Return the commit at which a branch stood; without a name, the one that upstream uses."""
    plain = branch.strip().removeprefix("refs/heads/")
    return heads.get(f"refs/heads/{plain}" if plain else HEAD)


def attempt(desk: Desk, change_set_id: int) -> Attempt | None:
    """Return how it went when a change set was last put on its base; None while nobody tried."""
    wanted = Attempt.change_set_id == change_set_id
    return desk.session.scalars(select(Attempt).where(wanted)).one_or_none()


def source_tree(desk: Desk, change_set_id: int) -> SourceTree | None:
    """Return what a change set gives; None until it was applied to its base."""
    wanted = SourceTree.change_set_id == change_set_id
    return desk.session.scalars(
        select(SourceTree).where(wanted).options(joinedload(SourceTree.archive))
    ).one_or_none()


def source_trees(desk: Desk, change_set_ids: Sequence[int]) -> dict[int, SourceTree]:
    """Return what change sets give, by the id of the change set."""
    wanted = SourceTree.change_set_id.in_(change_set_ids)
    return {
        each.change_set_id: each for each in desk.session.scalars(select(SourceTree).where(wanted))
    }
