# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds agreements."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, Organisation, _

from tresen_licensing.agreements.models import Agreement

_WHOLE = (joinedload(Agreement.organisation), joinedload(Agreement.document))


def agreement(desk: Desk, agreement_id: int) -> Agreement:
    """Return an agreement with its customer and document; raises Missing."""
    wanted = select(Agreement).where(Agreement.id == agreement_id).options(*_WHOLE)
    found = desk.session.scalar(wanted)
    if found is None:
        raise Missing(_("This agreement does not exist."))
    return found


def agreements(desk: Desk) -> Sequence[Agreement]:
    """Return every agreement with its customer, by the customer's name, the latest first."""
    return desk.session.scalars(
        select(Agreement)
        .join(Organisation, Organisation.id == Agreement.organisation_id)
        .options(*_WHOLE)
        .order_by(Organisation.name, Agreement.agreed_on.desc(), Agreement.id.desc())
    ).all()


def agreements_of(desk: Desk, organisation_id: int) -> Sequence[Agreement]:
    """Return the agreements with a customer that were not ended, the latest first."""
    return desk.session.scalars(
        select(Agreement)
        .where(Agreement.organisation_id == organisation_id, Agreement.ended_on.is_(None))
        .order_by(Agreement.agreed_on.desc(), Agreement.id.desc())
    ).all()
