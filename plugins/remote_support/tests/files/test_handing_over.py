# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file that is handed over moves the ticket and the session on, and stands in the protocol."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Message, Person, Ticket
from tresen.testing import factories
from tresen_remote_support import answers, queries, scopes, service
from tresen_remote_support.files import service as files
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols import service as protocols
from tresen_remote_support.seating import COOKIE

BODY = b"line 1\n"
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def handed(desk: Desk, running: RemoteSession) -> RemoteSession:
    """Return the running session, in which the customer handed a file over."""
    files.hand_over(answers.acting(desk, running), running, "import.log", BODY)
    desk.commit()
    return running


def test_ticket_that_waits_for_the_customer_is_open_again(
    desk: Desk, ticket: Ticket, running: RemoteSession
) -> None:
    factories.change_ticket(desk, ticket, state="waiting_customer")
    files.hand_over(answers.acting(desk, running), running, "import.log", BODY)
    assert (ticket.state, ticket.is_answer_due) == ("open", True)


def test_file_can_be_handed_over_once_the_customer_allowed_it(
    desk: Desk, agent_desk: Desk, ask: Callable[..., RemoteSession]
) -> None:
    row = ask(scope=scopes.VIEW)
    service.offer(agent_desk, row)
    theirs = answers.acting(desk, row)
    answers.agree(theirs, row, "link", "Karla Kundin")
    service.begin(agent_desk, row)
    before = files.may_hand_over(desk, row)
    service.widen(agent_desk, row, scopes.FILES)
    asked = files.may_hand_over(desk, row)
    answers.allow(theirs, row)
    assert (before, asked, files.may_hand_over(desk, row)) == (False, False, True)


def test_same_file_twice_is_on_record_twice_and_kept_once(
    desk: Desk, handed: RemoteSession
) -> None:
    files.hand_over(answers.acting(desk, handed), handed, "again.log", BODY)
    found = [(each.name, each.sha256) for each in queries.moved_files(desk, handed)]
    assert found == [("import.log", DIGEST), ("again.log", DIGEST)]


def test_protocol_names_what_was_handed_over(
    desk: Desk, agent_desk: Desk, handed: RemoteSession
) -> None:
    service.end(agent_desk, handed)
    note = {"actions": "Read the log.", "result": "solved", "minutes": 3}
    made = protocols.document(agent_desk, handed, note)
    assert made is not None
    body = desk.session.get_one(Message, made.message_id).body
    files = body.partition("Moved files\n")[2].partition("\n\n")[0]
    assert files == f"- From the customer: import.log, 7 bytes\n  SHA-256 {DIGEST}"


def test_agent_sees_the_file_and_cannot_take_it_back(
    sign_in: Callable[[Person], Any], agent: Person, handed: RemoteSession
) -> None:
    page = sign_in(agent).get(f"/remote_support/sessions/{handed.reference}").text
    assert (DIGEST in page, "/strike" in page) == (True, False)


def test_customer_hands_a_file_over_in_chromium(
    browser_page: Any, live_address: str, desk: Desk, running: RemoteSession, seat: str
) -> None:
    path = f"/remote_support/seat/{running.reference}"
    browser_page.context.add_cookies(
        [{"name": COOKIE, "value": seat, "url": f"{live_address}{path}"}]
    )
    browser_page.goto(path)
    sent = {"name": "Größe.log", "mimeType": "text/plain", "buffer": BODY}
    browser_page.set_input_files("input[name=file]", sent)
    browser_page.locator("form[action$='/files'] button").click()
    browser_page.locator("li bdi", has_text="Größe.log").wait_for()
    (kept,) = queries.moved_files(desk, running)
    message = desk.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    assert (kept.name, kept.sha256, message.is_inbound) == ("Größe.log", DIGEST, True)
