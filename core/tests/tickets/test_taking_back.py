# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking a reply back: it is a draft again, the ticket is as before, and no mail went out."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from mail.servers import deliver_all, make_quiet_ticket, rows, sending
from sqlalchemy import select
from tresen.desk import Actor, Core, Desk
from tresen.files import service as files
from tresen.journal.models import JournalEntry
from tresen.mail.models import OutboundMail
from tresen.people.models import Person
from tresen.search.models import SearchEntry
from tresen.settings import service as settings
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import service, timeline, writing
from tresen.tickets.models import Draft, Message, Ticket
from tresen.tickets.records import SETTINGS, NewMessage, Written

SignIn = Callable[[Person], FlaskClient]
REPLY = {
    "kind": "reply",
    "body": "Please *restart* it.",
    "to": "karla@kunde.example",
    "cc": "bernd@kunde.example",
}
UNDO = re.compile(r'<form method="post" action="([^"]+/take-back)"')


@pytest.fixture
def ticket(desk: Desk, customer: Person, clock: SteppedClock) -> Ticket:
    made = make_quiet_ticket(desk, customer)
    desk.commit()
    clock.go(minutes=1)
    return made


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, ticket: Ticket) -> FlaskClient:
    return sign_in(agent)


def sent(browser: FlaskClient, ticket: Ticket, **form: object) -> str:
    """Send a reply; return the address that the page then offers for taking it back."""
    browser.post(f"/tickets/{ticket.number}/messages", data=REPLY | form)
    return UNDO.findall(browser.get(f"/tickets/{ticket.number}").text)[0]


def undo(browser: FlaskClient, address: str, **form: str) -> str:
    """Take it back; return the page after it."""
    return browser.post(address, data=form, follow_redirects=True).text


def replies(desk: Desk) -> list[str]:
    """Return the words of our side's public messages."""
    desk.session.expire_all()
    statement = select(Message.body).where(Message.is_public, ~Message.is_inbound)
    found = list(desk.session.scalars(statement.order_by(Message.id)))
    desk.commit()
    return found


def draft_of(desk: Desk, ticket: Ticket, agent: Person) -> Draft:
    desk.session.expire_all()
    found = desk.session.get_one(Draft, (ticket.id, agent.id))
    desk.commit()
    return found


def test_reply_waits_as_long_as_it_can_be_taken_back(
    browser: FlaskClient, core: Core, desk: Desk, ticket: Ticket, clock: SteppedClock
) -> None:
    sent(browser, ticket)
    with sending(core) as sink:
        deliver_all(core)
        before = len(sink.delivered)
        clock.go(seconds=12)
        deliver_all(core)
    assert (before, len(sink.delivered)) == (0, 1)


def test_reply_that_was_taken_back_is_a_draft_and_no_mail(
    browser: FlaskClient, core: Core, desk: Desk, ticket: Ticket, agent: Person, clock: SteppedClock
) -> None:
    shown = undo(browser, sent(browser, ticket))
    clock.go(minutes=1)
    with sending(core) as sink:
        deliver_all(core)
    kept = draft_of(desk, ticket, agent)
    assert (kept.kind, kept.body, kept.to, kept.cc) == (
        "reply",
        "Please *restart* it.",
        "karla@kunde.example",
        "bernd@kunde.example",
    )
    assert "The reply did not go out. It is in the composer again." in shown
    assert (replies(desk), sink.delivered, rows(core, OutboundMail)) == ([], [], [])


def test_taking_back_is_told_on_the_ticket_and_cannot_be_found(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    page = undo(browser, sent(browser, ticket))
    told = desk.session.scalars(
        select(JournalEntry.action)
        .where(JournalEntry.subject_kind == "ticket")
        .order_by(JournalEntry.id)
    ).all()
    assert "took a reply back before it went out" in page
    assert told == ["opened", "changed", "taken_back", "changed"]
    # The ticket's head and its first message.
    assert len(desk.session.scalars(select(SearchEntry).filter_by(kind="ticket")).all()) == 2


@pytest.mark.parametrize("state", ["", "solved", "closed", "waiting_customer"])
def test_ticket_is_as_it_was(
    browser: FlaskClient, desk: Desk, ticket: Ticket, agent: Person, state: str
) -> None:
    def facts() -> tuple[object, ...]:
        desk.session.refresh(ticket)
        desk.commit()
        moments = (ticket.last_message_at, ticket.first_replied_at, ticket.solved_at)
        return (ticket.state, ticket.is_open, ticket.is_answer_due, ticket.closed_at, *moments)

    before = facts()
    address = sent(browser, ticket, state=state)
    assert facts() != before
    undo(browser, address)
    assert (facts(), draft_of(desk, ticket, agent).state) == (before, state)


def test_solved_ticket_that_was_closed_with_a_reply_is_solved_since_then(
    browser: FlaskClient, desk: Desk, ticket: Ticket, clock: SteppedClock
) -> None:
    service.change(desk, ticket, {"state": "solved"})
    desk.commit()
    solved_at = ticket.solved_at
    clock.go(hours=1)
    undo(browser, sent(browser, ticket, state="closed"))
    desk.session.refresh(ticket)
    assert (ticket.state, ticket.solved_at, ticket.closed_at) == ("solved", solved_at, None)


def test_state_that_was_changed_since_stays(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    address = sent(browser, ticket, state="solved")
    news = NewMessage("One more thing", "web", is_inbound=True, author_name="Karla")
    desk.session.refresh(ticket)
    service.add_message(desk, ticket, news)
    desk.commit()
    page = undo(browser, address)
    desk.session.refresh(ticket)
    assert "the state, which was changed since, stays as it is" in page
    assert (ticket.state, ticket.is_answer_due) == ("open", True)


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("reply", "And call me.", ("reply", "Please *restart* it.\n\nAnd call me.")),
        # What was meant for colleagues only must not become public by the way back.
        ("note", "He is angry.", ("note", "Please *restart* it.\n\nHe is angry.")),
    ],
)
def test_what_was_typed_meanwhile_is_kept_too(
    browser: FlaskClient, ticket: Ticket, kind: str, typed: str, found: tuple[str, str]
) -> None:
    address = sent(browser, ticket)
    browser.post(f"/tickets/{ticket.number}/draft", data={"kind": kind, "body": typed})
    page = undo(browser, address)
    chosen = re.search(r'name="kind" value="(\w+)"[^>]* checked', page)[1]
    assert (chosen, re.search(r">([^<]*)</textarea>", page)[1]) == found


