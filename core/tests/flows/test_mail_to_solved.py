# SPDX-License-Identifier: AGPL-3.0-or-later
"""A customer mails, an agent answers in the browser, the customer replies, the ticket is solved.

Everything is real: mail servers, web server, worker, database and Chromium; nothing is played.
"""

from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from flows.house import House, house_of, wait_until
from mail.letters import letter
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from tresen.access import service as access
from tresen.desk import Core, Desk, desk_for
from tresen.mail import queries
from tresen.people.models import Person
from tresen.testing.browser import guarded_page
from tresen.testing.smtp_sink import Delivered
from tresen.tickets.models import Message, Ticket

PASSWORD = "a sentence is a fine password"
QUESTION_ID = "<question-1@kunde.example>"
SIGN_IN = {"en": "Sign in", "de": "Anmelden"}
SEND = {"en": "Send reply", "de": "Antwort senden"}
SOLVED = {"en": "Solved", "de": "Gelöst"}


@pytest.fixture
def house(
    core: Core, desk: Desk, agent: Person, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """Return an installation whose agent has a password, with web server and worker running."""
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    access.set_password(desk, agent, PASSWORD)
    desk.commit()
    with house_of(core) as found, found.serving():
        yield found


def mail_to(house: House, purpose: str) -> list[Delivered]:
    """Return the mails that the customer got: receipts are automatic, replies are not."""
    is_reply = purpose == "reply"
    return [got for got in house.sink.delivered if (got.mail["Auto-Submitted"] is None) == is_reply]


def signed_in(page: Page, language: str) -> None:
    page.goto("/sign-in")
    page.locator("#address").fill("anna@tresen.example")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name=SIGN_IN[language], exact=True).click()
    page.wait_for_url("**/tickets/**")


def answered(page: Page, language: str) -> None:
    page.get_by_role("link", name="Nothing prints").first.click()
    page.locator("#composer-text").fill("Is it **plugged in**?")
    page.get_by_role("button", name=SEND[language]).click()
    expect(page.locator("#timeline")).to_contain_text("Is it plugged in?")


def reply_to(answer: EmailMessage) -> bytes:
    """Write what a mail program makes of a click on "Reply"."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Karla Kundin <karla@kunde.example>", answer["Reply-To"]
    mail["Subject"] = f"Re: {answer['Subject']}"
    mail["Message-ID"] = make_msgid(domain="kunde.example")
    mail["In-Reply-To"] = answer["Message-ID"]
    mail["References"] = f"{answer['References']} {answer['Message-ID']}"
    plain = answer.get_body(("plain",))
    quoted = (
        "".join(f"> {line}\n" for line in str(plain.get_content()).splitlines()) if plain else ""
    )
    mail.set_content(f"It was not. Thank you!\n\nTresen wrote:\n{quoted}")
    return mail.as_bytes()


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", ["en", "de"])
def test_mail_becomes_a_ticket_is_answered_replied_to_and_solved(
    chromium: Browser, house: House, desk: Desk, agent: Person, language: str
) -> None:
    agent.language = language
    desk.commit()
    house.imap.add(letter(Message_ID=QUESTION_ID))
    wait_until(lambda: len(mail_to(house, "receipt")) == 1, "the receipt")
    with guarded_page(chromium, house.address, locale=language) as page:
        signed_in(page, language)
        answered(page, language)
        wait_until(lambda: len(mail_to(house, "reply")) == 1, "the agent's answer")
        answer = mail_to(house, "reply")[0]
        assert_threaded(answer)
        house.imap.add(reply_to(answer.mail))
        wait_until(lambda: len(bodies(house.core)) == 3, "the customer's reply")
        page.reload(wait_until="networkidle")
        expect(page.locator("#timeline")).to_contain_text("It was not. Thank you!")
        page.locator(".properties select[name=state]").select_option("solved")
        expect(page.locator("#ticket-head [aria-current=step]")).to_have_text(SOLVED[language])
    assert_all_in_order(house.core)


def assert_threaded(answer: Delivered) -> None:
    """The customer's mail program shows the answer below the question."""
    mail = answer.mail
    assert answer.receivers == ["karla@kunde.example"]
    assert (mail["In-Reply-To"], QUESTION_ID in mail["References"]) == (QUESTION_ID, True)
    plain = mail.get_body(("plain",))
    assert plain
    assert "plugged in" in plain.get_content()


def bodies(core: Core) -> list[tuple[bool, str]]:
    """Return who said what: whether the customer, and the words without what was quoted."""
    with desk_for(core) as desk:
        found = desk.session.scalars(select(Message).order_by(Message.id))
        return [(message.is_inbound, message.body.strip()) for message in found]


def assert_all_in_order(core: Core) -> None:
    with desk_for(core) as desk:
        ticket = desk.session.scalars(select(Ticket)).one()
        books = queries.conservation(desk)
    assert ticket.state == "solved"
    assert bodies(core) == [
        (True, "It was fine yesterday."),
        (False, "Is it **plugged in**?"),
        (True, "It was not. Thank you!"),
    ]
    assert (books.is_kept, books.inbound, books.messages) == (True, 2, 2)
