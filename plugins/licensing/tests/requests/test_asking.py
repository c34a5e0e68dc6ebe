# SPDX-License-Identifier: AGPL-3.0-or-later
"""Anybody asks for source by a form; it becomes a ticket with a day until when it is answered."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.sdk import (
    Core,
    Desk,
    EmailAddress,
    Message,
    Person,
    Refused,
    Ticket,
    desk_for,
)
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.requests import service, states, views
from tresen_licensing.requests.models import SourceRequest

SignIn = Callable[[Person], FlaskClient]
Journal = Callable[[], list[tuple[str, str, Any]]]
Ask = Callable[..., SourceRequest]
PAGE = "/licensing/source/request"
# The clock of the tests stands on 10 March 2026.
TODAY, DUE = date(2026, 3, 10), date(2026, 3, 24)


def sent(**given: str) -> dict[str, str]:
    """Return the form as a visitor fills it in."""
    values = {
        "name": "Sven Stranger",
        "address": "sven@elsewhere.example",
        "kind": "source",
        "product": "Lagerwerk 5.0",
        "medium": "download",
        "words": "",
        "website": "",
    }
    return values | given


def counts(core: Core) -> tuple[int, ...]:
    """Return how many requests, tickets and people there are."""
    with desk_for(core) as desk:
        kinds: tuple[Any, ...] = (SourceRequest, Ticket, Person)
        found = (desk.session.scalar(select(func.count()).select_from(each)) for each in kinds)
        return tuple(each or 0 for each in found)


def only(desk: Desk) -> tuple[SourceRequest, Ticket, Message]:
    row = desk.session.scalars(select(SourceRequest)).one()
    ticket = desk.session.get_one(Ticket, row.ticket_id)
    message = desk.session.scalars(select(Message).where(Message.ticket_id == ticket.id)).one()
    return row, ticket, message


def test_form_is_open_to_everybody(client: FlaskClient) -> None:
    answer = client.get(PAGE)
    fields = [f'name="{name}"' in answer.text for name in sent()]
    assert (answer.status_code, fields) == (200, [True] * len(fields))


def test_request_of_a_visitor_is_taken_with_its_day(client: FlaskClient, core: Core) -> None:
    page = client.post(PAGE, data=sent()).text
    with desk_for(core) as desk:
        row, _ticket, _message = only(desk)
        assert (row.kind, row.product, row.wished_medium, row.received_on, row.due_on) == (
            *("source", "Lagerwerk 5.0", "download", TODAY, DUE),
        )
    assert "We answer by Mar 24, 2026 at the latest." in page


def test_request_is_a_ticket_that_can_be_answered(client: FlaskClient, core: Core) -> None:
    client.post(PAGE, data=sent(words="The build scripts, please.", medium="carrier"))
    with desk_for(core) as desk:
        row, ticket, message = only(desk)
        address = desk.session.scalars(
            select(EmailAddress.address).where(EmailAddress.person_id == row.person_id)
        ).one()
        assert (ticket.subject, ticket.requester_id, message.is_inbound, address) == (
            *("Source of Lagerwerk 5.0", row.person_id, True, "sven@elsewhere.example"),
        )
        assert message.body.splitlines() == [
            "The source of a version",
            "Lagerwerk 5.0",
            "On a data carrier by post",
            "",
            "The build scripts, please.",
        ]


def test_question_about_licences_comes_the_same_way(client: FlaskClient, core: Core) -> None:
    client.post(PAGE, data=sent(kind="licences", product="Kassenwerk"))
    with desk_for(core) as desk:
        row, ticket, _message = only(desk)
        assert (row.kind, ticket.subject) == ("licences", "Licences of Kassenwerk")


def test_who_is_known_by_the_address_stays_one_person(
    client: FlaskClient, core: Core, desk: Desk, stranger: Person
) -> None:
    desk.commit()
    client.post(PAGE, data=sent(name="Somebody Else", address="SVEN@elsewhere.example"))
    with desk_for(core) as fresh:
        row, _ticket, _message = only(fresh)
        assert (row.person_id, fresh.session.get_one(Person, stranger.id).name) == (
            *(stranger.id, "Sven Stranger"),
        )


def test_answer_does_not_tell_whether_an_address_is_known(
    client: FlaskClient, desk: Desk, stranger: Person
) -> None:
    desk.commit()
    pages = [
        client.post(PAGE, data=sent(address=address)).text.partition("<main")[2]
        for address in ("sven@elsewhere.example", "nobody@elsewhere.example")
    ]
    # A form token bears the second in which it was made.
    known, unknown = (re.sub(r'name="csrf_token" value="[^"]+"', "", page) for page in pages)
    assert known == unknown


def test_who_is_signed_in_gives_neither_name_nor_address(customer: Person, sign_in: SignIn) -> None:
    page = sign_in(customer).get(PAGE).text
    assert ('name="address"' in page, 'name="website"' in page) == (False, False)


def test_request_of_a_customer_is_the_customers_ticket(
    core: Core, customer: Person, sign_in: SignIn
) -> None:
    given = {key: sent()[key] for key in ("kind", "product", "medium")}
    sign_in(customer).post(PAGE, data=given)
    with desk_for(core) as desk:
        row, ticket, _message = only(desk)
        assert (row.person_id, ticket.organisation_id) == (customer.id, customer.organisation_id)


def test_customer_finds_the_request_in_the_portal(customer: Person, sign_in: SignIn) -> None:
    browser = sign_in(customer)
    given = {key: sent()[key] for key in ("kind", "product", "medium")}
    browser.post(PAGE, data=given)
    assert "Source of Lagerwerk 5.0" in browser.get("/").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"address": ""},
        {"address": "no address"},
        {"kind": "money"},
        {"kind": ""},
        {"product": ""},
        {"product": "x" * 251},
        {"medium": "pigeon"},
        {"words": "x" * 20_001},
        {"website": "https://spam.example"},
    ],
    ids=str,
)
def test_bad_input_is_refused_and_makes_nothing(
    client: FlaskClient, core: Core, wrong: dict[str, str]
) -> None:
    before = counts(core)
    answer = client.post(PAGE, data=sent(**wrong))
    assert (answer.status_code, counts(core)) == (422, before)


def test_bad_input_keeps_what_was_typed(client: FlaskClient) -> None:
    page = client.post(PAGE, data=sent(address="no address", words="The build scripts.")).text
    kept = ["Sven Stranger", "no address", "Lagerwerk 5.0", "The build scripts."]
    assert [word for word in kept if word not in page] == []


def test_what_was_typed_is_escaped(client: FlaskClient) -> None:
    page = client.post(PAGE, data=sent(address="x", product="<script>alert(1)</script>")).text
    assert "<script>alert" not in page


def test_requests_of_one_address_are_limited(
    client: FlaskClient, core: Core, clock: SteppedClock
) -> None:
    codes = [client.post(PAGE, data=sent()).status_code for _time in range(11)]
    clock.go(hours=1, seconds=1)
    later = client.post(PAGE, data=sent()).status_code
    assert (codes, later) == ([200] * views.MOST_REQUESTS + [429], 200)
    assert counts(core)[0] == views.MOST_REQUESTS + 1


def test_another_address_may_ask_on(app: Flask) -> None:
    for _time in range(views.MOST_REQUESTS + 1):
        app.test_client().post(PAGE, data=sent())
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    answer = app.test_client().post(PAGE, data=sent(), environ_overrides=elsewhere)
    assert answer.status_code == 200


def test_days_to_answer_are_a_setting_and_a_promise_keeps_its_day(
    core: Core, administrator: Person, sign_in: SignIn, client: FlaskClient
) -> None:
    client.post(PAGE, data=sent())
    given = {"answer_days": "5", "keep_years": "3"}
    sign_in(administrator).post("/admin/settings/licensing.sources", data=given)
    client.post(PAGE, data=sent())
    with desk_for(core) as desk:
        days = desk.session.scalars(select(SourceRequest.due_on).order_by(SourceRequest.id))
        assert list(days) == [DUE, TODAY + timedelta(days=5)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer_days": "0"},
        {"answer_days": "91"},
        {"keep_years": "2"},
        {"keep_years": "31"},
        {"keep_years": ""},
    ],
    ids=str,
)
def test_settings_keep_their_bounds(
    administrator: Person, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    given = {"answer_days": "14", "keep_years": "3"} | wrong
    answer = sign_in(administrator).post("/admin/settings/licensing.sources", data=given)
    assert answer.status_code == 422


def test_day_is_that_of_the_operators_calendar(
    client: FlaskClient, core: Core, clock: SteppedClock
) -> None:
    # 23:30 in London is half past midnight in Berlin, where the operator is.
    clock.go(hours=14, minutes=30)
    client.post(PAGE, data=sent())
    with desk_for(core) as desk:
        row, _ticket, _message = only(desk)
        assert row.received_on == date(2026, 3, 11)


def test_receipt_stands_in_the_journal(ask: Ask, journal: Journal) -> None:
    ask()
    assert journal() == [("received", "due_on", "2026-03-24")]


def test_ticket_is_recorded_once(desk: Desk, ask: Ask) -> None:
    row = ask()
    ticket = desk.session.get_one(Ticket, row.ticket_id)
    wish = service.Wish(states.SOURCE, "Lagerwerk", states.DOWNLOAD)
    with pytest.raises(Refused, match="recorded as a request already"):
        service.note(desk, ticket, wish, TODAY)


def test_ticket_is_not_recorded_before_it_came(desk: Desk, customer: Person) -> None:
    ticket = factories.make_ticket(desk, customer)
    wish = service.Wish(states.SOURCE, "Lagerwerk", states.DOWNLOAD)
    with pytest.raises(Refused, match="lies in the future"):
        service.note(desk, ticket, wish, TODAY + timedelta(days=1))


def test_ticket_that_came_by_mail_is_due_from_the_day_it_came(desk: Desk, customer: Person) -> None:
    ticket = factories.make_ticket(desk, customer)
    wish = service.Wish(states.SOURCE, "  Lagerwerk ", states.CARRIER)
    row = service.note(desk, ticket, wish, date(2026, 3, 1))
    assert (row.product, row.person_id, row.due_on) == (
        *("Lagerwerk", customer.id, date(2026, 3, 15)),
    )


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "Source of Lagerwerk 5.0"), ("de", "Quelltext von Lagerwerk")]
)
def test_ticket_is_written_in_the_language_of_who_asks(
    core: Core, desk: Desk, customer: Person, sign_in: SignIn, language: str, subject: str
) -> None:
    customer.language = language
    desk.commit()
    given = {key: sent()[key] for key in ("kind", "product", "medium")}
    sign_in(customer).post(PAGE, data=given)
    with desk_for(core) as fresh:
        _row, ticket, _message = only(fresh)
        assert ticket.subject.startswith(subject)
