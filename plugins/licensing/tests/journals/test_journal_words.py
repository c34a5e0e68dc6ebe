# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each kind of entry that Tresen writes is read in words, in both languages, and names nobody."""

import ast
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tresen_licensing
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from tresen.sdk import Desk, Person
from tresen_licensing.clearances.states import GROUNDS, SIDES
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.journals import parts, queries, sealing, sides, words
from tresen_licensing.journals.models import Entry
from tresen_licensing.journals.service import append
from tresen_licensing.publications import kinds
from tresen_licensing.repositories import outcomes
from tresen_licensing.waivers.reasons import REASONS

SignIn = Callable[[Person], FlaskClient]
DAY = "2026-04-01"
TREE = "0123456789abcdef" * 2 + "01234567"


def appended() -> set[str]:
    """Return the kinds of entry that the plugin's source appends."""
    found = set()
    for path in Path(tresen_licensing.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id == "append":
                found.add(ast.literal_eval(node.args[2]))
    return found


def read(kind: str, facts: dict[str, Any]) -> str:
    """Return an entry in words."""
    return words.sentence(Entry(kind=kind, facts=sealing.canonical(facts)))


def test_words_are_there_for_exactly_what_is_appended() -> None:
    assert {*words.SENTENCES} == appended()


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (
            "announced",
            {"since": DAY},
            "Runs at the customer since Apr 1, 2026, as another part of Tresen says",
        ),
        ("history_taken", {"bytes": 7}, "Upstream's history taken in"),
        ("checked", {"version": 1, "findings": 1}, "Version 1 looked at: one finding"),
        ("checked", {"version": 2, "findings": 0}, "Version 2 looked at: 0 findings"),
        ("finding_answered", {"check": "C08", "strict": "true"}, "A finding of check C08 is none"),
        (
            "finding_answered",
            {"check": "C08", "strict": "false"},
            "A finding of check C08 answered",
        ),
        (
            "countersigned",
            {"tree": TREE},
            "The customer confirms the source 0123456789ab",
        ),
        (
            "published",
            {"version": 3, "licence": "EUPL-1.2"},
            "Version 3 published under EUPL-1.2",
        ),
    ],
)
def test_entry_of_a_later_part_is_read(kind: str, facts: dict[str, Any], said: str) -> None:
    assert read(kind, facts) == said


@pytest.mark.parametrize("outcome", [*outcomes.TITLES])
def test_each_outcome_of_applying_is_read(outcome: str) -> None:
    said = read("applied", {"version": 2, "outcome": outcome, "tree": TREE})
    assert said == f"Version 2 put on its base: {outcomes.TITLES[outcome]}"


@pytest.mark.parametrize("kind", [*kinds.TITLES])
def test_each_anchor_is_read(kind: str) -> None:
    names = ("anchor_added", "anchor_withdrawn")
    found = [read(name, {"kind": kind}) for name in names]
    seen = [read("anchor_seen", {"kind": kind, "outcome": each}) for each in kinds.OUTCOMES]
    title = kinds.TITLES[kind]
    assert found == [f"Anchor added: {title}", f"Anchor withdrawn: {title}"]
    assert seen == [f"Looked at “{title}”: {each}" for each in kinds.OUTCOMES.values()]


@pytest.mark.parametrize("side", [*SIDES])
def test_each_approval_is_read(side: str) -> None:
    found = [read("approved", {"side": side, "ground": each}) for each in GROUNDS]
    assert found == [f"Approved: {SIDES[side]}, {each}" for each in GROUNDS.values()]


def test_each_step_there_is_is_read() -> None:
    steps = [(one, other) for one, following in states.STEPS.items() for other in following]
    found = [read("stepped", {"from": one, "to": other}) for one, other in steps]
    titles = [(states.TITLES[one], states.TITLES[other]) for one, other in steps]
    assert found == [f"From “{one}” to “{other}”" for one, other in titles]


@pytest.mark.parametrize("kind", ["waiver_asked", "waiver_granted", "waiver_ended"])
def test_each_reason_of_a_waiver_is_read(kind: str) -> None:
    endings = [read(kind, {"reason": each}).partition(": ")[2] for each in REASONS]
    assert endings == [str(each) for each in REASONS.values()]


