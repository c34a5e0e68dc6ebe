# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of remote support: sessions that are offered, done and planned."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from tresen.sdk import Actor, Desk, Person, Ticket, _, active_agents

from tresen_remote_support import answers, clocks, offers, scopes, service, states
from tresen_remote_support.checklists import service as checklists
from tresen_remote_support.checklists.states import YES
from tresen_remote_support.files import service as files
from tresen_remote_support.profiles import demo as profiles
from tresen_remote_support.providers.registry import BROWSER

# The SHA-256 of a file that was sent over.
SETTINGS = "1f3c0ad1e6d2b2c1a8f35a0c5f7d90b35b1f5e6e0c9a4d8730c2b96fe1a4d7c5"


def fill(desk: Desk, world: dict[str, Any]) -> None:
    """Offer a session to each customer who can sign in, after one that is over."""
    agents = active_agents(desk)[:2]
    for agent in agents[:1]:
        said = _("It is written down in the handbook of the service desk, chapter 4.")
        answer = {"verdict": YES, "words": said}
        checklists.answer(replace(desk, actor=_actor(agent)), "A6", answer)
    for customer in world["customers"][:1]:
        profiles.fill(desk, customer)
    for number, customer in enumerate(world["customers"]):
        statement = select(Ticket).where(Ticket.requester_id == customer.id, Ticket.is_open)
        ticket = desk.session.scalar(statement.order_by(Ticket.id).limit(1))
        if ticket is not None and agents:
            acting = replace(desk, actor=_actor(agents[0]))
            _finished(acting, ticket, customer)
            service.offer(acting, service.request(acting, ticket, _wish(ticket)))
            _plan(acting, ticket, number)


def _finished(desk: Desk, ticket: Ticket, customer: Person) -> None:
    row = service.request(desk, ticket, _wish(ticket))
    service.offer(desk, row)
    theirs = replace(desk, actor=Actor(customer.name, "customer", customer.id))
    answers.agree(theirs, row, offers.LINK, customer.name)
    service.begin(desk, row)
    sent = {"is_from_customer": False, "name": "settings.ini", "size": 1824, "sha256": SETTINGS}
    files.note(desk, row, sent)
    service.end(desk, row)
    said = _("Looked at the settings together; one tick was missing.")
    # Without the protocol: nothing is mailed here, and a reply that never went out is a fault.
    service.document(desk, row, {"actions": said, "result": states.SOLVED, "minutes": 12})


def _plan(desk: Desk, ticket: Ticket, number: int) -> None:
    """Plan a session for tomorrow morning, each an hour later; nobody is written to."""
    tomorrow = clocks.on_operators_clock(desk, desk.now()) + timedelta(days=1)
    begins = tomorrow.replace(hour=9 + number, minute=0, second=0, microsecond=0)
    ends = begins + timedelta(minutes=30)
    wish = replace(_wish(ticket), planned_from=begins, planned_to=ends)
    service.request(desk, ticket, wish)


def _wish(ticket: Ticket) -> service.Wish:
    return service.Wish(ticket.subject, scopes.VIEW, BROWSER.key, ticket.requester_id)


def _actor(agent: Person) -> Actor:
    return Actor(agent.name, "agent", agent.id)
