# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gives each stored mail its outcome: takes a lease, reads in the child process, settles.

Reading happens outside any transaction, settling of a batch in one. It is tried without savepoints
first, which is fast; if anything fails it is undone, and each mail goes in a savepoint of its own:
one mail's trouble holds that mail and nothing else (promise P4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from tresen.desk import Core, Desk, desk_for
from tresen.faults import hit
from tresen.files import service as files
from tresen.files.models import Blob
from tresen.log import log
from tresen.mail import outcomes
from tresen.mail.fingerprints import fingerprint
from tresen.mail.leases import LEASE, is_free
from tresen.mail.lookups import Lookups
from tresen.mail.models import InboundMail, OutboundMail
from tresen.mail.reading.parser import ParseFailed, Parser
from tresen.mail.records import Mail
from tresen.mail.taking import describe, take
from tresen.people.models import Person
from tresen.tickets.models import Message, Ticket

BATCH = 50
# Bytes of raw mail in one batch; a single larger mail is a batch of its own.
BATCH_BYTES = 16 << 20
# Seconds after which what is read is settled, so that a slow mail delays the others by no more.
READING = 5.0
# A mail whose reader was killed this often is held; it would kill the next one too.
MOST_ATTEMPTS = 5
# Tries of one transaction that lost against another (safety F13).
TRIES = 3


@dataclass(frozen=True, slots=True)
class Read:
    """A mail as read and the hash of what it says, or the sentence why it could not be read."""

    row_id: int
    mail: Mail | None
    failure: str = ""
    content_hash: str | None = None


def process(core: Core, parser: Parser, limit: int = BATCH) -> int:
    """Settle up to `limit` pending mails; return how many were taken up."""
    claimed = _claim(core, limit)
    hit("inbound.after_claim")
    if not claimed:
        return 0
    read = _read(core, parser, claimed)
    hit("inbound.after_read")
    settle(core, read)
    _release(core, claimed[len(read) :])
    return len(read)


def settle(core: Core, batch: Sequence[Read]) -> None:
    """Give each mail its outcome: all together, and if anything fails, each by itself."""
    try:
        return _settle(core, batch, is_bulk=True)
    except Exception as error:  # noqa: BLE001 - whose it is shows when each mail goes by itself
        log.info("mails_settled_one_by_one", mails=len(batch), error=str(error)[:200])
    return _settle_carefully(core, batch)


def _settle_carefully(core: Core, batch: Sequence[Read]) -> None:
    """Settle each mail in a savepoint; what loses against another writer is tried again."""
    for _try in range(TRIES):
        try:
            return _settle(core, batch, is_bulk=False)
        except (OperationalError, StaleDataError) as error:
            log.warning("mail_settling_repeated", mails=len(batch), error=str(error)[:200])
    if len(batch) == 1:
        busy = Read(batch[0].row_id, None, "busy: the ticket kept changing")
        return _settle(core, [busy], is_bulk=False)
    for read in batch:
        _settle_carefully(core, [read])
    return None


def _settle(core: Core, batch: Sequence[Read], *, is_bulk: bool) -> None:
    with desk_for(core, write=True) as desk:
        if is_bulk:
            desk.go_bulk()
        ids = [read.row_id for read in batch]
        locked = select(InboundMail).where(InboundMail.id.in_(ids)).order_by(InboundMail.id)
        rows = {row.id: row for row in desk.session.scalars(locked.with_for_update())}
        for read in batch:
            if read.row_id in rows:
                rows[read.row_id].content_hash = read.content_hash
        known = Lookups(desk, _with_rows(batch, rows))
        if is_bulk:
            desk.reserve_ids(Ticket)
            for model in (Person, Message, OutboundMail):
                desk.reserve_ids(model, len(batch))
        for read in batch:
            row = rows.get(read.row_id)
            if row is not None and row.outcome == outcomes.PENDING:
                _settle_one(desk, row, read, known)
        hit("inbound.before_commit")
    hit("inbound.after_commit")


def _with_rows(
    batch: Sequence[Read], rows: Mapping[int, InboundMail]
) -> list[tuple[InboundMail, Mail]]:
    return [
        (rows[read.row_id], read.mail)
        for read in batch
        if read.mail is not None and read.row_id in rows
    ]


def _settle_one(desk: Desk, row: InboundMail, read: Read, known: Lookups) -> None:
    if read.mail is None:
        return outcomes.hold(row, read.failure)
    if desk.is_bulk:
        take(desk, row, read.mail, known)
        return hit("inbound.after_take")
    try:
        with desk.session.begin_nested():
            take(desk, row, read.mail, known)
            hit("inbound.after_take")
    except (OperationalError, StaleDataError):
        raise
    except Exception as error:
        log.exception("mail_held", mail=row.id)
        outcomes.hold(row, f"error: {type(error).__name__}: {error}")
        describe(row, read.mail)
        known.ask()
    return None


def _claim(core: Core, limit: int) -> list[int]:
    """Take a lease on the oldest pending mails; return their ids."""
    with desk_for(core, write=True) as desk:
        now = desk.now()
        found = desk.session.execute(
            select(InboundMail, Blob.size)
            .join(Blob, Blob.sha256 == InboundMail.sha256)
            .where(InboundMail.outcome == outcomes.PENDING, is_free(InboundMail.leased_until, now))
            .order_by(InboundMail.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=InboundMail)
        )
        claimed, size = list[int](), 0
        for row, bytes_ in found:
            size += bytes_
            if claimed and size > BATCH_BYTES:
                break
            if row.attempts >= MOST_ATTEMPTS:
                outcomes.hold(row, f"killed: reading it ended the worker {row.attempts} times")
                continue
            row.leased_until, row.attempts = now + LEASE, row.attempts + 1
            claimed.append(row.id)
    return claimed


def _read(core: Core, parser: Parser, ids: Sequence[int]) -> list[Read]:
    """Read as many as `READING` seconds allow, at least one."""
    bodies = _bodies(core, ids)
    read = parser.parse_all([bodies[row_id] for row_id in ids], READING)
    pairs = zip(ids, read, strict=False)
    return [_read_one(row_id, found, bodies[row_id]) for row_id, found in pairs]


def _read_one(row_id: int, found: Mail | ParseFailed, raw: bytes) -> Read:
    if isinstance(found, Mail):
        return Read(row_id, found, content_hash=fingerprint(raw))
    log.warning("mail_unreadable", mail=row_id, reason=found.reason)
    return Read(row_id, None, f"{found.reason}: {found}")


def _bodies(core: Core, ids: Sequence[int]) -> dict[int, bytes]:
    with desk_for(core) as desk:
        if len(ids) == 1:
            # A large mail is a batch of its own; its bytes come piece by piece.
            row = desk.session.get_one(InboundMail, ids[0])
            return {row.id: files.read_blob(desk, row.sha256)}
        found = desk.session.execute(
            select(InboundMail.id, Blob.body)
            .join(Blob, Blob.sha256 == InboundMail.sha256)
            .where(InboundMail.id.in_(ids))
        )
        return {row.id: row.body for row in found}


def _release(core: Core, ids: Sequence[int]) -> None:
    """Give back what there was no time for."""
    if not ids:
        return
    with desk_for(core, write=True) as desk:
        rows = desk.session.scalars(select(InboundMail).where(InboundMail.id.in_(ids)))
        for row in rows:
            row.leased_until, row.attempts = None, row.attempts - 1
