# SPDX-License-Identifier: AGPL-3.0-or-later
"""Participants are written to when a build comes and when it goes, each in the own language."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Message, Organisation, Person, Ticket
from tresen.testing import factories
from tresen_pilot_service import queries as programmes
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.builds import queries, service
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Base, Participation

Add = Callable[..., Build]
Join = Callable[..., Participation]
RollOut = Callable[..., service.Outcome]


@pytest.fixture
def spoken(desk: Desk, participation: Participation, customer: Person) -> Participation:
    """Return the customer's participation in ring 1, with a key user."""
    participation.key_user_id = customer.id
    desk.commit()
    return participation


@pytest.fixture
def build(desk: Desk, add: Add) -> Build:
    """Return a build as its page loads it."""
    return queries.build(desk, add("b1").id)


def told(desk: Desk) -> list[tuple[Ticket, Message]]:
    statement = select(Ticket, Message).join(Message, Message.ticket_id == Ticket.id)
    return [(row[0], row[1]) for row in desk.session.execute(statement.order_by(Ticket.id))]


def test_key_user_reads_what_is_new_and_how_to_go_back(
    desk: Desk, spoken: Participation, build: Build, roll_out: RollOut
) -> None:
    outcome = roll_out(build, 1, is_told=True)
    ((ticket, message),) = told(desk)
    assert (outcome.told, list(outcome.unreached)) == (1, [])
    assert ticket.subject == "Build b1 of Lagerwerk is ready for you"
    assert message.body == "\n\n".join(
        [
            "Build b1 of Lagerwerk is ready for you.",
            "**What is new**",
            "New in b1.",
            "**Known issues**",
            "Slow in b1.",
            "**How to go back**",
            "Back from b1.",
            "You can answer this message: your support contact reads it.",
        ]
    )


def test_ticket_is_the_customers_and_the_contacts(
    desk: Desk,
    spoken: Participation,
    build: Build,
    contact: Person,
    customer: Person,
    roll_out: RollOut,
) -> None:
    roll_out(build, 1, is_told=True)
    ((ticket, message),) = told(desk)
    people = (ticket.requester_id, ticket.organisation_id, ticket.owner_id)
    assert people == (customer.id, spoken.organisation_id, contact.id)
    assert (ticket.product_id, ticket.channel) == (spoken.programme.product_id, "web")
    assert (message.is_public, message.is_inbound, message.kind) == (True, False, "reply")
    assert ticket.is_answer_due is False


def test_message_goes_out_by_mail(
    desk: Desk, spoken: Participation, build: Build, roll_out: RollOut
) -> None:
    roll_out(build, 1, is_told=True)
    assert mailed_to(desk) == ["karla@kunde.example"]


def mailed_to(desk: Desk) -> list[str]:
    mail, recipient = (Base.metadata.tables[f"outbound_{name}"].c for name in ("mail", "recipient"))
    wanted = select(recipient.address).where(recipient.mail_id == mail.id, mail.purpose == "reply")
    return list(desk.session.scalars(wanted))


def test_ticket_is_marked_as_the_pilots(
    desk: Desk, spoken: Participation, build: Build, roll_out: RollOut
) -> None:
    roll_out(build, 1, is_told=True)
    ((ticket, _message),) = told(desk)
    assert list(programmes.participations_of(desk, [ticket.id])) == [ticket.id]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("steht für Sie bereit", "Was neu ist", "können Sie antworten")),
        ("de@du", ("steht für dich bereit", "Was neu ist", "kannst du antworten")),
        (None, ("is ready for you", "What is new", "You can answer this message")),
    ],
)
def test_everybody_is_written_to_in_their_own_language(
    desk: Desk,
    join: Join,
    build: Build,
    roll_out: RollOut,
    language: str | None,
    words: tuple[str, ...],
) -> None:
    join(0, language=language)
    roll_out(build, 0, is_told=True)
    ((ticket, message),) = told(desk)
    assert [word in message.body for word in words] == [True] * 3
    assert (words[0] in ticket.subject, ticket.language) == (True, language)


def test_empty_parts_are_left_out(
    desk: Desk, spoken: Participation, add: Add, roll_out: RollOut
) -> None:
    build = queries.build(desk, add("b1", notes="", known_issues="").id)
    roll_out(build, 1, is_told=True)
    ((_ticket, message),) = told(desk)
    assert [title in message.body for title in ("What is new", "Known issues", "go back")] == [
        False,
        False,
        True,
    ]


