# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mail over the limit: agents see its head, its sender is told once, its server keeps it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from mail.letters import add_mailbox, letter
from mail.servers import outbox, rows
from tresen.desk import Core, Desk, desk_for
from tresen.mail import service
from tresen.mail.fetch import drain
from tresen.mail.imap import Account, account_of, opened
from tresen.mail.inbound import process
from tresen.mail.models import InboundMail, Mailbox
from tresen.mail.reading.parser import Parser
from tresen.testing.imap_server import ImapMailbox, imap_server
from tresen.tickets.models import Ticket

REASON = "too-large: %s bytes; only the header was taken"
TOO_LARGE = {"body": "x" * 900_000 + "\n"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapMailbox]:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    with imap_server() as running:
        yield running


@pytest.fixture
def opening(core: Core, server: ImapMailbox) -> Account:
    """A mailbox that deletes what was stored, on an installation that takes 800 kB."""
    core.config = replace(core.config, mail_size_limit=800_000)
    fields: dict[str, object] = {"host": "127.0.0.1", "port": server.port, "login": "support"}
    fields |= {"security": "none", "secret_ref": "env:TRESEN_MAIL_SUPPORT"}
    mailbox_id = add_mailbox(core, after_fetch="delete", **fields)
    with desk_for(core) as desk:
        return account_of(desk.session.get_one(Mailbox, mailbox_id))


def take(core: Core, opening: Account, parser: Parser) -> list[InboundMail]:
    """Fetch what is new and settle it; return all mails so far."""
    with opened(core.config, opening, 5.0) as client:
        drain(core, client, opening)
    while process(core, parser):
        pass
    return rows(core, InboundMail)


def test_fault_f43_sender_of_a_larger_mail_is_told_once(
    core: Core, server: ImapMailbox, opening: Account, parser: Parser
) -> None:
    server.add(letter(**TOO_LARGE))
    (row,) = take(core, opening, parser)
    size = len(server.mails[0].raw)
    assert (row.outcome, row.reason, row.subject) == ("held", REASON % size, "Nothing prints")
    (told,) = outbox(core)
    assert (told.subject, told.is_automatic) == ("Too large: Nothing prints", True)
    assert told.text.startswith("Your mail is larger than the 0 MB that we take.")
    assert told.in_reply_to == row.internet_message_id
    server.renumber()
    take(core, opening, parser)
    assert (len(outbox(core)), rows(core, Ticket), len(server.mails)) == (1, [], 1)


def test_fault_f43_machine_that_sends_too_much_is_told_nothing(
    core: Core, server: ImapMailbox, opening: Account, parser: Parser
) -> None:
    server.add(letter(Auto_Submitted="auto-generated", **TOO_LARGE))
    (row,) = take(core, opening, parser)
    assert (row.outcome, outbox(core)) == ("held", [])


@pytest.mark.parametrize("verb", ["replay", "ignore"])
def test_fault_f43_server_keeps_the_mail_whatever_an_agent_decides(
    core: Core, desk: Desk, server: ImapMailbox, opening: Account, parser: Parser, verb: str
) -> None:
    server.add(letter(**TOO_LARGE))
    (row,) = take(core, opening, parser)
    getattr(service, verb)(desk, desk.session.get_one(InboundMail, row.id))
    desk.commit()
    (row,) = take(core, opening, parser)
    assert row.outcome == {"replay": "message", "ignore": "ignored"}[verb]
    assert len(rows(core, Ticket)) == (verb == "replay")
    take(core, opening, parser)
    assert len(server.mails) == 1
