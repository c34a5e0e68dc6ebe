# SPDX-License-Identifier: AGPL-3.0-or-later
"""Repeated calls, blank words, moments and what a program is never shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from tresen.access import tokens
from tresen.access.models import ApiToken
from tresen.desk import Core, Desk, desk_for
from tresen.mail.models import OutboundMail
from tresen.people.models import Person
from tresen.rest import idempotency
from tresen.rest.models import IdempotentAnswer
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets.models import Message, Ticket

ALL = ("tickets.read", "tickets.work", "people.read", "people.change")
TICKETS, PEOPLE = "/api/v1/tickets/", "/api/v1/people/"
Api = Callable[..., Any]


@pytest.fixture
def programs(app: Flask, desk: Desk) -> Callable[[Person], Api]:
    """Return a function that gives a person's program a token and the means to call."""

    def program_of(person: Person) -> Api:
        token = tokens.make_token(desk, person, "test", ALL)
        desk.commit()
        client = app.test_client()

        def call(method: str, path: str, body: Any = None, key: str = "") -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            headers |= {"Idempotency-Key": key} if key else {}
            return client.open(path, method=method, json=body, headers=headers)

        return call

    return program_of


@pytest.fixture
def api(programs: Callable[[Person], Api], agent: Person) -> Api:
    return programs(agent)


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


def count(core: Core, model: type[Any]) -> int:
    with desk_for(core) as desk:
        return desk.session.scalar(select(func.count()).select_from(model)) or 0


ONE = {"subject": "One", "body": "x"}


