# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of feedback but answering: take it, triage it, tie it to a ticket."""

from collections.abc import Mapping
from typing import Any

from tresen.sdk import Desk, Refused, Ticket, _, change, record

from tresen_pilot_service import steps
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.feedback import queries, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme

FEEDBACK = "pilot_service.feedback"

# In these a customer is about to try the product, or tries it.
TELLING = (steps.AGREED, steps.ACTIVE)


def give(
    desk: Desk,
    participation: Participation | None,
    programme: Programme,
    values: Mapping[str, Any],
) -> Feedback:
    """Take feedback; `values` has kind, title and channel, and more of the fields where known.

    Where no build is named at all it is the one that the participant has now. Raises Refused for
    a defect without a severity, unless it came by mail, and for a build of another programme.
    """
    fields = {"severity": "", "text": "", "area": "", **values}
    if not fields["title"].strip():
        raise Refused(_("Say in a few words what it is about."))
    if participation is not None and "build_id" not in fields:
        had = queries.builds_in(desk, participation)
        fields["build_id"] = had[0].id if had else None
    _check(desk, programme.id, fields, may_lack_severity=fields["channel"] == states.MAIL)
    made = Feedback(
        programme_id=programme.id,
        participation_id=participation.id if participation else None,
        state=states.NEW,
        created_at=desk.now(),
        **fields | {"severity": states.severity_of(fields["kind"], fields["severity"])},
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, FEEDBACK, made.id, "given")
    return made


def may_tell(participation: Participation) -> bool:
    """Whether the customer's people give feedback now: they are about to try, or try."""
    return participation.state in TELLING


def move(desk: Desk, row: Feedback, state: str) -> None:
    """Take a step of triage.

    Raises Refused for one that is not in the table, and for a defect whose severity nobody knows.
    """
    if state == row.state:
        return
    if state == states.DUPLICATE or not states.may_go(row.state, state):
        _refuse_step(row.state)
    if state not in (states.DECLINED, states.DUPLICATE):
        _demand_severity(row.kind, row.severity)
    change(desk, FEEDBACK, row, _moved(desk, row, state))


def mark_duplicate(desk: Desk, row: Feedback, original_id: int) -> None:
    """Say that another one told the same first; what was a duplicate of this one follows.

    Raises Refused for itself, for one of another programme and for one that is a duplicate.
    """
    original = desk.session.get(Feedback, original_id)
    if original is None or original.programme_id != row.programme_id:
        raise Refused(_("Choose feedback of the same programme."))
    if original.id == row.id:
        raise Refused(_("Feedback cannot be a duplicate of itself."))
    if original.state == states.DUPLICATE:
        raise Refused(_("That one is a duplicate itself: choose the one that it repeats."))
    if not states.may_go(row.state, states.DUPLICATE):
        _refuse_step(row.state)
    # In one step, so that nobody has to walk along a chain.
    for each in queries.duplicates(desk, row):
        change(desk, FEEDBACK, each, {"duplicate_of_id": original.id})
    wanted = _moved(desk, row, states.DUPLICATE) | {"duplicate_of_id": original.id}
    change(desk, FEEDBACK, row, wanted)


def triage(desk: Desk, row: Feedback, values: Mapping[str, Any]) -> None:
    """Change what kind it is, how severe, where and in which build.

    Raises Refused for a defect without a severity and for a build of another programme.
    """
    _check(desk, row.programme_id, values)
    severity = states.severity_of(values["kind"], values["severity"])
    change(desk, FEEDBACK, row, {**values, "severity": severity})


def link(desk: Desk, row: Feedback, ticket: Ticket) -> None:
    """Say on which ticket it is talked about."""
    change(desk, FEEDBACK, row, {"ticket_id": ticket.id})


def detach(desk: Desk, row: Feedback) -> None:
    """Say that it is talked about on no ticket."""
    change(desk, FEEDBACK, row, {"ticket_id": None})


def _moved(desk: Desk, row: Feedback, state: str) -> dict[str, Any]:
    return {
        "state": state,
        "triaged_at": row.triaged_at or desk.now(),
        "resolved_at": desk.now() if state == states.RESOLVED else None,
        "duplicate_of_id": None,
    }


def _refuse_step(old: str) -> None:
    following = ", ".join(f"“{states.TITLES[state]}”" for state in states.STEPS[old])
    words = {"old": states.TITLES[old], "following": following}
    raise Refused(_("From “%(old)s” the allowed steps are: %(following)s.") % words)


def _check(
    desk: Desk, programme_id: int, values: Mapping[str, Any], *, may_lack_severity: bool = False
) -> None:
    if values["kind"] not in states.KINDS:
        raise Refused(_("Choose what kind of feedback it is."))
    if not may_lack_severity:
        _demand_severity(values["kind"], values["severity"])
    if values.get("build_id") is not None:
        build = desk.session.get(Build, values["build_id"])
        if build is None or build.programme_id != programme_id:
            raise Refused(_("This build belongs to another programme."))


def _demand_severity(kind: str, severity: str) -> None:
    if kind == states.DEFECT and severity not in states.SEVERITIES:
        raise Refused(_("Say how severe the defect is."))
    if severity and severity not in states.SEVERITIES:
        raise Refused(_("Choose one of the severities."))
