# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts what is supported, due and over-used, in a handful of statements for any number."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from tresen.sdk import Desk, Installation, ProductVersion

from tresen_licensing.holdings import queries
from tresen_licensing.portfolio import queries as portfolio
from tresen_licensing.portfolio import states
from tresen_licensing.portfolio.models import Offering, Release


@dataclass(frozen=True)
class Figures:
    """Where portfolio and licences stand today.

    `supported` are installations whose version and product are not out of support, `with_sbom`
    versions that have one, `uncovered` products of others without a vendor contract in force,
    `over_used` customers and products with more installations than licensed.
    """

    installations: int
    supported: int
    versions: int
    with_sbom: int
    others: int
    uncovered: int
    due: int
    over_used: int


def figures(desk: Desk) -> Figures:
    """Return the figures of today."""
    over = func.coalesce(func.sum(case((portfolio.is_over(desk.today()), 1), else_=0)), 0)
    running = (
        select(func.count(), over)
        .select_from(Installation)
        .outerjoin(ProductVersion, ProductVersion.id == Installation.version_id)
        .outerjoin(Offering, Offering.product_id == Installation.product_id)
    )
    installations, ended = desk.session.execute(running).one()
    known = select(func.count(ProductVersion.id), func.count(Release.sbom_id))
    versions, with_sbom = desk.session.execute(
        known.outerjoin(Release, Release.version_id == ProductVersion.id)
    ).one()
    others = portfolio.catalogue(desk, states.THIRD_PARTY)
    return Figures(
        installations=installations,
        supported=installations - ended,
        versions=versions,
        with_sbom=with_sbom,
        others=len(others),
        uncovered=len([each for each in others if each.is_uncovered]),
        due=len(queries.renewals(desk, desk.today() + queries.AHEAD)),
        over_used=len(queries.over_used(desk)),
    )
