# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds products, their versions and where they run."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import joinedload

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.i18n import _
from tresen.products.models import Installation, Product, ProductVersion

_product = Product.__table__.c
_ACTIVE = select(_product.id, _product.name).where(_product.is_active).order_by(_product.name)


def products_by_name(desk: Desk) -> Sequence[Any]:
    """Return every product by name: the Product, and how many installations it has."""
    count = select(func.count()).where(Installation.product_id == Product.id).scalar_subquery()
    return desk.session.execute(
        select(Product, count.label("installations")).order_by(Product.name, Product.id)
    ).all()


def active_products(desk: Desk) -> Sequence[Row[tuple[int, str]]]:
    """Return id and name of the products that are served now, by name."""
    return desk.session.read(_ACTIVE).all()


def product_by_id(desk: Desk, product_id: int) -> Product:
    """Return a product; raises Missing."""
    found = desk.session.get(Product, product_id)
    if found is None:
        raise Missing(_("There is no product %(id)s here.") % {"id": product_id})
    return found


def versions_of(desk: Desk, product_id: int) -> Sequence[ProductVersion]:
    """Return the versions of a product, the latest added first."""
    return desk.session.scalars(
        select(ProductVersion)
        .where(ProductVersion.product_id == product_id)
        .order_by(ProductVersion.id.desc())
    ).all()


def installations_of_product(
    desk: Desk, product_id: int, limit: int = 200
) -> Sequence[Installation]:
    """Return where a product runs, with organisation and version; at most `limit`."""
    return desk.session.scalars(
        select(Installation)
        .where(Installation.product_id == product_id)
        .options(joinedload(Installation.organisation), joinedload(Installation.version))
        .order_by(Installation.organisation_id, Installation.id)
        .limit(limit)
    ).all()


def installations_of(desk: Desk, organisation_id: int) -> Sequence[Installation]:
    """Return what runs at an organisation, with product and version."""
    return desk.session.scalars(
        select(Installation)
        .where(Installation.organisation_id == organisation_id)
        .options(joinedload(Installation.product), joinedload(Installation.version))
        .order_by(Installation.id)
    ).all()


def installation_by_id(desk: Desk, installation_id: int) -> Installation:
    """Return an installation with organisation and product; raises Missing."""
    found = desk.session.scalar(
        select(Installation)
        .where(Installation.id == installation_id)
        .options(joinedload(Installation.organisation), joinedload(Installation.product))
    )
    if found is None:
        raise Missing(_("There is no installation %(id)s here.") % {"id": installation_id})
    return found


def versions_by_product(desk: Desk, kept_id: int | None = None) -> list[tuple[int, str]]:
    """Return id and `product number` of the versions of those products, for a choice."""
    rows = desk.session.execute(
        select(ProductVersion.id, Product.name, ProductVersion.number)
        .join(Product, Product.id == ProductVersion.product_id)
        .where(_is_offered(kept_id))
        .order_by(Product.name, ProductVersion.id.desc())
    )
    return [(row.id, f"{row.name} {row.number}") for row in rows]


def product_names(desk: Desk, kept_id: int | None = None) -> list[tuple[int, str]]:
    """Return id and name of every active product by name, for a choice; and of the kept one."""
    rows = desk.session.execute(
        select(Product.id, Product.name).where(_is_offered(kept_id)).order_by(Product.name)
    )
    return [(row.id, row.name) for row in rows]


def _is_offered(kept_id: int | None) -> ColumnElement[bool]:
    return or_(Product.is_active, Product.id == kept_id)
