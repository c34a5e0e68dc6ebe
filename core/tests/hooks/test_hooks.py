# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hooks that the core itself uses, each answered by a plugin or seen to do its work."""

from collections.abc import Callable

from hooks.workshop import HOOK, Workshop
from sqlalchemy import func, select
from tresen.desk import Actor, Core, Desk, desk_for
from tresen.people.models import Person, Team
from tresen.testing import factories
from tresen.tickets import queries, service
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage


def test_hook_message_added(workshop: Workshop, lenient: Callable[[], Core]) -> None:
    workshop.make(
        "echo",
        f"from tresen.sdk import Team\n{HOOK}def message_added(desk, ticket, message):\n"
        "    desk.session.add(Team(name=f'{message.id}: {message.body}'))\n",
    )
    with desk_for(lenient(), write=True) as desk:
        ticket = factories.make_ticket(desk, None, body="First")
        service.add_message(desk, ticket, NewMessage(body="Second", channel="web", kind="note"))
        told = desk.session.scalars(select(Team.name).order_by(Team.id)).all()
        assert [name.partition(": ")[2] for name in told] == ["First", "Second"]


def test_hook_ticket_scopes(
    workshop: Workshop, lenient: Callable[[], Core], customer: Person
) -> None:
    workshop.make(
        "blinkers",
        f"from tresen.sdk import Ticket\n{HOOK}def ticket_scopes(desk):\n"
        "    return [Ticket.subject != 'Secret']\n",
    )
    core = lenient()
    with desk_for(core, write=True) as desk:
        for subject in ("Plain", "Secret"):
            factories.make_ticket(desk, customer, subject=subject)
        assert desk.session.scalar(select(func.count(Ticket.id))) == 2
    reader = Actor("Anna", "agent", permissions=frozenset({"tickets.read"}))
    with desk_for(core, reader) as desk:
        assert subjects(desk) == ["Plain"]


def subjects(desk: Desk) -> list[str]:
    return [ticket.subject for ticket in desk.session.scalars(queries.visible(desk))]
