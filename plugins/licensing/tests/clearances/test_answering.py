# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be answered is answered once, and what is told of findings in German is whole."""

import json
import re
from datetime import UTC, datetime

import pytest
from clearances.conftest import CLEAN, SPDX, Look
from tresen.sdk import Desk, Refused, speaking_to
from tresen_licensing.clearances import queries, service, states, words
from tresen_licensing.clearances.checks.registry import CHECKS
from tresen_licensing.clearances.models import Finding
from tresen_licensing.developments.models import Development
from tresen_licensing.journals.queries import broken_at, entries_of

FILLED = re.compile(r"%\((\w+)\)s")
ALL = [(name, code) for name, check in CHECKS.items() for code in check.texts]
BAD = {
    **{name: body for name, body in CLEAN.items() if "test" not in name},
    "src/quay.py": SPDX + b"password = 'S0mmer-2026'\n",
    # With its texts of licences there, the project keeps to REUSE.
    "src/pier.py": b"PIERS = 2\n",
    "LICENSES/MIT.txt": b"MIT\n",
}


def given(finding: Finding, desk: Desk, row: Development) -> str:
    """Answer a finding; return why not, or nothing."""
    try:
        service.answer(desk, row, finding, "Looked at.")
    except Refused as refusal:
        return refusal.sentence
    return ""


def test_offered_is_what_is_taken(second: Desk, upstream: Development, look: Look) -> None:
    findings = look(BAD).findings
    offered = {(each.check, each.code) for each in findings if words.may_answer(each)}
    taken = {(each.check, each.code) for each in findings if not given(each, second, upstream)}
    assert (offered, taken) == ({("C07", "assigned"), ("C10", "untested")}, offered)


def test_what_is_answered_is_offered_and_taken_no_more(
    second: Desk, upstream: Development, look: Look
) -> None:
    findings = look(BAD).findings
    first = [given(each, second, upstream) for each in findings]
    again = {given(each, second, upstream) for each, said in zip(findings, first, strict=True)}
    left = [each.check for each in findings if words.may_answer(each)]
    assert (left, again) == (
        [],
        {"This finding is answered already.", "This is mended, not answered."},
    )


def test_journal_tells_who_answered_what_and_holds(
    second: Desk, upstream: Development, look: Look
) -> None:
    for each in look(BAD).findings:
        given(each, second, upstream)
    entries = entries_of(second, upstream.id)
    told = [json.loads(each.facts) for each in entries if each.kind == "finding_answered"]
    assert (told, broken_at(upstream.reference, entries)) == (
        [
            {"check": "C07", "finding": "assigned", "strict": "true"},
            {"check": "C10", "finding": "untested", "strict": "false"},
        ],
        [],
    )


def test_what_stays_open_is_what_has_to_be_mended(
    second: Desk, upstream: Development, look: Look
) -> None:
    for each in look(BAD).findings:
        given(each, second, upstream)
    review = queries.review(second, upstream)
    assert review is not None
    assert [(each.check, each.path) for each in review.open] == [("C05", "src/pier.py")]


@pytest.mark.parametrize("code", ["more", "assigned"])
@pytest.mark.parametrize("severity", [*states.SEVERITIES])
@pytest.mark.parametrize("name", [*CHECKS])
def test_more_than_is_kept_is_mended_whatever_the_check(
    name: str, severity: str, code: str
) -> None:
    one = Finding(check=name, code=code, severity=severity, facts="{}", path="")
    is_answerable = code != "more" and (severity == states.WARNING or name in ("C07", "C08"))
    assert words.may_answer(one) is is_answerable


@pytest.mark.parametrize(("check", "code"), ALL)
def test_german_text_is_filled_with_the_same_facts(desk: Desk, check: str, code: str) -> None:
    english = str(CHECKS[check].texts[code])
    with speaking_to(desk, "de"):
        german = str(CHECKS[check].texts[code])
    assert sorted(FILLED.findall(german)) == sorted(FILLED.findall(english))


@pytest.mark.parametrize(
    ("patch", "path", "line", "english", "german"),
    [
        (2, "src/quay.py", 7, "patch 2, src/quay.py:7", "Patch 2, src/quay.py:7"),
        (2, "src/quay.py", None, "patch 2, src/quay.py", "Patch 2, src/quay.py"),
        (1, "", 3, "patch 1, line 3 of its words", "Patch 1, Zeile 3 der Beschreibung"),
        (None, "README", None, "README", "README"),
        (None, "", None, "", ""),
    ],
)
def test_place_is_said_in_both_languages(
    desk: Desk, patch: int | None, path: str, line: int | None, english: str, german: str
) -> None:
    one = Finding(check="C07", code="key", facts="{}", patch=patch, path=path, line=line)
    said = words.place(one)
    with speaking_to(desk, "de"):
        gesagt = words.place(one)
    assert (said, gesagt) == (english, german)


def test_answer_keeps_its_moment_and_its_words(
    second: Desk, upstream: Development, look: Look
) -> None:
    (one,) = (each for each in look(BAD).findings if each.check == "C10")
    service.answer(second, upstream, one, "  Only words.\n")
    assert (one.answer, one.answered_at, one.answered_by_id) == (
        *("Only words.", second.now(), second.actor.person_id),
    )


def test_day_of_a_finding_is_said_as_the_reader_writes_it(desk: Desk) -> None:
    facts = json.dumps({"day": "2026-04-09"})
    moment = datetime(2026, 4, 10, tzinfo=UTC)
    one = Finding(check="C17", code="overdue", facts=facts, path="", answered_at=moment)
    with speaking_to(desk, "de"):
        said = words.sentence(one)
    assert said == "Sie hätte bis 09.04.2026 öffentlich sein müssen."
