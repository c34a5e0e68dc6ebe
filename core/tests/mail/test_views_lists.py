# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lists of mails and the form of a mailbox: pages, filters, refusals, and what stays unseen."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from mail.letters import add_mailbox, letter, store_all
from mail.servers import make_quiet_ticket, queue_to, rows
from sqlalchemy import select, update
from tresen.desk import Core, Desk, desk_for
from tresen.journal.models import JournalEntry
from tresen.mail.models import InboundMail, Mailbox, OutboundMail, OutboundRecipient
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing.factories import make_person, make_team
from tresen.tickets.models import Message, Ticket

SignIn = Callable[[Person], FlaskClient]
HUGE = 10**30


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(agent)


def fill(core: Core, count: int, mailbox_id: int | None = None, **fields: object) -> None:
    """So many mails that came in, named by their number."""
    store_all(core, [letter() for _ in range(count)], mailbox_id)
    with desk_for(core, write=True) as desk:
        for row in desk.session.scalars(select(InboundMail).where(InboundMail.subject == "")):
            row.subject = f"Mail no {row.id:03}"
        desk.session.execute(update(InboundMail).values(**fields) if fields else select(1))


def shown(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"Mail no (\d+)", page)]


def test_fifty_mails_stand_on_a_page_and_the_rest_on_the_next(
    core: Core, browser: FlaskClient
) -> None:
    fill(core, 120)
    page, pages = browser.get("/mail/").text, []
    while True:
        pages.append(shown(page))
        further = re.search(r'href="([^"]*before=\d+[^"]*)"', page)
        if further is None:
            break
        page = browser.get(further[1].replace("&amp;", "&")).text
    assert pages == [list(range(120, 70, -1)), list(range(70, 20, -1)), list(range(20, 0, -1))]


def test_page_of_just_fifty_mails_has_no_next(core: Core, browser: FlaskClient) -> None:
    fill(core, 50)
    assert "before=" not in browser.get("/mail/").text


@pytest.mark.parametrize("before", ["0", "-1", "x", "", str(HUGE)])
@pytest.mark.parametrize("path", ["/mail/", "/mail/out"])
def test_odd_place_in_a_list_breaks_nothing(browser: FlaskClient, path: str, before: str) -> None:
    assert browser.get(path, query_string={"before": before}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/mail/{}/raw"),
        ("POST", "/mail/{}/replay"),
        ("POST", "/mail/{}/ignore"),
        ("POST", "/mail/out/{}/retry"),
    ],
)
@pytest.mark.parametrize("number", [0, 77, HUGE])
def test_mail_that_is_not_there_says_so(
    browser: FlaskClient, method: str, path: str, number: int
) -> None:
    assert browser.open(path.format(number), method=method).status_code == 404


@pytest.mark.parametrize("outcome", ["held", "pending", "ignored", "message"])
def test_filter_shows_its_outcome_alone(core: Core, browser: FlaskClient, outcome: str) -> None:
    fill(core, 4)
    with desk_for(core, write=True) as desk:
        for number, each in enumerate(("held", "pending", "ignored", "message"), start=1):
            desk.session.get_one(InboundMail, number).outcome = each
    page = browser.get("/mail/", query_string={"outcome": outcome}).text
    number = ("held", "pending", "ignored", "message").index(outcome) + 1
    current = re.search(r'outcome=(\w*)" aria-current="page"', page)
    assert (shown(page), current and current[1]) == ([number], outcome)
    offers = [f'action="/mail/{number}/{verb}"' in page for verb in ("replay", "ignore")]
    assert offers == [outcome in ("held", "ignored"), outcome == "held"]


def test_unknown_filter_shows_nothing(core: Core, browser: FlaskClient) -> None:
    fill(core, 1)
    assert shown(browser.get("/mail/?outcome=lost").text) == []


def test_markup_of_a_stranger_stays_text(core: Core, browser: FlaskClient) -> None:
    fill(core, 1)
    with desk_for(core, write=True) as desk:
        row = desk.session.get_one(InboundMail, 1)
        row.subject = row.sender = row.reason = "<img src=x onerror=alert(1)>"
        row.outcome = "held"
    page = browser.get("/mail/").text
    assert (page.count("<img src=x"), page.count("&lt;img src=x onerror=alert(1)&gt;")) == (0, 3)


