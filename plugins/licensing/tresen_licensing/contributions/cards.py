# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public may know of a contribution, chosen field by field: all else stays inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.contributions import crediting
from tresen_licensing.contributions.queries import Contribution, component_of
from tresen_licensing.publications import kinds, queries, rules
from tresen_licensing.publications.models import Anchor
from tresen_licensing.repositories.queries import source_tree


@dataclass(frozen=True)
class Mark:
    """One anchor as the public sees it; `is_held` tells whether it shows the source today."""

    kind: str
    address: str
    tree: str
    compared: str
    is_ours: bool
    is_held: bool
    seen_on: date | None


@dataclass(frozen=True)
class Card:
    """What is told of a contribution to everybody."""

    reference: str
    title: str
    description: str
    kind: str
    state: str
    licence: str
    component: str
    base_version: str
    upstream_url: str
    credit: str
    is_funder: bool
    version: int
    base: str
    tree: str
    sha512: str
    published_at: datetime
    moved_at: datetime


def card(found: Contribution) -> Card:
    """Return what is told of a contribution, without the customer's name unless it may be told."""
    row, published = found.row, found.publication
    change = published.change_set
    return Card(
        reference=row.reference,
        title=crediting.spoken(row, row.title),
        description=crediting.spoken(row, row.description),
        kind=row.kind,
        state=row.state,
        licence=published.licence,
        component=crediting.spoken(row, component_of(row)),
        base_version=row.base_version.number if row.base_version is not None else "",
        upstream_url=row.upstream_url,
        credit=crediting.name(row),
        is_funder=crediting.is_funder(row),
        version=change.version,
        base=change.base,
        tree=published.tree,
        sha512=change.sha512 if change.file is not None else "",
        published_at=published.published_at,
        moved_at=max(row.moved_at, published.published_at),
    )


def marks(desk: Desk, found: Contribution) -> list[Mark]:
    """Return the anchors of a contribution that were looked at and are not withdrawn."""
    rows = queries.anchors_of(desk, found.row.id)
    counting = [
        each
        for each in rows
        if each.publication_id == found.publication.id
        and each.withdrawn_at is None
        and each.observed_at
    ]
    return [_mark(desk, each, found.publication.tree) for each in counting]


def archive_sha512(desk: Desk, found: Contribution) -> str:
    """Return the SHA-512 of the whole source as an uncompressed tar, or nothing where unknown."""
    known = source_tree(desk, found.publication.change_set_id)
    return known.archive_sha512 if known is not None else ""


def as_json(told: Sequence[Card]) -> list[dict[str, Any]]:
    """Return cards as JSON values."""
    return [
        {
            "reference": each.reference,
            "title": each.title,
            "description": each.description,
            "kind": each.kind,
            "state": each.state,
            "licence": each.licence,
            "component": each.component,
            "upstream": each.upstream_url,
            "credit": {"name": each.credit, "is_funder": each.is_funder} if each.credit else None,
            "base": each.base,
            "tree": each.tree,
            "swhid": f"swh:1:dir:{each.tree}",
            "patches_sha512": each.sha512,
            "published_at": each.published_at.isoformat(),
        }
        for each in told
    ]


def _mark(desk: Desk, anchor: Anchor, tree: str) -> Mark:
    return Mark(
        kind=anchor.kind,
        address=anchor.address if anchor.kind in kinds.ADDRESSED else "",
        tree=anchor.tree,
        compared=anchor.compared,
        is_ours=anchor.is_ours,
        is_held=rules.holds(queries.seen(desk, anchor), tree, desk.today()),
        seen_on=desk.today(anchor.observed_at) if anchor.observed_at is not None else None,
    )
