# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two hundred mails at once, and a worker that is killed again and again: all arrive, each once.

The named places of intake and delivery have tests of their own (tests/mail/test_kill.py); here
SIGKILL comes at any moment, to the worker as an operator runs it.
"""

import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterator

import pytest
from flows.house import House, house_of, wait_until
from mail.letters import letter
from sqlalchemy import func, select
from tresen.desk import Core, desk_for
from tresen.mail import queries
from tresen.mail.models import InboundMail
from tresen.tickets.models import Message, Ticket

# Questions of the day before, then at once: new ones, some of them twice, and one more word about
# each of the old ones.
OLD, NEW, TWICE = 30, 150, 20
TOTAL = OLD + NEW + TWICE + OLD
# How often the worker is killed; more for a long night.
DEATHS = int(os.environ.get("TRESEN_DEATHS", "5"))
SENDERS = 25


@pytest.fixture
def house(core: Core, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Return an installation with nothing running yet."""
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with house_of(core) as found:
        yield found


def question(number: int) -> bytes:
    who = number % SENDERS
    return letter(
        f"Customer {who} <c{who}@kunde{who}.example>",
        subject=f"Question {number}",
        body=f"question {number}",
        Message_ID=f"<question-{number}@kunde.example>",
    )


def follow_up(number: int) -> bytes:
    """Write what the customer adds to the question of that number."""
    who = number % SENDERS
    return letter(
        f"Customer {who} <c{who}@kunde{who}.example>",
        subject=f"Re: Question {number}",
        body=f"more about {number}",
        In_Reply_To=f"<question-{number}@kunde.example>",
        References=f"<question-{number}@kunde.example>",
    )


def settled(core: Core) -> int:
    with desk_for(core) as desk:
        done = select(func.count()).where(InboundMail.outcome != "pending")
        return desk.session.scalar(done) or 0


def kill_again_and_again(house: House, chance: random.Random) -> None:
    """Let the worker get a little further each time, and kill it at some moment of that."""
    for death in range(DEATHS):
        before = settled(house.core)
        goal = min(before + chance.randint(0, (TOTAL - OLD) // DEATHS), TOTAL - 1)
        with house.start("worker") as worker:
            wait_until(lambda goal=goal: settled(house.core) >= goal, f"round {death}")
            worker.kill()
            worker.communicate()


def work_off(house: House, count: int) -> None:
    with house.start("worker") as worker:
        wait_until(lambda: settled(house.core) == count, "the end of the pile")
        worker.terminate()
        worker.communicate()


@pytest.mark.timeout(600)
def test_two_hundred_mails_arrive_once_each_though_the_worker_is_killed(house: House) -> None:
    chance = random.Random(20_261_123)
    house.imap.add(*(question(number) for number in range(OLD)))
    work_off(house, OLD)
    new = [question(number) for number in range(OLD, OLD + NEW)]
    pile = [*new, *chance.sample(new, TWICE), *(follow_up(number) for number in range(OLD))]
    chance.shuffle(pile)
    house.imap.add(*pile)
    kill_again_and_again(house, chance)
    work_off(house, TOTAL)
    assert_books_are_kept(house.core)
    assert_nothing_is_lost_or_doubled(house.core)
    assert house.imap.flags() == [{"\\Seen"}] * TOTAL
    assert "mail_books" in doctor(house)


def assert_books_are_kept(core: Core) -> None:
    with desk_for(core) as desk:
        books = queries.conservation(desk)
        assert queries.wrong_hashes(desk, None) == []
    assert books.is_kept
    assert (books.inbound, books.messages) == (TOTAL, TOTAL - TWICE)
    assert (books.ignored, books.held, books.pending) == (TWICE, 0, 0)


def assert_nothing_is_lost_or_doubled(core: Core) -> None:
    with desk_for(core) as desk:
        found = desk.session.execute(
            select(Message.body, Ticket.subject).join(Ticket, Ticket.id == Message.ticket_id)
        )
        said = Counter((row.body.strip(), row.subject) for row in found)
        tickets = desk.session.scalar(select(func.count()).select_from(Ticket))
    questions = {(f"question {number}", f"Question {number}") for number in range(OLD + NEW)}
    more = set(said) - questions
    assert (tickets, len(more), set(said.values())) == (OLD + NEW, OLD, {1})
    assert questions <= set(said)
    # What follows up stands on the ticket of its question.
    assert {body.removeprefix("more about ") for body, _subject in more} == {
        subject.removeprefix("Question ") for _body, subject in more
    }


def doctor(house: House) -> str:
    """Return what `tresen doctor` says is well; it ends with 0."""
    with house.start("doctor", stdout=subprocess.PIPE) as process:
        said, complaints = process.communicate()
    assert process.returncode == 0, said + complaints
    return "\n".join(line for line in said.splitlines() if line.startswith("good"))
