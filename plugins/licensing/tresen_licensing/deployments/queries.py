# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds where developments run."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Installation, Missing, _

from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments.models import Development
from tresen_licensing.publications.models import Publication


def deployments_of(desk: Desk, development_id: int) -> Sequence[Deployment]:
    """Return where a development runs or ran, the earliest first, each loaded whole."""
    return desk.session.scalars(
        select(Deployment)
        .where(Deployment.development_id == development_id)
        .options(
            joinedload(Deployment.organisation),
            joinedload(Deployment.installation).joinedload(Installation.product),
            joinedload(Deployment.change_set),
        )
        .order_by(Deployment.first_seen_on, Deployment.id)
    ).all()


def deployment(desk: Desk, row: Development, deployment_id: int) -> Deployment:
    """Return a deployment of a development; raises Missing."""
    found = desk.session.get(Deployment, deployment_id)
    if found is None or found.development_id != row.id:
        raise Missing(_("This deployment does not exist."))
    return found


def drifted(desk: Desk, development_ids: Collection[int]) -> set[int]:
    """Return those of these developments of which something runs that the public does not have.

    What runs has drifted where its version was never published, or where a tree was found there
    that no publication has. Where nobody looked, its version counts.
    """
    same = Publication.development_id == Deployment.development_id
    version = Publication.change_set_id == Deployment.change_set_id
    found = select(Deployment.development_id).where(
        Deployment.development_id.in_(development_ids),
        Deployment.ended_on.is_(None),
        # What never was public has a clock instead.
        exists().where(same),
        or_(
            and_(Deployment.tree == "", ~exists().where(same, version)),
            and_(Deployment.tree != "", ~exists().where(same, Publication.tree == Deployment.tree)),
        ),
    )
    return set(desk.session.scalars(found))


def installations(desk: Desk, organisation_id: int) -> list[tuple[int, str]]:
    """Return id and name of what runs at a customer, for a choice."""
    found = desk.session.scalars(
        select(Installation)
        .where(Installation.organisation_id == organisation_id)
        .options(joinedload(Installation.product))
        .order_by(Installation.id)
    )
    return [(each.id, named(each)) for each in found]


def named(place: Installation) -> str:
    """Return what an installation is called, with its product and environment."""
    about = f"{place.product.name}, {place.environment_title}"
    return f"{place.name} ({about})" if place.name else about
