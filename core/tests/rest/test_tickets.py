# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tickets through the REST interface: the same rules as on the pages, bounded and repeatable."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from rest.program import TICKETS, Program
from sqlalchemy import func, select
from tresen.access import tokens
from tresen.desk import Core, Desk, desk_for
from tresen.journal.models import JournalEntry
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets.models import Message, Ticket


def count(core: Core, model: type[Any]) -> int:
    with desk_for(core) as desk:
        return desk.session.scalar(select(func.count()).select_from(model)) or 0


def test_ticket_is_opened_and_read(program: Program, customer: Person) -> None:
    made = program(
        "POST",
        TICKETS,
        {"subject": "Printer", "body": "**Paper** jam", "requester_id": customer.id},
    )
    read = program("GET", made.headers["Location"])
    assert (made.status_code, read.json) == (201, made.json)
    assert {name: made.json[name] for name in ("number", "subject", "state", "channel")} == {
        "number": 10_001,
        "subject": "Printer",
        "state": "new",
        "channel": "api",
    }
    assert made.json["requester"] == {"id": customer.id, "name": "Karla Kundin"}


def test_what_came_in_is_the_word_of_the_requester(
    program: Program, core: Core, customer: Person, agent: Person
) -> None:
    given = {"subject": "Printer", "body": "Jam", "requester_id": customer.id}
    numbers = [
        program("POST", TICKETS, given | {"is_inbound": is_inbound}).json["number"]
        for is_inbound in (True, False)
    ]
    told = [program("GET", f"{TICKETS}{n}/messages").json["items"][0] for n in numbers]
    assert [(each["author_id"], each["author_name"]) for each in told] == [
        (customer.id, "Karla Kundin"),
        (agent.id, "Anna Agent"),
    ]
    with desk_for(core) as desk:
        opened = select(JournalEntry.actor_id).filter_by(subject_kind="ticket", action="opened")
        assert desk.session.scalars(opened).all() == [agent.id, agent.id]
        address = select(Message.author_address).order_by(Message.id).limit(1)
        assert desk.session.scalar(address) == "karla@kunde.example"


def test_ticket_is_changed_at_the_revision_that_was_seen(program: Program, ticket: Ticket) -> None:
    path = f"{TICKETS}{ticket.number}"
    seen = program("GET", path).json["revision"]
    first = program("PATCH", path, {"revision": seen, "state": "open", "impact": 4})
    late = program("PATCH", path, {"revision": seen, "state": "solved"})
    assert (first.status_code, first.json["state"], first.json["priority"]) == (200, "open", 3)
    assert (late.status_code, late.content_type) == (409, "application/problem+json")
    assert program("GET", path).json["state"] == "open"


def test_step_that_the_states_do_not_have_is_refused(program: Program, ticket: Ticket) -> None:
    answer = program("PATCH", f"{TICKETS}{ticket.number}", {"state": "closed"})
    again = program("PATCH", f"{TICKETS}{ticket.number}", {"state": "open"})
    assert (answer.status_code, again.status_code) == (200, 422)
    assert again.json["detail"] == "A ticket that is Closed cannot become Open."


@pytest.mark.parametrize(
    "body",
    [
        {"role": "administrator"},
        {"number": 1},
        {"organisation": {"id": 1}},
        {"impact": 5},
        {"impact": "high"},
        {"state": "gone"},
        {"owner_id": 0},
        {"owner_id": 10**30},
        {"subject": ""},
        [],
    ],
)
def test_atk_z04_unknown_and_impossible_fields_are_refused(
    program: Program, ticket: Ticket, body: Any
) -> None:
    before = program("GET", f"{TICKETS}{ticket.number}").json
    answer = program("PATCH", f"{TICKETS}{ticket.number}", body)
    assert answer.status_code == 422
    assert program("GET", f"{TICKETS}{ticket.number}").json == before


def test_customer_cannot_own_a_ticket(program: Program, ticket: Ticket, customer: Person) -> None:
    answer = program("PATCH", f"{TICKETS}{ticket.number}", {"owner_id": customer.id})
    assert (answer.status_code, answer.json["detail"]) == (
        422,
        "Only an active agent can own a ticket.",
    )


