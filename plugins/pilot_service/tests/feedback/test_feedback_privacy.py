# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever is erased is named in no feedback, and what was told stays."""

from collections.abc import Callable

from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, rows_of
from tresen.testing import factories
from tresen_pilot_service.feedback import answers, privacy, queries, service
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Programme

Give = Callable[..., Feedback]
SignIn = Callable[[Person], FlaskClient]
SAID = "Karla Kundin asked."


def test_person_is_told_what_was_answered(desk: Desk, give: Give, customer: Person) -> None:
    give(area="Stock").answer = "Look there."
    (found,) = privacy.data_sets(desk, customer)
    assert [(row["area"], row["answer"]) for row in found.rows] == [("Stock", "Look there.")]


def test_erased_person_is_named_nowhere(desk: Desk, give: Give, customer: Person) -> None:
    row = give(title=SAID, text=SAID, area=SAID)
    row.answer = SAID
    factories.erase_person(desk, customer)
    (found,) = rows_of(desk, Feedback)
    assert [found[name] for name in ("title", "text", "area", "answer")] == ["[…] asked."] * 4
    assert found["person_id"] is None


def test_what_a_colleague_told_of_an_erased_person_loses_the_name(
    desk: Desk, programme: Programme, stranger: Person
) -> None:
    home = desk.session.get_one(Organisation, stranger.organisation_id)
    other = factories.make_customer(desk, "Fritz Fern", "fritz@fern.example", home)
    values = {"kind": "wish", "title": "Stefan Stranger asked.", "channel": "ticket"}
    row = service.give(desk, None, programme, values | {"person_id": other.id})
    factories.erase_person(desk, stranger)
    assert (row.title, row.person_id) == ("[…] asked.", other.id)


def test_pages_show_feedback_of_who_was_erased(
    desk: Desk, give: Give, customer: Person, agent: Person, sign_in: SignIn
) -> None:
    ticket = factories.make_ticket(desk, customer)
    give(title="Lost", ticket_id=ticket.id)
    factories.erase_person(desk, customer)
    desk.commit()
    browser = sign_in(agent)
    pages = [browser.get(f"/pilot_service/{path}").text for path in ("1/feedback", "feedback/1")]
    assert [("Lost" in page, "Karla" in page) for page in pages] == [(True, False)] * 2


def test_answer_to_who_was_erased_reaches_nobody_new(
    working: Desk, give: Give, customer: Person
) -> None:
    row = give()
    factories.erase_person(working, customer)
    working.session.expire(row)
    outcome = answers.answer(working, queries.feedback(working, row.id), "Look there.")
    assert (outcome.numbers, outcome.unreached) == ([], 1)
