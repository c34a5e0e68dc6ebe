# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search through the REST interface: every hit once, page by page, within what may be seen."""

from typing import Any

import pytest
from flask import Flask
from tresen.access import tokens
from tresen.desk import Core, Desk
from tresen.people import service as people
from tresen.people.models import Person
from tresen.search import records, vectors
from tresen.search import service as index
from tresen.testing import factories, volume
from tresen.testing.statements import recorded, walks
from tresen.tickets import service as tickets
from tresen.tickets.models import FIRST_NUMBER, Ticket
from tresen.tickets.records import NewMessage

SCOPES = ("tickets.read", "people.read")
API = "/api/v1/"


@pytest.fixture
def ask(app: Flask, desk: Desk, agent: Person) -> Any:
    """Return a function that asks for a list and returns its first page."""
    bearer = {"Authorization": f"Bearer {tokens.make_token(desk, agent, 'test', SCOPES)}"}
    desk.commit()
    client = app.test_client()

    def asked(kind: str, **query: Any) -> Any:
        return client.get(f"{API}{kind}/", query_string=query, headers=bearer)

    return asked


def whole(ask: Any, kind: str, **query: Any) -> list[dict[str, Any]]:
    """Return the rows of all pages."""
    page = ask(kind, **query).json
    found = page["items"]
    while page["next_cursor"]:
        page = ask(kind, cursor=page["next_cursor"], **query).json
        found += page["items"]
    return found


def numbers(found: list[dict[str, Any]]) -> list[int]:
    return [each["number"] for each in found]


def say(desk: Desk, ticket: Ticket, words: str, kind: str = "reply") -> None:
    tickets.add_message(desk, ticket, NewMessage(words, "web", kind=kind))


@pytest.fixture
def threads(desk: Desk, customer: Person) -> list[Ticket]:
    """Return five tickets whose messages have the word at different times, two of them twice."""
    made = [factories.make_ticket(desk, customer, f"Thread {place}") for place in range(5)]
    for place in (0, 1, 2, 3, 1, 4, 0):
        say(desk, made[place], "The zeppelin is late")
    desk.commit()
    return made


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_every_ticket_comes_once_at_its_newest_word(
    ask: Any, threads: list[Ticket], limit: int
) -> None:
    found = numbers(whole(ask, "tickets", q="zeppelin", limit=limit))
    assert found == [threads[place].number for place in (0, 4, 1, 3, 2)]


