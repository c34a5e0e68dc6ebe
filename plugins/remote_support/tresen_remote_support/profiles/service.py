# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps access profiles, and says when one may be used."""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import delete
from tresen.sdk import Desk, Refused, ServiceHours, _, record

from tresen_remote_support.profiles import checks, queries, standing
from tresen_remote_support.profiles.models import AccessProfile, Approver

PROFILE = "remote_support.profile"


def add_profile(desk: Desk, organisation_id: int, values: Mapping[str, Any]) -> AccessProfile:
    """Add a profile from the fields of its form; raises Refused."""
    wanted, approver_ids = _wanted(values)
    _check(desk, organisation_id, wanted, approver_ids)
    row = AccessProfile(**wanted, created_at=desk.now(), changed_at=desk.now())
    desk.session.add(row)
    desk.session.flush()
    _approve(desk, row, approver_ids)
    told = {"title": (None, row.title), "approvers": (None, sorted(approver_ids))}
    record(desk, PROFILE, row.id, "added", told)
    return row


def change_profile(desk: Desk, row: AccessProfile, values: Mapping[str, Any]) -> None:
    """Change a profile; raises Refused. A permission that is cut short ends its sessions."""
    wanted, approver_ids = _wanted(values)
    _check(desk, row.installation.organisation_id, wanted, approver_ids)
    before = sorted(each.id for each in queries.approvers(desk, [row.id]).get(row.id, []))
    changes = {
        name: (_plain(getattr(row, name)), _plain(value))
        for name, value in wanted.items()
        if getattr(row, name) != value
    }
    if before != sorted(approver_ids):
        changes["approvers"] = (before, sorted(approver_ids))
    if not changes:
        return
    for name, value in wanted.items():
        setattr(row, name, value)
    row.changed_at = desk.now()
    desk.session.flush()
    _approve(desk, row, approver_ids)
    standing.shorten(desk, row)
    record(desk, PROFILE, row.id, "changed", changes)


def remove_profile(desk: Desk, row: AccessProfile) -> None:
    """Remove a profile; its sessions stay on record, and what runs by its permission ends."""
    standing.withdraw(desk, row)
    record(desk, PROFILE, row.id, "removed", {"title": (row.title, None)})
    desk.session.delete(row)
    desk.session.flush()


def hours_of(desk: Desk, profile: AccessProfile, moment: datetime) -> ServiceHours | None:  # noqa: ARG001 - hours may depend on the day
    """Return when the profile may be used, around the moment; None for at any time."""
    if profile.opens is None or profile.closes is None:
        return None
    days = frozenset(map(int, profile.days))
    return ServiceHours(days, profile.opens, profile.closes, desk.config.time_zone)


def _wanted(values: Mapping[str, Any]) -> tuple[dict[str, Any], set[int]]:
    """Return the columns as they are kept, and who approves."""
    kept = {name: checks.plain(value) for name, value in values.items() if name != "approvers"}
    kept["days"] = "".join(sorted(values["days"] or ()))
    return kept, set(values["approvers"] or ())


def _check(
    desk: Desk, organisation_id: int, wanted: Mapping[str, Any], approver_ids: Collection[int]
) -> None:
    places = {each.id for each in queries.installations(desk, organisation_id)}
    if wanted["installation_id"] not in places:
        raise Refused(_("Choose an installation of this customer."))
    people = {each.id for each in queries.people(desk, organisation_id)}
    if not set(approver_ids) <= people:
        raise Refused(_("Those who approve are people of this customer."))
    checks.check(desk, wanted, has_approver=bool(approver_ids))


def _approve(desk: Desk, row: AccessProfile, person_ids: Collection[int]) -> None:
    desk.session.execute(delete(Approver).where(Approver.profile_id == row.id))
    desk.session.add_all(Approver(profile_id=row.id, person_id=each) for each in sorted(person_ids))
    desk.session.flush()


def _plain(value: Any) -> Any:
    """Return the value as it stands in the journal."""
    return value.isoformat("minutes") if isinstance(value, time) else value
