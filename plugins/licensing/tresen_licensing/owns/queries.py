# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what was developed for the organisation of who asks."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import kinds
from tresen_licensing.publications.models import Anchor

# Drafts were promised to nobody yet.
_HIDDEN = (states.DRAFT, states.WITHDRAWN)


def own(desk: Desk) -> Sequence[Development]:
    """Return what was developed for the actor's organisation, the latest first, loaded whole."""
    return _found(desk, None)


def own_one(desk: Desk, reference: str) -> Development:
    """Return a development of the actor's organisation; raises Missing for all others."""
    found = _found(desk, reference)
    if not found:
        raise Missing(_("There is no development %(name)s.") % {"name": reference})
    return found[0]


def signed(desk: Desk, development_ids: Collection[int]) -> dict[int, list[Anchor]]:
    """Return the countersignatures of developments with who signed, by the development's id."""
    found = desk.session.scalars(
        select(Anchor)
        .where(Anchor.development_id.in_(development_ids), Anchor.kind == kinds.COUNTERSIGNATURE)
        .options(joinedload(Anchor.observer))
        .order_by(Anchor.id)
    ).all()
    return {
        each: [anchor for anchor in found if anchor.development_id == each]
        for each in development_ids
    }


def _found(desk: Desk, reference: str | None) -> Sequence[Development]:
    actor = desk.actor
    if actor.kind != "customer" or actor.organisation_id is None:
        return ()
    narrowed = [] if reference is None else [Development.reference == reference]
    return desk.session.scalars(
        select(Development)
        .where(
            Development.organisation_id == actor.organisation_id,
            Development.state.not_in(_HIDDEN),
            *narrowed,
        )
        .options(
            joinedload(Development.organisation),
            joinedload(Development.agreement),
            joinedload(Development.product),
        )
        .order_by(Development.id.desc())
    ).all()
