# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two hundred mails at once while worker and web process die at every named place, side by side.

Each death is judged at the end by what `tresen doctor` counts, and by what the world's mail server
got: each answer once, and twice only where SMTP leaves open whether it was taken (F05).
"""

import http.client
import os
from collections import Counter
from random import Random

import pytest
from flows.house import House, Mortals
from flows.test_many_mails import doctor
from flows.test_web_killed import PASSWORD, REPLY, Agent
from mail.letters import letter
from mail.servers import make_quiet_ticket, rows
from tresen.access import service as access
from tresen.desk import Desk, desk_for
from tresen.faults import KILLED
from tresen.mail import queries
from tresen.mail.models import OutboundMail
from tresen.people.models import Person
from tresen.tickets.models import Message, Ticket

# Where the worker dies, at which visit, in the order in which a pile goes through. Behind the first
# visit, so that each round ends what the one before left: a mail that ends five readers is held.
FETCH = ("fetch.before_store", "fetch.before_commit", "fetch.after_commit", "fetch.after_forget")
INBOUND = ("after_claim", "after_read", "after_take", "before_commit", "after_commit")
DELIVER = ("before_data", "after_data", "before_commit", "after_commit")
WORKER = (
    *(f"{place}:1" for place in FETCH),
    *(f"inbound.{place}:{visit}" for visit in (2, 3, 4) for place in INBOUND),
    *(f"deliver.{place}:{visit}" for visit in (2, 3, 4) for place in DELIVER),
    *["deliver.after_claim:1"] * 3,
)
# The two places of OPEN leave the server's 250 without a commit: the mail goes out once more.
OPEN = ("deliver.after_data", "deliver.before_commit")
BEFORE = ("reply.after_files", "reply.before_outbox", "reply.after_message", "reply.before_commit")
WEB = (*BEFORE, "reply.after_commit")
TIMES = int(os.environ.get("TRESEN_KILL_TIMES", "1"))
NEW, TWICE, MORE = 160, 20, 20


@pytest.fixture
def tickets(desk: Desk, agent: Person, customer: Person) -> tuple[Ticket, Ticket]:
    """One that an agent who can sign in answers, one that more mails come to."""
    access.set_password(desk, agent, PASSWORD)
    made = make_quiet_ticket(desk, customer), make_quiet_ticket(desk, customer)
    desk.commit()
    return made


def pile(number: int, ticket: Ticket, chance: Random) -> list[bytes]:
    """Two hundred mails: questions, some of them twice, and more about the ticket."""
    new = [
        letter(
            f"Customer <c{who % 40}@kunde{number}.example>",
            subject=f"Question {number}-{who}",
            body=f"question {number}-{who}",
        )
        for who in range(NEW)
    ]
    more = [
        letter(subject=f"Re: [#{ticket.number}]", body=f"more {number}-{each}")
        for each in range(MORE)
    ]
    mails = [*new, *chance.sample(new, TWICE), *more]
    chance.shuffle(mails)
    return mails


def reply_twice(running: Mortals, agent: Agent, place: str, text: str) -> None:
    """Send a reply to a web process that dies of it; then the same form once more, and again."""
    with running.serving(f"{place}:1", KILLED):
        form = agent.form(agent.path) | REPLY | {"body": text}
        with pytest.raises((http.client.HTTPException, OSError)):
            agent.post(f"{agent.path}/messages", dict(form))
    with running.serving():
        assert [agent.post(f"{agent.path}/messages", dict(form))[0] for _ in range(2)] == [200, 200]


def go_through(running: Mortals, agent: Agent, number: int) -> list[str]:
    """Let one pile meet every death of the worker, and replies those of the web process.

    Returns what the agent wrote.
    """
    texts: list[str] = []
    for turn, kill in enumerate(WORKER):
        running.start(2 * (len(WORKER) + 1) * number + 2 * turn, kill)
        if turn % 2:
            texts.append(f"Is it plugged in? ({number}-{turn})")
            reply_twice(running, agent, WEB[turn // 2 % len(WEB)], texts[-1])
        assert (kill, running.done()) == (kill, KILLED)
    assert running.work(2 * (len(WORKER) + 1) * (number + 1) - 2) == 0
    return texts


@pytest.mark.timeout(3_600)
def test_two_hundred_mails_and_replies_survive_deaths_of_worker_and_web_at_every_place(
    house: House, tickets: tuple[Ticket, Ticket], running: Mortals
) -> None:
    chance = Random(20_261_124)
    answered, followed_up = tickets
    agent = Agent(house, f"/tickets/{answered.number}")
    with running.serving():
        agent.sign_in()
    texts: list[str] = []
    for number in range(TIMES):
        house.imap.add(*pile(number, followed_up, chance))
        texts += go_through(running, agent, number)
    assert_books_are_kept(house)
    assert_everything_is_there_once(house, texts)
    assert_delivered_as_promised(house, len(texts))
    assert "mail_books" in doctor(house)


def assert_books_are_kept(house: House) -> None:
    with desk_for(house.core) as desk:
        books = queries.conservation(desk)
        assert queries.wrong_hashes(desk, None) == []
    assert books.is_kept
    assert (books.inbound, books.messages) == ((NEW + TWICE + MORE) * TIMES, (NEW + MORE) * TIMES)
    assert (books.ignored, books.held, books.pending) == (TWICE * TIMES, 0, 0)
    assert house.imap.flags() == [{"\\Seen"}] * (NEW + TWICE + MORE) * TIMES


def assert_everything_is_there_once(house: House, texts: list[str]) -> None:
    said = Counter(
        message.body.strip() for message in rows(house.core, Message) if message.channel != "system"
    )
    asked = [f"question {number}-{who}" for number in range(TIMES) for who in range(NEW)]
    asked += [f"more {number}-{each}" for number in range(TIMES) for each in range(MORE)]
    assert {text: said[text] for text in asked + texts} == dict.fromkeys(asked + texts, 1)
    assert len(rows(house.core, Ticket)) == NEW * TIMES + 2


def assert_delivered_as_promised(house: House, answers: int) -> None:
    """Each mail went out once, or twice under one Message-ID where a death left it open."""
    mails = rows(house.core, OutboundMail)
    assert {mail.state for mail in mails} == {"sent"}
    assert sum(mail.purpose == "reply" for mail in mails) == answers
    delivered = Counter(str(got.mail["Message-ID"])[1:-1] for got in house.sink.delivered)
    assert set(delivered) == {mail.internet_message_id for mail in mails}
    twice = {identifier for identifier, times in delivered.items() if times > 1}
    assert {delivered[identifier] for identifier in twice} == {2}
    assert twice <= {mail.internet_message_id for mail in mails if mail.is_maybe_twice}
    # Every one of those deaths, and nothing else.
    assert len(twice) == sum(kill.startswith(OPEN) for kill in WORKER) * TIMES
