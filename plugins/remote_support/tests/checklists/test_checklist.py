# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tresen finds out by itself, and where a requirement stands with the operator's answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from tresen.sdk import Core, Desk, Missing, Person, Refused
from tresen.testing import factories
from tresen_remote_support import service as sessions
from tresen_remote_support import states as lives
from tresen_remote_support.checklists import queries, requirements, service, states
from tresen_remote_support.checklists.facts import Fact, facts
from tresen_remote_support.checklists.models import ChecklistAnswer
from tresen_remote_support.checklists.queries import Counts, Sight
from tresen_remote_support.models import Consent, RemoteSession
from tresen_remote_support.protocols import service as protocols

NOTE = {"actions": "Set a tick.", "result": lives.SOLVED, "minutes": 7}
CALM = Sight(
    counts=Counts(ran=4, planned=1, watched=2),
    is_secure=True,
    offer_minutes=30,
    idle_minutes=20,
    has_own_words=False,
    recording_days=14,
    overdue_recordings=0,
    tools=("In the browser",),
    agents=3,
)
YES = {"verdict": states.YES, "words": ""}


def counts(desk: Desk) -> Counts:
    desk.session.flush()
    return queries.sight(desk).counts


def with_counts(**given: int) -> Sight:
    return replace(CALM, counts=replace(CALM.counts, **given))


# ------------------------------------------------------------------------------ where it stands


@pytest.mark.parametrize(
    ("verdict", "findings", "expected"),
    [
        (None, [], states.OPEN),
        (None, [True, None], states.OPEN),
        (None, [False], states.UNMET),
        (states.YES, [True, None], states.MET),
        (states.YES, [True, False], states.UNMET),
        (states.NO, [True], states.UNMET),
        (states.NOT_APPLICABLE, [False], states.LEFT_OUT),
    ],
)
def test_yes_does_not_make_right_what_is_found_wrong(
    verdict: str | None, findings: list[bool | None], expected: str
) -> None:
    assert states.standing(verdict, findings) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({states.MET, states.OPEN, states.UNMET}, states.UNMET),
        ({states.MET, states.OPEN, states.LEFT_OUT}, states.OPEN),
        ({states.MET, states.LEFT_OUT}, states.MET),
        ({states.LEFT_OUT}, states.MET),
    ],
)
def test_whole_is_as_its_worst_part(parts: set[str], expected: str) -> None:
    assert states.overall(parts) == expected


# --------------------------------------------------------------------------------- what is known


def test_every_requirement_has_something_to_say() -> None:
    assert [key for key in requirements.KEYS if not facts(key, CALM)] == []


def test_requirements_are_those_of_the_module() -> None:
    numbers = 1, 2, 3, 5, 6, 7, 8, 9, 10, 14, 17, 19, 20, 21
    assert tuple(f"A{each}" for each in numbers) == requirements.KEYS


def test_calm_operation_is_found_wrong_nowhere() -> None:
    found = {key: each for key in requirements.KEYS for each in facts(key, CALM)}
    assert [key for key, each in found.items() if each.is_good is False] == []


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("A2", "without_consent"),
        ("A3", "left_open"),
        ("A7", "without_note"),
        ("A7", "without_protocol"),
        ("A20", "standing_still"),
    ],
)
def test_count_that_must_be_nought_is_found_wrong(key: str, name: str) -> None:
    findings = [each.is_good for each in facts(key, with_counts(**{name: 2}))]
    assert findings.count(False) == 1


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "1 session began without a consent in force."),
        (2, "2 sessions began without a consent in force."),
    ],
)
def test_sentence_counts(count: int, sentence: str) -> None:
    assert facts("A2", with_counts(without_consent=count))[0] == Fact(sentence, is_good=False)


def test_plain_http_is_found_wrong() -> None:
    (found,) = facts("A8", replace(CALM, is_secure=False))
    assert found == Fact("The base address of this installation is not HTTPS.", is_good=False)


def test_sessions_without_note_lead_to_their_list() -> None:
    assert [each.listed for each in facts("A7", CALM)] == ["undocumented", "", "unreviewed", ""]


def test_own_words_of_the_consent_are_named() -> None:
    said = [facts("A6", replace(CALM, has_own_words=own))[1].text for own in (True, False)]
    assert said == [
        "The consent has an addition of your own.",
        "The consent has no addition of your own.",
    ]


# ---------------------------------------------------------------------------------- what is there


def test_nothing_is_counted_without_sessions(desk: Desk) -> None:
    assert counts(desk) == Counts()


