# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a plugin is told about tickets, and how it narrows and adds to what is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from jinja2 import DictLoader
from sqlalchemy import ColumnElement
from tresen.access import service as access
from tresen.desk import Core, Desk, desk_for
from tresen.hooks import hookimpl
from tresen.hooks.places import Page, Place
from tresen.hooks.records import Panel
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import queries, service
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]


@dataclass
class Listener:
    """A plugin that keeps what it was told."""

    told: list[tuple[Any, ...]] = field(default_factory=list)

    @hookimpl
    def ticket_opened(self, ticket: Ticket, message: Message) -> None:
        self.told.append(("opened", ticket.number, message.body))

    @hookimpl
    def message_added(self, ticket: Ticket, message: Message) -> None:
        self.told.append(("added", ticket.number, message.kind))

    @hookimpl
    def ticket_changed(self, ticket: Ticket, changes: dict[str, tuple[Any, Any]]) -> None:
        self.told.append(("changed", ticket.number, changes))

    @hookimpl
    def ticket_scopes(self) -> list[ColumnElement[bool]]:
        return [Ticket.subject != "Secret"]

    @hookimpl
    def page_panels(self, page: Page, subject: Any) -> list[Panel]:
        self.told.append(("panels", page))
        return [Panel(Place.SIDE, "Tide", "tide.html", {"level": subject.number})]


@pytest.fixture
def listener(core: Core) -> Listener:
    """Return the plugin, taken in."""
    made = Listener()
    core.plugins.pm.register(made, "listener")
    return made


def test_hook_ticket_opened(listener: Listener, desk: Desk, customer: Person) -> None:
    ticket = factories.make_ticket(desk, customer)
    assert listener.told[0] == ("opened", ticket.number, "It was fine yesterday.")


def test_hook_message_added(listener: Listener, desk: Desk, customer: Person) -> None:
    ticket = factories.make_ticket(desk, customer)
    service.add_message(desk, ticket, NewMessage("Look at the cable.", "web", kind="note"))
    added = [told for told in listener.told if told[0] == "added"]
    assert added == [("added", ticket.number, "reply"), ("added", ticket.number, "note")]


def test_hook_ticket_changed(listener: Listener, desk: Desk, customer: Person) -> None:
    ticket = factories.make_ticket(desk, customer)
    listener.told.clear()
    service.change(desk, ticket, {"subject": "Printer", "impact": ticket.impact})
    change = {"subject": ("The printer prints nothing", "Printer")}
    assert listener.told == [("changed", ticket.number, change)]
    service.change(desk, ticket, {"subject": "Printer"})
    assert len(listener.told) == 1


def test_hook_ticket_scopes(
    listener: Listener, core: Core, desk: Desk, agent: Person, customer: Person
) -> None:
    factories.make_ticket(desk, customer, subject="Secret")
    factories.make_ticket(desk, customer, subject="Plain")
    desk.commit()
    with desk_for(core, access.actor_for(desk, agent)) as reading:
        seen = reading.session.scalars(queries.visible(reading)).all()
        assert [ticket.subject for ticket in seen] == ["Plain"]


def test_hook_page_panels(
    listener: Listener, sign_in: SignIn, desk: Desk, agent: Person, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    browser = sign_in(agent)
    loader = DictLoader({"tide.html": "level {{ level }}"})
    browser.application.jinja_loader.loaders.append(loader)
    assert f"level {ticket.number}" in browser.get(f"/tickets/{ticket.number}").text
    assert ("panels", Page.TICKET) in listener.told
