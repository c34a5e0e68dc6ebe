# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each page's number of SQL statements, written down; it must not grow with what is shown."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from tresen.config import Config
from tresen.desk import Core, Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen.tickets import service
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]
Worked = Callable[[int], tuple[str, FlaskClient]]

# Who asks and his teams (2); counts, teams and saved views of the rail (3), held mails (1).
FRAME = 6
# Rows (1); agents, teams and products to filter by (3).
LIST = FRAME + 4
# Ticket, read mark, messages, their files, mails and ticket numbers, events (7); draft, requester's
# address and other tickets, participants, tags, links (6); agents, products and installations to
# choose (3).
PAGE = FRAME + 16
# Choices of agents and products, the default team; the teams are the rail's.
NEW = FRAME + 3
# Session and teams of who asks, ticket, draft; message, its words for search, the ticket's stamp.
NOTE = 7
# As a note; for how long it can be taken back, who the one receiver is that gets a link, and the
# mail that goes out with its receivers, all in the same transaction.
REPLY = 14


@pytest.fixture
def config(config: Config) -> Config:
    """Return options without plugins: what they ask for is theirs to count."""
    return replace(config, safe=True)


def count(core: Core, ask: Callable[[], object]) -> int:
    with recorded(core.engine) as statements:
        ask()
    return len(statements)


def fill(desk: Desk, customer: Person, tickets: int, messages: int) -> Ticket:
    """Open tickets and add messages, each with a file, a link and a change, to the last."""
    made = [factories.make_ticket(desk, customer, tags=("printer",)) for _n in range(tickets)]
    last = made[-1]
    for number in range(messages - 1):
        body = f"Message {number}, see #{made[0].number}"
        service.add_message(desk, last, NewMessage(body, "web", is_inbound=number % 2 == 0))
        service.change(desk, last, {"urgency": number % 4 + 1})
    desk.commit()
    return last


@pytest.fixture
def worked(
    desk: Desk, customer: Person, agent: Person, sign_in: SignIn, clock: SteppedClock
) -> Worked:
    """Return a function that makes a ticket of so many messages and signs the agent in."""

    def make(messages: int) -> tuple[str, FlaskClient]:
        ticket = fill(desk, customer, 1, messages)
        browser = sign_in(agent)
        clock.go(minutes=1)
        return f"/tickets/{ticket.number}", browser

    return make


@pytest.mark.parametrize("tickets", [1, 60])
def test_list_asks_the_same_for_any_number_of_rows(
    core: Core, desk: Desk, customer: Person, agent: Person, sign_in: SignIn, tickets: int
) -> None:
    fill(desk, customer, tickets, 1)
    browser = sign_in(agent)
    assert count(core, lambda: browser.get("/tickets/")) == LIST


def test_chosen_columns_ask_once_each(
    core: Core, desk: Desk, customer: Person, agent: Person, sign_in: SignIn
) -> None:
    fill(desk, customer, 30, 1)
    browser = sign_in(agent)
    asked = count(core, lambda: browser.get("/tickets/?columns=product,tags,channel"))
    assert asked == LIST + 3


@pytest.mark.parametrize("messages", [2, 10])
def test_page_asks_the_same_for_any_number_of_messages(
    core: Core, desk: Desk, customer: Person, agent: Person, sign_in: SignIn, messages: int
) -> None:
    ticket = fill(desk, customer, 3, messages)
    browser = sign_in(agent)
    assert count(core, lambda: browser.get(f"/tickets/{ticket.number}")) == PAGE


@pytest.mark.parametrize("tickets", [3, 30])
def test_page_out_of_a_list_asks_once_more_for_its_neighbours(
    core: Core, desk: Desk, customer: Person, agent: Person, sign_in: SignIn, tickets: int
) -> None:
    ticket = fill(desk, customer, tickets, 1)
    browser = sign_in(agent)
    address = f"/tickets/{ticket.number - 1}?list=show%3Dall"
    # Its one message names no ticket; those beside it are asked for all the same.
    assert count(core, lambda: browser.get(address)) == PAGE


def test_long_thread_asks_once_more_for_what_is_earlier(
    core: Core, desk: Desk, customer: Person, agent: Person, sign_in: SignIn
) -> None:
    ticket = fill(desk, customer, 3, 30)
    browser = sign_in(agent)
    assert count(core, lambda: browser.get(f"/tickets/{ticket.number}")) == PAGE + 1


def test_new_asks_for_its_choices(core: Core, agent: Person, sign_in: SignIn) -> None:
    browser = sign_in(agent)
    assert count(core, lambda: browser.get("/tickets/new")) == NEW


@pytest.mark.parametrize("messages", [3, 10])
@pytest.mark.parametrize(("kind", "asked"), [("note", NOTE), ("reply", REPLY)])
def test_message_asks_the_same_whatever_stands_there(
    core: Core, worked: Worked, messages: int, kind: str, asked: int
) -> None:
    address, browser = worked(messages)
    form = {"kind": kind, "body": "A word.", "to": "karla@kunde.example"}
    assert count(core, lambda: browser.post(f"{address}/messages", data=form)) == asked
