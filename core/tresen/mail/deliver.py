# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delivers what waits in the outbox: at least once, under a Message-ID that never changes (P6).

A mail is marked as perhaps sent before the server may take it, and the mark goes away when the
server answers: a crash in between is then visible on the row instead of forgotten (safety F05).
"""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from sqlalchemy import select, update

from tresen.desk import Core, Desk, desk_for
from tresen.errors import Misconfigured
from tresen.faults import hit
from tresen.log import log
from tresen.mail import dialogue, results
from tresen.mail.compose import compose, files_of
from tresen.mail.dialogue import Outcome
from tresen.mail.leases import LEASE, is_due, is_free
from tresen.mail.models import UNUSABLE, OutboundMail
from tresen.mail.sendable import is_sendable

# Mails over one connection.
BATCH = 20
# What keeps a server from being used at all.
UNREACHABLE = (OSError, smtplib.SMTPException, Misconfigured)
# Seconds between renewals of the leases on what is being delivered.
RENEWAL = 15.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready for the server."""

    mail_id: int
    sender: str
    receivers: tuple[str, ...]
    content: bytes
    was_maybe_twice: bool


def deliver(core: Core, limit: float = dialogue.LIMIT) -> int:
    """Try every mail that is due, a batch at most; return how many the server was asked to take.

    `limit` is how many seconds one SMTP command may take.
    """
    claimed = _claim(core) if core.config.smtp_url else []
    hit("deliver.after_claim")
    if not claimed:
        return 0
    with _renewing(core, claimed):
        return _send_all(core, claimed, limit)


def _claim(core: Core) -> list[int]:
    with desk_for(core, write=True) as desk:
        now = desk.now()
        found = desk.session.scalars(
            select(OutboundMail)
            .where(
                OutboundMail.state == "waiting",
                is_due(OutboundMail.next_at, now, results.LONGEST_WAIT),
                is_free(OutboundMail.leased_until, now),
            )
            .order_by(OutboundMail.next_at, OutboundMail.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for mail in found:
            mail.leased_until = now + LEASE
        return [mail.id for mail in found]


def _prepare(core: Core, mail_id: int) -> Letter | None:
    """Write the mail; one that cannot be written has failed for good and says why."""
    with desk_for(core, write=True) as desk:
        row = desk.session.get_one(OutboundMail, mail_id)
        # An address that could end its command would be a command of its own (safety M15).
        receivers = [r for r in results.recipients_of(desk, row) if is_sendable(r.address)]
        try:
            content = compose(core.config, row, receivers, files_of(desk, row)).as_bytes()
        except Exception as error:
            log.exception("mail_not_composed", mail=mail_id)
            refused = (550, f"the mail could not be written: {error}")
            results.conclude(desk, row, Outcome({r.address: refused for r in receivers}))
            return None
        waiting = tuple(r.address for r in receivers if r.state == "waiting")
        return Letter(mail_id, row.envelope_from, waiting, content, row.is_maybe_twice)


def _send_all(core: Core, mail_ids: Sequence[int], limit: float) -> int:
    server: smtplib.SMTP | None = None
    try:
        for number, mail_id in enumerate(mail_ids):
            # Written one at a time: twenty mails with their files would not fit the memory.
            letter = _prepare(core, mail_id)
            if letter is None:
                continue
            try:
                server = server or dialogue.connect(core.config.smtp_url, limit)
            except UNREACHABLE as error:
                log.warning("mail_server_unusable", mail=mail_id, error=str(error)[:200])
                _postpone(core, mail_ids[number:], str(error))
                return number
            outcome = _try(core, server, letter)
            if outcome.is_unknown or outcome.is_broken_off:
                _close(server)
                server = None
            _conclude(core, letter, outcome)
        return len(mail_ids)
    finally:
        _close(server)


def _try(core: Core, server: smtplib.SMTP, letter: Letter) -> Outcome:
    try:
        return _send(core, server, letter)
    except UNREACHABLE as error:
        log.warning("mail_server_failed", mail=letter.mail_id, error=str(error)[:200])
        lost = (400, f"{UNUSABLE}: {error}")
        return Outcome(dict.fromkeys(letter.receivers, lost), is_broken_off=True)


def _postpone(core: Core, mail_ids: Sequence[int], error: str) -> None:
    """Let mails wait for a server that cannot be used; their own pauses are for its refusals."""
    for mail_id in mail_ids:
        with desk_for(core, write=True) as desk:
            if (row := desk.session.get(OutboundMail, mail_id)) is not None:
                results.postpone(desk, row, f"400 {UNUSABLE}: {error}")


def _send(core: Core, server: smtplib.SMTP, letter: Letter) -> Outcome:
    def before_data() -> None:
        with desk_for(core, write=True) as desk:
            desk.session.execute(
                update(OutboundMail)
                .where(OutboundMail.id == letter.mail_id)
                .values(is_maybe_twice=True)
            )
        hit("deliver.before_data")

    outcome = dialogue.send(server, letter.sender, letter.receivers, letter.content, before_data)
    hit("deliver.after_data")
    return outcome


def _conclude(core: Core, letter: Letter, outcome: Outcome) -> None:
    with desk_for(core, write=True) as desk:
        row = desk.session.get(OutboundMail, letter.mail_id)
        if row is not None:
            results.conclude(desk, row, outcome, was_maybe_twice=letter.was_maybe_twice)
        hit("deliver.before_commit")
    hit("deliver.after_commit")


def _close(server: smtplib.SMTP | None) -> None:
    if server is not None:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


@contextmanager
def _renewing(core: Core, mail_ids: Sequence[int]) -> Iterator[None]:
    """Keep the leases while this process lives, however slow the server is."""
    done = Event()

    def renew() -> None:
        while not done.wait(RENEWAL):
            with desk_for(core, write=True) as desk:
                _renew(desk, mail_ids)

    keeper = Thread(target=renew, name="mail leases", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _renew(desk: Desk, mail_ids: Sequence[int]) -> None:
    desk.session.execute(
        update(OutboundMail)
        .where(OutboundMail.id.in_(mail_ids), OutboundMail.leased_until.is_not(None))
        .values(leased_until=desk.now() + LEASE)
    )
