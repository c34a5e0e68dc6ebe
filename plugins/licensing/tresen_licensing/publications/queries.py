# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds anchors and publications, and what anchors have to show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload
from tresen.sdk import Desk, Missing, _

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.clearances.models import Approval, Clearance
from tresen_licensing.clearances.states import SIDES
from tresen_licensing.developments import states
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
    """Return what anchors that are added now have to show: what is published, or comes next."""
    return sources(desk, [row.id])[row.id]


def sources(desk: Desk, development_ids: Collection[int]) -> dict[int, Source]:
    """Return what new anchors of each development have to show, by its id.

    A new version of what is public counts from its clearance on.
    """
    published = publications(desk, development_ids)
    found = _latest(desk, development_ids)
    coming = _cleared(desk, _newer(desk, found, published))
    kept = {key: each for key, each in published.items() if key not in coming}
    found |= {key: each.change_set for key, each in kept.items()}
    return _sources(desk, found, kept, development_ids)


def meant(desk: Desk, anchors: Collection[Anchor]) -> dict[int, Source]:
    """Return what each anchor has to show, by its id: its own publication, or what comes next."""
    ids = {each.publication_id for each in anchors if each.publication_id is not None}
    known = {
        each.id: each
        for each in desk.session.scalars(
            select(Publication)
            .where(Publication.id.in_(ids))
            .options(joinedload(Publication.change_set))
        )
    }
    changes = {key: each.change_set for key, each in known.items()}
    bound = _sources(desk, changes, known, ids)
    loose = {each.development_id for each in anchors if each.publication_id is None}
    coming = sources(desk, loose) if loose else {}
    return {
        each.id: coming[each.development_id]
        if each.publication_id is None
        else bound[each.publication_id]
        for each in anchors
    }


def rework(desk: Desk, row: Development) -> ChangeSet | None:
    """Return the version that is to follow what is public, or None where there is none."""
    return reworks(desk, publications(desk, [row.id])).get(row.id)


def reworks(desk: Desk, published: Mapping[int, Publication]) -> dict[int, ChangeSet]:
    """Return the versions that are to follow what is public, by the development's id."""
    return _newer(desk, _latest(desk, published), published) if published else {}


def target(desk: Desk, row: Development) -> int | None:
    """Return the id of the publication that new anchors stand for; None for the one to come."""
    return bound(publication(desk, row.id), source(desk, row))


def standing(desk: Desk, row: Development) -> list[Anchor]:
    """Return the anchors of a development that stand for what is to be shown now."""
    found = target(desk, row)
    return [each for each in anchors_of(desk, row.id) if each.publication_id == found]


def public_trees(desk: Desk, row: Development) -> dict[int, str]:
    """Return the tree of each version that the public has, by the id of its change set."""
    wanted = select(Publication).where(Publication.development_id == row.id)
    return {each.change_set_id: each.tree for each in desk.session.scalars(wanted)}


def public_source(desk: Desk, row: Development) -> Source:
    """Return the source that the public has, whatever is to follow it."""
    change = public_change(desk, row)
    known = {row.id: change} if change is not None else {}
    return _sources(desk, known, publications(desk, [row.id]), [row.id])[row.id]


def bound(made: Publication | None, source: Source) -> int | None:
    """Return the id of a publication whose source this is; None for another source."""
    if made is None or source.change is None or source.change.id != made.change_set_id:
        return None
    return made.id


def _newer(
    desk: Desk, latest: Mapping[int, ChangeSet], published: Mapping[int, Publication]
) -> dict[int, ChangeSet]:
    found = {
        key: latest[key]
        for key, each in published.items()
        if key in latest and latest[key].version > each.change_set.version
    }
    if not found:
        return {}
    wanted = select(Development.id).where(
        Development.id.in_(found), Development.state.in_(states.REWORKED)
    )
    return {key: found[key] for key in desk.session.scalars(wanted)}


