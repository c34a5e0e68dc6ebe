# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who approves of accesses, and what notes say of somebody."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from tresen.sdk import DataSet, Desk, Installation, Person, Traces, lazy

from tresen_remote_support.profiles.models import AccessProfile, Approver

TEXTS = ("title", "standing_basis", "devices", "data_class", "note")


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say of which accesses the person approves."""
    statement = (
        select(AccessProfile)
        .join(Approver, Approver.profile_id == AccessProfile.id)
        .where(Approver.person_id == person.id)
    )
    rows = [
        {"title": row.title, "target": row.target_id, "standing_until": row.standing_until}
        for row in desk.session.scalars(statement.order_by(AccessProfile.id))
    ]
    return [DataSet(lazy("Approver of remote accesses"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of those who approve, and out of what was written."""
    for row in _around(desk, person):
        for text in TEXTS:
            setattr(row, text, traces.blot(getattr(row, text)))
    desk.session.execute(delete(Approver).where(Approver.person_id == person.id))


def _around(desk: Desk, person: Person) -> Sequence[AccessProfile]:
    """Return the profiles of the person's organisation."""
    statement = (
        select(AccessProfile)
        .join(AccessProfile.installation)
        .where(Installation.organisation_id == person.organisation_id)
    )
    return desk.session.scalars(statement.order_by(AccessProfile.id)).all()