def test_mail_leads_to_its_ticket(
    core: Core, desk: Desk, customer: Person, browser: FlaskClient
) -> None:
    ticket = make_quiet_ticket(desk, customer)
    desk.commit()
    first = desk.session.scalar(select(Message.id))
    desk.commit()
    fill(core, 1, outcome="message", message_id=first)
    assert f'href="/tickets/{ticket.number}"' in browser.get("/mail/").text


def counted(page: str) -> int:
    """How many of the filters bear a number."""
    return page.partition('<nav class="chips"')[2].partition("</nav>")[0].count('class="count"')


def restrict(desk: Desk) -> int:
    member = make_person(desk, "Mia", "mia@tresen.example", role="agent")
    team = people.add_team(desk, "Board", [member], is_restricted=True)
    desk.commit()
    return team.id


def test_mails_that_one_may_not_see_are_not_counted_either(
    core: Core, desk: Desk, browser: FlaskClient
) -> None:
    box = add_mailbox(core, team_id=restrict(desk))
    fill(core, 2, box, outcome="held")
    fill(core, 1)
    page = browser.get("/mail/").text
    # Not "held" is chosen, where an empty list would stand, but all that is seen.
    assert (shown(page), counted(page)) == ([3], 1)


def test_failures_that_one_may_not_see_are_not_counted_either(
    core: Core, desk: Desk, customer: Person, browser: FlaskClient
) -> None:
    hidden = make_quiet_ticket(desk, customer, team_id=restrict(desk))
    queue_to(desk, "a@kunde.example", ticket=hidden, subject="Secret").state = "failed"
    queue_to(desk, "b@kunde.example", subject="Open")
    desk.commit()
    page = browser.get("/mail/out").text
    assert ("Secret" in page, "Open" in page, counted(page)) == (False, True, 0)
    assert browser.post("/mail/out/1/retry").status_code == 404
    assert rows(core, OutboundMail)[0].state == "failed"


@pytest.mark.parametrize(
    ("path", "outcome", "sentence"),
    [
        ("/mail/1/ignore", "pending", "Mail 1 is not held."),
        ("/mail/1/ignore", "ignored", "Mail 1 is not held."),
        ("/mail/1/replay", "pending", "Mail 1 is on a ticket or still waits."),
        ("/mail/1/replay", "message", "Mail 1 is on a ticket or still waits."),
    ],
)
def test_verb_that_does_not_fit_is_refused_and_changes_nothing(
    core: Core, browser: FlaskClient, path: str, outcome: str, sentence: str
) -> None:
    fill(core, 1, outcome=outcome, reason="as it was")
    answer = browser.post(path)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert [(row.outcome, row.reason) for row in rows(core, InboundMail)] == [
        (outcome, "as it was")
    ]


def test_verbs_are_journalled_with_who_and_why(
    core: Core, agent: Person, browser: FlaskClient
) -> None:
    fill(core, 1, outcome="held", reason="time: too slow")
    browser.post("/mail/1/ignore")
    browser.post("/mail/1/replay")
    kept = [
        (row.action, row.actor_id, row.old)
        for row in rows(core, JournalEntry)
        if row.subject_kind == "inbound_mail"
    ]
    assert kept == [
        ("ignored", agent.id, "time: too slow"),
        ("replayed", agent.id, "by-hand: Anna Agent"),
    ]


def test_outgoing_mails_say_what_became_of_each_receiver(
    core: Core, desk: Desk, browser: FlaskClient
) -> None:
    mail = queue_to(desk, "a@kunde.example", "b@kunde.example")
    mail.state, mail.is_maybe_twice = "sent", True
    second = desk.session.scalars(select(OutboundRecipient)).all()[1]
    second.state, second.reply = "bounced", "5.1.1 unknown"
    desk.commit()
    text = re.sub(r"<[^>]+>", " ", browser.get("/mail/out").text)
    words = " ".join(text.split())
    assert "b@kunde.example \u2013 Came back: 5.1.1 unknown" in words
    assert ("a@kunde.example \u2013" in words, "perhaps sent twice" in words) == (False, True)


