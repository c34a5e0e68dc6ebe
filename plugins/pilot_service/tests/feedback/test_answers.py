# SPDX-License-Identifier: AGPL-3.0-or-later
"""An answer reaches everybody who told the same, and no text is lost on the way."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from tresen.sdk import Desk, Message, Person, Refused, Team, Ticket
from tresen.testing import factories
from tresen_pilot_service.feedback import answers, queries, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation

Give = Callable[..., Feedback]
SAID = "It stands under Stock since build 5.1."


def whole(desk: Desk, row: Feedback) -> Feedback:
    """Return the feedback as its page loads it."""
    desk.session.flush()
    desk.session.expire(row)
    return queries.feedback(desk, row.id)


def messages(desk: Desk, ticket_id: int | None) -> list[tuple[str, str, str | None]]:
    """Return kind, body and author of what stands on a ticket."""
    found = desk.session.scalars(
        select(Message).where(Message.ticket_id == ticket_id).order_by(Message.id)
    )
    return [(each.kind, each.body, each.author_name) for each in found]


def mails(desk: Desk) -> list[tuple[str, str]]:
    """Return purpose and receiver of every mail that waits to be sent."""
    found = desk.session.execute(
        text(
            "SELECT m.purpose, r.address FROM outbound_mail m"
            " JOIN outbound_recipient r ON r.mail_id = m.id WHERE m.purpose = 'reply' ORDER BY m.id"
        )
    )
    return [(purpose, address) for purpose, address in found]


@pytest.fixture
def ticket(desk: Desk, participation: Participation, customer: Person) -> Ticket:
    """Return the customer's ticket."""
    made = factories.make_ticket(desk, customer, "Where is the list?", "I cannot find it.")
    desk.commit()
    return made


def test_answer_is_a_public_reply_that_is_mailed(
    working: Desk, give: Give, ticket: Ticket, agent: Person
) -> None:
    row = whole(working, give(ticket_id=ticket.id))
    outcome = answers.answer(working, row, f"  {SAID}\n")
    assert (outcome.numbers, outcome.unreached) == ([ticket.number], 0)
    assert messages(working, ticket.id)[1:] == [("reply", SAID, agent.name)]
    assert mails(working) == [("reply", "karla@kunde.example")]
    assert (row.answer, row.answered_at) == (SAID, working.now())
    assert ticket.first_replied_at == working.now()


def test_answer_stands_in_the_journal(working: Desk, give: Give, ticket: Ticket) -> None:
    answers.answer(working, whole(working, give(ticket_id=ticket.id)), SAID)
    working.session.flush()
    acts = working.session.scalars(
        text("SELECT action FROM journal_entry WHERE subject_kind = :kind ORDER BY id"),
        {"kind": service.FEEDBACK},
    )
    assert list(acts) == ["given", "answered"]


def test_empty_answer_is_refused(working: Desk, give: Give, ticket: Ticket) -> None:
    row = whole(working, give(ticket_id=ticket.id))
    with pytest.raises(Refused, match="The answer is empty"):
        answers.answer(working, row, " \n")
    assert (row.answered_at, len(messages(working, ticket.id))) == (None, 1)


def test_duplicates_are_answered_where_that_is_wanted(
    working: Desk, give: Give, ticket: Ticket, colleague: Person
) -> None:
    second = factories.make_ticket(working, colleague)
    first, other = give(ticket_id=ticket.id), give(ticket_id=second.id, person_id=colleague.id)
    service.mark_duplicate(working, other, first.id)
    outcome = answers.answer(working, whole(working, first), SAID, has_duplicates=True)
    assert outcome.numbers == [ticket.number, second.number]
    assert [each[1] for each in messages(working, second.id)][1:] == [SAID]
    assert mails(working) == [("reply", "karla@kunde.example"), ("reply", "kai@kunde.example")]
    assert (other.answer, other.answered_at) == (SAID, working.now())


def test_duplicates_wait_where_that_is_not_wanted(
    working: Desk, give: Give, ticket: Ticket, colleague: Person
) -> None:
    second = factories.make_ticket(working, colleague)
    first, other = give(ticket_id=ticket.id), give(ticket_id=second.id)
    service.mark_duplicate(working, other, first.id)
    answers.answer(working, whole(working, first), SAID)
    assert (other.answer, other.answered_at) == ("", None)
    assert len(messages(working, second.id)) == 1


def test_two_on_one_ticket_get_one_reply(working: Desk, give: Give, ticket: Ticket) -> None:
    first, other = give(ticket_id=ticket.id), give(ticket_id=ticket.id)
    service.mark_duplicate(working, other, first.id)
    outcome = answers.answer(working, whole(working, first), SAID, has_duplicates=True)
    assert (outcome.numbers, len(messages(working, ticket.id))) == ([ticket.number], 2)
    assert [row.answer for row in (first, other)] == [SAID, SAID]


def test_feedback_without_a_ticket_gets_one(
    working: Desk, give: Give, customer: Person, participation: Participation, agent: Person
) -> None:
    row = whole(working, give(title="Faster", text="It takes a minute."))
    outcome = answers.answer(working, row, SAID)
    found = queries.feedback(working, row.id).ticket
    assert found is not None
    assert outcome.numbers == [found.number]
    assert (found.subject, found.requester_id) == ("Faster", customer.id)
    assert found.organisation_id == customer.organisation_id
    assert found.product_id == participation.programme.product_id
    assert messages(working, found.id) == [
        ("reply", "It takes a minute.", customer.name),
        ("reply", SAID, agent.name),
    ]
    assert mails(working) == [("reply", "karla@kunde.example")]


