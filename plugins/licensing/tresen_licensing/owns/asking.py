# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of a customer about a development, and the words that they sign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from tresen.sdk import Desk, _

from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.owns import queries
from tresen_licensing.publications import queries as publications
from tresen_licensing.publications import service
from tresen_licensing.publications.models import Anchor
from tresen_licensing.publications.queries import Source

# Another part of the plugin may ask for a clearance.
CLEARANCE = "licensing.own_clearance"


@dataclass(frozen=True)
class Own:
    """A development as its customer sees it; the addresses are empty where nothing is asked."""

    row: Development
    source: Source
    licence: str
    signed: Sequence[Anchor]
    is_public: bool
    confirm_url: str
    clearance_url: str


def owns(desk: Desk, rows: Sequence[Development]) -> list[Own]:
    """Return how customers see their developments, which must be loaded whole."""
    ids = [row.id for row in rows]
    published = publications.publications(desk, ids)
    reworks = publications.reworks(desk, published)
    sources, signed = publications.sources(desk, ids), queries.signed(desk, ids)
    return [
        Own(
            row=row,
            source=sources[row.id],
            licence=licence(row, {key: each.licence for key, each in published.items()}),
            signed=signed[row.id],
            is_public=row.id in published,
            confirm_url=_confirm_url(row, sources[row.id], signed[row.id]),
            clearance_url=_clearance_url(row, row.id in reworks),
        )
        for row in rows
    ]


def licence(row: Development, published: Mapping[int, str]) -> str:
    """Return the licence under which it was published, or shall be."""
    agreed = row.agreement.licence if row.agreement is not None else ""
    return published.get(row.id, agreed)


def words(own: Own) -> str:
    """Return what a contact of the customer confirms, in the language that they read."""
    told = {
        "organisation": own.row.organisation.name,
        "reference": own.row.reference,
        "title": own.row.title,
        "tree": own.source.tree,
        "licence": own.licence,
    }
    return (
        _(
            "For %(organisation)s I confirm: the source of %(reference)s, “%(title)s”, is the one "
            "with the fingerprint %(tree)s (git's tree). It is published under %(licence)s, so "
            "that everybody may have it."
        )
        % told
    )


def _confirm_url(row: Development, source: Source, signed: Sequence[Anchor]) -> str:
    is_open = row.state in service.ANCHORED and source.tree and row.agreement is not None
    if not is_open or any(each.tree == source.tree for each in signed):
        return ""
    return url_for("licensing.confirm_development", reference=row.reference)


def _clearance_url(row: Development, is_reworked: bool) -> str:
    is_asked = row.state == states.CLEARANCE or is_reworked
    if not is_asked or CLEARANCE not in current_app.view_functions:
        return ""
    return url_for(CLEARANCE, reference=row.reference)