def _cleared(desk: Desk, reworks: Mapping[int, ChangeSet]) -> dict[int, ChangeSet]:
    """Return those versions that both sides approved when they were looked at last."""
    if not reworks:
        return {}
    last = (
        select(func.max(Clearance.id))
        .where(Clearance.change_set_id.in_([each.id for each in reworks.values()]))
        .group_by(Clearance.development_id)
    )
    both = (
        select(Clearance.development_id)
        .join(Approval, Approval.clearance_id == Clearance.id)
        .where(Clearance.id.in_(last))
        .group_by(Clearance.development_id)
        .having(func.count(Approval.id) == len(SIDES))
    )
    return {key: reworks[key] for key in desk.session.scalars(both)}


def _sources(
    desk: Desk,
    changes: Mapping[int, ChangeSet],
    published: Mapping[int, Publication],
    keys: Collection[int],
) -> dict[int, Source]:
    trees = source_trees(desk, [change.id for change in changes.values()])
    return {each: _source(changes.get(each), trees, published.get(each)) for each in keys}


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
    """Return the latest publication of each of these developments, with its changes."""
    found = desk.session.scalars(
        select(Publication)
        .where(Publication.development_id.in_(development_ids))
        .options(joinedload(Publication.change_set))
        .order_by(Publication.id)
    )
    return {each.development_id: each for each in found}


def publication(desk: Desk, development_id: int) -> Publication | None:
    """Return the latest publication of a development with its changes; None where it has none."""
    return publications(desk, [development_id]).get(development_id)


def earlier(desk: Desk, published: Publication) -> Sequence[Publication]:
    """Return what was published of a development before, the latest first; it stays public."""
    return desk.session.scalars(
        select(Publication)
        .where(
            Publication.development_id == published.development_id, Publication.id < published.id
        )
        .options(joinedload(Publication.change_set).joinedload(ChangeSet.file))
        .order_by(Publication.id.desc())
    ).all()


def public_change(desk: Desk, row: Development) -> ChangeSet | None:
    """Return the version that the public has; of what was public before this was kept, the last."""
    wanted = select(ChangeSet).join(Development, Development.id == ChangeSet.development_id)
    is_public = ChangeSet.version == public_version()
    return desk.session.scalar(wanted.where(Development.id == row.id, is_public))


def public_version() -> ColumnElement[int]:
    """Return the number of a development's public version, as a question within another one."""
    other, published = aliased(ChangeSet), aliased(ChangeSet)
    last = select(func.max(other.version)).where(other.development_id == Development.id)
    told = (
        select(func.max(published.version))
        .join(Publication, Publication.change_set_id == published.id)
        .where(published.development_id == Development.id)
    )
    first, second = (each.correlate(Development).scalar_subquery() for each in (told, last))
    return func.coalesce(first, second)


def is_latest() -> ColumnElement[bool]:
    """Return the condition that nothing newer than a publication was published."""
    newer = aliased(Publication)
    return ~exists().where(
        newer.development_id == Publication.development_id, newer.id > Publication.id
    )


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
    """Return the anchor of a development at a place, of what is to be shown now, or None."""
    wanted = select(Anchor).where(
        Anchor.development_id == row.id,
        Anchor.place == place,
        Anchor.publication_id == target(desk, row),
    )
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
    known = meant(desk, found)
    return [(each.id, _question(each, known[each.id])) for each in found]


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
    """Return those of these developments of which an anchor vanished or shows another source.

    What was published before the latest version counts as well: it stays public.
    """
    return _orphaned(desk, Publication.development_id.in_(development_ids))


def all_orphaned(desk: Desk) -> set[int]:
    """Return every development that is public and lost an anchor."""
    return _orphaned(desk)


def _orphaned(desk: Desk, *narrowed: ColumnElement[bool]) -> set[int]:
    found = desk.session.execute(
        select(Anchor, Publication)
        .join(Publication, Publication.id == Anchor.publication_id)
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
