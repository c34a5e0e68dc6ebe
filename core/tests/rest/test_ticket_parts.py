# SPDX-License-Identifier: AGPL-3.0-or-later
"""What hangs on a ticket through the REST interface: tags, people, words; and keys of calls."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from rest.program import TICKETS, Program
from sqlalchemy import func, select
from tresen.desk import Core, Desk, desk_for
from tresen.journal.models import JournalEntry
from tresen.mail.models import OutboundMail
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets.models import Message, Ticket


def count(core: Core, model: type[Any]) -> int:
    with desk_for(core) as desk:
        return desk.session.scalar(select(func.count()).select_from(model)) or 0


def test_repeated_post_is_told_where_what_it_made_is(program: Program, ticket: Ticket) -> None:
    calls = {
        TICKETS: {"subject": "Once", "body": "only"},
        f"{TICKETS}{ticket.number}/messages": {"body": "only"},
        "/api/v1/people/": {"name": "Kim", "address": "kim@kunde.example"},
        "/api/v1/organisations/": {"name": "Kunde & Söhne"},
    }
    for number, (path, body) in enumerate(calls.items()):
        first, again = (program("POST", path, body, Idempotency_Key=f"k{number}") for _ in "12")
        assert (first.location, again.location) == (first.location, first.location)
        assert program("GET", again.location).json.keys() >= first.json.keys()


@pytest.mark.parametrize("key", ["", " ", "k 1", "ü", "k" * 256])
def test_key_that_is_none_is_refused(program: Program, core: Core, key: str) -> None:
    answer = program("POST", TICKETS, {"subject": "x", "body": "y"}, Idempotency_Key=key)
    assert (answer.status_code, count(core, Ticket)) == (422, 0)


def test_key_is_described_at_every_post_and_nowhere_else(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    described = {
        (path, method)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method != "parameters"
        for parameter in operation.get("parameters", [])
        if parameter.get("name") == "Idempotency-Key"
    }
    assert described == {
        (path, method)
        for path, operations in paths.items()
        for method in operations
        if method == "post"
    }


def test_tags_are_answered_and_changed_as_a_whole(
    program: Program, core: Core, ticket: Ticket
) -> None:
    path = f"{TICKETS}{ticket.number}"
    made = program("POST", TICKETS, {"subject": "x", "body": "y", "tags": ["VPN", "office"]})
    assert made.json["tags"] == ["office", "vpn"]
    assert program("GET", path).json["tags"] == []
    changed = [
        program("PATCH", path, {"tags": tags}).json["tags"]
        for tags in (["b", " A "], ["a", "c"], ["a", "c"], [])
    ]
    assert changed == [["a", "b"], ["a", "c"], ["a", "c"], []]
    with desk_for(core) as desk:
        kinds = desk.session.scalars(
            select(JournalEntry.action)
            .where(JournalEntry.subject_kind == "ticket", JournalEntry.subject_id == ticket.id)
            .order_by(JournalEntry.id)
        ).all()
    assert kinds[1:] == ["tagged", "untagged", "tagged", "untagged", "untagged"]
    assert {each["number"]: each["tags"] for each in program("GET", TICKETS).json["items"]} == {
        ticket.number: [],
        made.json["number"]: ["office", "vpn"],
    }


@pytest.mark.parametrize("tags", [[""], [" "], ["x" * 61], ["x"] * 21, "vpn", [None]])
def test_tags_that_are_none_are_refused(program: Program, ticket: Ticket, tags: Any) -> None:
    path = f"{TICKETS}{ticket.number}"
    assert program("PATCH", path, {"tags": tags}).status_code == 422
    assert program("GET", path).json["tags"] == []


def test_tags_stay_when_the_ticket_moved_on(program: Program, ticket: Ticket) -> None:
    path = f"{TICKETS}{ticket.number}"
    stale = program("PATCH", path, {"tags": ["vpn"], "revision": 99})
    assert (stale.status_code, program("GET", path).json["tags"]) == (409, [])


def test_one_message_is_read_by_its_address(
    program: Program, desk: Desk, ticket: Ticket, customer: Person, administrator: Person
) -> None:
    made = program("POST", f"{TICKETS}{ticket.number}/messages", {"body": "Seen.", "kind": "note"})
    found = program("GET", made.location)
    assert found.json == made.json | {"ticket_number": ticket.number}
    team = people.add_team(desk, "Payroll", [administrator], is_restricted=True)
    factories.make_ticket(desk, customer, team_id=team.id)
    hidden = desk.session.scalars(select(Message.id).order_by(Message.id.desc())).first()
    desk.commit()
    assert [
        program("GET", f"/api/v1/messages/{number}").status_code for number in (hidden, 2**31 - 1)
    ] == [404, 404]


def test_customer_s_word_is_written_down_by_a_program(
    program: Program, core: Core, ticket: Ticket, customer: Person
) -> None:
    path = f"{TICKETS}{ticket.number}"
    program("PATCH", path, {"state": "open"})
    program("PATCH", path, {"state": "waiting_customer"})
    before = count(core, OutboundMail)
    made = program("POST", f"{path}/messages", {"body": "It is on.", "is_inbound": True})
    assert made.status_code == 201
    assert (made.json["is_inbound"], made.json["kind"], made.json["author_id"]) == (
        True,
        "reply",
        customer.id,
    )
    assert (made.json["author_name"], made.json["channel"]) == (customer.name, "api")
    # It waits for the desk again, and nobody is mailed what they said themselves.
    assert program("GET", path).json["state"] == "open"
    assert count(core, OutboundMail) == before


def test_participant_s_word_is_written_down_once_the_person_takes_part(
    program: Program, desk: Desk, ticket: Ticket, customer: Person
) -> None:
    kolja = people.add_customer(desk, "Kolja", "kolja@kunde.example", customer.organisation_id)
    desk.commit()
    path = f"{TICKETS}{ticket.number}"
    word = {"body": "Mine too.", "is_inbound": True, "author_id": kolja.id}
    refused = program("POST", f"{path}/messages", word)
    assert (refused.status_code, refused.json["detail"]) == (
        422,
        f"The author takes no part in ticket {ticket.number}: add the person first.",
    )
    assert program("PUT", f"{path}/participants/{kolja.id}").status_code == 204
    assert program("POST", f"{path}/messages", word).json["author_name"] == "Kolja"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"author_id": 1},
            "Only what came in has an author of its own: say is_inbound.",
        ),
        ({"is_inbound": True, "kind": "note"}, "What a customer said is no internal note."),
    ],
)
def test_word_that_is_nobody_s_is_refused(
    program: Program, core: Core, ticket: Ticket, given: dict[str, Any], sentence: str
) -> None:
    before = count(core, Message)
    answer = program("POST", f"{TICKETS}{ticket.number}/messages", {"body": "x"} | given)
    assert (answer.status_code, answer.json["detail"]) == (422, sentence)
    assert count(core, Message) == before


def test_participants_are_read_and_changed(
    program: Program, desk: Desk, ticket: Ticket, customer: Person
) -> None:
    kolja = people.add_customer(desk, "Kolja", "kolja@kunde.example", customer.organisation_id)
    desk.commit()
    path = f"{TICKETS}{ticket.number}/participants"
    one = f"{path}/{kolja.id}"
    taking_part = {"id": kolja.id, "name": "Kolja", "address": "kolja@kunde.example"}
    assert program("GET", path).json == {"items": []}
    for method, items in (("PUT", [taking_part]), ("PUT", [taking_part]), ("DELETE", [])):
        assert program(method, one).status_code == 204
        assert program("GET", path).json == {"items": items}
    assert [program("DELETE", one).status_code, program("PUT", f"{path}/999999").status_code] == [
        204,
        404,
    ]
    # Whoever asked takes part already.
    assert program("PUT", f"{path}/{customer.id}").status_code == 204
    assert program("GET", path).json == {"items": []}
