# SPDX-License-Identifier: AGPL-3.0-or-later
"""What findings, checks and journals say, in English and in German."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from clearances.conftest import CLEAN, SPDX, Look
from tresen.sdk import Desk, speaking_to
from tresen_licensing.clearances import parts, states, words
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.models import Finding
from tresen_licensing.clearances.queries import Review
from tresen_licensing.developments.models import Development
from tresen_licensing.journals import words as journal
from tresen_licensing.journals.models import Entry

FACTS = {"theirs": "MIT", "ours": "ISC", "size": 200, "table": "ticket", "day": "2026-04-09"}
ALL = [(name, code) for name, check in CHECKS.items() for code in check.texts]


def finding(check: str, code: str, **more: Any) -> Finding:
    """Return a finding with all facts that a text may want."""
    usual = {"severity": states.BLOCKING, "facts": json.dumps(FACTS), "path": ""}
    return Finding(check=check, code=code, **(usual | more))


@pytest.mark.parametrize(("check", "code"), ALL)
def test_each_finding_says_something_whole(check: str, code: str) -> None:
    said = words.sentence(finding(check, code))
    assert (said[-1] in ".?", re.findall(r"%\(\w+\)", said)) == (True, [])


@pytest.mark.parametrize(("check", "code"), ALL)
def test_each_finding_is_said_in_german(desk: Desk, check: str, code: str) -> None:
    english = words.sentence(finding(check, code))
    with speaking_to(desk, "de"):
        german = words.sentence(finding(check, code))
    assert german != english


@pytest.mark.parametrize("name", [*CHECKS])
def test_each_check_has_title_and_hint_in_german(desk: Desk, name: str) -> None:
    check = CHECKS[name]
    english = str(check.title), str(check.hint)
    with speaking_to(desk, "de"):
        german = str(check.title), str(check.hint)
    assert [one != other for one, other in zip(english, german, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("check", "severity", "is_answered", "expected"),
    [
        ("C10", states.WARNING, False, True),
        ("C10", states.WARNING, True, False),
        ("C04", states.BLOCKING, False, False),
        ("C07", states.BLOCKING, False, True),
        ("C08", states.BLOCKING, False, True),
        ("C07", states.BLOCKING, True, False),
        ("C03", states.WARNING, False, True),
    ],
)
def test_what_can_be_answered_is_offered(
    check: str, severity: str, is_answered: bool, expected: bool
) -> None:
    moment = datetime(2026, 3, 10, tzinfo=UTC) if is_answered else None
    one = finding(check, "x", severity=severity, answered_at=moment)
    assert words.may_answer(one) is expected


def test_findings_stand_below_their_checks(look: Look) -> None:
    review = look({**CLEAN, "src/quay.py": SPDX + b"password = 'S0mmer-2026'\n", ".env": b"A=1\n"})
    found = {row.check.id: len(row.findings) for row in words.rows_of(review) if row.findings}
    assert found == {"C05": 1, "C07": 2}


def test_all_checks_stand_in_their_order(clean: Review) -> None:
    assert [row.check.id for row in words.rows_of(clean)] == sorted(CHECKS)


def test_part_before_the_first_look(agent_desk: Desk, upstream: Development) -> None:
    shown = parts.PART.load(agent_desk, upstream)
    assert [shown[each] for each in ("review", "rows", "may_check", "is_asked")] == [
        *(None, [], True, False),
    ]


def test_part_after_a_look(agent_desk: Desk, upstream: Development, clean: Review) -> None:
    shown = parts.PART.load(agent_desk, upstream)
    found = [shown[each] for each in ("may_check", "is_asked", "is_forbidden")]
    assert (found, len(shown["rows"])) == ([True, True, False], len(CHECKS))


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        ("history_taken", {"bytes": 7}, "Upstream's history taken in"),
        (
            "applied",
            {"version": 2, "outcome": "applied"},
            "Version 2 put on its base: The patches fit",
        ),
        (
            "applied",
            {"version": 2, "outcome": "no_base"},
            "Version 2 put on its base: The base is not in upstream's history",
        ),
        ("checked", {"version": 2, "findings": 1}, "Version 2 looked at: one finding"),
        ("checked", {"version": 2, "findings": 0}, "Version 2 looked at: 0 findings"),
        (
            "finding_answered",
            {"check": "C10", "finding": "untested", "strict": "false"},
            "A finding of check C10 answered",
        ),
        (
            "finding_answered",
            {"check": "C07", "finding": "token", "strict": "true"},
            "A finding of check C07 is none",
        ),
        (
            "approved",
            {"side": "company", "ground": "by_hand", "version": 2},
            "Approved: Our house, looked at by hand",
        ),
        (
            "approved",
            {"side": "customer", "ground": "document", "version": 2},
            "Approved: The customer, agreed in a signed document",
        ),
    ],
)
def test_journal_is_read_in_words(kind: str, facts: dict[str, Any], said: str) -> None:
    assert journal.sentence(Entry(kind=kind, facts=json.dumps(facts))) == said
