# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a finding says, in words for people."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from tresen.sdk import _, day

from tresen_licensing.clearances import states
from tresen_licensing.clearances.checks.records import Check
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.models import Finding
from tresen_licensing.clearances.queries import Review
from tresen_licensing.clearances.service import MORE


@dataclass(frozen=True)
class Row:
    """A check, how it ended, and its findings: what each says, and whether it can be answered."""

    check: Check
    mark: str
    findings: Sequence[tuple[Finding, str, bool]]


def rows_of(review: Review) -> list[Row]:
    """Return the checks of a review in their order."""
    found = {
        name: [(each, sentence(each), may_answer(each)) for each in group]
        for name, group in groupby(review.findings, lambda each: each.check)
    }
    return [
        Row(CHECKS[name], mark, found.get(name, [])) for name, mark in sorted(review.marks.items())
    ]


def sentence(finding: Finding) -> str:
    """Return what a finding says."""
    if finding.code == MORE:
        return _("There are more: mend these, and look again.")
    text = str(CHECKS[finding.check].texts[finding.code])
    facts: dict[str, Any] = json.loads(finding.facts)
    if "day" in facts:
        facts["day"] = day(date.fromisoformat(facts["day"]))
    return text % facts


def place(finding: Finding) -> str:
    """Return where something was found: patch, file and line."""
    parts = []
    if finding.patch is not None:
        parts.append(_("patch %(number)s") % {"number": finding.patch})
    if finding.path:
        parts.append(f"{finding.path}:{finding.line}" if finding.line else finding.path)
    elif finding.line:
        parts.append(_("line %(number)s of its words") % {"number": finding.line})
    return ", ".join(parts)


def may_answer(finding: Finding) -> bool:
    """Tell whether a finding waits for an answer and can have one."""
    is_answerable = finding.severity == states.WARNING or CHECKS[finding.check].is_strict
    return finding.answered_at is None and is_answerable and finding.code != MORE
