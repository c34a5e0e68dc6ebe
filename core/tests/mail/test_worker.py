# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole worker beside real servers: a mail comes in, is answered, and answered again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

import pytest
from mail.letters import add_mailbox, letter
from mail.servers import rows
from sqlalchemy import select
from tresen import clock
from tresen.desk import Core, desk_for
from tresen.jobs.worker import run_worker
from tresen.mail import queries
from tresen.testing.imap_server import imap_server
from tresen.testing.smtp_sink import SmtpSink, smtp_sink
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage


@contextmanager
def working(core: Core) -> Iterator[None]:
    stop = Event()
    worker = Thread(target=run_worker, args=(core, stop))
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


def next_delivered(sink: SmtpSink) -> str:
    """Wait for one more mail; return its Message-ID."""
    assert sink.got_one.wait(60)
    sink.got_one.clear()
    return str(sink.delivered[-1].mail["Message-ID"])


def test_mail_comes_in_is_answered_and_answered_again(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRESEN_MAIL_SUPPORT", "secret")
    core.clock = clock.now
    with imap_server() as imap, smtp_sink() as sink:
        core.config = replace(core.config, smtp_url=sink.url)
        secret = {"login": "support", "secret_ref": "env:TRESEN_MAIL_SUPPORT"}
        add_mailbox(core, host="127.0.0.1", port=imap.port, security="none", **secret)
        with working(core):
            imap.add(letter())
            next_delivered(sink)
            with desk_for(core, write=True) as desk:
                ticket = desk.session.scalars(select(Ticket)).one()
                tickets.add_message(desk, ticket, NewMessage("Plug it in.", "web"))
            answered = next_delivered(sink)
            imap.add(letter(body="That was it.", In_Reply_To=answered))
            imap.add(letter("Otto <otto@kunde.example>", body="Another matter."))
            next_delivered(sink)
    bodies = [(message.ticket_id, message.body) for message in rows(core, Message)]
    assert (ticket.id, "That was it.") in bodies
    with desk_for(core) as desk:
        assert queries.conservation(desk).is_kept
