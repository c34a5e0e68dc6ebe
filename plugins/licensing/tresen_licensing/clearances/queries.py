# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds clearances, and what still stands against one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, EmailAddress, Missing, _

from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.clearances import states
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.models import Approval, Clearance, Finding
from tresen_licensing.developments.models import Development


@dataclass(frozen=True)
class Review:
    """The latest look at a development, and whether it is still about what would be published."""

    clearance: Clearance
    change: ChangeSet
    findings: Sequence[Finding]
    approvals: dict[str, Approval]
    is_current: bool

    @property
    def open(self) -> list[Finding]:
        """What nobody answered, and what nobody can answer."""
        return [each for each in self.findings if each.answered_at is None]

    @property
    def marks(self) -> dict[str, str]:
        """How each check ended, by its id; one whose findings were all answered is answered."""
        ended: dict[str, str] = json.loads(self.clearance.outcomes)
        waiting = {each.check for each in self.open}
        return {
            name: states.ANSWERED if mark == states.FOUND and name not in waiting else mark
            for name, mark in ended.items()
            if name in CHECKS
        }


def terms_of(row: Development) -> str:
    """Return what is agreed for a development, in a form that tells whether it changed."""
    agreed = row.agreement
    if agreed is None:
        return ""
    return f"{agreed.id} {agreed.licence} {agreed.publishing} {agreed.credit}"[:300]


def latest(desk: Desk, development_id: int) -> Clearance | None:
    """Return the latest look at a development, or None."""
    return desk.session.scalar(
        select(Clearance)
        .where(Clearance.development_id == development_id)
        .options(joinedload(Clearance.made_by))
        .order_by(Clearance.id.desc())
        .limit(1)
    )


def review(desk: Desk, row: Development) -> Review | None:
    """Return the latest look at a development with all that came of it; None before the first.

    The development's agreement must be loaded.
    """
    found = latest(desk, row.id)
    if found is None:
        return None
    change = desk.session.get_one(ChangeSet, found.change_set_id)
    last = changes.latest(desk, row.id)
    return Review(
        found,
        change,
        findings_of(desk, found.id),
        {each.side: each for each in _approvals(desk, found.id)},
        is_current=last is not None and last.id == change.id and found.terms == terms_of(row),
    )


def findings_of(desk: Desk, clearance_id: int) -> Sequence[Finding]:
    """Return the findings of a clearance in the order of checks, each with who answered."""
    return desk.session.scalars(
        select(Finding)
        .where(Finding.clearance_id == clearance_id)
        .options(joinedload(Finding.answered_by))
        .order_by(Finding.check, Finding.id)
    ).all()


def finding(desk: Desk, row: Development, finding_id: int) -> Finding:
    """Return a finding of the latest look at a development; raises Missing."""
    found = desk.session.get(Finding, finding_id)
    last = latest(desk, row.id)
    if found is None or last is None or found.clearance_id != last.id:
        raise Missing(_("This finding does not exist, or another look was taken since."))
    return found


def _approvals(desk: Desk, clearance_id: int) -> Sequence[Approval]:
    return desk.session.scalars(
        select(Approval)
        .where(Approval.clearance_id == clearance_id)
        .options(joinedload(Approval.person), joinedload(Approval.document))
    ).all()


def addresses_of(desk: Desk, person_id: int) -> frozenset[str]:
    """Return all mail addresses of a person."""
    wanted = select(EmailAddress.address).where(EmailAddress.person_id == person_id)
    return frozenset(desk.session.scalars(wanted))
