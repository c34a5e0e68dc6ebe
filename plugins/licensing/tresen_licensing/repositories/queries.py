# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of source trees."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import Desk

from tresen_licensing.repositories.models import SourceTree


def source_tree(desk: Desk, change_set_id: int) -> SourceTree | None:
    """Return what a change set gives; None until it was applied to its base."""
    wanted = SourceTree.change_set_id == change_set_id
    return desk.session.scalars(select(SourceTree).where(wanted)).one_or_none()


def source_trees(desk: Desk, change_set_ids: Sequence[int]) -> dict[int, SourceTree]:
    """Return what change sets give, by the id of the change set."""
    wanted = SourceTree.change_set_id.in_(change_set_ids)
    return {
        each.change_set_id: each for each in desk.session.scalars(select(SourceTree).where(wanted))
    }
