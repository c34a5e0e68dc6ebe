# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two hundred mails by SMTP, LMTP and pipe while the door dies at every named place of intake.

Whoever sends does what a mail server does: what was not answered with 250, or with the exit status
0, is sent again. A door that died between commit and 250 has the mail already, and knows it.
"""

import hashlib
import smtplib
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from random import Random

import pytest
from flows.house import House, Mortals
from flows.test_killed_everywhere import MORE, NEW, TIMES, TWICE, pile
from flows.test_many_mails import doctor
from mail.letters import SUPPORT
from mail.servers import make_quiet_ticket, rows
from tresen.desk import Desk, desk_for
from tresen.faults import KILLED
from tresen.mail import queries
from tresen.mail.models import InboundMail
from tresen.people.models import Person
from tresen.tickets.models import Message, Ticket

BEFORE, AFTER = "intake.before_commit", "intake.after_commit"
DEATHS = [f"{place}:{visit}" for visit in (1, 5) for place in (BEFORE, AFTER)]
SPEAK = {"smtp": smtplib.SMTP, "lmtp": smtplib.LMTP}
# Connections at once, and mails that go by the pipe.
SENDERS, PIPED = 4, 30
ADDRESS = "karla@kunde.example"


class Sender:
    """A mail server of the world: `waiting` are mails without an answer, `told` those with one."""

    def __init__(self, mails: list[bytes]) -> None:
        self.waiting = deque(mails)
        self.told = Counter[str]()
        self.tries = 0

    def send(self, source: str, port: int) -> None:
        """Send what waits, on several connections, until nothing does or nobody answers."""
        with ThreadPoolExecutor(SENDERS) as connections:
            for sent in [connections.submit(self._send, source, port) for _ in range(SENDERS)]:
                sent.result()

    def note(self, mail: bytes) -> None:
        """Forget a mail that somebody has taken."""
        self.told[hashlib.sha256(mail).hexdigest()] += 1

    def _send(self, source: str, port: int) -> None:
        while self.waiting:
            mail = self.waiting.popleft()
            self.tries += 1
            try:
                with SPEAK[source]("127.0.0.1", port) as server:
                    assert server.sendmail(ADDRESS, [SUPPORT], mail) == {}
                    self.note(mail)
            except OSError:
                self.waiting.append(mail)
                return


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """One that more mails come to."""
    made = make_quiet_ticket(desk, customer)
    desk.commit()
    return made


def assert_what_was_taken_is_there(house: House, sender: Sender) -> None:
    """Nobody was told that a mail is taken before it was committed."""
    stored = Counter(row.sha256 for row in rows(house.core, InboundMail))
    assert sender.told - stored == Counter()


def die_at_the_pipe(house: House, running: Mortals, sender: Sender, file: Path) -> int:
    """Hand mails to the pipe, two of three of which end the first time; return deaths too late."""
    too_late = 0
    for place in cycle(["-", BEFORE, AFTER]):
        if len(sender.waiting) <= (NEW + TWICE + MORE) - PIPED:
            return too_late
        mail = sender.waiting.popleft()
        file.write_bytes(mail)
        if place != "-":
            assert running.take(file, place) == KILLED
        assert running.take(file) == 0
        sender.note(mail)
        too_late += place == AFTER
        sender.tries += 1 + (place == AFTER)
    raise AssertionError


def die_within_a_mail(running: Mortals, source: str, mail: bytes) -> None:
    """Let a door be killed when it has half of a mail."""
    with running.listening(source) as port:
        server = SPEAK[source]("127.0.0.1", port)
        server.ehlo()
        server.mail(ADDRESS)
        server.rcpt(SUPPORT)
        server.docmd("DATA")
        server.send(mail[: len(mail) // 2])
    server.close()


def go_through(house: House, running: Mortals, sender: Sender, minutes: int) -> None:
    """Let both listeners die at each place and within a mail, a worker settling meanwhile."""
    for source in SPEAK:
        for death in DEATHS:
            running.start(minutes)
            with running.listening(source, death) as port:
                sender.send(source, port)
            assert running.done() == 0
            assert_what_was_taken_is_there(house, sender)
        die_within_a_mail(running, source, sender.waiting[0])
    for source in SPEAK:
        with running.listening(source) as port:
            sender.send(source, port)
    assert_what_was_taken_is_there(house, sender)
    assert not sender.waiting


@pytest.mark.timeout(3_600)
def test_two_hundred_mails_survive_deaths_of_the_doors_at_every_place(
    house: House, running: Mortals, ticket: Ticket, tmp_path: Path
) -> None:
    chance = Random(20_261_129)
    tries = too_late = 0
    for number in range(TIMES):
        mails = [mail.replace(b"\n", b"\r\n") for mail in pile(number, ticket, chance)]
        sender = Sender(mails)
        too_late += die_at_the_pipe(house, running, sender, tmp_path / "mail")
        go_through(house, running, sender, 4 * number)
        tries += sender.tries
        assert running.work(4 * number + 2) == 0
        assert sender.told == Counter(hashlib.sha256(mail).hexdigest() for mail in mails)
    # Of each death between commit and 250 one mail came again, and was known.
    too_late += TIMES * len(SPEAK) * sum(death.startswith(AFTER) for death in DEATHS)
    assert_books_are_kept(house, too_late, tries)
    assert_each_stands_once(house)
    assert "mail_books" in doctor(house)


def assert_books_are_kept(house: House, too_late: int, tries: int) -> None:
    with desk_for(house.core) as desk:
        books = queries.conservation(desk)
        assert queries.wrong_hashes(desk, None) == []
    assert books.is_kept
    assert (books.messages, books.held, books.pending) == ((NEW + MORE) * TIMES, 0, 0)
    # The connections beside the one that died may have waited for their 250 as well.
    assert (NEW + TWICE + MORE) * TIMES + too_late <= books.inbound <= tries
    assert books.ignored == books.inbound - books.messages
    outcomes = {(row.outcome, row.reason) for row in rows(house.core, InboundMail)}
    assert outcomes == {("message", ""), ("ignored", "duplicate")}


def assert_each_stands_once(house: House) -> None:
    said = Counter(
        message.body.strip() for message in rows(house.core, Message) if message.channel == "mail"
    )
    sent = [f"question {number}-{who}" for number in range(TIMES) for who in range(NEW)]
    sent += [f"more {number}-{each}" for number in range(TIMES) for each in range(MORE)]
    assert {text: said[text] for text in sent} == dict.fromkeys(sent, 1)
    assert len(rows(house.core, Ticket)) == NEW * TIMES + 1
