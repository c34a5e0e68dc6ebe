# SPDX-License-Identifier: AGPL-3.0-or-later
"""All twenty checks of a development side by side, in words: how each stands today."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.audits.records import Audit
from tresen_licensing.audits.registry import AUDITS
from tresen_licensing.clearances import queries, states, words
from tresen_licensing.clearances.checks.records import Check
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.models import Finding
from tresen_licensing.developments.models import Development


@dataclass(frozen=True)
class Remark:
    """What was found: how grave, in a sentence, and where; whether somebody answered it."""

    severity: str
    sentence: str
    place: str = ""
    is_answered: bool = False


@dataclass(frozen=True)
class Told:
    """How a check stands: `severity` is the gravest that it can find, `outcome` how it ended."""

    id: str
    title: str
    severity: str
    outcome: str
    hint: str
    findings: Sequence[Remark] = ()

    @property
    def is_open(self) -> bool:
        """Whether something still stands against it."""
        return any(not each.is_answered for each in self.findings)


def told(desk: Desk, row: Development) -> list[Told]:
    """Return all checks by their ids; the development must be loaded whole."""
    cleared = _cleared(desk, row)
    later = {each.id: _audited(desk, row, each) for each in AUDITS.values()}
    return [found for _id, found in sorted((cleared | later).items())]


def plain(found: Sequence[Told]) -> list[dict[str, Any]]:
    """Return checks as JSON values."""
    return [asdict(each) for each in found]


def _cleared(desk: Desk, row: Development) -> dict[str, Told]:
    review = queries.review(desk, row)
    marks = review.marks if review else {}
    findings = {each.check.id: each.findings for each in words.rows_of(review)} if review else {}
    return {
        each.id: _told(
            each,
            marks.get(each.id, states.NOT_YET),
            [_remark(found, said) for found, said, _may in findings.get(each.id, ())],
        )
        for each in CHECKS.values()
    }


def _audited(desk: Desk, row: Development, audit: Audit) -> Told:
    looked = audit.look(desk, row)
    found = [
        Remark(each.severity, str(audit.texts[each.code]) % each.facts) for each in looked.found
    ]
    return _told(audit, looked.outcome, found)


def _told(check: Check | Audit, outcome: str, findings: Sequence[Remark]) -> Told:
    words_ = str(check.title), check.severity, outcome, str(check.hint)
    return Told(check.id, *words_, findings)


def _remark(found: Finding, said: str) -> Remark:
    return Remark(found.severity, said, words.place(found), found.answered_at is not None)
