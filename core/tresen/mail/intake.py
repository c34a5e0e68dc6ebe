# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps raw mails before anything else: bytes, SHA-256 and where they came from (promise P1).

Nothing is parsed here but for one bounded glance, so nothing in a mail can keep it from being
stored. Whoever brings mails commits first and only then tells the server to forget them.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, BigInteger, cast, func, select, tuple_

from tresen.desk import Core, Desk, desk_for
from tresen.faults import hit
from tresen.files.blobs import lock_of, write_blobs
from tresen.log import log
from tresen.mail import bells, outcomes
from tresen.mail.models import InboundMail

# Mails in one commit: one wait for the disk then serves fifty.
BATCH = 50
# Bytes in which the Message-ID is looked for.
_HEAD = 64 << 10
_MESSAGE_ID = re.compile(
    rb"^message-id[ \t]*:\s{0,9}<([!-;=?-~]{1,255})>", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail as it came through a door: `source` is imap, pipe, lmtp or smtp.

    `whole_size` is set, in bytes, when only the header was taken because the mail is too large.
    """

    raw: bytes
    source: str
    mailbox_id: int | None = None
    uid_validity: int | None = None
    uid: int | None = None
    envelope_from: str | None = None
    envelope_to: str = ""
    whole_size: int = 0

    @property
    def place(self) -> tuple[int | None, int | None, int | None]:
        """Where it lay on the server: mailbox, UIDVALIDITY, UID (RFC 9051 section 2.3.1.1)."""
        return (self.mailbox_id, self.uid_validity, self.uid)


def take_in(core: Core, arrivals: Sequence[Arrival]) -> None:
    """Store the mails and commit; when this returns they survive a power cut."""
    with desk_for(core, write=True) as desk:
        store(desk, arrivals)
        hit("intake.before_commit")
    hit("intake.after_commit")


def store(desk: Desk, arrivals: Sequence[Arrival]) -> list[InboundMail]:
    """Keep the mails in this transaction; return their rows, without those stored before.

    The same bytes again in one mailbox are kept as ignored by the rule `duplicate`.
    """
    hashed = [(hashlib.sha256(arrival.raw).hexdigest(), arrival) for arrival in arrivals]
    _lock_out_others(desk, [digest for digest, _ in hashed])
    places, contents = _known_places(desk, arrivals), _known_contents(desk, hashed)
    rows: list[InboundMail] = []
    bodies: dict[str, bytes] = {}
    for digest, arrival in hashed:
        if arrival.uid is not None and places.get(arrival.place) == digest:
            log.info("mail_seen_before", mailbox=arrival.mailbox_id, uid=arrival.uid)
            continue
        row = _row(desk, digest, arrival, is_same=(digest, arrival.mailbox_id) in contents)
        if places.setdefault(arrival.place, digest) != digest:
            row.uid = None  # the server gave one number to two mails; both are kept
        contents.add((digest, arrival.mailbox_id))
        bodies[digest] = arrival.raw
        rows.append(row)
    write_blobs(desk, bodies)
    # With ids of their own, or SQLite would be asked for that of each row.
    desk.reserve_ids(InboundMail, len(rows))
    for row in rows:
        desk.add(row)
    desk.session.flush()
    bells.ring_after_commit(desk, bells.INBOUND)
    return rows


def _row(desk: Desk, digest: str, arrival: Arrival, *, is_same: bool) -> InboundMail:
    row = InboundMail(
        mailbox_id=arrival.mailbox_id,
        source=arrival.source,
        uid_validity=arrival.uid_validity,
        uid=arrival.uid,
        sha256=digest,
        envelope_from=None if arrival.envelope_from is None else arrival.envelope_from[:320],
        envelope_to=arrival.envelope_to[:320],
        received_at=desk.now(),
        internet_message_id=written_id(arrival.raw),
    )
    if arrival.whole_size:
        row.reason = f"{outcomes.CUT} {arrival.whole_size} bytes; only the header was taken"
    if is_same:
        outcomes.ignore(row, "duplicate")
    return row


def written_id(raw: bytes) -> str | None:
    """Return the Message-ID that a glance at the head finds, as it is stored; else None.

    Reading is done elsewhere; where the two differ, nobody waits for this mail, no more.
    """
    found = _MESSAGE_ID.search(raw[:_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    return found[1].decode("ascii") if found else None


def _lock_out_others(desk: Desk, digests: list[str]) -> None:
    """Let no second worker store the same bytes until this commit; SQLite has one writer anyway."""
    if desk.is_sqlite:
        return
    keys = sorted({lock_of(digest) for digest in digests})
    numbers = func.unnest(cast(keys, ARRAY(BigInteger)))
    desk.session.execute(select(func.pg_advisory_xact_lock(numbers.column_valued())))


def _known_places(
    desk: Desk, arrivals: Sequence[Arrival]
) -> dict[tuple[int | None, int | None, int | None], str]:
    columns = (InboundMail.mailbox_id, InboundMail.uid_validity, InboundMail.uid)
    places = {arrival.place for arrival in arrivals if arrival.uid is not None}
    if not places:
        return {}
    found = desk.session.execute(
        select(*columns, InboundMail.sha256).where(tuple_(*columns).in_(places))
    )
    return {(mailbox, validity, uid): digest for mailbox, validity, uid, digest in found}


def _known_contents(desk: Desk, hashed: list[tuple[str, Arrival]]) -> set[tuple[str, int | None]]:
    found = desk.session.execute(
        select(InboundMail.sha256, InboundMail.mailbox_id).where(
            InboundMail.sha256.in_({digest for digest, _ in hashed})
        )
    )
    return {(digest, mailbox) for digest, mailbox in found}