def test_key_of_one_program_is_unknown_to_another(
    programs: Callable[[Person], Api], core: Core, agent: Person, administrator: Person
) -> None:
    answers = [programs(each)("POST", TICKETS, ONE, "k1") for each in (agent, administrator)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (answers[0].json["number"], answers[1].json["number"]) == (10_001, 10_002)


def test_key_counts_for_its_address_too(api: Api, ticket: Ticket) -> None:
    assert api("POST", TICKETS, ONE, "k1").status_code == 201
    answer = api("POST", f"{TICKETS}{ticket.number}/messages", {"body": "x"}, "k1")
    assert (answer.status_code, answer.json["detail"]) == (
        422,
        "The Idempotency-Key 'k1' was used for another call: take a new one.",
    )


def test_reply_with_a_key_is_mailed_once(api: Api, core: Core, ticket: Ticket) -> None:
    path = f"{TICKETS}{ticket.number}/messages"
    answers = [api("POST", path, {"body": "Plug it in."}, "k1") for _ in range(3)]
    with desk_for(core) as desk:
        replies = select(func.count()).where(OutboundMail.purpose == "reply")
        assert desk.session.scalar(replies) == 1
    assert len({answer.json["id"] for answer in answers}) == 1


@pytest.mark.parametrize(("length", "status"), [(255, 201), (256, 422)])
def test_key_has_a_longest(api: Api, length: int, status: int) -> None:
    answer = api("POST", TICKETS, ONE, "k" * length)
    assert answer.status_code == status
    if status == 422:
        assert (
            answer.json["detail"]
            == "Idempotency-Key has 1 to 255 characters of ASCII and no spaces."
        )


def test_key_means_nothing_to_a_change(api: Api, core: Core, ticket: Ticket) -> None:
    path = f"{TICKETS}{ticket.number}"
    states = [api("PATCH", path, {"state": s}, "k1").json["state"] for s in ("open", "solved")]
    assert (states, count(core, IdempotentAnswer)) == (["open", "solved"], 0)


def test_answers_are_kept_for_a_day(api: Api, core: Core, desk: Desk, clock: SteppedClock) -> None:
    api("POST", TICKETS, ONE, "k1")
    clock.go(hours=23)
    api("POST", TICKETS, ONE, "k2")
    clock.go(hours=1, seconds=1)
    idempotency.forget_old(desk)
    desk.commit()
    assert list(desk.session.scalars(select(IdempotentAnswer.key))) == ["k2"]
    desk.commit()
    again = api("POST", TICKETS, ONE, "k1")
    assert (again.status_code, again.json.get("number")) == (201, 10_003)


def test_kept_answers_go_with_their_token(api: Api, core: Core, desk: Desk) -> None:
    api("POST", TICKETS, ONE, "k1")
    desk.session.delete(desk.session.scalars(select(ApiToken)).one())
    desk.commit()
    assert count(core, IdempotentAnswer) == 0


@pytest.mark.parametrize("blank", ["", " ", "\n\t ", "\u00a0"])
@pytest.mark.parametrize("field", ["subject", "body"])
def test_blank_subject_or_message_opens_nothing(
    api: Api, core: Core, field: str, blank: str
) -> None:
    answer = api("POST", TICKETS, ONE | {field: blank})
    assert (answer.status_code, count(core, Ticket)) == (422, 0)


@pytest.mark.parametrize("blank", [" ", "\n"])
def test_blank_message_is_not_added(api: Api, core: Core, ticket: Ticket, blank: str) -> None:
    answer = api("POST", f"{TICKETS}{ticket.number}/messages", {"body": blank})
    assert (answer.status_code, answer.json["detail"], count(core, Message)) == (
        422,
        "The message is empty. Write something or attach a file.",
        1,
    )


@pytest.mark.parametrize("name", ["", " ", "x" * 201])
def test_person_and_organisation_need_a_name(api: Api, core: Core, name: str) -> None:
    before = count(core, Person)
    answers = [
        api("POST", PEOPLE, {"name": name, "address": "a@b.example"}),
        api("POST", "/api/v1/organisations/", {"name": name}),
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert count(core, Person) == before


@pytest.mark.parametrize("address", ["", "a", "a@", "@b.example", "a b@c.example", "a@b.c\nd"])
def test_person_needs_an_address_that_mail_can_reach(api: Api, core: Core, address: str) -> None:
    before = count(core, Person)
    answer = api("POST", PEOPLE, {"name": "A", "address": address})
    assert (answer.status_code, count(core, Person)) == (422, before)


def test_moments_are_told_with_their_zone(api: Api, ticket: Ticket, clock: SteppedClock) -> None:
    clock.go(hours=1, microseconds=123_456)
    path = f"{TICKETS}{ticket.number}"
    for state in ("open", "solved", "closed"):
        found = api("PATCH", path, {"state": state}).json
    moments = {name: found[name] for name in ("created_at", "solved_at", "closed_at")}
    read = {name: datetime.fromisoformat(value) for name, value in moments.items()}
    start = datetime(2026, 3, 10, 9, tzinfo=UTC)
    later = start + timedelta(hours=1, microseconds=123_456)
    assert read == {"created_at": start, "solved_at": later, "closed_at": later}
    assert {value.utcoffset() for value in read.values()} == {timedelta(0)}


def test_null_empties_what_may_be_empty(
    api: Api, desk: Desk, agent: Person, customer: Person
) -> None:
    team = factories.make_team(desk, "Second level", agent)
    made = factories.make_ticket(desk, customer, owner_id=agent.id, team_id=team.id)
    desk.commit()
    path = f"{TICKETS}{made.number}"
    emptied = api("PATCH", path, {"owner_id": None, "team_id": None, "organisation_id": None}).json
    assert [emptied[name] for name in ("owner", "team", "organisation")] == [None] * 3
    assert emptied["requester"]["id"] == customer.id


@pytest.mark.parametrize("field", ["subject", "state", "impact", "revision"])
def test_null_is_no_value_for_what_must_stand(api: Api, ticket: Ticket, field: str) -> None:
    answer = api("PATCH", f"{TICKETS}{ticket.number}", {field: None})
    assert (answer.status_code, field in answer.json["detail"]) == (422, True)


def test_change_of_nothing_changes_nothing(api: Api, ticket: Ticket) -> None:
    path = f"{TICKETS}{ticket.number}"
    before = api("GET", path).json
    assert (api("PATCH", path, {}).json, api("GET", path).json) == (before, before)


@pytest.mark.parametrize(("tag_count", "status"), [(20, 201), (21, 422)])
def test_ticket_has_so_many_tags_at_the_start(api: Api, tag_count: int, status: int) -> None:
    answer = api("POST", TICKETS, ONE | {"tags": [f"t{n}" for n in range(tag_count)]})
    assert answer.status_code == status


def test_markup_is_answered_as_it_was_written(api: Api) -> None:
    text = '<script>alert(1)</script> & "quotes" \u202e \U0001f600'
    made = api("POST", TICKETS, {"subject": text, "body": text}).json
    (first,) = api("GET", f"{TICKETS}{made['number']}/messages").json["items"]
    assert (made["subject"], first["body"]) == (text, text)


def test_big_message_is_taken_and_a_bigger_one_is_not(api: Api, ticket: Ticket) -> None:
    path = f"{TICKETS}{ticket.number}/messages"
    codes = [
        api("POST", path, {"body": "x" * size, "kind": "note"}).status_code
        for size in (1_000_000, 1_000_001)
    ]
    assert codes == [201, 422]


@pytest.mark.parametrize("number", ["0", "-1", "10000", "2147483647", "2147483648", "abc", "1.5"])
def test_ticket_of_an_odd_number_is_missing(api: Api, ticket: Ticket, number: str) -> None:
    answers = [api("GET", f"{TICKETS}{number}{more}") for more in ("", "/messages")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_answer_never_holds_what_is_secret(
    api: Api, desk: Desk, agent: Person, ticket: Ticket
) -> None:
    paths = (TICKETS, f"{TICKETS}{ticket.number}", PEOPLE, f"{PEOPLE}{agent.id}")
    told = " ".join(api("GET", path).text for path in paths)
    assert [word for word in ("hash", "password", "token", "argon2") if word in told] == []
