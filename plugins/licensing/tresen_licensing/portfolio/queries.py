# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what is offered, in which versions, under which vendor contracts, and where it runs."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Installation, Missing, Product, ProductVersion, _

from tresen_licensing.portfolio import states, terms
from tresen_licensing.portfolio.models import Covered, Offering, Release, Setup, VendorContract

# As many installations a page shows.
MOST = 200


@dataclass(frozen=True)
class Entry:
    """A product in the catalogue; `unsupported` of its installations are out of support.

    `is_uncovered` says of others' product that no vendor contract is in force.
    """

    product: Product
    offering: Offering | None
    lifecycle: str
    installations: int
    unsupported: int
    is_uncovered: bool


@dataclass(frozen=True)
class Running:
    """An installation, what is particular about it, and where its support stands."""

    installation: Installation
    setup: Setup | None
    until: date | None
    support: str


def product(desk: Desk, product_id: int) -> Product:
    """Return a product; raises Missing."""
    found = desk.session.get(Product, product_id)
    if found is None:
        raise Missing(_("This product does not exist."))
    return found


def licensed(desk: Desk, kept_id: int | None) -> Sequence[Product]:
    """Return by name what licences can be held for: products that are offered, and the kept one."""
    statement = select(Product).where(or_(Product.is_active, Product.id == kept_id))
    return desk.session.scalars(statement.order_by(Product.name, Product.id)).all()


def version(desk: Desk, version_id: int) -> ProductVersion:
    """Return a version with its product; raises Missing."""
    statement = select(ProductVersion).where(ProductVersion.id == version_id)
    found = desk.session.scalar(statement.options(joinedload(ProductVersion.product)))
    if found is None:
        raise Missing(_("This version does not exist."))
    return found


def installation(desk: Desk, installation_id: int) -> Installation:
    """Return an installation with its product and organisation; raises Missing."""
    loads = joinedload(Installation.product), joinedload(Installation.organisation)
    statement = select(Installation).where(Installation.id == installation_id)
    found = desk.session.scalar(statement.options(*loads))
    if found is None:
        raise Missing(_("This installation does not exist."))
    return found


def catalogue(desk: Desk, kind: str = "", lifecycle: str = "") -> list[Entry]:
    """Return the products by name, in two queries; the two words narrow them where given."""
    statement = _entries(desk).order_by(Product.name, Product.id)
    if kind:
        statement = statement.where(Product.kind == kind)
    if lifecycle:
        statement = statement.where(_lifecycle() == lifecycle)
    return _with_contracts(desk, desk.session.execute(statement).all())


def entry(desk: Desk, found: Product) -> Entry:
    """Return the one product as it stands in the catalogue."""
    rows = desk.session.execute(_entries(desk).where(Product.id == found.id)).all()
    return _with_contracts(desk, rows)[0]


def offering(desk: Desk, product_id: int) -> Offering | None:
    """Return how a product is offered, with its owner; None where nobody said anything."""
    statement = select(Offering).where(Offering.product_id == product_id)
    return desk.session.scalar(statement.options(joinedload(Offering.owner)))


def releases(desk: Desk, product_id: int) -> Sequence[Any]:
    """Return the versions of a product, the latest first: version, release and installations.

    Of a version nobody described the release is None.
    """
    count = select(func.count()).where(Installation.version_id == ProductVersion.id)
    statement = (
        select(ProductVersion, Release, count.scalar_subquery().label("installations"))
        .outerjoin(Release, Release.version_id == ProductVersion.id)
        .where(ProductVersion.product_id == product_id)
        .options(joinedload(Release.source), joinedload(Release.sbom))
    )
    latest = ProductVersion.released_on.desc().nulls_last(), ProductVersion.id.desc()
    return desk.session.execute(statement.order_by(*latest)).all()


def release(desk: Desk, version_id: int) -> Release | None:
    """Return how a version was given out, with its files; None where nobody said anything."""
    statement = select(Release).where(Release.version_id == version_id)
    return desk.session.scalar(
        statement.options(joinedload(Release.source), joinedload(Release.sbom))
    )