@pytest.mark.parametrize(
    ("state", "attempts", "text", "offered"),
    [
        ("failed", 3, "Text", True),
        ("waiting", 1, "Text", True),
        ("waiting", 0, "Text", False),
        ("sent", 1, "Text", False),
        ("suppressed", 0, "Text", False),
        ("failed", 1, "", False),
    ],
)
def test_mail_is_offered_again_where_that_does_something(
    desk: Desk, browser: FlaskClient, state: str, attempts: int, text: str, offered: bool
) -> None:
    mail = queue_to(desk, "a@kunde.example", purpose="reply" if text else "reset")
    mail.state, mail.attempts, mail.text = state, attempts, text
    desk.commit()
    page = browser.get("/mail/out?state=").text
    assert (f'action="/mail/out/{mail.id}/retry"' in page) == offered


BOX = {
    "address": "support@tresen.example",
    "team_id": "0",
    "port": "993",
    "security": "tls",
    "login_method": "password",
    "folder": "INBOX",
    "after_fetch": "seen",
}


def test_mailbox_of_a_team_shows_it_chosen(
    core: Core, desk: Desk, administrator: Person, sign_in: SignIn
) -> None:
    team = make_team(desk, "Second level", administrator)
    desk.commit()
    browser = sign_in(administrator)
    browser.post("/mail/mailboxes/new", data=BOX | {"team_id": str(team.id)})
    (box,) = rows(core, Mailbox)
    page = browser.get(f"/mail/mailboxes/{box.id}").text
    assert (box.team_id, f'<option selected value="{team.id}">Second level' in page) == (
        team.id,
        True,
    )


@pytest.mark.parametrize(
    "wrong",
    [{"address": ""}, {"folder": ""}, {"port": "x"}, {"team_id": "999"}, {"security": "ssl"}],
    ids=str,
)
def test_mailbox_with_a_fault_is_not_saved(
    core: Core, administrator: Person, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    answer = sign_in(administrator).post("/mail/mailboxes/new", data=BOX | wrong)
    assert (answer.status_code, rows(core, Mailbox)) == (422, [])


def test_mailbox_moved_onto_another_is_refused_with_its_sentence(
    core: Core, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    for address in ("support@tresen.example", "sales@tresen.example"):
        browser.post("/mail/mailboxes/new", data=BOX | {"address": address})
    answer = browser.post("/mail/mailboxes/2", data=BOX | {"address": "Support@tresen.example"})
    assert answer.status_code == 422
    assert "There is a mailbox support@tresen.example already." in answer.text
    assert [box.address for box in rows(core, Mailbox)] == [
        "support@tresen.example",
        "sales@tresen.example",
    ]


@pytest.mark.parametrize("verb", ["", "/pause", "/try"])
def test_mailbox_that_is_not_there_says_so(
    administrator: Person, sign_in: SignIn, verb: str
) -> None:
    answer = sign_in(administrator).post(f"/mail/mailboxes/99{verb}", data=BOX)
    assert (answer.status_code, "There is no such mailbox." in answer.text) == (404, True)


def test_failing_mailbox_says_why_in_the_list(
    core: Core, administrator: Person, sign_in: SignIn
) -> None:
    add_mailbox(core, host="imap.tresen.example", last_error="OSError: <timed out>")
    page = sign_in(administrator).get("/mail/mailboxes").text
    assert ("Fails" in page, "OSError: &lt;timed out&gt;" in page) == (True, True)


def test_number_of_held_mails_stands_in_the_rail_of_those_who_see_them(
    core: Core, desk: Desk, customer: Person, browser: FlaskClient
) -> None:
    fill(core, 3, outcome="held")
    page = browser.get("/account/").text
    assert re.findall(r'href="/mail/"[^>]*>.*?class="count[^"]*"[^>]*>(\d+)<', page, re.S) == ["3"]
    assert desk.session.scalars(select(Ticket)).all() == []