def test_messages_come_in_their_order_by_pages(
    program: Program, ticket: Ticket, core: Core
) -> None:
    path = f"{TICKETS}{ticket.number}/messages"
    for number in range(4):
        program("POST", path, {"body": f"note {number}", "kind": "note"})
    bodies: list[str] = []
    cursor = ""
    pages = 0
    while cursor is not None:
        page = program("GET", f"{path}?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        bodies += [each["body"] for each in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert (bodies[1:], pages) == ([f"note {number}" for number in range(4)], 3)


def test_list_pages_hold_every_ticket_once(
    program: Program, desk: Desk, customer: Person, clock: SteppedClock
) -> None:
    for number in range(7):
        factories.make_ticket(desk, customer, f"Ticket {number}")
        clock.go(minutes=number % 2)
    desk.commit()
    numbers: list[int] = []
    cursor = ""
    while cursor is not None:
        page = program("GET", f"{TICKETS}?limit=3" + (f"&cursor={cursor}" if cursor else "")).json
        numbers += [each["number"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert numbers == [10_007, 10_006, 10_005, 10_004, 10_003, 10_002, 10_001]


def test_list_is_narrowed_by_fields(program: Program, desk: Desk, customer: Person) -> None:
    other = factories.make_customer(desk, "Sam", "sam@other.example")
    mine, _his = (factories.make_ticket(desk, person) for person in (customer, other))
    desk.commit()
    found = program("GET", f"{TICKETS}?requester_id={customer.id}&state=new").json
    assert [each["number"] for each in found["items"]] == [mine.number]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=1000000000", "limit=x", "state=gone", "sort=x"],
)
def test_atk_w07_wrong_query_is_refused(program: Program, query: str) -> None:
    assert program("GET", f"{TICKETS}?{query}").status_code == 422


def test_query_that_no_database_takes_is_refused(program: Program) -> None:
    assert program("GET", f"{TICKETS}?cursor=%00").status_code == 400


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4IiwxXQ", "bnVsbA", "WzEsMl0", "!!!!"])
def test_cursor_that_we_did_not_write_is_refused(program: Program, cursor: str) -> None:
    assert program("GET", f"{TICKETS}?cursor={cursor}").status_code == 422


def test_atk_u13_token_does_what_its_scopes_say(
    app: Flask, desk: Desk, agent: Person, ticket: Ticket
) -> None:
    reader = Program(app.test_client(), tokens.make_token(desk, agent, "r", ["tickets.read"]))
    desk.commit()
    path = f"{TICKETS}{ticket.number}"
    codes = [
        reader("GET", path).status_code,
        reader("PATCH", path, {"state": "open"}).status_code,
        reader("POST", TICKETS, {"subject": "x", "body": "y"}).status_code,
        reader("GET", "/api/v1/people/").status_code,
    ]
    assert codes == [200, 403, 403, 403]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic YTpi", "Bearer a b"])
def test_without_a_living_token_nothing_opens(client: FlaskClient, header: str) -> None:
    answer = client.get(TICKETS, headers={"Authorization": header})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_session_cookie_opens_nothing_here(
    agent: Person, sign_in: Callable[[Person], FlaskClient]
) -> None:
    assert sign_in(agent).get(TICKETS).status_code == 401


def test_token_in_the_address_opens_nothing(client: FlaskClient, program: Program) -> None:
    token = program.headers["Authorization"].removeprefix("Bearer ")
    assert client.get(f"{TICKETS}?access_token={token}").status_code == 401


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("requester_id", "There is no such person."),
        ("organisation_id", "There is no such organisation."),
        ("team_id", "There is no such team."),
        ("owner_id", "Only an active agent can own a ticket."),
        ("product_id", "There is no such product."),
        ("installation_id", "There is no such installation."),
    ],
)
def test_reference_to_what_is_not_there_is_refused(
    program: Program, core: Core, ticket: Ticket, field: str, sentence: str
) -> None:
    opened = program("POST", TICKETS, {"subject": "x", "body": "y", field: 999})
    changed = program("PATCH", f"{TICKETS}{ticket.number}", {field: 999})
    assert [(each.status_code, each.json["detail"]) for each in (opened, changed)] == [
        (422, sentence)
    ] * 2
    assert count(core, Ticket) == 1


