# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hooks that mail asks, and those that it answers."""

from mail.letters import letter, receive
from mail.servers import make_quiet_ticket, rows
from tresen.desk import Core, Desk
from tresen.errors import Refused
from tresen.hooks import hookimpl, specs
from tresen.mail.models import OutboundMail
from tresen.mail.reading.parser import Parser
from tresen.mail.records import Mail
from tresen.people.models import Person
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage


class Guard:
    """Refuses one sender, and cannot read another one's mails."""

    @hookimpl
    def before_mail_taken(self, desk: Desk, mail: Mail) -> None:
        if mail.subject == "spam":
            raise Refused("This sender is not welcome.")
        if mail.subject == "riddle":
            raise LookupError("no answer")


def test_hook_before_mail_taken(core: Core) -> None:
    core.plugins.pm.register(Guard(), "guard")
    with Parser() as parser:
        found = receive(
            core,
            parser,
            letter(subject="spam"),
            letter(subject="riddle"),
            letter(subject="ham"),
        )
    assert [(row.outcome, row.reason, row.subject) for row in found] == [
        ("ignored", "This sender is not welcome.", "spam"),
        # A plugin is set aside for an error; in strict mode, as here, the mail is held.
        ("held", "error: LookupError: no answer", "riddle"),
        ("message", "", "ham"),
    ]


def test_hook_message_added(core: Core, desk: Desk, agent: Person, customer: Person) -> None:
    ticket = make_quiet_ticket(desk, customer, owner_id=agent.id)
    tickets.add_message(desk, ticket, NewMessage("An answer", "web"))
    tickets.add_message(desk, ticket, NewMessage("A note", "web", kind="note"))
    question = NewMessage("One more question", "web", is_inbound=True, author_id=customer.id)
    tickets.add_message(desk, ticket, question)
    desk.commit()
    assert [mail.purpose for mail in rows(core, OutboundMail)] == ["notice", "reply", "notice"]


def test_hook_ticket_changed(core: Core, desk: Desk, agent: Person, customer: Person) -> None:
    ticket = make_quiet_ticket(desk, customer)
    tickets.change(desk, ticket, {"owner_id": agent.id})
    tickets.change(desk, ticket, {"urgency": 4})
    desk.commit()
    (notice,) = rows(core, OutboundMail)
    assert notice.text.startswith(f"Ticket {ticket.number} is now yours: {ticket.subject}")


def test_hook_ticket_opened(core: Core, desk: Desk, customer: Person) -> None:
    told: list[tuple[int, int]] = []

    class Listener:
        """Writes down what it is told."""

        @hookimpl
        def ticket_opened(self, desk: Desk, ticket: Ticket, message: Message) -> None:
            told.append((ticket.id, message.ticket_id))

    core.plugins.pm.register(Listener(), "listener")
    ticket = make_quiet_ticket(desk, customer)
    assert told == [(ticket.id, ticket.id)]


def test_hook_health_checks(desk: Desk) -> None:
    states = {check.name: check.state for check in desk.gather(specs.health_checks)}
    assert {name: states[name] for name in states if name.startswith("mail_")} == {
        "mail_books": "good",
        "mail_bytes": "good",
        "mail_pending": "good",
        "mail_held": "good",
        "mail_out": "warning",
    }


def test_hook_cli_commands(core: Core) -> None:
    assert "mail" in {command.name for command in core.plugins.collect(specs.cli_commands)}


def test_hook_nav_items(core: Core) -> None:
    assert "mail.inbound" in {item.endpoint for item in core.plugins.collect(specs.nav_items)}


def test_hook_permissions(core: Core) -> None:
    names = {permission.name for permission in core.plugins.collect(specs.permissions)}
    assert {"mail.read", "mail.administer"} <= names
