# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of a checkpoint: plan, move, cancel, write down what was said and decided."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete
from tresen.sdk import Desk, Refused, _, active_agents, change, day, record

from tresen_pilot_service import clocks
from tresen_pilot_service import queries as pilots
from tresen_pilot_service.checkpoints import queries, states
from tresen_pilot_service.checkpoints.models import Asked, Checkpoint, CheckpointDecision
from tresen_pilot_service.models import Programme

CHECKPOINT = "pilot_service.checkpoint"
DECISION = "pilot_service.checkpoint_decision"
# So long after its last day a programme can still be reviewed.
REVIEW_DAYS = 60
# A change of any of these is another sequence, by which calendars know the newer one.
_MOVES = ("title", "starts_at", "duration", "place")
_PLANNED = (*_MOVES, "agenda", "is_for_all")


def plan(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Checkpoint:
    """Plan a checkpoint; `starts_at` is a time on the operator's clock.

    Raises Refused for a time that does not fit the programme, and where nobody is asked.
    """
    wanted = _checked(desk, programme, values)
    made = Checkpoint(
        programme_id=programme.id,
        **wanted,
        state=states.PLANNED,
        uid=str(uuid4()),
        created_at=desk.now(),
        changed_at=desk.now(),
    )
    desk.session.add(made)
    desk.session.flush()
    _ask(desk, made, values)
    record(desk, CHECKPOINT, made.id, "planned")
    return made


def change_plan(desk: Desk, meeting: Checkpoint, values: Mapping[str, Any]) -> bool:
    """Change a checkpoint; return whether calendars must learn of it.

    Raises Refused as `plan` does, and for one that is no longer planned.
    """
    _demand_planned(meeting)
    wanted = _checked(desk, meeting.programme, values)
    is_moved = any(getattr(meeting, name) != wanted[name] for name in _MOVES)
    step = {"sequence": meeting.sequence + int(is_moved)}
    if change(desk, CHECKPOINT, meeting, wanted | step):
        meeting.changed_at = desk.now()
    _ask(desk, meeting, values)
    return is_moved


def cancel(desk: Desk, meeting: Checkpoint) -> None:
    """Cancel a checkpoint; raises Refused for one that is no longer planned."""
    _demand_planned(meeting)
    wanted = {"state": states.CANCELLED, "sequence": meeting.sequence + 1}
    change(desk, CHECKPOINT, meeting, wanted)
    meeting.changed_at = desk.now()


def write_minutes(desk: Desk, meeting: Checkpoint, values: Mapping[str, Any]) -> None:
    """Write down what was said, which says that it was held, and whether participants read it.

    Raises Refused for one that was cancelled or has not begun.
    """
    _demand_begun(desk, meeting)
    wanted = {
        "minutes": values["minutes"].strip(),
        "is_published": values["is_published"],
        "state": states.HELD,
    }
    change(desk, CHECKPOINT, meeting, wanted)


def decide(desk: Desk, meeting: Checkpoint, values: Mapping[str, Any]) -> CheckpointDecision:
    """Add what a checkpoint decided; raises Refused for one that has not begun, and as below."""
    _demand_begun(desk, meeting)
    _check_doer(desk, values)
    made = CheckpointDecision(checkpoint_id=meeting.id, **_stripped(values))
    desk.session.add(made)
    desk.session.flush()
    record(desk, DECISION, made.id, "decided")
    return made


def change_decision(desk: Desk, decision: CheckpointDecision, values: Mapping[str, Any]) -> None:
    """Change a decision; raises Refused where two do it, or who is no active agent."""
    _check_doer(desk, values)
    if values["done_on"] is not None and values["done_on"] > desk.today():
        raise Refused(_("Nothing is done on a day that is still to come."))
    change(desk, DECISION, decision, _stripped(values))


def settle(desk: Desk, decision: CheckpointDecision) -> None:
    """Say that a decision is done from today on; once more takes it back."""
    done_on = desk.today() if decision.done_on is None else None
    change(desk, DECISION, decision, {"done_on": done_on})


def moment_of(desk: Desk, typed: datetime) -> datetime:
    """Return the moment at which the operator's clock shows what was typed.

    Raises Refused for an hour that is left out when clocks go forward; of an hour that comes
    twice it is the first.
    """
    moment = clocks.moment_of(desk, typed)
    if moment is None:
        raise Refused(_("This hour is left out that night, because the clocks go forward."))
    return moment


def _checked(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {name: values[name] for name in _PLANNED}
    last = programme.ends_on + timedelta(days=REVIEW_DAYS)
    if not programme.starts_on <= values["starts_at"].date() <= last:
        words = {"first": day(programme.starts_on), "last": day(last)}
        raise Refused(_("A checkpoint of this programme lies from %(first)s to %(last)s.") % words)
    wanted["starts_at"] = moment_of(desk, values["starts_at"])
    for name in ("title", "place", "agenda"):
        wanted[name] = values[name].strip()
    _check_asked(desk, programme, values)
    return wanted


def _check_asked(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> None:
    if values["is_for_all"] and values["asked"]:
        raise Refused(_("Ask all participants or only some, not both."))
    if values["is_for_all"]:
        return
    if not values["asked"]:
        raise Refused(_("Choose the customers who are asked, or ask all participants."))
    rows = pilots.participations(desk, programme.id)
    known = {row.id for row in rows if row.state not in queries.LEFT}
    if not known.issuperset(values["asked"]):
        raise Refused(_("Only customers of this programme who have not left can be asked."))


def _ask(desk: Desk, meeting: Checkpoint, values: Mapping[str, Any]) -> None:
    """Keep who is asked where it is not for all, and say in the journal when it is others."""
    wanted = [] if meeting.is_for_all else sorted(set(values["asked"]))
    known = list(queries.chosen_ids(desk, meeting.id))
    if wanted == known:
        return
    desk.session.execute(delete(Asked).where(Asked.checkpoint_id == meeting.id))
    desk.session.add_all(Asked(checkpoint_id=meeting.id, participation_id=each) for each in wanted)
    desk.session.flush()
    record(desk, CHECKPOINT, meeting.id, "asked", {"participations": (known, wanted)})


def _demand_planned(meeting: Checkpoint) -> None:
    if meeting.state != states.PLANNED:
        words = {"title": meeting.title, "state": states.TITLES[meeting.state]}
        raise Refused(_("“%(title)s” is no longer planned: %(state)s.") % words)


def _demand_begun(desk: Desk, meeting: Checkpoint) -> None:
    if meeting.state == states.CANCELLED:
        raise Refused(_("“%(title)s” was cancelled.") % {"title": meeting.title})
    if desk.now() < meeting.starts_at:
        raise Refused(_("“%(title)s” has not begun yet.") % {"title": meeting.title})


def _check_doer(desk: Desk, values: Mapping[str, Any]) -> None:
    person_id = values["person_id"]
    if person_id is not None and values["name"].strip():
        raise Refused(_("Choose an agent or write a name, not both."))
    if person_id is not None and person_id not in {each.id for each in active_agents(desk)}:
        raise Refused(_("Who does it must be an active agent, or somebody with a mere name."))


def _stripped(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "text": values["text"].strip(), "name": values["name"].strip()}
