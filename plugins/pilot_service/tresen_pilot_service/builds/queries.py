# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds builds, the rings that have them, and customers who run one without taking part."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Installation, Missing, ProductVersion, Ticket, _

from tresen_pilot_service import queries, steps
from tresen_pilot_service.builds.models import Build, Rollout
from tresen_pilot_service.models import Participation, Programme


def builds(desk: Desk, programme_id: int) -> Sequence[Build]:
    """Return every build of a programme with its version, the newest first."""
    return desk.session.scalars(
        select(Build)
        .where(Build.programme_id == programme_id)
        .options(joinedload(Build.version))
        .order_by(Build.id.desc())
    ).all()


def build(desk: Desk, build_id: int) -> Build:
    """Return a build with its programme and product; raises Missing."""
    found = desk.session.scalar(
        select(Build)
        .where(Build.id == build_id)
        .options(
            joinedload(Build.version), joinedload(Build.programme).joinedload(Programme.product)
        )
    )
    if found is None:
        raise Missing(_("There is no such build."))
    return found


def versions(desk: Desk, product_id: int) -> Sequence[ProductVersion]:
    """Return every version of a product, the newest first."""
    return desk.session.scalars(
        select(ProductVersion)
        .where(ProductVersion.product_id == product_id)
        .order_by(ProductVersion.id.desc())
    ).all()


def rollouts(desk: Desk, programme_id: int) -> Sequence[Rollout]:
    """Return what was rolled out to the rings of a programme, with builds, the newest first."""
    return desk.session.scalars(_rollouts().where(Build.programme_id == programme_id)).all()


def rollouts_of(desk: Desk, build_id: int) -> Sequence[Rollout]:
    """Return to which rings a build was rolled out, the newest first."""
    return desk.session.scalars(_rollouts().where(Build.id == build_id)).all()


def rollouts_to(desk: Desk, participation: Participation) -> Sequence[Rollout]:
    """Return what was rolled out to the participation's own ring, the newest first.

    Nothing for who is not active.
    """
    return rollouts_by(desk, [participation])[participation.id]


def rollouts_by(desk: Desk, rows: Collection[Participation]) -> Mapping[int, Sequence[Rollout]]:
    """Return the same for many participations by their ids, in one query."""
    programme_ids = {row.programme_id for row in rows if row.state == steps.ACTIVE}
    wanted = _rollouts().where(Build.programme_id.in_(programme_ids))
    found = desk.session.scalars(wanted).all() if programme_ids else []
    return {
        row.id: [
            each
            for each in found
            if row.state == steps.ACTIVE
            and (each.build.programme_id, each.ring) == (row.programme_id, row.ring)
        ]
        for row in rows
    }


def current_builds(desk: Desk, programme_id: int) -> Mapping[int, Build]:
    """Return by ring what was rolled out last and is not withdrawn, as of today."""
    found: dict[int, Build] = {}
    for each in _in_force(desk, rollouts(desk, programme_id)):
        found.setdefault(each.ring, each.build)
    return found


def build_of(desk: Desk, participation: Participation) -> Build | None:
    """Return the build that a participant has today; None for who is not active."""
    rollout = current(desk, rollouts_to(desk, participation))
    return rollout.build if rollout is not None else None


def current(desk: Desk, found: Sequence[Rollout]) -> Rollout | None:
    """Return which of the rollouts to one ring counts today; they stand newest first."""
    return next(iter(_in_force(desk, found)), None)


def rings(desk: Desk, programme_id: int) -> Mapping[int, int]:
    """Return how many active participants stand in each ring that has any, the lowest first."""
    rows = desk.session.execute(
        select(Participation.ring, func.count())
        .where(Participation.programme_id == programme_id, Participation.state == steps.ACTIVE)
        .group_by(Participation.ring)
        .order_by(Participation.ring)
    )
    return dict(rows.all())


def active_in(desk: Desk, programme_id: int, ring: int) -> Sequence[Participation]:
    """Return the active participants of a ring, with their people."""
    return [
        row
        for row in queries.participations(desk, programme_id)
        if (row.ring, row.state) == (ring, steps.ACTIVE)
    ]


def run_beside(desk: Desk, ticket: Ticket) -> Build | None:
    """Return the build of a running programme that the ticket's customer has without taking part.

    It is found by the version of the customer's installation, of the one that the ticket names
    where it names one.
    """
    if ticket.organisation_id is None:
        return None
    today = desk.today()
    found = (
        select(Build)
        .join(Build.programme)
        .join(Installation, Installation.version_id == Build.version_id)
        .options(joinedload(Build.programme))
        .where(
            Installation.organisation_id == ticket.organisation_id,
            Programme.starts_on <= today,
            Programme.ends_on >= today,
            ~exists().where(
                Participation.programme_id == Build.programme_id,
                Participation.organisation_id == ticket.organisation_id,
                Participation.state.in_((steps.AGREED, steps.ACTIVE)),
            ),
        )
        .order_by(Build.id.desc())
    )
    if ticket.installation_id is not None:
        found = found.where(Installation.id == ticket.installation_id)
    elif ticket.product_id is not None:
        found = found.where(Installation.product_id == ticket.product_id)
    return desk.session.scalars(found.limit(1)).first()


def _rollouts() -> Select[Rollout]:
    return (
        select(Rollout)
        .join(Rollout.build)
        .options(joinedload(Rollout.build))
        .order_by(Rollout.rolled_out_on.desc(), Rollout.id.desc())
    )


def _in_force(desk: Desk, found: Sequence[Rollout]) -> Sequence[Rollout]:
    today = desk.today()
    return [each for each in found if each.withdrawn_on is None and each.rolled_out_on <= today]
