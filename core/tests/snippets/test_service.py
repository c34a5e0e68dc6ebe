# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts to insert: whose they are, who changes them, and which are offered first."""

from dataclasses import replace
from typing import Any

import pytest
from tresen.access import service as access
from tresen.desk import Desk
from tresen.errors import Missing, NeedsPermission, Refused
from tresen.journal.queries import entries_of
from tresen.people import privacy
from tresen.people.models import Person
from tresen.snippets import queries, service
from tresen.snippets.models import Snippet
from tresen.testing import factories

VALUES = {
    "title": "Restart",
    "body": "Dear {{requester}}, please restart.",
    "kind": "fragment",
    "language": None,
    "person_id": None,
    "team_id": None,
}


def acting(desk: Desk, person: Person) -> Desk:
    return replace(desk, actor=access.actor_for(desk, person))


@pytest.fixture
def anna(desk: Desk, agent: Person) -> Desk:
    return acting(desk, agent)


@pytest.fixture
def ada(desk: Desk, administrator: Person) -> Desk:
    return acting(desk, administrator)


def add(desk: Desk, title: str, **given: Any) -> Snippet:
    return service.add_snippet(desk, VALUES | {"title": title} | given)


def own(desk: Desk, title: str, **given: Any) -> Snippet:
    return add(desk, title, person_id=desk.actor.person_id, **given)


def titles(found: list[Snippet]) -> list[str]:
    return [snippet.title for snippet in found]


def test_text_is_added_with_one_line_as_title(ada: Desk) -> None:
    made = add(ada, "  Restart \n the router ")
    assert (made.title, made.changed_at) == ("Restart the router", ada.now())


@pytest.mark.parametrize(("body", "named"), [("Dear {{client}}", "{{client}}"), ("{{}}", "{{}}")])
def test_unknown_placeholder_is_refused_with_those_that_are_known(
    ada: Desk, body: str, named: str
) -> None:
    with pytest.raises(Refused) as refused:
        add(ada, "Wrong", body=body)
    assert refused.value.sentence == (
        f"There is no placeholder {named}. Those that are filled in: {{{{requester}}}}, "
        "{{number}}, {{subject}}, {{organisation}}, {{agent}}."
    )


def test_agent_keeps_own_texts_and_changes_no_shared_one(anna: Desk, ada: Desk) -> None:
    shared, mine = add(ada, "Shared"), own(anna, "Mine")
    assert [service.may_change(anna, each) for each in (shared, mine)] == [False, True]
    with pytest.raises(NeedsPermission):
        add(anna, "For all")
    with pytest.raises(NeedsPermission):
        service.change_snippet(anna, shared, VALUES | {"person_id": anna.actor.person_id})
    with pytest.raises(NeedsPermission):
        service.change_snippet(anna, mine, VALUES)
    with pytest.raises(NeedsPermission):
        service.delete_snippet(anna, shared)


def test_own_text_is_nobody_elses_not_even_of_who_manages_texts(anna: Desk, ada: Desk) -> None:
    mine = own(anna, "Mine")
    assert [row.Snippet.title for row in queries.listed(ada)] == []
    assert titles(queries.offered(ada, "en")) == []
    assert service.may_change(ada, mine) is False
    for find in (queries.snippet_by_id, queries.usable):
        with pytest.raises(Missing):
            find(ada, mine.id)


def test_text_of_a_team_is_its_members_to_insert(desk: Desk, agent: Person, ada: Desk) -> None:
    first, second = factories.make_team(desk, "First", agent), factories.make_team(desk, "Second")
    add(ada, "Ours", team_id=first.id)
    theirs = add(ada, "Theirs", team_id=second.id)
    anna = acting(desk, agent)
    assert titles(queries.offered(anna, "en")) == ["Ours"]
    assert [tuple(row) for row in queries.listed(ada)] == [
        (queries.snippet_by_id(anna, theirs.id - 1), "First"),
        (theirs, "Second"),
    ]
    with pytest.raises(Missing):
        queries.usable(anna, theirs.id)


def test_customers_language_comes_first_then_its_kin_then_any(ada: Desk) -> None:
    for title, language in (("A", "en"), ("B", None), ("C", "de@du"), ("D", "de")):
        add(ada, title, language=language)
    assert titles(queries.offered(ada, "de")) == ["D", "C", "B", "A"]
    assert titles(queries.offered(ada, "de@du")) == ["C", "D", "B", "A"]
    assert titles(queries.offered(ada, "en")) == ["A", "B", "C", "D"]


def test_templates_come_before_fragments_of_the_same_language(ada: Desk) -> None:
    add(ada, "A"), add(ada, "B", kind="template")
    assert titles(queries.offered(ada, "en")) == ["B", "A"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ÄNDERUNG", ["Die Änderung"]),
        ("änd zug", ["Die Änderung"]),
        ("restart", ["Restart"]),
        ("nothing", []),
        ("%", []),
    ],
)
def test_texts_are_found_by_all_of_their_words(ada: Desk, words: str, found: list[str]) -> None:
    add(ada, "Restart")
    add(ada, "Die Änderung", body="Ihr Zugang ist geändert.")
    assert titles(queries.offered(ada, "en", words)) == found


def test_no_more_are_offered_than_one_looks_through(ada: Desk) -> None:
    for number in range(queries.MOST_OFFERED + 1):
        add(ada, f"{number:03}")
    assert len(queries.offered(ada, "en")) == queries.MOST_OFFERED
    assert titles(queries.offered(ada, "en", "050")) == ["050"]


def test_journal_tells_of_shared_texts_and_not_of_own_ones(anna: Desk, ada: Desk) -> None:
    shared, mine = add(ada, "Shared"), own(anna, "Mine")
    service.change_snippet(ada, shared, VALUES | {"title": "For all"})
    service.delete_snippet(ada, shared)
    service.delete_snippet(anna, mine)
    ada.session.flush()
    found = [(entry.action, entry.new) for entry in entries_of(ada, "snippet", shared.id)]
    assert sorted(found) == [("added", "Shared"), ("changed", "For all"), ("deleted", "For all")]
    assert entries_of(ada, "snippet", mine.id) == []


def test_own_texts_are_told_and_go_with_the_person(anna: Desk, ada: Desk, agent: Person) -> None:
    own(anna, "Mine")
    add(ada, "Shared")
    assert '"title": "Mine"' in privacy.export(ada, agent.id)
    assert '"title": "Shared"' not in privacy.export(ada, agent.id)
    privacy.erase(ada, agent.id)
    assert titles(ada.session.query(Snippet).all()) == ["Shared"]
