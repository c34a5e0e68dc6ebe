# SPDX-License-Identifier: AGPL-3.0-or-later
"""What plugins may add to the agent's workplace."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Select
from tresen.desk import Core, Desk
from tresen.errors import Refused
from tresen.hooks import hookimpl
from tresen.hooks.records import Column, Filter, MessageMark, RailEntry, RailGroup
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets.models import Message, Ticket

SignIn = Callable[[Person], FlaskClient]


def note_length(_desk: Desk, ids: Sequence[int]) -> Mapping[int, str]:
    """Say the id of each ticket, in words nobody else uses."""
    return {ticket_id: f"tide {ticket_id}" for ticket_id in ids}


def only_flood(_desk: Desk, statement: Select[Any], value: str) -> Select[Any]:
    return statement.where(Ticket.subject == value)


class Harbour:
    """A plugin that answers the hooks of lists and pages."""

    @hookimpl
    def ticket_columns(self) -> list[Column]:
        return [Column("tide", "Tide", note_length, is_badge=True)]

    @hookimpl
    def ticket_filters(self) -> list[Filter]:
        return [Filter("tide", "Tide", lambda _desk: [("Flood", "High water")], only_flood)]

    @hookimpl
    def rail_groups(self, desk: Desk) -> list[RailGroup]:
        return [RailGroup("Harbour", (RailEntry(f"Piers of {desk.actor.name}", "/piers"),))]

    @hookimpl
    def message_marks(self, messages: list[Message]) -> list[MessageMark]:
        return [MessageMark(messages[-1].id, "waiting", "It waits for the tide.")]

    @hookimpl
    def before_message_taken_back(self, message: Message) -> None:
        raise Refused(f"“{message.body}” has sailed.")


@pytest.fixture
def ticket(core: Core, desk: Desk, customer: Person) -> Ticket:
    """Return a ticket in a core that has the plugin."""
    core.plugins.pm.register(Harbour(), "harbour")
    made = factories.make_ticket(desk, customer, subject="Flood")
    factories.make_ticket(desk, customer, subject="Ebb")
    desk.commit()
    return made


def test_hook_ticket_columns(ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    assert f"tide {ticket.id}" in sign_in(agent).get("/tickets/").text


def test_hook_ticket_filters(ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    page = sign_in(agent).get("/tickets/?tide=Flood").text
    assert (ticket.subject in page, "Ebb" in page) == (True, False)


def test_hook_rail_groups(ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    assert f"Piers of {agent.name}" in sign_in(agent).get(f"/tickets/{ticket.number}").text


def test_hook_message_marks(ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    assert "It waits for the tide." in sign_in(agent).get(f"/tickets/{ticket.number}").text


def test_hook_before_message_taken_back(ticket: Ticket, agent: Person, sign_in: SignIn) -> None:
    browser, address = sign_in(agent), f"/tickets/{ticket.number}/messages"
    sent = browser.post(address, data={"body": "Ahoy", "to": "karla@kunde.example"})
    message_id = sent.location.rpartition("-")[2]
    page = browser.post(f"{address}/{message_id}/take-back", follow_redirects=True).text
    assert ("“Ahoy” has sailed." in page, 'class="composer"' in page) == (True, True)
