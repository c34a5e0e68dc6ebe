# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tests of proposals read anew after a page wrote it."""

from sqlalchemy import select
from sqlalchemy.orm import object_session
from tresen.sdk import Desk
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals.models import UpstreamProposal


def last(desk: Desk) -> UpstreamProposal:
    """Return the latest proposal."""
    desk.session.expire_all()
    wanted = select(UpstreamProposal).order_by(UpstreamProposal.id.desc()).limit(1)
    found = desk.session.scalars(wanted).one()
    desk.commit()
    return found


def now(row: Development) -> Development:
    """Return the development as it is in the database."""
    session = object_session(row)
    assert session is not None
    session.refresh(row)
    return row
