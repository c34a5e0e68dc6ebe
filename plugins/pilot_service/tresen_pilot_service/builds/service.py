# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of builds: nothing reaches a ring that cannot be taken back from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk, Person, ProductVersion, Refused, Traces, _, change, record

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.builds import messages, queries, states
from tresen_pilot_service.builds.models import Build, Rollout
from tresen_pilot_service.models import Participation, Programme

BUILD = "pilot_service.build"
ROLLOUT = "pilot_service.rollout"


@dataclass(frozen=True)
class Outcome:
    """What a roll-out or a withdrawal came to: `unreached` names customers who were not told."""

    told: int = 0
    unreached: Sequence[str] = ()
    versions_set: int = 0


def add_build(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Build:
    """Add a build; raises Refused for a number that is taken and for another product's version."""
    _check(desk, programme, values, None)
    made = Build(programme_id=programme.id, created_at=desk.now(), **_plain(values))
    desk.session.add(made)
    desk.session.flush()
    record(desk, BUILD, made.id, "added")
    return made


def change_build(desk: Desk, build: Build, values: Mapping[str, Any]) -> None:
    """Change a build; raises Refused as `add_build` does.

    While a ring has the build, the way back from it stays written down.
    """
    wanted = _plain(values)
    _check(desk, build.programme, values, build)
    is_out = any(each.withdrawn_on is None for each in queries.rollouts_of(desk, build.id))
    if is_out and not wanted["rollback_note"]:
        raise Refused(_("The build is rolled out: its rollback note has to stay."))
    change(desk, BUILD, build, wanted)


def roll_out(desk: Desk, build: Build, ring: int, values: Mapping[str, Any]) -> Outcome:
    """Give a build to a ring, from the day `rolled_out_on`; raises Refused where it may not go.

    With `is_told` every participant of the ring is written to; with `sets_versions` their
    installations run the build's version from now on.
    """
    rows = queries.active_in(desk, build.programme_id, ring)
    _demand_way_on(desk, build, ring, values["rolled_out_on"])
    made = Rollout(build_id=build.id, ring=ring, rolled_out_on=values["rolled_out_on"])
    desk.session.add(made)
    desk.session.flush()
    record(desk, ROLLOUT, made.id, "rolled_out", _facts(build, ring))
    unreached = messages.tell_rolled_out(desk, build, rows) if values["is_told"] else []
    told = len(rows) - len(unreached) if values["is_told"] else 0
    count = _set_versions(desk, build, rows) if values.get("sets_versions") else 0
    return Outcome(told, unreached, count)


def withdraw(desk: Desk, build: Build, ring: int, *, is_told: bool) -> Outcome:
    """Take a build back from a ring from today on; the one before it is theirs again.

    Raises Refused where the ring does not have it.
    """
    # Locked, so that nobody is written to twice.
    current = desk.session.scalar(
        select(Rollout)
        .where(Rollout.build_id == build.id, Rollout.ring == ring, Rollout.withdrawn_on.is_(None))
        .with_for_update()
    )
    if current is None:
        raise Refused(_("Ring %(ring)s does not have this build.") % {"ring": ring})
    change(desk, ROLLOUT, current, {"withdrawn_on": desk.today()})
    if not is_told:
        return Outcome()
    rows = queries.active_in(desk, build.programme_id, ring)
    earlier = queries.current_builds(desk, build.programme_id).get(ring)
    unreached = messages.tell_withdrawn(desk, build, rows, earlier)
    return Outcome(len(rows) - len(unreached), unreached)


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person's name out of what is said of builds."""
    ids = [each.id for each in programmes.programmes_around(desk, person)]
    for row in desk.session.scalars(select(Build).where(Build.programme_id.in_(ids))):
        for name in ("notes", "known_issues", "rollback_note"):
            setattr(row, name, traces.blot(getattr(row, name)))


def _demand_way_on(desk: Desk, build: Build, ring: int, day: date) -> None:
    """Raise Refused where a build may not go to a ring on a day."""
    if not build.rollback_note:
        raise Refused(_("Write down first how to go back: the build has no rollback note."))
    if day > desk.today():
        raise Refused(_("A build cannot be rolled out on a day that is still to come."))
    in_use = queries.rings(desk, build.programme_id)
    if ring not in in_use:
        raise Refused(_("Ring %(ring)s has no active participant.") % {"ring": ring})
    out = [each for each in queries.rollouts_of(desk, build.id) if each.withdrawn_on is None]
    if ring in {each.ring for each in out}:
        raise Refused(_("Ring %(ring)s has this build already.") % {"ring": ring})
    given = {each.ring for each in out if each.rolled_out_on <= day}
    missing = states.missing_ring(ring, in_use, given)
    if missing is not None:
        words = {"missing": missing, "ring": ring}
        raise Refused(
            _("Ring %(missing)s comes first: on that day it did not have this build.") % words
        )


def _set_versions(desk: Desk, build: Build, rows: Sequence[Participation]) -> int:
    """Let the installations that participants name run the build; return how many changed."""
    if build.version_id is None:
        return 0
    wanted = {"version_id": build.version_id}
    places = [row.installation for row in rows if row.installation is not None]
    return sum(change(desk, "installation", place, wanted) for place in places)


def _check(
    desk: Desk, programme: Programme, values: Mapping[str, Any], known: Build | None
) -> None:
    same = select(Build.id).where(
        Build.programme_id == programme.id, Build.number == values["number"].strip()
    )
    if desk.session.scalar(same) not in (None, known.id if known else None):
        words = {"number": values["number"].strip()}
        raise Refused(_("The programme has a build %(number)s already.") % words)
    if values["version_id"] is not None:
        version = desk.session.get(ProductVersion, values["version_id"])
        if version is None or version.product_id != programme.product_id:
            raise Refused(_("This version belongs to another product."))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: (value or "").strip() if name != "version_id" else value
        for name, value in values.items()
    }


def _facts(build: Build, ring: int) -> dict[str, tuple[None, Any]]:
    return {"build": (None, build.number), "ring": (None, ring)}
