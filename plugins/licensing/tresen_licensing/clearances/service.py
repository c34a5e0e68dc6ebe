# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of clearances: the checks are run, findings answered, and two people approve."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from tresen.sdk import Desk, Refused, _

from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.clearances import queries, states
from tresen_licensing.clearances.checks.records import Check, Found, Subject
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.gathering import subject_of
from tresen_licensing.clearances.models import Clearance, Finding
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.service import append
from tresen_licensing.publications import queries as publications
from tresen_licensing.repositories import service as repositories
from tresen_licensing.repositories.standings import standing

# As many findings of one check are kept; where there are more, they are found by the next look.
MOST = 200
MORE = "more"


def check(desk: Desk, row: Development) -> Clearance:
    """Run every check on the latest changes and keep what they find; the agreement must be loaded.

    Answers to what is found again are kept, approvals are not. Raises Refused without changes.
    """
    last = changes.latest(desk, row.id)
    if last is None:
        raise Refused(_("Send in the patches first."))
    if row.state not in way.OPEN and publications.rework(desk, row) is None:
        raise Refused(_("It is cleared: take it back into clearance to change it."))
    change = changes.change_set(desk, row, last.version)
    with standing(desk, row, change) as found:
        repositories.settle(desk, row, change, found)
        subject = subject_of(desk, row, found)
        ended = {each.id: _run(each, subject) for each in CHECKS.values()}
    return _keep(desk, row, change, ended)


def answer(desk: Desk, row: Development, finding: Finding, words: str) -> None:
    """Answer a finding with a reason.

    One of a strict check is only told to be none, by somebody who neither sent in nor wrote the
    changes; what blocks otherwise is mended. Raises Refused.
    """
    if not words.strip():
        raise Refused(_("Please say why."))
    if finding.answered_at is not None:
        raise Refused(_("This finding is answered already."))
    check = CHECKS[finding.check]
    if finding.code == MORE or (finding.severity == states.BLOCKING and not check.is_strict):
        raise Refused(_("This is mended, not answered."))
    if check.is_strict:
        demand_other(desk, desk.session.get_one(Clearance, finding.clearance_id))
    finding.answer, finding.answered_at = words.strip(), desk.now()
    finding.answered_by_id = desk.actor.person_id
    facts = {
        "check": finding.check,
        "finding": finding.code,
        "strict": str(check.is_strict).lower(),
    }
    append(desk, row, "finding_answered", facts, words)


def demand_other(desk: Desk, clearance: Clearance) -> None:
    """Raise Refused for who sent in the changes or wrote one of the patches: four eyes."""
    change = desk.session.get_one(ChangeSet, clearance.change_set_id)
    if desk.actor.person_id is None or change.made_by_id == desk.actor.person_id:
        raise Refused(_("Four eyes: somebody else than who sent in the changes has to do it."))
    authors = {each.author_address for each in changes.patches_of(desk, change.id)}
    if authors & queries.addresses_of(desk, desk.actor.person_id):
        raise Refused(_("Four eyes: somebody else than who wrote the patches has to do it."))


def _run(check: Check, subject: Subject) -> Sequence[Found] | None:
    """Return what a check finds, not more than can be kept; None where it does not apply."""
    if not check.applies(subject):
        return None
    found = list(islice(check.run(subject), MOST + 1))
    return [*found[:MOST], Found(MORE)] if len(found) > MOST else found


def _keep(
    desk: Desk, row: Development, change: ChangeSet, ended: dict[str, Sequence[Found] | None]
) -> Clearance:
    known = {_key(each): each for each in _answered(desk, row, change)}
    marks = {name: _mark(found) for name, found in ended.items()}
    made = Clearance(
        development_id=row.id,
        change_set_id=change.id,
        made_at=desk.now(),
        made_by_id=desk.actor.person_id,
        outcomes=json.dumps(marks, sort_keys=True),
        terms=queries.terms_of(row),
    )
    desk.session.add(made)
    desk.session.flush()
    total = 0
    for name, found in ended.items():
        for each in found or ():
            desk.session.add(_remembering(_finding(made, name, each), known))
            total += 1
    append(desk, row, "checked", {"version": change.version, "findings": total})
    desk.session.flush()
    return made


def _mark(found: Sequence[Found] | None) -> str:
    if found is None:
        return states.NOT_APPLICABLE
    return states.FOUND if found else states.PASSED


def _finding(made: Clearance, name: str, found: Found) -> Finding:
    return Finding(
        clearance_id=made.id,
        check=name,
        code=found.code,
        severity=found.severity,
        facts=json.dumps(dict(found.facts), sort_keys=True),
        patch=found.place.patch,
        path=found.place.path,
        line=found.place.line,
    )


def _answered(desk: Desk, row: Development, change: ChangeSet) -> Iterable[Finding]:
    """Return what was answered when the same changes were looked at last."""
    last = queries.latest(desk, row.id)
    if last is None or last.change_set_id != change.id:
        return ()
    return [each for each in queries.findings_of(desk, last.id) if each.answered_at is not None]


def _key(finding: Finding) -> tuple[Any, ...]:
    place = finding.patch, finding.path, finding.line
    return finding.check, finding.code, finding.severity, finding.facts, *place


def _remembering(finding: Finding, known: dict[tuple[Any, ...], Finding]) -> Finding:
    before = known.get(_key(finding))
    if before is not None:
        finding.answer, finding.answered_at = before.answer, before.answered_at
        finding.answered_by_id = before.answered_by_id
    return finding
