# SPDX-License-Identifier: AGPL-3.0-or-later
"""Watches every active mailbox in a thread of its own, by IDLE where the server can (RFC 2177).

One mailbox's trouble never delays another's: it is noted on its row and tried again after a pause.
"""

import selectors
import ssl
import time
from dataclasses import dataclass, field
from threading import Event, Thread

from imapclient import IMAPClient
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from tresen.desk import Core, desk_for
from tresen.errors import Misconfigured
from tresen.log import log
from tresen.mail.fetch import drain
from tresen.mail.imap import FAILURES, Account, account_of, is_place, needs_somebody, opened
from tresen.mail.models import REFUSED, Mailbox
from tresen.mail.secret_refs import read_secret

# Seconds between looks at the list of mailboxes, and at a server that cannot push.
LOOK = 5.0
POLL = 30.0
# Seconds of one IDLE: a connection that died silently is found out by then, and so is a mail that
# the server announced in the breath between the last look and the IDLE.
IDLE = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# Seconds after a refused sign-in: more tries would lock the account.
REFUSED_PAUSE = 300.0
# Seconds between looks whether the secret is another one by then.
SECRET_LOOK = 1.0


@dataclass
class Watch:
    """One running watch and how to end it."""

    account: Account
    stop: Event = field(default_factory=Event)
    thread: Thread | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs; one that died is started anew."""
        return self.thread is not None and self.thread.is_alive()


def watch_mailboxes(core: Core, stop: Event) -> None:
    """Keep a watch on each active mailbox until `stop` is set."""
    watches: dict[int, Watch] = {}
    try:
        while not stop.is_set():
            adjust(core, watches)
            stop.wait(LOOK)
    finally:
        for watch in watches.values():
            watch.stop.set()
        for watch in watches.values():
            if watch.thread:
                watch.thread.join()


def watch_one(core: Core, account: Account, stop: Event) -> None:
    """Fetch one mailbox until `stop` is set, whatever happens to its server."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        started = time.monotonic()
        try:
            _session(core, account, stop)
        except Exception as error:
            if not isinstance(error, (*FAILURES, SQLAlchemyError)):
                # An error of ours, or an answer that no server should give: the trace is wanted.
                log.exception("mailbox_watch_failed", mailbox=account.address)
            is_refused = needs_somebody(error)
            sentence = f"{REFUSED if is_refused else ''}{type(error).__name__}: {error}"
            _note(core, account, sentence[:500])
            pause = FIRST_PAUSE if time.monotonic() - started > LONGEST_PAUSE else pause
            if is_refused:
                _wait_for_another_secret(core, account, stop)
            else:
                stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _session(core: Core, account: Account, stop: Event) -> None:
    with opened(core.config, account) as client:
        while not stop.is_set():
            drained = drain(core, client, account)
            # A mail that came while others were stored was announced then: look until none is new.
            while drained.stored and not stop.is_set():
                drained = drain(core, client, account)
            _note(core, account, drained.refusal[:500], is_fetched=True)
            _wait(client, stop)


def _wait(client: IMAPClient, stop: Event) -> None:
    """Wait for a push, or for the time to look again."""
    if not client.has_capability("IDLE"):
        stop.wait(POLL)
        return
    client.idle()
    until = time.monotonic() + IDLE
    while not stop.is_set() and time.monotonic() < until and not _says_something(client):
        pass
    # Reads to the end of what the server says; reading without blocking would lose half a line
    # where TLS cuts one, and with it the news of a mail.
    client.idle_done()


def _says_something(client: IMAPClient) -> bool:
    """Wait a second for a word of the server, whatever it is: the next look tells what is new."""
    line = client.socket()
    if isinstance(line, ssl.SSLSocket) and line.pending():
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        return bool(selector.select(1.0))


def _wait_for_another_secret(core: Core, account: Account, stop: Event) -> None:
    """Rest long, so that no account is locked; a token that is renewed ends it at once (F19)."""
    refused, until = _secret(core, account), time.monotonic() + REFUSED_PAUSE
    while not stop.wait(SECRET_LOOK) and time.monotonic() < until:
        if _secret(core, account) != refused:
            return


def _secret(core: Core, account: Account) -> str:
    try:
        return read_secret(core.config, account.secret_ref)
    except Misconfigured:
        return ""


def _note(core: Core, account: Account, error: str, *, is_fetched: bool = False) -> None:
    """Note on the mailbox that it was fetched, or what went wrong.

    A full disk must not end the watch. A mailbox that lies elsewhere by now has a watch of its own.
    """
    if error:
        log.warning("mailbox_not_fetched", mailbox=account.address, error=error)
    try:
        with desk_for(core, write=True) as desk:
            values = {"last_fetch_at": desk.now()} if is_fetched else {}
            statement = update(Mailbox).where(*is_place(account))
            desk.session.execute(statement.values({"last_error": error} | values))
    except SQLAlchemyError:
        log.exception("mailbox_not_noted", mailbox=account.address)


def adjust(core: Core, watches: dict[int, Watch]) -> None:
    """End watches of mailboxes that changed or were paused; start what is missing or has died."""
    with desk_for(core) as desk:
        found = desk.session.scalars(select(Mailbox).where(Mailbox.is_active, Mailbox.host != ""))
        accounts = {box.id: account_of(box) for box in found}
    for mailbox_id, watch in list(watches.items()):
        if accounts.get(mailbox_id) != watch.account or not watch.is_alive:
            watch.stop.set()
            del watches[mailbox_id]
    for mailbox_id, account in accounts.items():
        if mailbox_id not in watches:
            watch = watches[mailbox_id] = Watch(account)
            target = (core, account, watch.stop)
            watch.thread = Thread(target=watch_one, args=target, name=f"mail {account.address}")
            watch.thread.start()
