# SPDX-License-Identifier: AGPL-3.0-or-later
"""An invitation goes to the key user by mail, in their language, and leads to their own page."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from tresen.sdk import Desk, Message, Organisation, Person, Refused, Ticket
from tresen.testing import factories
from tresen_pilot_service import hooks, invitations, letters, queries, service, steps
from tresen_pilot_service.models import Invitation, Participation

SignIn = Callable[[Person], FlaskClient]
ADDRESS = "http://127.0.0.1:8080/pilot_service/portal/1"
DAYS = "from March 2, 2026 to March 31, 2026"
PAGE = "/pilot_service/participants/1"


@pytest.fixture
def row(desk: Desk, invited: Participation, customer: Person) -> Participation:
    """Return an invited participation whose key user is named."""
    invited.key_user_id = customer.id
    desk.commit()
    desk.session.expire_all()
    return queries.participation(desk, invited.id)


def said(desk: Desk) -> list[Message]:
    return list(desk.session.scalars(select(Message).order_by(Message.id)))


def mails(desk: Desk) -> list[str]:
    """Return to whom mails go out."""
    found = desk.session.scalars(text("SELECT address FROM outbound_recipient ORDER BY id")).all()
    desk.commit()
    return list(found)


def test_invitation_says_what_when_with_whom_and_where(
    desk: Desk, row: Participation, customer: Person, contact: Person
) -> None:
    invitations.send(desk, row)
    ticket = desk.session.scalars(select(Ticket)).one()
    assert ticket.subject == "Invitation to the pilot “Lagerwerk 5”"
    wanted = (customer.id, row.organisation_id, contact.id, row.programme.product_id, "web")
    assert wanted == (
        ticket.requester_id,
        ticket.organisation_id,
        ticket.owner_id,
        ticket.product_id,
        ticket.channel,
    )
    (message,) = said(desk)
    assert (message.is_public, message.is_inbound, message.author_name) == (True, False, "Tresen")
    assert message.body.split("\n\n") == [
        "Hello Karla Kundin,",
        f"we invite Kunde GmbH to try Lagerwerk before everybody else, {DAYS}.",
        "What we want to find out together: No lost pallet in a month.",
        "Carla Contact is there for you the whole time.",
        f"Everything about it, and the place for your answer:\n{ADDRESS}",
        "Kind regards\nTresen",
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("wir laden Kunde GmbH ein", "2. März 2026", "Ihre Antwort")),
        ("de@du", ("wir laden Kunde GmbH ein", "2. März 2026", "deine Antwort")),
    ],
)
def test_invitation_is_in_the_key_users_language(
    desk: Desk, row: Participation, customer: Person, language: str, words: tuple[str, ...]
) -> None:
    customer.language = language
    invitations.send(desk, row)
    body = said(desk)[0].body
    assert [word in body for word in words] == [True, True, True]
    assert desk.session.scalars(select(Ticket.language)).all() == [language]


def test_button_sends_it_and_the_page_says_when(
    desk: Desk,
    row: Participation,
    administrator: Person,
    sign_in: SignIn,
) -> None:
    browser = sign_in(administrator)
    page = browser.get(PAGE).text
    assert [each in page for each in ("Send the invitation", "It goes to Karla Kundin.")] == [
        True,
        True,
    ]
    answer = browser.post(f"{PAGE}/invitation")
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert mails(desk) == ["karla@kunde.example"]
    page = browser.get(PAGE).text
    wanted = ("Sent on Mar 10, 2026.", "Send the invitation again", 'href="/tickets/10001"')
    assert [each in page for each in wanted] == [True, True, True]


def test_second_invitation_stays_on_the_open_ticket(desk: Desk, row: Participation) -> None:
    for _time in range(2):
        invitations.send(desk, row)
    assert [message.ticket_id for message in said(desk)] == [1, 1]
    assert len(desk.session.scalars(select(Invitation)).all()) == 2


def test_letter_to_another_key_user_opens_a_ticket_of_their_own(
    desk: Desk, row: Participation
) -> None:
    invitations.send(desk, row)
    home = desk.session.get_one(Organisation, row.organisation_id)
    row.key_user = factories.make_customer(desk, "Kurt Kollege", "kurt@kunde.example", home)
    desk.session.flush()
    letters.send(desk, row, "Moved", "It is later.")
    assert [message.ticket_id for message in said(desk)] == [1, 2]


def test_letter_after_the_ticket_was_closed_opens_another(desk: Desk, row: Participation) -> None:
    invitations.send(desk, row)
    ticket = desk.session.scalars(select(Ticket)).one()
    ticket.is_open = False
    found = letters.send(desk, row, "Moved", "It is later.")
    assert found is not None
    assert (found.id, found.subject) == (2, "Moved")


def test_letter_goes_to_the_deputy_where_the_key_user_left(
    desk: Desk, row: Participation, customer: Person
) -> None:
    home = desk.session.get_one(Organisation, row.organisation_id)
    row.key_user_deputy = factories.make_customer(desk, "Kurt", "kurt@kunde.example", home)
    customer.is_active = False
    found = letters.receiver(row)
    assert found is not None
    assert found.name == "Kurt"


def test_letter_to_nobody_is_none(desk: Desk, invited: Participation) -> None:
    whole = queries.participation(desk, invited.id)
    assert letters.send(desk, whole, "Moved", "It is later.") is None
    assert said(desk) == []


def test_letter_without_a_present_contact_goes_to_the_team(
    desk: Desk, row: Participation, contact: Person, deputy: Person
) -> None:
    contact.is_active = deputy.is_active = False
    found = letters.send(desk, row, "Moved", "It is later.")
    assert found is not None
    assert (found.owner_id, found.team_id) == (None, row.programme.team_id)


def test_nobody_is_invited_without_a_key_user(
    desk: Desk, invited: Participation, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    sentence = "Name the key user first: the invitation goes to them."
    assert sentence in browser.get(PAGE).text
    assert sentence in browser.post(f"{PAGE}/invitation", follow_redirects=True).text
    assert said(desk) == []


def test_nobody_is_invited_without_an_address(desk: Desk, row: Participation) -> None:
    row.key_user = Person(
        name="Nora Namenlos",
        organisation_id=row.organisation_id,
        created_at=desk.now(),
        changed_at=desk.now(),
    )
    desk.session.flush()
    with pytest.raises(Refused, match="Nora Namenlos has no mail address"):
        invitations.send(desk, row)


def test_who_answered_is_not_invited_again(desk: Desk, row: Participation) -> None:
    service.move(desk, row, steps.AGREED)
    with pytest.raises(Refused, match="Only a customer who has not answered yet"):
        invitations.send(desk, row)


def test_agents_invite_nobody(row: Participation, agent: Person, sign_in: SignIn) -> None:
    browser = sign_in(agent)
    assert "Send the invitation" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/invitation").status_code == 403


def test_invitation_without_goal_and_contact_says_less(desk: Desk, row: Participation) -> None:
    row.programme.goal, row.contact = "", None
    invitations.send(desk, row)
    body: Any = said(desk)[0].body
    assert len(body.split("\n\n")) == 4


def test_erased_key_user_is_written_to_no_more(
    desk: Desk, row: Participation, customer: Person
) -> None:
    invitations.send(desk, row)
    factories.erase_person(desk, customer)
    desk.session.expire_all()
    assert letters.receiver(queries.participation(desk, 1)) is None
    assert hooks.personal_data(desk, customer)[0].rows == []
