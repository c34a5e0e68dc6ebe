# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds where the duties of releases stand, in as many queries for one as for all."""

from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, Product, ProductVersion, _

from tresen_licensing import licences
from tresen_licensing.components import queries as components
from tresen_licensing.obligations import states
from tresen_licensing.obligations.models import Choice, Obligation
from tresen_licensing.obligations.states import Duty, Standing


def standing(desk: Desk, version_id: int) -> Standing | None:
    """Return where the duties of a version stand; None where it has no bill of materials."""
    return standings(desk, [version_id]).get(version_id)


def standings(desk: Desk, version_ids: Collection[int]) -> Mapping[int, Standing]:
    """Return where the duties of these versions stand, in five queries."""
    boms = components.current_of(desk, version_ids)
    if not boms:
        return {}
    counts = components.expressions(desk, [each.id for each in boms.values()])
    chosen, met, own = _chosen(desk, boms), _met(desk, boms), _own(desk, boms)
    return {
        version_id: states.reckon(
            bom,
            counts[bom.id],
            chosen.get(version_id, {}),
            met.get(version_id, {}),
            licences.expression_of(own[version_id]),
        )
        for version_id, bom in boms.items()
    }


def supported(desk: Desk) -> list[int]:
    """Return the versions with a bill of materials whose support is not over."""
    until, boms = ProductVersion.support_until, components.current_of(desk, None)
    statement = select(ProductVersion.id).where(or_(until.is_(None), until >= desk.today()))
    return [each for each in desk.session.scalars(statement) if each in boms]


def duty(desk: Desk, version_id: int, kind: str, licence: str) -> Duty:
    """Return a duty of a version; raises Missing for one that it does not have."""
    found = standing(desk, version_id)
    for each in found.duties if found else ():
        if (each.kind, each.licence) == (kind, licence):
            return each
    raise Missing(_("This release has no such duty."))


def obligation(desk: Desk, version_id: int, obligation_id: int) -> Obligation:
    """Return how a duty of a version is met, with its file; raises Missing."""
    found = desk.session.scalar(
        select(Obligation)
        .where(Obligation.id == obligation_id, Obligation.version_id == version_id)
        .options(joinedload(Obligation.file))
    )
    if found is None:
        raise Missing(_("This release has no such duty."))
    return found


def choice(desk: Desk, version_id: int, expression: str) -> Choice | None:
    """Return what was chosen of an expression; None for nothing."""
    statement = select(Choice).where(Choice.version_id == version_id)
    return desk.session.scalar(statement.where(Choice.expression == expression))


def _chosen(desk: Desk, version_ids: Collection[int]) -> dict[int, dict[str, Choice]]:
    statement = select(Choice).where(Choice.version_id.in_(version_ids))
    statement = statement.options(joinedload(Choice.chosen_by)).order_by(Choice.expression)
    found: dict[int, dict[str, Choice]] = {}
    for each in desk.session.scalars(statement):
        found.setdefault(each.version_id, {})[each.expression] = each
    return found


def _met(desk: Desk, version_ids: Collection[int]) -> dict[int, dict[tuple[str, str], Obligation]]:
    statement = select(Obligation).where(Obligation.version_id.in_(version_ids))
    loads = joinedload(Obligation.file), joinedload(Obligation.met_by)
    found: dict[int, dict[tuple[str, str], Obligation]] = {}
    for each in desk.session.scalars(statement.options(*loads)):
        found.setdefault(each.version_id, {})[each.duty, each.licence] = each
    return found


def _own(desk: Desk, version_ids: Collection[int]) -> dict[int, str]:
    """Return the licence of the product that each version is one of."""
    statement = select(ProductVersion.id, Product.licence).join(
        Product, Product.id == ProductVersion.product_id
    )
    found = desk.session.execute(statement.where(ProductVersion.id.in_(version_ids)))
    return {row[0]: row[1] or "" for row in found}
