# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what the last look found running, and archives."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_licensing.sources.models import RunningDistribution, SourceArchive

# Of earlier archives, so many are listed.
MOST_EARLIER = 100


def running(desk: Desk) -> Sequence[RunningDistribution]:
    """Return what runs here with its archives; Tresen and its plugins first, then by name."""
    return desk.session.scalars(
        select(RunningDistribution)
        .options(joinedload(RunningDistribution.archive).joinedload(SourceArchive.file))
        .order_by(RunningDistribution.is_own.desc(), RunningDistribution.name)
    ).all()


def archive(desk: Desk, sha512: str) -> SourceArchive:
    """Return the archive with these bytes; raises Missing."""
    found = desk.session.scalar(
        select(SourceArchive)
        .where(SourceArchive.sha512 == sha512)
        .options(joinedload(SourceArchive.file))
    )
    if found is None:
        raise Missing(_("This archive is not offered any more. Please ask us for it."))
    return found


def archives_of(desk: Desk, fingerprints: Collection[str]) -> dict[str, SourceArchive]:
    """Return the archives of these contents, by fingerprint."""
    wanted = SourceArchive.fingerprint.in_(fingerprints)
    found = desk.session.scalars(select(SourceArchive).where(wanted))
    return {row.fingerprint: row for row in found}


def earlier(desk: Desk) -> Sequence[SourceArchive]:
    """Return the newest archives of what ran here once and does so no more."""
    runs = exists().where(RunningDistribution.archive_id == SourceArchive.id)
    return desk.session.scalars(
        select(SourceArchive)
        .where(~runs)
        .options(joinedload(SourceArchive.file))
        .order_by(SourceArchive.last_seen_at.desc())
        .limit(MOST_EARLIER)
    ).all()
