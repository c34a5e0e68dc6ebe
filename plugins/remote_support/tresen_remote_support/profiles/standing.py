# SPDX-License-Identifier: AGPL-3.0-or-later
"""The standing permission: it gives the consent to a session while nobody is there to be asked.

It never outlives the paper: each consent bears the moment at which the permission ends, and one
that is cut short or taken back ends what runs by it.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from tresen.sdk import Desk, _, day

from tresen_remote_support import consents, offers
from tresen_remote_support.models import Consent, RemoteSession
from tresen_remote_support.profiles import queries, states
from tresen_remote_support.profiles.models import AccessProfile


def give(desk: Desk, row: RemoteSession, profile: AccessProfile) -> Consent:
    """Record the consent that the permission gives; that it is in force is the caller's to know."""
    approvers = queries.approvers(desk, [profile.id]).get(profile.id, [])
    consents.withdraw(desk, row)
    made = Consent(
        session_id=row.id,
        text_id=consents.text_with(desk, _words(profile)).id,
        scope=row.scope,
        channel=offers.STANDING,
        person_id=approvers[0].id if approvers else None,
        name=profile.standing_basis,
        given_at=desk.now(),
        until=end_of(desk, profile),
    )
    desk.session.add(made)
    desk.session.flush()
    return made


def of_session(desk: Desk, row: RemoteSession) -> Consent | None:
    """Return the consent that a permission gave to a session, also one that is over."""
    own = Consent.session_id == row.id, Consent.channel == offers.STANDING
    return desk.session.scalar(select(Consent).where(*own).order_by(Consent.id.desc()).limit(1))


def end_of(desk: Desk, profile: AccessProfile) -> datetime | None:
    """Return the moment at which the permission ends: the midnight after its last day."""
    if profile.standing_until is None:
        return None
    zone = ZoneInfo(desk.config.time_zone)
    return datetime.combine(profile.standing_until + timedelta(days=1), time(0), zone)


def shorten(desk: Desk, profile: AccessProfile) -> None:
    """Let no consent outlive a permission that was changed."""
    if states.standing_state(profile, desk.today()) not in states.IN_FORCE:
        withdraw(desk, profile)
        return
    end = end_of(desk, profile)
    _set_end(desk, profile, end)


def withdraw(desk: Desk, profile: AccessProfile) -> None:
    """Let every consent that the permission gave lapse now; a job ends what ran by it."""
    _set_end(desk, profile, desk.now())


def _set_end(desk: Desk, profile: AccessProfile, end: datetime | None) -> None:
    ids = select(RemoteSession.id).where(RemoteSession.profile_id == profile.id)
    statement = update(Consent).where(
        Consent.session_id.in_(ids),
        Consent.channel == offers.STANDING,
        Consent.withdrawn_at.is_(None),
        Consent.until > end,
    )
    desk.session.execute(statement.values(until=end))


def _words(profile: AccessProfile) -> str:
    told = {
        "basis": profile.standing_basis,
        "first": day(profile.standing_from) if profile.standing_from else "",
        "last": day(profile.standing_until) if profile.standing_until else "",
    }
    said = _("Standing permission: %(basis)s. It holds from %(first)s to %(last)s.") % told
    where = _("Devices: %(devices)s") % {"devices": ", ".join(profile.devices.splitlines())}
    after = _("Those who approve are told after each use.")
    return consents.GAP.join((said, where, after))