def test_sound_session_is_counted_as_run_and_unreviewed(
    desk: Desk, agent_desk: Desk, ended: RemoteSession
) -> None:
    protocols.document(agent_desk, ended, NOTE)
    assert counts(desk) == Counts(ran=1, without_review=1)


def test_note_without_protocol_is_counted(desk: Desk, documented: RemoteSession) -> None:
    assert counts(desk).without_protocol == 1


def test_missing_note_is_counted(desk: Desk, ended: RemoteSession) -> None:
    assert counts(desk) == Counts(ran=1, without_note=1)


def test_missing_consent_is_counted(desk: Desk, ended: RemoteSession) -> None:
    desk.session.execute(delete(Consent))
    assert counts(desk).without_consent == 1


@pytest.mark.parametrize("left", ["seat", "consent", "offer"])
def test_way_in_that_outlives_the_session_is_counted(
    desk: Desk, ended: RemoteSession, left: str
) -> None:
    if left == "seat":
        ended.seat_hash = "ab" * 32
    elif left == "consent":
        desk.session.execute(text("UPDATE remote_support_consent SET withdrawn_at = NULL"))
    else:
        desk.session.execute(text("UPDATE remote_support_offer SET used_at = NULL"))
    assert counts(desk).left_open == 1


def test_appointment_and_second_agent_are_counted(
    desk: Desk, ended: RemoteSession, colleague: Person
) -> None:
    ended.planned_from, ended.second_agent_id = desk.now(), colleague.id
    found = counts(desk)
    assert (found.planned, found.watched) == (1, 1)


def test_session_that_stands_still_for_too_long_is_counted(
    desk: Desk, running: RemoteSession
) -> None:
    running.seen_at = desk.now() - timedelta(minutes=36)
    assert counts(desk).standing_still == 1


def test_failed_session_is_counted(desk: Desk, agent_desk: Desk, consented: RemoteSession) -> None:
    sessions.fail(agent_desk, consented, "The line broke.")
    assert counts(desk).failed == 1


def test_year_is_looked_back(desk: Desk, ended: RemoteSession, clock: Any) -> None:
    clock.go(days=366)
    assert counts(desk) == Counts()


def test_settings_and_agents_are_seen(desk: Desk, core: Core, agent: Person) -> None:
    found = queries.sight(desk)
    told = found.is_secure, found.offer_minutes, found.idle_minutes, found.agents
    assert told == (False, 30, 30, 1)


# --------------------------------------------------------------------------------- the answers


@pytest.fixture
def answered(agent_desk: Desk) -> Callable[..., ChecklistAnswer]:
    """Return a function that answers a requirement."""

    def go(key: str = "A6", **given: str) -> ChecklistAnswer:
        return service.answer(agent_desk, key, YES | given)

    return go


def test_answer_is_kept_with_name_and_day(answered: Any, desk: Desk, agent: Person) -> None:
    row = answered(words="  See the handbook. ")
    kept = row.requirement, row.verdict, row.words, row.person_id, row.answered_at
    assert kept == ("A6", states.YES, "See the handbook.", agent.id, desk.now())


def test_later_answer_takes_the_place_of_the_earlier(answered: Any, desk: Desk, clock: Any) -> None:
    answered()
    clock.go(days=1)
    answered(verdict=states.NO, words="Not yet.")
    row = desk.session.scalars(select(ChecklistAnswer)).one()
    assert (row.verdict, row.answered_at) == (states.NO, desk.now())


def test_journal_keeps_every_answer(answered: Any, desk: Desk) -> None:
    answered()
    answered(verdict=states.NO, words="Not yet.")
    sql = "SELECT new FROM journal_entry WHERE subject_kind = :kind AND field = 'verdict'"
    found = desk.session.scalars(text(sql), {"kind": service.ANSWER}).all()
    assert [str(each).strip('"') for each in found] == [states.YES, states.NO]


@pytest.mark.parametrize("verdict", [states.NO, states.NOT_APPLICABLE])
def test_anything_but_yes_needs_words(answered: Any, verdict: str) -> None:
    with pytest.raises(Refused, match="Say why"):
        answered(verdict=verdict, words="  ")


def test_requirement_that_is_none_is_missing(answered: Any) -> None:
    with pytest.raises(Missing):
        answered("A99")


def test_erased_person_leaves_the_answer(answered: Any, desk: Desk, agent: Person) -> None:
    answered(words="Anna Agent looks after it.")
    desk.commit()
    factories.erase_person(desk, agent)
    desk.session.expire_all()
    row = desk.session.scalars(select(ChecklistAnswer)).one()
    assert (row.person_id, row.words, row.verdict) == (None, "[…] looks after it.", states.YES)
