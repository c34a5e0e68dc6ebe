# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what other plugins announced."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk

from tresen_licensing.announcements.models import Announcement
from tresen_licensing.developments.models import Development


def announcement(desk: Desk, origin: str, key: int) -> Announcement | None:
    """Return what a plugin announced under its own key, or None."""
    return desk.session.scalar(select(Announcement).filter_by(origin=origin, key=key))


def announced(desk: Desk, origin: str, key: int) -> Development | None:
    """Return the development that a plugin announced, with its agreement, or None."""
    return desk.session.scalar(
        select(Development)
        .join(Announcement, Announcement.development_id == Development.id)
        .where(Announcement.origin == origin, Announcement.key == key)
        .options(joinedload(Development.agreement))
    )


def running_since(desk: Desk, development_id: int) -> Announcement | None:
    """Return the earliest day that a development runs by another plugin's word, or None."""
    own = select(Announcement).filter_by(development_id=development_id)
    return desk.session.scalar(own.order_by(Announcement.running_since).limit(1))