def test_restricted_team_stays_hidden(
    program: Program, desk: Desk, customer: Person, administrator: Person
) -> None:
    team = people.add_team(desk, "Payroll", [administrator], is_restricted=True)
    hidden = factories.make_ticket(desk, customer, team_id=team.id)
    desk.commit()
    path = f"{TICKETS}{hidden.number}"
    assert [
        program("GET", path).status_code,
        program("PATCH", path, {"state": "open"}).status_code,
        program("POST", f"{path}/messages", {"body": "x"}).status_code,
        program("GET", TICKETS).json["items"],
    ] == [404, 404, 404, []]


def test_repeated_post_with_a_key_does_nothing_twice(
    program: Program, core: Core, customer: Person
) -> None:
    body = {"subject": "Once", "body": "only", "requester_id": customer.id}
    answers = [program("POST", TICKETS, body, Idempotency_Key="k1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert [answer.json for answer in answers] == [answers[0].json] * 3
    assert (count(core, Ticket), answers[1].headers["Idempotent-Replay"]) == (1, "true")


def test_atk_w06_key_with_another_body_is_refused(program: Program, core: Core) -> None:
    first = program("POST", TICKETS, {"subject": "One", "body": "x"}, Idempotency_Key="k1")
    other = program("POST", TICKETS, {"subject": "Two", "body": "x"}, Idempotency_Key="k1")
    assert (first.status_code, other.status_code, count(core, Ticket)) == (201, 422, 1)


def test_failed_call_does_not_use_its_key_up(program: Program) -> None:
    wrong = program("POST", TICKETS, {"subject": ""}, Idempotency_Key="k1")
    right = program("POST", TICKETS, {"subject": "Now", "body": "x"}, Idempotency_Key="k1")
    assert (wrong.status_code, right.status_code) == (422, 201)


@pytest.mark.parametrize(
    "body",
    [
        b'{"subject": "a", "subject": "b", "body": "x"}',
        b'{"subject": NaN, "body": "x"}',
        b'{"subject": "a\\u0000b", "body": "x"}',
        b'{"subject": "a\\ud800b", "body": "x"}',
        b'{"subject": ' + b"[" * 100_000,
        b'{"subject": ' + b"[" * 60 + b"]" * 60 + b"}",
        b"{",
        b"\xff\xfe",
        b"",
    ],
    ids=["twice", "nan", "nul", "surrogate", "deep", "deepish", "cut", "bytes", "empty"],
)
def test_atk_i12_what_is_no_plain_json_is_refused(program: Program, body: bytes) -> None:
    answer = program.client.post(
        TICKETS, data=body, headers=program.headers, content_type="application/json"
    )
    assert answer.status_code in ((400,) if body else (400, 422))


def test_reply_is_public_and_note_is_not(program: Program, ticket: Ticket, core: Core) -> None:
    path = f"{TICKETS}{ticket.number}/messages"
    program("POST", path, {"body": "to you"})
    program("POST", path, {"body": "to us", "kind": "note"})
    with desk_for(core) as desk:
        rows = desk.session.execute(select(Message.body, Message.is_public).order_by(Message.id))
        assert [tuple(row) for row in rows][1:] == [("to you", True), ("to us", False)]


def test_description_is_valid_openapi_3_1(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    validate(document)
    assert document["openapi"] == "3.1.0"


def test_every_error_is_a_problem_document(program: Program) -> None:
    answers = [
        program("GET", "/api/v1/tickets/1"),
        program("GET", "/api/v1/nothing"),
        program("DELETE", TICKETS),
        program("POST", TICKETS, {}),
    ]
    assert [(each.status_code, each.content_type, each.json["status"]) for each in answers] == [
        (code, "application/problem+json", code) for code in (404, 404, 405, 422)
    ]
