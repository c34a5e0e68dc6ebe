# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever took part until the decision reads it in their own language, with thanks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Message, Person, Ticket
from tresen_pilot_service import service, steps
from tresen_pilot_service.models import Participation
from tresen_pilot_service.reviews import queries
from tresen_pilot_service.reviews import service as reviews

SignIn = Callable[[Person], FlaskClient]
WRITTEN: dict[str, Any] = {
    "held_on": date(2026, 3, 10),
    "decision": "conditions",
    "conditions": "The manual follows in April.",
    "new_end": None,
    "version_id": None,
    "lessons": "",
    "is_published": False,
}
THANKS = {
    None: "Thank you for trying it before everybody else",
    "de": "Vielen Dank, dass Sie es vor allen anderen erprobt haben",
    "de@du": "Vielen Dank, dass du es vor allen anderen erprobt hast",
}


@pytest.fixture
def decide(desk: Desk, participation: Participation) -> Callable[..., list[str]]:
    """Return a function that decides a review, and tells of it unless said otherwise."""

    def go(*, is_told: bool = True, **given: Any) -> list[str]:
        made = reviews.begin(desk, participation.programme, {**WRITTEN, **given})
        desk.commit()
        unreached = reviews.decide(desk, queries.review(desk, made.id), is_told=is_told)
        desk.commit()
        return unreached

    return go


def letters(desk: Desk) -> list[tuple[str, int | None, str]]:
    """Return subject, requester and first words of every ticket there is."""
    rows = desk.session.execute(
        select(Ticket.subject, Ticket.requester_id, Message.body)
        .join(Message, Message.ticket_id == Ticket.id)
        .order_by(Message.id)
    )
    return [(subject, requester, body) for subject, requester, body in rows]


@pytest.mark.parametrize("language", [None, "de", "de@du"])
def test_key_user_is_thanked_in_their_own_language(
    desk: Desk,
    participation: Participation,
    customer: Person,
    decide: Callable[..., list[str]],
    language: str | None,
) -> None:
    participation.key_user_id = customer.id
    desk.session.get_one(Person, customer.id).language = language
    desk.commit()
    unreached = decide()
    ((subject, requester, body),) = letters(desk)
    assert (unreached, requester, "Lagerwerk 5" in subject) == ([], customer.id, True)
    wanted = (THANKS[language], "The manual follows in April.")
    assert [each in body for each in wanted] == [True, True]


def test_customer_for_whom_nobody_speaks_is_named(
    desk: Desk, decide: Callable[..., list[str]]
) -> None:
    assert (decide(), letters(desk)) == (["Kunde GmbH"], [])


def test_nobody_is_written_to_unless_it_is_wanted(
    desk: Desk,
    participation: Participation,
    customer: Person,
    decide: Callable[..., list[str]],
) -> None:
    participation.key_user_id = customer.id
    desk.commit()
    assert (decide(is_told=False), letters(desk)) == ([], [])


def test_who_left_before_is_not_written_to(
    desk: Desk,
    participation: Participation,
    customer: Person,
    decide: Callable[..., list[str]],
) -> None:
    participation.key_user_id = customer.id
    service.move(desk, participation, steps.WITHDRAWN)
    desk.commit()
    assert (decide(), letters(desk)) == ([], [])


def test_page_writes_where_the_box_is_ticked(
    desk: Desk, participation: Participation, administrator: Person, sign_in: SignIn
) -> None:
    reviews.begin(desk, participation.programme, WRITTEN)
    desk.commit()
    browser = sign_in(administrator)
    assert (
        browser.get("/pilot_service/reviews/1").text.count('name="is_told" value="1" checked') == 1
    )
    text = browser.post(
        "/pilot_service/reviews/1/decide", data={"is_told": "1"}, follow_redirects=True
    ).text
    assert text.count("Nobody speaks for Kunde GmbH: tell them yourself.") == 1