def setup(desk: Desk, installation_id: int) -> Setup | None:
    """Return what is particular about an installation."""
    return desk.session.scalar(select(Setup).where(Setup.installation_id == installation_id))


def running(
    desk: Desk, *conditions: ColumnElement[bool], limit: int | None = MOST
) -> list[Running]:
    """Return installations by customer and product, in one query; where their support stands."""
    statement = (
        select(Installation, Setup, Offering.support_until)
        .outerjoin(Setup, Setup.installation_id == Installation.id)
        .outerjoin(Offering, Offering.product_id == Installation.product_id)
        .where(*conditions)
        .options(
            joinedload(Installation.organisation),
            joinedload(Installation.product),
            joinedload(Installation.version),
        )
        .order_by(Installation.organisation_id, Installation.product_id, Installation.id)
        .limit(limit)
    )
    found, day = desk.session.execute(statement).all(), desk.today()
    ends = [states.end_of(_version_end(row[0]), row[2]) for row in found]
    return [
        Running(row[0], row[1], until, states.support(until, day))
        for row, until in zip(found, ends, strict=True)
    ]


def running_at(desk: Desk, organisation_id: int) -> list[Running]:
    """Return what runs at an organisation."""
    return running(desk, Installation.organisation_id == organisation_id)


def contracts_of(
    desk: Desk, product_ids: Collection[int]
) -> Mapping[int, Sequence[VendorContract]]:
    """Return the vendor contracts of each product, the latest first, in one query."""
    statement = (
        select(Covered.product_id, VendorContract)
        .join(VendorContract, VendorContract.id == Covered.contract_id)
        .where(Covered.product_id.in_(product_ids))
        .options(joinedload(VendorContract.vendor))
        .order_by(VendorContract.starts_on.desc(), VendorContract.id.desc())
    )
    found: dict[int, list[VendorContract]] = defaultdict(list)
    for product_id, contract in desk.session.execute(statement):
        found[product_id].append(contract)
    return found


def is_over(day: date) -> ColumnElement[bool]:
    """Tell of an installation, joined with version and offering, whether its support is over."""
    return or_(ProductVersion.support_until < day, Offering.support_until < day)


def _entries(desk: Desk) -> Select[Any]:
    count = select(func.count()).where(Installation.product_id == Product.id)
    ended = (
        select(Installation.id)
        .outerjoin(ProductVersion, ProductVersion.id == Installation.version_id)
        .where(Installation.product_id == Product.id, is_over(desk.today()))
        .correlate(Product, Offering)
    )
    return (
        select(
            Product,
            Offering,
            _lifecycle().label("lifecycle"),
            count.scalar_subquery().label("installations"),
            select(func.count())
            .select_from(ended.subquery())
            .scalar_subquery()
            .label("unsupported"),
        )
        .outerjoin(Offering, Offering.product_id == Product.id)
        .options(joinedload(Offering.owner), joinedload(Offering.vendor))
    )


def _version_end(installation: Installation) -> date | None:
    return installation.version.support_until if installation.version else None


def _lifecycle() -> ColumnElement[str]:
    """Return `states.lifecycle` as the database reckons it."""
    unsaid = case((Product.is_active, states.ACTIVE), else_=states.RETIRED)
    return func.coalesce(Offering.lifecycle, unsaid)


def _with_contracts(desk: Desk, rows: Sequence[Any]) -> list[Entry]:
    others = [row[0].id for row in rows if row[0].kind == states.THIRD_PARTY]
    contracts, day = contracts_of(desk, others) if others else {}, desk.today()
    covered = {
        product_id
        for product_id, found in contracts.items()
        if any(terms.is_in_force(each, day) for each in found)
    }
    return [
        Entry(row[0], row[1], row[2], row[3], row[4], row[0].id in {*others} - covered)
        for row in rows
    ]