def test_more_matches_than_one_look_are_all_found(
    ask: Any, desk: Desk, threads: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LOOKED_AT", 2)
    monkeypatch.setattr(vectors, "NEWEST", 1)
    found = numbers(whole(ask, "tickets", q="zeppelin", limit=2))
    assert found == [threads[place].number for place in (0, 4, 1, 3, 2)]


def test_ticket_that_comes_in_meanwhile_repeats_nothing(
    ask: Any, desk: Desk, threads: list[Ticket]
) -> None:
    first = ask("tickets", q="zeppelin", limit=2).json
    say(desk, threads[3], "zeppelin again")
    desk.commit()
    rest = whole(ask, "tickets", q="zeppelin", limit=2, cursor=first["next_cursor"])
    # Of the third one a newer text was written, which stands before the first page.
    assert numbers([*first["items"], *rest]) == [threads[place].number for place in (0, 4, 1, 2)]


def test_words_and_fields_narrow_together(ask: Any, desk: Desk, threads: list[Ticket]) -> None:
    tickets.change(desk, threads[2], {"state": "solved"})
    desk.commit()
    assert [
        numbers(whole(ask, "tickets", q="zeppelin", state="solved")),
        numbers(whole(ask, "tickets", q="zeppelin", requester_id=999)),
        numbers(whole(ask, "tickets", q="Karla Thread", state="solved")),
    ] == [[threads[2].number], [], []]


def test_messages_are_found_on_whichever_ticket(ask: Any, threads: list[Ticket]) -> None:
    found = whole(ask, "messages", q="zeppelins", limit=3)
    places = (0, 4, 1, 3, 2, 1, 0)
    assert [(each["ticket_number"], each["body"]) for each in found] == [
        (threads[place].number, "The zeppelin is late") for place in places
    ]


def test_restricted_team_is_not_found(
    ask: Any, desk: Desk, customer: Person, administrator: Person
) -> None:
    team = people.add_team(desk, "Payroll", [administrator], is_restricted=True)
    hidden = factories.make_ticket(desk, customer, "Zeppelin", team_id=team.id)
    say(desk, hidden, "zeppelin", "note")
    desk.commit()
    found = [ask(kind, q="zeppelin").json["items"] for kind in ("tickets", "messages")]
    assert found == [[], []]


def test_people_are_found_by_words_of_name_and_address(
    ask: Any, desk: Desk, customer: Person
) -> None:
    other = people.add_customer(desk, "Kärla Müller", "km@other.example")
    desk.commit()
    questions = ["KUNDIN", "karla", "mueller", "kunde", "karla other"]
    found = [[each["id"] for each in whole(ask, "people", q=words, limit=1)] for words in questions]
    assert found == [[customer.id], [other.id, customer.id], [other.id], [customer.id], []]


def test_people_found_stay_in_the_organisation_asked_for(
    ask: Any, desk: Desk, customer: Person
) -> None:
    people.add_customer(desk, "Karla Other", "karla@other.example")
    desk.commit()
    found = whole(ask, "people", q="karla", organisation_id=customer.organisation_id)
    assert [each["id"] for each in found] == [customer.id]


def test_people_are_found_beyond_any_page(ask: Any, desk: Desk) -> None:
    made = [people.add_customer(desk, f"Rosa {n}", f"r{n}@r.example").id for n in range(120)]
    desk.commit()
    found = [each["id"] for each in whole(ask, "people", q="rosa", limit=50)]
    assert found == made[::-1]


def test_organisations_are_found_by_name_old_and_new(ask: Any, desk: Desk) -> None:
    first, second = (people.add_organisation(desk, f"Werft {n}", "Ships") for n in "AB")
    people.change_organisation(desk, first, {"name": "Reederei A"})
    desk.commit()
    found = {
        words: [each["id"] for each in whole(ask, "organisations", q=words, limit=1)]
        for words in ("werft", "reederei", "ships", "Reederei B")
    }
    assert found == {
        "werft": [second.id],
        "reederei": [first.id],
        "ships": [second.id, first.id],
        "Reederei B": [],
    }


def test_organisation_stands_in_the_search_of_the_pages(
    desk: Desk, agent: Person, sign_in: Any
) -> None:
    people.add_organisation(desk, "Werft Nord")
    desk.commit()
    page = sign_in(agent).get("/search/?q=werft").get_data(as_text=True)
    assert (page.count("Werft Nord"), page.count("/organisations/1")) == (1, 1)


@pytest.mark.parametrize("kind", ["tickets", "messages", "people", "organisations"])
def test_wrong_questions_are_refused_and_empty_ones_find_nothing(ask: Any, kind: str) -> None:
    asked = [{"q": " "}, {"q": "x" * 201}, {"q": "x", "cursor": "WyJ4IiwxXQ"}, {"q": "…"}]
    assert [ask(kind, **query).status_code for query in asked] == [422, 422, 422, 200]
    assert ask(kind, q="…").json == {"items": [], "next_cursor": None}


def test_messages_are_only_found_never_listed(ask: Any) -> None:
    assert ask("messages").status_code == 422


def test_description_says_how_to_search(ask: Any, app: Flask) -> None:
    paths = app.test_client().get(f"{API}openapi.json").json["paths"]
    named = {
        kind: [each["name"] for each in paths[f"{API}{kind}/"]["get"]["parameters"]].count("q")
        for kind in ("tickets", "messages", "people", "organisations")
    }
    assert named == {"tickets": 1, "messages": 1, "people": 1, "organisations": 1}


@pytest.mark.timeout(300)
def test_no_search_walks_through_a_whole_table(core: Core, desk: Desk, ask: Any) -> None:
    volume.fill(desk, 20_000, messages=2)
    index.put(desk, "ticket", 7, 0, index.Text(body="Wasserwaage"))
    desk.commit()
    asked = [
        ("tickets", {"q": "printer"}),
        ("tickets", {"q": "printer", "state": "open"}),
        ("messages", {"q": "printer"}),
        ("people", {"q": "Kundin"}),
        ("people", {"q": "Kundin", "organisation_id": 3}),
    ]
    found = {}
    for kind, query in asked:
        with recorded(core.engine) as statements:
            cursor = ask(kind, limit=5, **query).json["next_cursor"]
            ask(kind, limit=5, cursor=cursor or "", **query)
        found[f"{kind} {query}"] = walks(core.engine, statements)
    assert found == {key: [] for key in found}
    assert numbers(ask("tickets", q="Wasserwaage").json["items"]) == [FIRST_NUMBER + 7]
