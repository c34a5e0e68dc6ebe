# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is still carried on top of upstream's release: a development is adopted where nothing is.

A place carries patches until it ended, or until its installation runs a version of the same product
that is upstream's release or a later one. What nobody knows counts as carried.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from packaging.version import InvalidVersion, Version
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Installation, Refused, _, ngettext

from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import states as developing
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.service import take
from tresen_licensing.proposals import queries, states
from tresen_licensing.proposals.models import UpstreamProposal


def carrying(desk: Desk, row: Development, release: str) -> Sequence[Deployment]:
    """Return where patches of a development still run on top of upstream: its delta."""
    return [each for each in _places(desk, [row.id]) if _is_carried(row, each, release)]


def adopt(desk: Desk, row: Development, note: str = "") -> None:
    """Write down that only upstream's release is in use; raises Refused while it is not."""
    found = queries.current(desk, row.id)
    left = carrying(desk, row, found.release if found else "")
    if left:
        raise Refused(
            ngettext(
                "At one place the patches still run on top of upstream: end it, or note there the"
                " version that holds them.",
                "At %(num)s places the patches still run on top of upstream: end them, or note"
                " there the version that holds them.",
                len(left),
            )
            % {"num": len(left)}
        )
    take(desk, row, developing.ADOPTED, note)
    if found is not None and found.adopted_on is None:
        found.adopted_on = desk.today()


def settle(desk: Desk) -> None:
    """Adopt what is carried nowhere any more, and take back what is carried again."""
    rows = queries.settled(desk)
    ids = [row.id for row in rows]
    current, places = queries.current_of(desk, ids), _places(desk, ids)
    for row in rows:
        own = [each for each in places if each.development_id == row.id]
        release = current[row.id].release if row.id in current else ""
        is_carried = any(_is_carried(row, each, release) for each in own)
        if is_carried and row.state == developing.ADOPTED:
            take(desk, row, developing.RELEASED, _("It runs with its own patches again."))
        elif own and not is_carried and row.state == developing.RELEASED:
            adopt(desk, row)


def warranty_until(found: UpstreamProposal | None) -> date | None:
    """Return the last day on which somebody of ours answers for it; None before the adoption."""
    if found is None or found.adopted_on is None:
        return None
    return found.adopted_on + timedelta(days=states.WARRANTY_DAYS)


def _places(desk: Desk, development_ids: Sequence[int]) -> Sequence[Deployment]:
    return desk.session.scalars(
        select(Deployment)
        .where(Deployment.development_id.in_(development_ids))
        .options(
            joinedload(Deployment.organisation),
            joinedload(Deployment.installation).joinedload(Installation.version),
        )
        .order_by(Deployment.id)
    ).all()


def _is_carried(row: Development, place: Deployment, release: str) -> bool:
    runs = place.installation
    if place.ended_on is not None:
        return False
    if runs is None or runs.version is None or runs.product_id != row.product_id:
        return True
    own, wanted = _version(runs.version.number), _version(release)
    return own is None or wanted is None or own < wanted


def _version(text: str) -> Version | None:
    try:
        return Version(text.strip())
    except InvalidVersion:
        return None
