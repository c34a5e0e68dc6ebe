# SPDX-License-Identifier: AGPL-3.0-or-later
"""What clearances keep about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.clearances.models import Approval, Clearance, Finding
from tresen_licensing.developments.models import Development


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say what the person looked at, answered and approved."""
    looked = [{"made_at": each.made_at} for each in _looks(desk, person)]
    answered = [
        {"check": each.check, "answer": each.answer, "answered_at": each.answered_at}
        for each in _findings(desk, person)
        if each.answered_by_id == person.id
    ]
    approved = [
        {"side": each.side, "ground": each.ground, "approved_at": each.approved_at}
        for each in _approvals(desk, person)
        if each.person_id == person.id
    ]
    return [
        DataSet(lazy("Clearances that the person ran"), looked),
        DataSet(lazy("Findings that the person answered"), answered),
        DataSet(lazy("Approvals"), approved),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; that two people approved stays on record."""
    for look in _looks(desk, person):
        look.made_by_id, look.outcomes = None, traces.blot(look.outcomes)
    for finding in _findings(desk, person):
        # A file can bear the name of a person.
        for name in ("answer", "facts", "path"):
            setattr(finding, name, traces.blot(getattr(finding, name)))
        if finding.answered_by_id == person.id:
            finding.answered_by_id = None
    for approval in _approvals(desk, person):
        approval.note = traces.blot(approval.note)
        if approval.person_id == person.id:
            approval.person_id = None


def _looks(desk: Desk, person: Person) -> Sequence[Clearance]:
    wanted = select(Clearance).where(Clearance.made_by_id == person.id).order_by(Clearance.id)
    return desk.session.scalars(wanted).all()


def _findings(desk: Desk, person: Person) -> Sequence[Finding]:
    """Return the findings that the person answered, and those about their organisation."""
    named = [Finding.answered_by_id == person.id]
    if person.organisation_id is not None:
        named.append(Finding.clearance_id.in_(_theirs(person.organisation_id)))
    return desk.session.scalars(select(Finding).where(or_(*named)).order_by(Finding.id)).all()


def _approvals(desk: Desk, person: Person) -> Sequence[Approval]:
    """Return the approvals of the person, and those about their organisation."""
    named = [Approval.person_id == person.id]
    if person.organisation_id is not None:
        named.append(Approval.clearance_id.in_(_theirs(person.organisation_id)))
    return desk.session.scalars(select(Approval).where(or_(*named)).order_by(Approval.id)).all()


def _theirs(organisation_id: int) -> Select[int]:
    return (
        select(Clearance.id)
        .join(Development, Development.id == Clearance.development_id)
        .where(Development.organisation_id == organisation_id)
    )
