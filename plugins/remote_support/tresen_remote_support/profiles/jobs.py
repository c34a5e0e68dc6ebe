# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ends what ran by a standing permission that has lapsed meanwhile."""

from datetime import timedelta

from sqlalchemy import select
from tresen.sdk import Desk, Job

from tresen_remote_support import offers, service, states
from tresen_remote_support.models import Consent, RemoteSession

# As many in one go; the next one follows a minute later.
AT_ONCE = 100


def end_lapsed(desk: Desk) -> None:
    """End the sessions whose permission is over; harmless when run twice."""
    statement = (
        select(RemoteSession)
        .join(Consent, Consent.session_id == RemoteSession.id)
        .where(
            RemoteSession.state.in_(states.RUNNING),
            Consent.channel == offers.STANDING,
            Consent.withdrawn_at.is_(None),
            Consent.until <= desk.now(),
        )
    )
    for row in desk.session.scalars(statement.order_by(RemoteSession.id).limit(AT_ONCE)).all():
        service.finish(desk, row, states.ENDED, states.TRESEN)


LAPSED = Job("remote_support.end_lapsed", end_lapsed, every=timedelta(minutes=1))
