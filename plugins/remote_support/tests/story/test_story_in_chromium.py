# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole life of a session in a real browser, by both sides: the customer on a phone, by PIN.

A phone cannot share its screen, so a screenshot is sent; the protocol comes onto the ticket.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Message, Person, Ticket
from tresen.testing.browser import assert_accessible, guarded_page
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.stills.models import Still

Speak = Callable[..., dict[str, str]]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WORDS = {
    "en": {
        "ask": "Ask the customer",
        "continue": "Continue",
        "name": "Your name",
        "agree": "I agree",
        "go": "Agree and continue",
        "begin": "Begin",
        "sees": "sees what you show here",
        "send": "Send this picture",
        "pause": "Pause",
        "paused": "Paused: nothing of your screen is seen.",
        "resume": "Go on",
        "end": "End the session",
        "over": "This session is over.",
        "done": "What was done",
        "save": "Save",
        "protocol": "Protocol",
    },
    "de": {
        "ask": "Kunden fragen",
        "continue": "Weiter",
        "name": "Ihr Name",
        "agree": "Ich stimme zu",
        "go": "Einwilligen und weiter",
        "begin": "Beginnen",
        "sees": "sieht, was Sie hier zeigen",
        "send": "Dieses Bild senden",
        "pause": "Pausieren",
        "paused": "Unterbrochen: Von Ihrem Bildschirm ist nichts zu sehen.",
        "resume": "Fortsetzen",
        "end": "Sitzung beenden",
        "over": "Diese Sitzung ist beendet.",
        "done": "Was getan wurde",
        "save": "Speichern",
        "protocol": "Protokoll",
    },
}
# A picture as a phone makes one, of one colour.
SHOT = """async () => {
  const canvas = new OffscreenCanvas(390, 600);
  const context = canvas.getContext("2d");
  context.fillStyle = "#2a9d8f";
  context.fillRect(0, 0, 390, 600);
  return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
}"""


@pytest.fixture
def phone(chromium: Any, live_address: str) -> Iterator[Any]:
    """Return the customer's phone, without an account."""
    with guarded_page(chromium, live_address, **PHONE) as page:
        yield page


@pytest.fixture
def agents(sign_in_page: Callable[[Person], Any], agent: Person) -> Any:
    """Return the agent's browser."""
    return sign_in_page(agent)


@pytest.fixture
def speak(desk: Desk, customer: Person, live_address: str) -> Speak:
    """Return a function that lets pages and the customer speak a language; it gives the words."""

    def go(language: str, *pages: Any) -> dict[str, str]:
        customer.language = language
        desk.commit()
        for page in pages:
            page.context.add_cookies([{"name": "language", "value": language, "url": live_address}])
        return WORDS[language]

    return go


def press(page: Any, name: str) -> None:
    """Press a button, and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def ask(agent: Any, number: int, words: dict[str, str]) -> tuple[str, str]:
    """Ask as the agent; return what is read to the customer: the session and its PIN."""
    agent.goto(f"/remote_support/tickets/{number}/new")
    press(agent, words["ask"])
    told = agent.locator("main").inner_text()
    session = re.search(r"\b([0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4})\b", told)
    pin = re.search(r"\b(\d{3} \d{3})\b", told)
    assert session is not None
    assert pin is not None
    return session[1], pin[1]


def enter(phone: Any, session: str, pin: str, words: dict[str, str]) -> None:
    """Come in by what was read over the phone, and agree."""
    phone.goto("/join")
    assert_accessible(phone)
    phone.locator("[name=reference]").fill(session)
    phone.locator("[name=pin]").fill(pin)
    press(phone, words["continue"])
    assert_accessible(phone)
    phone.get_by_label(words["name"]).fill("Karla am Telefon")
    phone.get_by_label(words["agree"]).check()
    press(phone, words["go"])


def send_shot(phone: Any, words: dict[str, str]) -> None:
    """Send a screenshot that the phone made."""
    body = bytes(phone.evaluate(SHOT))
    shot = {"name": "shot.png", "mimeType": "image/png", "buffer": body}
    phone.locator("input[type=file][accept*=png]").first.set_input_files(shot)
    phone.get_by_role("button", name=words["send"], exact=True).click()


def pause_and_resume(agent: Any, phone: Any, words: dict[str, str]) -> None:
    press(agent, words["pause"])
    phone.get_by_text(words["paused"]).wait_for()
    press(agent, words["resume"])
    phone.get_by_text(words["sees"]).first.wait_for()


def write_down(agent: Any, words: dict[str, str]) -> None:
    """End the session and say what was done."""
    press(agent, words["end"])
    agent.get_by_label(words["done"]).first.fill("Den Haken gesetzt / set the tick.")
    press(agent, words["save"])


def outcome(desk: Desk) -> tuple[str, str, int]:
    """Return state and result of the one session, and how many pictures were sent in it."""
    row = desk.session.scalars(select(RemoteSession)).one()
    desk.session.refresh(row)
    return row.state, row.result, len(desk.session.scalars(select(Still.id)).all())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["en", "de"])
def test_session_lives_from_the_question_to_the_protocol(
    agents: Any, phone: Any, speak: Speak, ticket: Ticket, desk: Desk, language: str
) -> None:
    words = speak(language, agents, phone)
    session, pin = ask(agents, ticket.number, words)
    enter(phone, session, pin, words)
    agents.wait_for_url("**/remote_support/sessions/*")  # by itself, when the customer came in
    press(agents, words["begin"])
    phone.get_by_text(words["sees"]).first.wait_for()
    assert_accessible(phone)
    send_shot(phone, words)
    agents.locator("img[src*='/stills/']").first.wait_for()
    pause_and_resume(agents, phone, words)
    write_down(agents, words)
    phone.get_by_text(words["over"]).wait_for()
    own = Message.ticket_id == ticket.id
    sent = desk.session.scalars(select(Message.kind).where(own).order_by(Message.id)).all()
    assert (outcome(desk), sent[-1]) == (("ended", "solved", 1), "reply")


@pytest.mark.timeout(300)
def test_customer_stops_on_the_phone_and_the_agent_sees_it(
    agents: Any, phone: Any, speak: Speak, ticket: Ticket, desk: Desk
) -> None:
    words = speak("en", agents, phone)
    session, pin = ask(agents, ticket.number, words)
    enter(phone, session, pin, words)
    agents.wait_for_url("**/remote_support/sessions/*")  # by itself, when the customer came in
    press(agents, words["begin"])
    phone.get_by_text(words["sees"]).first.wait_for()
    press(phone, "Stop at once")
    agents.get_by_text("Stopped by the customer").first.wait_for()
    assert outcome(desk) == ("revoked", "", 0)
