# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what was given back: nothing that is not published, or that an embargo holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, Product, _

from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications.models import Publication
from tresen_licensing.publications.queries import is_latest

# As many on a page and in a feed.
PAGE = 50


@dataclass(frozen=True)
class Contribution:
    """What was given back: the development, loaded whole, and that it was published."""

    row: Development
    publication: Publication


def contributions(desk: Desk, before: int | None = None) -> list[Contribution]:
    """Return what was given back, the latest first: one more than PAGE, `before` an id."""
    narrowed = [] if before is None else [Publication.id < before]
    return _found(desk, PAGE + 1, *narrowed)


def contribution(desk: Desk, reference: str) -> Contribution:
    """Return what was given back under a reference; raises Missing for all that is not public."""
    found = _found(desk, 1, Development.reference == reference)
    if not found:
        raise Missing(_("Nothing was published under this reference."))
    return found[0]


def of_component(desk: Desk, component: str) -> list[Contribution]:
    """Return what was given back to a component, which may be named by its product."""
    by_product = select(Product.id).where(Product.name == component)
    is_products = (Development.component == "") & Development.product_id.in_(by_product)
    return _found(desk, PAGE, (Development.component == component) | is_products)


def count(desk: Desk) -> int:
    """Return how many contributions the public has."""
    wanted = select(func.count(Publication.id)).join(
        Development, Development.id == Publication.development_id
    )
    return desk.session.scalar(wanted.where(*_public(desk))) or 0


def component_of(row: Development) -> str:
    """Return what was changed: the component, or else the product, or nothing."""
    return row.component or (row.product.name if row.product is not None else "")


def _public(desk: Desk) -> list[ColumnElement[bool]]:
    """Return what makes a development one that the public may know of, as published last."""
    until = Development.embargoed_until
    is_told = or_(until.is_(None), until < desk.today())
    return [Development.state.in_(states.PUBLIC), is_told, is_latest()]


def _found(desk: Desk, most: int, *narrowed: ColumnElement[bool]) -> list[Contribution]:
    found: Sequence[tuple[Development, Publication]] = [
        (each[0], each[1])
        for each in desk.session.execute(
            select(Development, Publication)
            .join(Publication, Publication.development_id == Development.id)
            .where(*_public(desk), *narrowed)
            .options(
                joinedload(Development.organisation),
                joinedload(Development.agreement),
                joinedload(Development.product),
                joinedload(Development.base_version),
                joinedload(Publication.change_set).joinedload(ChangeSet.file),
            )
            .order_by(Publication.id.desc())
            .limit(most)
        )
    ]
    return [Contribution(row, publication) for row, publication in found]
