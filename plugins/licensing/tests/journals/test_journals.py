# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to a development is appended, and cannot be written anew."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from tresen.sdk import Actor, Desk, Person
from tresen_licensing.developments.models import Development
from tresen_licensing.journals import queries, sides, words
from tresen_licensing.journals.models import SEALED, Entry
from tresen_licensing.journals.service import append

Begin = Callable[..., Development]


def test_entries_are_numbered_without_a_gap(agent_desk: Desk, development: Development) -> None:
    append(agent_desk, development, "linked", {"ticket": 1})
    entries = queries.entries_of(agent_desk, development.id)
    assert [(each.number, each.kind) for each in entries] == [
        (1, "begun"),
        (2, "stepped"),
        (3, "linked"),
    ]


def test_journals_of_two_developments_are_two_chains(agent_desk: Desk, begin: Begin) -> None:
    first, second = begin(), begin()
    chains = [queries.entries_of(agent_desk, row.id) for row in (first, second)]
    assert [[each.number for each in entries] for entries in chains] == [[1], [1]]


def test_chain_that_tresen_wrote_holds(agent_desk: Desk, development: Development) -> None:
    append(agent_desk, development, "linked", {"ticket": 1}, "Why not.")
    agent_desk.session.expire_all()
    entries = queries.entries_of(agent_desk, development.id)
    assert queries.broken_at(development.reference, entries) == []


@pytest.mark.parametrize(
    "change",
    [
        "facts = '{}'",
        "kind = 'withdrawn'",
        "side = 'customer'",
        "note_sha256 = previous",
        "number = 7",
        "happened_at = '2026-03-11 09:00:00.000000'",
    ],
)
def test_change_behind_tresens_back_is_seen(
    agent_desk: Desk, development: Development, change: str
) -> None:
    agent_desk.session.execute(
        text(f"UPDATE licensing_entry SET {change} WHERE number = 1")  # noqa: S608 - a list of ours
    )
    agent_desk.session.expire_all()
    entries = queries.entries_of(agent_desk, development.id)
    assert queries.broken_at(development.reference, entries) != []


@pytest.mark.parametrize("name", [name for name in SEALED if name != "happened_at"])
def test_sealed_field_cannot_be_written_anew(
    agent_desk: Desk, development: Development, name: str
) -> None:
    entry = queries.entries_of(agent_desk, development.id)[0]
    setattr(entry, name, 9 if isinstance(getattr(entry, name), int) else "other")
    with pytest.raises(RuntimeError, match="sealed"):
        agent_desk.session.flush()
    agent_desk.rollback()


def test_words_of_a_note_are_outside_the_seal(agent_desk: Desk, development: Development) -> None:
    entry = append(agent_desk, development, "stepped", {"from": "draft", "to": "draft"}, "Karla.")
    entry.note, entry.actor_id = "[…]", None
    agent_desk.session.flush()
    entries = queries.entries_of(agent_desk, development.id)
    assert queries.broken_at(development.reference, entries) == []


@pytest.mark.parametrize(
    ("kind", "side"),
    [("agent", sides.COMPANY), ("customer", sides.CUSTOMER), ("system", sides.TRESEN)],
)
def test_entry_says_on_whose_word(
    desk: Desk, development: Development, kind: str, side: str
) -> None:
    own = replace(desk, actor=Actor("Somebody", kind))
    assert append(own, development, "linked", {"ticket": 1}).side == side


def test_entry_names_who_acted(agent_desk: Desk, agent: Person, development: Development) -> None:
    entries = queries.entries_of(agent_desk, development.id)
    assert {each.actor.name if each.actor else "" for each in entries} == {agent.name}


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        ("begun", {"kind": "fix"}, "Begun"),
        ("stepped", {"from": "draft", "to": "withdrawn"}, "From “Draft” to “Withdrawn”"),
        ("changed", {"fields": "title"}, "Changed"),
        ("linked", {"ticket": 7}, "Ticket #7 linked"),
        ("unlinked", {"ticket": 7}, "Ticket #7 taken off"),
        ("embargoed", {"until": "2026-04-01"}, "Under embargo until Apr 1, 2026"),
        ("changes_added", {"version": 1, "patches": 1}, "Version 1 of the changes: one patch"),
        ("changes_added", {"version": 2, "patches": 3}, "Version 2 of the changes: 3 patches"),
        ("deployed", {"version": 2, "since": "2026-03-10"}, "Version 2 runs since Mar 10, 2026"),
        ("deployment_ended", {"on": "2026-03-10"}, "Runs there no more since Mar 10, 2026"),
        (
            "waiver_asked",
            {"reason": "customer_data"},
            "Waiver asked for: Data of the customer alone",
        ),
        ("waiver_granted", {"reason": "secret"}, "Waiver granted: Configuration or secrets alone"),
        ("waiver_ended", {"reason": "secret"}, "Waiver ended: Configuration or secrets alone"),
        ("of_a_later_release", {}, "of_a_later_release"),
    ],
)
def test_entry_is_read_in_words(
    agent_desk: Desk, development: Development, kind: str, facts: dict[str, str], said: str
) -> None:
    entry: Entry = append(agent_desk, development, kind, facts)
    assert words.sentence(entry) == said
