# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetches a mailbox: stores first, commits, and only then tells the server to forget (promise P1).

What was fetched is known by the highest UID and not by the flag that a mail was read, so another
program that reads the mailbox hides nothing (safety F17).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from imapclient import IMAPClient
from imapclient.exceptions import ProtocolError
from sqlalchemy import select

from tresen.desk import Core, desk_for
from tresen.faults import hit
from tresen.log import log
from tresen.mail.forgetting import forget, forget_earlier
from tresen.mail.imap import Account, is_place, listed
from tresen.mail.intake import BATCH, Arrival, store
from tresen.mail.models import Mailbox

# Bytes fetched in one go, so that memory stays bounded.
GROUP_BYTES = 16 << 20

_SIZE, _WHOLE, _HEADER = b"RFC822.SIZE", b"BODY[]", b"BODY[HEADER]"


class Drained(NamedTuple):
    """How many mails were new, and what the server said if it would not forget the stored ones."""

    stored: int
    refusal: str = ""


def drain(core: Core, client: IMAPClient, account: Account) -> Drained:
    """Store every mail that is new in the folder.

    A mailbox that lies elsewhere by now is left alone: another watch is about to fetch it there.
    """
    validity = int(client.select_folder(account.folder)[b"UIDVALIDITY"])
    highest = _highest_uid(core, account, validity)
    if highest is None:
        return Drained(0)
    # `n:*` names the last mail even where its UID is below n (RFC 9051 section 9, seq-range).
    uids = sorted(uid for uid in client.search(["UID", f"{highest + 1}:*"]) if uid > highest)
    refusal = ""
    for group, sizes in _groups(client, uids):
        whole = _taken(core, client, account, validity, group, sizes)
        refusal = refusal or forget(client, account, whole)
        hit("fetch.after_forget")
    return Drained(len(uids), refusal or forget_earlier(core, client, account, validity))


def _taken(
    core: Core,
    client: IMAPClient,
    account: Account,
    validity: int,
    group: Sequence[int],
    sizes: dict[int, int],
) -> list[int]:
    """Store a group; return the UIDs of which all bytes are kept.

    The bytes end with this call: two groups at once would be twice the memory.
    """
    arrivals = _fetched(core, client, account, validity, group, sizes)
    hit("fetch.before_store")
    _keep(core, account, validity, arrivals, group[-1])
    hit("fetch.after_commit")
    return [a.uid for a in arrivals if a.uid and not a.whole_size]


def _highest_uid(core: Core, account: Account, validity: int) -> int | None:
    """The highest UID stored, None where the mailbox has moved to another place.

    It is 0 after the server numbered anew: stored mails are known (F16).
    """
    with desk_for(core) as desk:
        box = desk.session.scalar(select(Mailbox).where(*is_place(account)))
        if box is None:
            return None
        if box.uid_validity not in (None, validity):
            log.warning("mailbox_numbered_anew", mailbox=account.address)
        return box.last_uid if box.uid_validity == validity else 0


def _groups(client: IMAPClient, uids: Sequence[int]) -> Iterator[tuple[list[int], dict[int, int]]]:
    """Yield UIDs with their sizes, few enough for one commit and for memory."""
    for start in range(0, len(uids), BATCH):
        some = list(uids[start : start + BATCH])
        answer = client.fetch(some, [_SIZE])
        sizes = {uid: int(answer[uid][_SIZE]) for uid in some if uid in answer}
        group: list[int] = []
        for uid in some:
            if group and sum(sizes.get(u, 0) for u in (*group, uid)) > GROUP_BYTES:
                yield group, sizes
                group = []
            group.append(uid)
        yield group, sizes


def _fetched(
    core: Core,
    client: IMAPClient,
    account: Account,
    validity: int,
    group: Sequence[int],
    sizes: dict[int, int],
) -> list[Arrival]:
    limit = core.config.mail_size_limit
    large = {uid for uid in group if sizes.get(uid, 0) > limit}
    raws = _bodies(client, [uid for uid in group if uid not in large], _WHOLE)
    raws |= _bodies(client, sorted(large), _HEADER)
    return [
        Arrival(
            raw,
            "imap",
            mailbox_id=account.mailbox_id,
            uid_validity=validity,
            uid=uid,
            envelope_to=account.address,
            whole_size=sizes[uid] if uid in large else 0,
        )
        for uid, raw in sorted(raws.items())
    ]


def _bodies(client: IMAPClient, uids: Sequence[int], part: bytes) -> dict[int, bytes]:
    """The bytes by UID; one that is there and was not sent ends the round, it is not skipped."""
    if not uids:
        return {}
    peek = part.replace(b"BODY[", b"BODY.PEEK[")
    answer = client.fetch(uids, [peek])
    sent = ((uid, answer.get(uid, {}).get(part)) for uid in uids)
    found = {uid: bytes(raw) for uid, raw in sent if raw is not None}
    missing = [uid for uid in uids if uid not in found]
    if missing and client.search(["UID", listed(missing)]):
        raise ProtocolError(f"the server did not send mail {missing[0]}")
    return found


def _keep(
    core: Core, account: Account, validity: int, arrivals: Sequence[Arrival], highest: int
) -> None:
    """Store the mails; their numbers only where the mailbox still lies where they come from."""
    with desk_for(core, write=True) as desk:
        here = select(Mailbox).where(*is_place(account)).with_for_update()
        box = desk.session.scalar(here)
        if box is None:
            arrivals = [replace(arrival, uid_validity=None, uid=None) for arrival in arrivals]
        else:
            box.uid_validity, box.last_uid = validity, highest
        store(desk, arrivals)
        hit("fetch.before_commit")
