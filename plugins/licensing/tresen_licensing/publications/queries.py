# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds anchors and publications, and what anchors have to show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds, rules
from tresen_licensing.publications.models import Anchor, Publication
from tresen_licensing.publications.records import Wanted
from tresen_licensing.repositories.models import SourceTree
from tresen_licensing.repositories.queries import source_trees

# After so long an anchor is looked at again; as many in one go of the job.
EVERY = timedelta(days=7)
AT_ONCE = 10


@dataclass(frozen=True)
class Source:
    """What a development's anchors have to show; empty until the changes stand on their base."""

    change: ChangeSet | None = None
    tree: str = ""
    head: str = ""
    archive_sha512: str = ""


def source(desk: Desk, row: Development) -> Source:
    """Return what was published, or else what the latest version of the changes gives."""
    return sources(desk, [row.id])[row.id]


def sources(desk: Desk, development_ids: Collection[int]) -> dict[int, Source]:
    """Return what the anchors of each development have to show, by its id."""
    published = publications(desk, development_ids)
    found = _latest(desk, development_ids) | {
        each.development_id: each.change_set for each in published.values()
    }
    trees = source_trees(desk, [change.id for change in found.values()])
    return {each: _source(found.get(each), trees, published.get(each)) for each in development_ids}


def _source(
    change: ChangeSet | None, trees: Mapping[int, SourceTree], published: Publication | None
) -> Source:
    if change is None:
        return Source()
    known = trees.get(change.id)
    if known is None:
        return Source(change, published.tree if published is not None else "")
    return Source(change, known.tree, known.head, known.archive_sha512)


def _latest(desk: Desk, development_ids: Collection[int]) -> dict[int, ChangeSet]:
    last = (
        select(ChangeSet.development_id, func.max(ChangeSet.version).label("version"))
        .where(ChangeSet.development_id.in_(development_ids))
        .group_by(ChangeSet.development_id)
        .subquery()
    )
    is_last = (ChangeSet.development_id == last.c.development_id) & (
        ChangeSet.version == last.c.version
    )
    found = desk.session.scalars(select(ChangeSet).join(last, is_last))
    return {each.development_id: each for each in found}


def publications(desk: Desk, development_ids: Collection[int]) -> dict[int, Publication]:
    """Return which of these developments were published, with their changes."""
    found = desk.session.scalars(
        select(Publication)
        .where(Publication.development_id.in_(development_ids))
        .options(joinedload(Publication.change_set))
    )
    return {each.development_id: each for each in found}


def publication(desk: Desk, development_id: int) -> Publication | None:
    """Return that a development was published, with its changes; None where it was not."""
    return publications(desk, [development_id]).get(development_id)


def anchors_of(desk: Desk, development_id: int) -> Sequence[Anchor]:
    """Return the anchors of a development with who added and saw them, the earliest first."""
    return desk.session.scalars(
        select(Anchor)
        .where(Anchor.development_id == development_id)
        .options(joinedload(Anchor.added_by), joinedload(Anchor.observer))
        .order_by(Anchor.id)
    ).all()


def anchor(desk: Desk, row: Development, anchor_id: int) -> Anchor:
    """Return an anchor of a development; raises Missing."""
    found = desk.session.get(Anchor, anchor_id)
    if found is None or found.development_id != row.id:
        raise Missing(_("This anchor does not exist."))
    return found


def at_place(desk: Desk, row: Development, place: str) -> Anchor | None:
    """Return the anchor of a development at a place, or None."""
    wanted = select(Anchor).where(Anchor.development_id == row.id, Anchor.place == place)
    return desk.session.scalar(wanted)


def seen(desk: Desk, anchor: Anchor) -> rules.Seen:
    """Return what the rule of two goes by, of one anchor."""
    held_on = desk.today(anchor.held_at) if anchor.held_at is not None else None
    is_withdrawn = anchor.withdrawn_at is not None
    return rules.Seen(anchor.tree, anchor.outcome, anchor.is_ours, held_on, is_withdrawn)


def due(desk: Desk, development_id: int | None = None) -> list[tuple[int, Wanted]]:
    """Return id and question of what is to be looked at: a development's, or what is a week old."""
    wanted = select(Anchor)
    if development_id is not None:
        wanted = wanted.where(Anchor.development_id == development_id)
    else:
        before = desk.now() - EVERY
        wanted = wanted.where(or_(Anchor.observed_at.is_(None), Anchor.observed_at <= before))
    found = desk.session.scalars(
        wanted.where(Anchor.withdrawn_at.is_(None), Anchor.kind != kinds.COUNTERSIGNATURE)
        .order_by(Anchor.observed_at.is_not(None), Anchor.observed_at, Anchor.id)
        .limit(AT_ONCE)
    ).all()
    known = sources(desk, {each.development_id for each in found})
    return [(each.id, _question(each, known[each.development_id])) for each in found]


def with_developments(desk: Desk, anchor_ids: Collection[int]) -> list[tuple[Anchor, Development]]:
    """Return those of these anchors that count, each with its development."""
    found = desk.session.execute(
        select(Anchor, Development)
        .join(Development, Development.id == Anchor.development_id)
        .where(Anchor.id.in_(anchor_ids), Anchor.withdrawn_at.is_(None))
        .order_by(Anchor.id)
    )
    return [(row[0], row[1]) for row in found]


def orphaned(desk: Desk, development_ids: Sequence[int]) -> set[int]:
    """Return those of these developments of which an anchor vanished or shows another source."""
    return _orphaned(desk, Publication.development_id.in_(development_ids))


def all_orphaned(desk: Desk) -> set[int]:
    """Return every development that is public and lost an anchor."""
    return _orphaned(desk)


def _orphaned(desk: Desk, *narrowed: ColumnElement[bool]) -> set[int]:
    found = desk.session.execute(
        select(Anchor, Publication)
        .join(Publication, Publication.development_id == Anchor.development_id)
        .where(Anchor.withdrawn_at.is_(None), *narrowed)
    )
    today = desk.today()
    return {
        published.development_id
        for each, published in found
        if rules.is_lost(seen(desk, each), published.tree, today)
    }


def _question(anchor: Anchor, source: Source) -> Wanted:
    return Wanted(
        kind=anchor.kind,
        address=anchor.address,
        revision=anchor.revision,
        commit=anchor.commit if anchor.tree and anchor.tree == source.tree else "",
        tree=source.tree,
        archive_sha512=source.archive_sha512,
    )