def test_customer_is_not_told_that_a_request_arrived_when_we_answer(
    working: Desk, give: Give
) -> None:
    answers.answer(working, whole(working, give()), SAID)
    working.session.flush()
    found = working.session.scalars(text("SELECT purpose FROM outbound_mail ORDER BY id"))
    assert "receipt" not in list(found)


def test_answer_to_nobody_is_only_kept(working: Desk, give: Give) -> None:
    row = whole(working, give(person_id=None))
    outcome = answers.answer(working, row, SAID)
    assert (outcome.numbers, outcome.unreached) == ([], 1)
    assert (row.answer, row.answered_at, row.ticket_id) == (SAID, working.now(), None)


def test_answer_to_who_is_no_longer_active_is_only_kept(
    working: Desk, give: Give, customer: Person
) -> None:
    customer.is_active = False
    outcome = answers.answer(working, whole(working, give()), SAID)
    assert (outcome.numbers, outcome.unreached) == ([], 1)


def test_answer_on_a_closed_ticket_opens_one_that_follows(
    working: Desk, give: Give, ticket: Ticket, agent: Person
) -> None:
    factories.change_ticket(working, ticket, state="closed")
    row = whole(working, give(ticket_id=ticket.id, text="I cannot find it."))
    outcome = answers.answer(working, row, SAID)
    assert row.ticket_id != ticket.id
    assert outcome.numbers == [(row.ticket_id or 0) + ticket.number - ticket.id]
    assert messages(working, row.ticket_id) == [
        ("reply", "I cannot find it.", "Karla Kundin"),
        ("note", f"Follows ticket {ticket.number}, which is closed.", agent.name),
        ("reply", SAID, agent.name),
    ]
    assert len(messages(working, ticket.id)) == 1


def test_two_on_one_closed_ticket_go_on_together(working: Desk, give: Give, ticket: Ticket) -> None:
    factories.change_ticket(working, ticket, state="closed")
    first, other = give(ticket_id=ticket.id), give(ticket_id=ticket.id)
    service.mark_duplicate(working, other, first.id)
    outcome = answers.answer(working, whole(working, first), SAID, has_duplicates=True)
    assert (len(outcome.numbers), first.ticket_id == other.ticket_id) == (1, True)


def test_ticket_that_the_agent_may_not_see_is_not_answered(
    working: Desk, give: Give, ticket: Ticket, customer: Person, contact: Person
) -> None:
    closed = factories.make_team(working, "Board", contact)
    hidden = factories.make_ticket(working, customer)
    factories.change_ticket(working, hidden, team_id=closed.id, owner_id=None)
    working.session.get_one(Team, closed.id).is_restricted = True
    first, other = give(ticket_id=ticket.id), give(ticket_id=hidden.id)
    service.mark_duplicate(working, other, first.id)
    with pytest.raises(Refused, match=f"ticket {hidden.number}, which is not yours to see"):
        answers.answer(working, whole(working, first), SAID, has_duplicates=True)
    # Nobody got half of it.
    assert (len(messages(working, ticket.id)), first.answered_at) == (1, None)


def test_last_answer_is_the_one_that_is_kept(working: Desk, give: Give, ticket: Ticket) -> None:
    row = whole(working, give(ticket_id=ticket.id))
    answers.answer(working, row, "We look.")
    answers.answer(working, row, SAID)
    assert (row.answer, len(messages(working, ticket.id))) == (SAID, 3)


# --------------------------------------------------------------------------------------- thanks


@pytest.mark.parametrize(
    ("language", "beginning", "end"),
    [
        ("en", "Hello Karla Kundin,", "after you."),
        ("de", "Guten Tag Karla Kundin,", "mit dem Produkt arbeiten."),
        ("de@du", "Hallo Karla Kundin,", "mit dem Produkt arbeiten."),
        (None, "Hello Karla Kundin,", "after you."),
    ],
)
def test_thanks_speak_the_language_of_who_told_it(
    desk: Desk, give: Give, customer: Person, language: str | None, beginning: str, end: str
) -> None:
    customer.language = language
    row = give()
    service.move(desk, row, states.RESOLVED)
    text_of = answers.thanks(desk, whole(desk, row))
    assert (text_of.splitlines()[0], text_of[-len(end) :]) == (beginning, end)
    assert "Where is the list?" in text_of


def test_thanks_name_nobody_where_nobody_is_known(desk: Desk, give: Give) -> None:
    row = give(person_id=None)
    service.move(desk, row, states.RESOLVED)
    assert answers.thanks(desk, whole(desk, row)).splitlines()[0] == "Hello,"


def test_no_thanks_before_it_is_resolved_or_after_the_answer(desk: Desk, give: Give) -> None:
    row = give()
    before = answers.thanks(desk, whole(desk, row))
    service.move(desk, row, states.RESOLVED)
    row.answer = SAID
    assert (before, answers.thanks(desk, whole(desk, row))) == ("", "")
