# SPDX-License-Identifier: AGPL-3.0-or-later
"""A participant's mail that says what it is becomes feedback, and no other mail does."""

import pytest
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person, Ticket
from tresen.testing import factories
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.feedback import mails, queries
from tresen_pilot_service.models import Participation

letters = pytest.importorskip("mail.letters", reason="The core's own tests are not here")


@pytest.mark.parametrize(
    ("subject", "kind", "title"),
    [
        ("Feedback: The list is gone", "question", "The list is gone"),
        ("Rückmeldung: Die Liste fehlt", "question", "Die Liste fehlt"),
        ("[Rückmeldung] Die Liste fehlt", "question", "Die Liste fehlt"),
        ("Ru\u0308ckmeldung: Die Liste fehlt", "question", "Die Liste fehlt"),
        ("Defect: A pallet is lost", "defect", "A pallet is lost"),
        ("BUG: A pallet is lost", "defect", "A pallet is lost"),
        ("Fehler: Palette weg", "defect", "Palette weg"),
        ("[Fehler]: Palette weg", "defect", "Palette weg"),
        ("[ fehler ]Palette weg", "defect", "Palette weg"),
        ("Usability problem: Too many clicks", "usability", "Too many clicks"),
        ("Bedienproblem : Zu viele Klicks", "usability", "Zu viele Klicks"),
        ("Wish: A dark theme", "wish", "A dark theme"),
        ("Feature  request: A dark theme", "wish", "A dark theme"),
        ("Wunsch: Dunkle Farben", "wish", "Dunkle Farben"),
        ("Vorschlag: Dunkle Farben", "wish", "Dunkle Farben"),
        ("Lob: Schnell geworden", "praise", "Schnell geworden"),
        ("Praise: Quick now", "praise", "Quick now"),
        ("Question: Where is it?", "question", "Where is it?"),
        ("Frage: Wo: hier?", "question", "Wo: hier?"),
        ("Lob:", "praise", "Lob:"),
    ],
)
def test_first_word_of_the_subject_says_the_kind(subject: str, kind: str, title: str) -> None:
    assert mails.read_subject(subject) == (kind, title)


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "The list is gone",
        "Feedback on the list",
        "Re: Feedback: The list is gone",
        "AW: Fehler: Palette weg",
        "Fwd: Lob: Schnell",
        "WG: [Fehler] Palette weg",
        "Printer: no paper",
        "Fehlermeldung: 0x42",
        "The bug: still there",
        "[Fehler",
        "[#10001] Fehler: Palette weg",
        ": Fehler",
    ],
)
def test_other_subjects_say_nothing(subject: str) -> None:
    assert mails.read_subject(subject) is None


def test_long_title_is_cut() -> None:
    found = mails.read_subject("Wunsch: " + "x" * 390)
    assert found == ("wish", "x" * 200)


def mailed(desk: Desk, person: Person, subject: str, channel: str = "mail") -> Ticket:
    return factories.make_ticket(desk, person, subject, "A pallet is gone.", channel=channel)


def test_ticket_by_mail_becomes_feedback(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    ticket = mailed(desk, customer, "Fehler: Palette weg")
    (row,) = queries.of_ticket(desk, ticket.id)
    assert (row.kind, row.severity, row.title) == ("defect", "", "Palette weg")
    assert (row.text, row.channel, row.state) == ("A pallet is gone.", "mail", "new")
    assert (row.person_id, row.participation_id) == (customer.id, participation.id)


@pytest.mark.parametrize("channel", ["web", "phone", "api"])
def test_ticket_of_another_channel_stays_a_ticket(
    desk: Desk, participation: Participation, customer: Person, channel: str
) -> None:
    ticket = mailed(desk, customer, "Fehler: Palette weg", channel)
    assert queries.of_ticket(desk, ticket.id) == []


def test_mail_of_who_takes_no_part_stays_a_ticket(
    desk: Desk, participation: Participation, stranger: Person
) -> None:
    ticket = mailed(desk, stranger, "Fehler: Palette weg")
    assert queries.of_ticket(desk, ticket.id) == []


def test_mail_after_the_pilot_stays_a_ticket(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    pilots.move(desk, participation, steps.FINISHED)
    ticket = mailed(desk, customer, "Fehler: Palette weg")
    assert queries.of_ticket(desk, ticket.id) == []


def test_mail_that_says_nothing_of_feedback_stays_a_ticket(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    ticket = mailed(desk, customer, "The printer prints nothing")
    assert queries.of_ticket(desk, ticket.id) == []


def test_mail_on_its_whole_way_in_becomes_feedback(
    core: Core, desk: Desk, participation: Participation, customer: Person, contact: Person
) -> None:
    box = letters.add_mailbox(core)
    raw = letters.letter("Karla Kundin <karla@kunde.example>", "Lob: Schnell", "Gut gemacht.")
    with letters.Parser() as parser:
        letters.receive(core, parser, raw, mailbox_id=box)
    (row,) = queries.of_programme(desk, participation.programme_id)
    ticket = desk.session.scalars(select(Ticket)).one()
    assert (row.kind, row.title, row.text.strip()) == ("praise", "Schnell", "Gut gemacht.")
    assert (row.ticket, row.person) == (ticket, customer)
    assert ticket.owner_id == contact.id
