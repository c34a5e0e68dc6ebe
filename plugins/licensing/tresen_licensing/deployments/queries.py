# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds where developments run."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Installation, Missing, _

from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments.models import Development


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


def installations(desk: Desk, organisation_id: int) -> list[tuple[int, str]]:
    """Return id and name of what runs at a customer, for a choice."""
    found = desk.session.scalars(
        select(Installation)
        .where(Installation.organisation_id == organisation_id)
        .options(joinedload(Installation.product))
        .order_by(Installation.id)
    )
    return [(each.id, _named(each)) for each in found]


def _named(place: Installation) -> str:
    about = f"{place.product.name}, {place.environment_title}"
    return f"{place.name} ({about})" if place.name else about
