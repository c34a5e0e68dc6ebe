# SPDX-License-Identifier: AGPL-3.0-or-later
"""The web process dies while an agent replies: the reply is there whole or not at all (F06, F48).

What was typed is kept, and whoever sends the same form again sends nothing twice.
"""

import http.client
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from io import BytesIO
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from flows.house import House, Mortals, house_of, wait_until
from mail.servers import make_quiet_ticket
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select
from tresen.access import service as access
from tresen.access.views import cookie_name
from tresen.app import create_app
from tresen.desk import Core, Desk, desk_for
from tresen.faults import KILLED
from tresen.files.models import StoredFile
from tresen.mail import queries
from tresen.mail.models import OutboundMail
from tresen.people.models import Person
from tresen.testing.browser import guarded_page
from tresen.tickets.models import Draft, Message, Ticket
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

PASSWORD = "a sentence is a fine password"
BEFORE = ("reply.after_files", "reply.before_outbox", "reply.after_message", "reply.before_commit")
REPLY = {"kind": "reply", "to": "karla@kunde.example"}
# How often each place is gone through; more for a long night.
TIMES = int(os.environ.get("TRESEN_KILL_TIMES", "3"))
FIELD = re.compile(r'name="(csrf_token|revision|seen)" value="([^"]*)"')