def test_nobody_is_written_to_where_that_is_not_wanted(
    desk: Desk, spoken: Participation, build: Build, roll_out: RollOut
) -> None:
    outcome = roll_out(build, 1, is_told=False)
    service.withdraw(desk, build, 1, is_told=False)
    assert (outcome.told, told(desk)) == (0, [])


def test_only_active_participants_of_the_ring_are_written_to(
    desk: Desk, spoken: Participation, join: Join, build: Build, roll_out: RollOut
) -> None:
    join(2, "Adler AG")
    pilots.move(desk, join(1, "Birke AG"), steps.FINISHED)
    roll_out(build, 1, is_told=True)
    assert [ticket.organisation_id for ticket, _message in told(desk)] == [spoken.organisation_id]


def test_customer_without_a_key_user_is_named(
    desk: Desk, participation: Participation, join: Join, build: Build, roll_out: RollOut
) -> None:
    join(1, "Adler AG")
    outcome = roll_out(build, 1, is_told=True)
    assert (outcome.told, list(outcome.unreached)) == (1, ["Kunde GmbH"])


@pytest.mark.parametrize("change", [{"is_active": False}, {"organisation_id": None}])
def test_deputy_is_written_to_when_the_key_user_left(
    desk: Desk,
    spoken: Participation,
    customer: Person,
    build: Build,
    roll_out: RollOut,
    change: dict[str, Any],
) -> None:
    other = factories.make_customer(
        desk,
        "Dora",
        "dora@kunde.example",
        desk.session.get_one(Organisation, spoken.organisation_id),
    )
    spoken.key_user_deputy_id = other.id
    for name, value in change.items():
        setattr(customer, name, value)
    desk.commit()
    roll_out(build, 1, is_told=True)
    assert [ticket.requester_id for ticket, _message in told(desk)] == [other.id]


def test_deputy_gets_the_ticket_while_the_contact_is_absent(
    desk: Desk,
    spoken: Participation,
    contact: Person,
    deputy: Person,
    build: Build,
    roll_out: RollOut,
) -> None:
    day = timedelta(days=1)
    factories.make_absence(desk, contact, desk.now() - day, desk.now() + day)
    roll_out(build, 1, is_told=True)
    assert [ticket.owner_id for ticket, _message in told(desk)] == [deputy.id]


def test_team_gets_the_ticket_where_nobody_cares_any_more(
    desk: Desk,
    spoken: Participation,
    contact: Person,
    deputy: Person,
    build: Build,
    roll_out: RollOut,
) -> None:
    contact.is_active = deputy.is_active = False
    desk.commit()
    roll_out(build, 1, is_told=True)
    found = [(ticket.owner_id, ticket.team_id) for ticket, _message in told(desk)]
    assert found == [(None, spoken.programme.team_id)]


def test_withdrawal_says_how_to_go_back_and_to_which_build(
    desk: Desk, spoken: Participation, build: Build, add: Add, roll_out: RollOut
) -> None:
    roll_out(build, 1, 5)
    second = queries.build(desk, add("b2").id)
    roll_out(second, 1)
    outcome = service.withdraw(desk, second, 1, is_told=True)
    ((ticket, message),) = told(desk)
    assert (outcome.told, ticket.subject) == (1, "Build b2 of Lagerwerk is withdrawn")
    assert message.body == "\n\n".join(
        [
            "Build b2 of Lagerwerk is withdrawn.",
            "Your build is b1 again.",
            "**How to go back**",
            "Back from b2.",
            "You can answer this message: your support contact reads it.",
        ]
    )


def test_withdrawal_of_the_only_build_names_no_other(
    desk: Desk, spoken: Participation, build: Build, roll_out: RollOut
) -> None:
    roll_out(build, 1)
    service.withdraw(desk, build, 1, is_told=True)
    ((_ticket, message),) = told(desk)
    assert "again" not in message.body


def test_author_is_who_rolled_it_out(
    desk: Desk, spoken: Participation, build: Build, roll_out: RollOut
) -> None:
    roll_out(build, 1, is_told=True)
    ((_ticket, message),) = told(desk)
    assert (message.author_id, message.author_name) == (desk.actor.person_id, desk.actor.name)