def test_text_that_the_browser_had_not_saved_yet_comes_with_the_request(
    browser: FlaskClient, desk: Desk, ticket: Ticket, agent: Person
) -> None:
    undo(browser, sent(browser, ticket), body="just typed")
    assert draft_of(desk, ticket, agent).body == "Please *restart* it.\n\njust typed"


def test_files_come_back_and_go_out_again(
    browser: FlaskClient, desk: Desk, ticket: Ticket, agent: Person
) -> None:
    page = undo(browser, sent(browser, ticket, files=[(io.BytesIO(b"one"), "plan.pdf")]))
    kept = re.findall(r'name="kept" value="(\w+)" checked><bdi class="clip">([^<]+)<', page)
    assert [name for _id, name in kept] == ["plan.pdf"]
    sent(browser, ticket, kept=kept[0][0])
    thread = timeline.thread(desk, ticket)
    assert [part.file.name for part in thread.messages[-1].files] == ["plan.pdf"]


def test_it_is_too_late_once_the_time_is_over(
    browser: FlaskClient, desk: Desk, ticket: Ticket, clock: SteppedClock
) -> None:
    address = sent(browser, ticket)
    clock.go(seconds=12)
    assert "It is too late: the reply has gone out." in undo(browser, address)
    assert replies(desk) == ["Please *restart* it."]


def test_it_is_too_late_once_a_worker_has_the_mail(
    browser: FlaskClient, desk: Desk, ticket: Ticket, clock: SteppedClock
) -> None:
    address = sent(browser, ticket)
    mail = desk.session.scalars(select(OutboundMail).filter_by(purpose="reply")).one()
    mail.leased_until = desk.now()
    desk.commit()
    assert "It is too late: the reply has gone out." in undo(browser, address)
    assert replies(desk) == ["Please *restart* it."]


def test_reply_can_be_taken_back_once(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    address = sent(browser, ticket)
    undo(browser, address)
    assert "This reply is no longer here." in undo(browser, address)


def test_nobody_takes_back_what_another_one_wrote(
    browser: FlaskClient, desk: Desk, ticket: Ticket, sign_in: SignIn, administrator: Person
) -> None:
    address = sent(browser, ticket)
    assert "This reply is no longer here." in undo(sign_in(administrator), address)
    assert replies(desk) == ["Please *restart* it."]


def test_customer_sees_the_reply_when_it_has_gone_out(
    browser: FlaskClient,
    desk: Desk,
    ticket: Ticket,
    customer: Person,
    sign_in: SignIn,
    clock: SteppedClock,
) -> None:
    sent(browser, ticket)
    portal, address = sign_in(customer), f"/requests/{ticket.number}"
    before = portal.get(address).text
    clock.go(seconds=12)
    after = portal.get(address).text
    assert ["restart" in page for page in (before, after)] == [False, True]


def test_new_message_is_unread_although_it_bears_the_number_of_the_old_one(
    browser: FlaskClient, desk: Desk, ticket: Ticket, agent: Person
) -> None:
    address = sent(browser, ticket)
    newest = int(address.split("/")[-2])
    browser.post(f"/tickets/{ticket.number}/presence", data={"seen": newest})
    undo(browser, address)
    desk.session.refresh(ticket)
    service.add_message(desk, ticket, NewMessage("New", "web", is_inbound=True, author_name="K"))
    desk.commit()
    assert browser.get("/tickets/").text.count('class="is-unread"') == 1


def test_operator_lets_replies_go_out_at_once(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    settings.write(desk, SETTINGS, {"undo_seconds": 0})
    desk.commit()
    browser.post(f"/tickets/{ticket.number}/messages", data=REPLY)
    page = browser.get(f"/tickets/{ticket.number}").text
    mail = desk.session.scalars(select(OutboundMail).filter_by(purpose="reply")).one()
    assert (UNDO.findall(page), mail.next_at) == ([], desk.now())


def test_draft_without_a_word_is_kept_for_its_files(
    desk: Desk, ticket: Ticket, agent: Person
) -> None:
    desk.actor = Actor(agent.name, "agent", agent.id)
    file = files.store_file(desk, "plan.pdf", "application/pdf", b"plan")
    for waiting, kept in (((file.id,), 1), ((), 0)):
        writing.keep_draft(desk, ticket, Written("reply", " ", files=waiting))
        desk.session.flush()
        assert len(desk.session.scalars(select(Draft)).all()) == kept