@dataclass
class Agent:
    """An agent's browser that is reduced to its requests, so that a form can be sent again."""

    house: House
    path: str
    opener: OpenerDirector = field(
        default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()))
    )

    def sign_in(self) -> None:
        fields = self.form("/sign-in") | {"address": "anna@tresen.example", "password": PASSWORD}
        body = urlencode(fields).encode()
        self.opener.open(self.house.address + "/sign-in", body).close()

    def read(self, path: str) -> str:
        with self.opener.open(self.house.address + path) as answer:
            return str(answer.read().decode())

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the form on a page."""
        return dict(FIELD.findall(self.read(path)))

    def post(self, path: str, fields: dict[str, object]) -> tuple[int, str]:
        """Send a form; return the status and the page that follows it."""
        boundary, body = encode_multipart(fields)
        head = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        try:
            request = Request(self.house.address + path, body, head)  # noqa: S310 - our own server
            with self.opener.open(request) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()


@pytest.fixture
def ticket(desk: Desk, agent: Person, customer: Person) -> Ticket:
    """A ticket whose agent can sign in."""
    access.set_password(desk, agent, PASSWORD)
    made = make_quiet_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def house(core: Core, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """An installation with nothing running yet."""
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with house_of(core) as found:
        yield found


def books(core: Core) -> dict[str, int]:
    """Count what a reply consists of, and what it leaves behind."""
    replies = select(func.count()).where(Message.is_public, ~Message.is_inbound)
    mails = select(func.count()).where(OutboundMail.purpose == "reply")
    with desk_for(core) as desk:
        return {
            "messages": desk.session.scalar(replies) or 0,
            "mails": desk.session.scalar(mails) or 0,
            "files": desk.session.scalar(select(func.count(StoredFile.id))) or 0,
            "drafts": desk.session.scalar(select(func.count()).select_from(Draft)) or 0,
        }


def replies_delivered(house: House) -> int:
    return sum(got.mail["Auto-Submitted"] is None for got in house.sink.delivered)


def expected(count: int, *, drafts: int) -> dict[str, int]:
    return {"messages": count, "mails": count, "files": count, "drafts": drafts}


def send(agent: Agent, form: dict[str, str]) -> tuple[int, str]:
    """Send the reply with its file."""
    plan = FileStorage(BytesIO(b"a plan"), "plan.txt", content_type="text/plain")
    return agent.post(f"{agent.path}/messages", {**form, "files": plan})


def reply_and_die(running: Mortals, agent: Agent, place: str, text: str) -> dict[str, str]:
    """Write a reply in a web process that dies while it takes it; return what was sent."""
    with running.serving(place, KILLED):
        form = agent.form(agent.path) | REPLY | {"body": text}
        assert agent.post(f"{agent.path}/draft", form)[0] == 204
        with pytest.raises((http.client.HTTPException, OSError)):
            send(agent, form)
    return form


@pytest.mark.timeout(400)
@pytest.mark.parametrize("place", [*BEFORE, "reply.after_commit"])
def test_fault_f06_reply_is_whole_or_not_there_and_sent_once_when_sent_again(
    house: House, ticket: Ticket, running: Mortals, place: str
) -> None:
    running.enter(house)
    agent = Agent(house, f"/tickets/{ticket.number}")
    with running.serving():
        agent.sign_in()
    for number in range(TIMES):
        text = f"Is it plugged in, and is the lamp on? ({number})"
        form = reply_and_die(running, agent, place, text)
        is_kept = place not in BEFORE
        assert books(house.core) == expected(number + is_kept, drafts=not is_kept)
        with running.serving():
            # In the thread, or in the composer as the draft.
            assert text in agent.read(agent.path)
            assert send(agent, form)[0] == 200
            assert send(agent, form)[0] == 200
        assert books(house.core) == expected(number + 1, drafts=0)
        assert running.work(0) == 0
        assert replies_delivered(house) == number + 1
    with desk_for(house.core) as desk:
        assert queries.conservation(desk).is_kept


@pytest.mark.timeout(400)
@pytest.mark.parametrize("place", ["reply.before_commit", "reply.after_commit"])
def test_fault_f48_browser_keeps_the_text_until_the_reply_is_there(
    chromium: Browser, house: House, ticket: Ticket, place: str
) -> None:
    text = "Is it plugged in?"
    with house.serving(kill=place), guarded_page(chromium, house.address) as page:
        page.goto("/sign-in")
        page.locator("#address").fill("anna@tresen.example")
        page.locator("#password").fill(PASSWORD)
        page.locator("#password").press("Enter")
        page.wait_for_url("**/tickets/**")
        page.goto(f"/tickets/{ticket.number}")
        start = page.url
        page.route("**/draft", lambda route: route.abort())
        expect(page.locator(".composer")).to_have_attribute("data-live", "")
        page.locator("#composer-text").fill(text)
        page.locator("#composer-text").press("Control+Enter")

        def has_left() -> bool:
            # Playwright lets the browser's requests through only while it is asked something.
            page.wait_for_timeout(100)
            return page.url != start

        # Chromium itself sends a form again when an open line breaks: it may even come through.
        wait_until(has_left, "the broken line, or the reply")
        page.goto(f"/tickets/{ticket.number}")
        is_kept = place == "reply.after_commit"
        expect(page.locator("#composer-text")).to_have_value("" if is_kept else text)
        expect(page.locator("#timeline").get_by_text(text)).to_have_count(int(is_kept))


def test_fault_f48_double_click_is_one_reply(core: Core, ticket: Ticket) -> None:
    """Two requests at once, as a double click without script makes them."""
    app = create_app(core)
    app.config["WTF_CSRF_ENABLED"] = False
    with desk_for(core, write=True) as desk:
        person = desk.session.scalars(select(Person).where(Person.role == "agent")).one()
        token = access.start_session(desk, person, "127.0.0.1", "test")
    path = f"/tickets/{ticket.number}"

    def click(_number: int) -> int:
        browser = app.test_client()
        browser.set_cookie(cookie_name(core.config), token, domain="localhost")
        return browser.post(f"{path}/messages", data=form).status_code

    browser = app.test_client()
    browser.set_cookie(cookie_name(core.config), token, domain="localhost")
    form = dict(FIELD.findall(browser.get(path).text)) | REPLY | {"body": "Once"}
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(click, range(4))) == [302] * 4
    assert books(core) == expected(1, drafts=0) | {"files": 0}