def test_journal_is_read_in_german(
    agent: Person, sign_in: SignIn, agent_desk: Desk, development: Development
) -> None:
    append(agent_desk, development, "linked", {"ticket": 7})
    append(agent_desk, development, "changes_added", {"version": 1, "patches": 1})
    append(agent_desk, development, "changes_added", {"version": 2, "patches": 3})
    append(agent_desk, development, "embargoed", {"until": DAY})
    agent_desk.commit()
    browser = sign_in(agent)
    browser.set_cookie("language", "de")
    shown = browser.get(f"/licensing/developments/{development.reference}").text
    journal = shown[shown.index('<ol class="hits" reversed>') :]
    assert re.findall(r"<li>(.*?) <span", journal) == [
        "Unter Sperrfrist bis 01.04.2026",
        "Version 2 der Änderungen: 3 Patches",
        "Version 1 der Änderungen: ein Patch",
        "Ticket #7 verknüpft",
        "Von „Entwurf“ zu „In Entwicklung“",
        "Begonnen",
    ]


def test_note_is_shown_as_it_was_written(
    agent: Person, sign_in: SignIn, agent_desk: Desk, development: Development
) -> None:
    append(agent_desk, development, "changed", {"fields": "title"}, "  <i>Why</i> & how \n")
    agent_desk.commit()
    shown = sign_in(agent).get(f"/licensing/developments/{development.reference}").text
    assert shown.count(">&lt;i&gt;Why&lt;/i&gt; &amp; how</div>") == 1


@pytest.mark.parametrize(
    ("note", "kept"), [("", ""), ("  ", ""), (" Why. ", "Why."), ("a\nb", "a\nb")]
)
def test_hash_is_of_the_note_that_is_kept(
    agent_desk: Desk, development: Development, note: str, kept: str
) -> None:
    made = append(agent_desk, development, "changed", {"fields": "title"}, note)
    assert (made.note, made.note_sha256) == (kept, sealing.hash_of(kept))


def test_entry_of_a_side_outside_is_named_by_it(
    desk: Desk, agent_desk: Desk, development: Development, agent: Person, sign_in: SignIn
) -> None:
    made = append(agent_desk, development, "changed", {"fields": "title"})
    made.actor_id = None
    agent_desk.commit()
    shown = sign_in(agent).get(f"/licensing/developments/{development.reference}").text
    assert shown.count("</span> · Our house") + shown.count("· Our house</span>") == 1


def test_entries_hold_moments_to_the_microsecond(
    agent_desk: Desk, development: Development
) -> None:
    moment = datetime(2026, 3, 10, 9, 0, 0, 123456, tzinfo=UTC)
    made = append(agent_desk, development, "changed", {"fields": "title"})
    made.happened_at = moment
    told = queries.sealed(development.reference, made)
    assert (told["happened_at"], [*told][-1]) == ("2026-03-10T09:00:00.123456Z", "digest")
    agent_desk.rollback()


def test_last_entry_is_that_of_its_own_development(agent_desk: Desk, begin: Any) -> None:
    first, second = begin(), begin()
    append(agent_desk, second, "changed", {"fields": "title"})
    found = [queries.last_entry(agent_desk, each) for each in (first.id, second.id, 99)]
    assert [each and (each.number, each.kind) for each in found] == [
        (1, "begun"),
        (2, "changed"),
        None,
    ]


def test_chain_broken_anywhere_is_told_with_each_place(
    agent_desk: Desk, development: Development
) -> None:
    for number in range(3):
        append(agent_desk, development, "linked", {"ticket": number})
    entries = [queries.sealed(development.reference, each) for each in entries_of(agent_desk)]
    entries[1]["facts"], entries[3]["kind"] = "{}", "unlinked"
    loaded = parts.PART.load(agent_desk, development)
    assert (sealing.broken_at(entries), loaded["broken"]) == ([2, 4], [])


def entries_of(desk: Desk) -> list[Entry]:
    """Return every entry in its order."""
    return desk.session.query(Entry).order_by(Entry.number).all()


@given(st.text(), st.text())
def test_another_reference_breaks_the_seal(one: str, other: str) -> None:
    sealed = {"reference": one, "number": 1, "previous": sealing.NOTHING}
    entry = sealed | {"digest": sealing.seal(sealed)}
    assert sealing.broken_at([entry | {"reference": other}]) == ([] if one == other else [1])


def test_side_of_an_unknown_actor_is_tresen_itself() -> None:
    titles = [str(each) for each in sides.SIDES.values()]
    assert titles == ["Our house", "The customer", "Outside", "Tresen"]
