# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many automatic mails one address may get: two machines cannot talk all night (P10)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from tresen.desk import Desk
from tresen.mail.models import AutomaticMail, Mailbox
from tresen.people.models import normal_address

# (most mails, in this time): safety M12.
MOST, LONGEST = 10, timedelta(days=1)
_SENT = "automatic_mails"
LIMITS = ((MOST, LONGEST), (3, timedelta(minutes=10)))


def may_answer(desk: Desk, address: str) -> bool:
    """Whether one more automatic mail may go to the address; if so, it is counted."""
    address = normal_address(address)
    if is_own(desk, address):
        return False
    now = desk.now()
    sent = _sent(desk, address)
    for most, duration in LIMITS:
        if sum(at > now - duration for at in sent) >= most:
            return False
    desk.session.add(AutomaticMail(address=address, at=now))
    desk.memo.get(_SENT, {}).setdefault(address, []).append(now)
    return True


def forget_old(desk: Desk) -> None:
    """Delete what no limit looks at any more; with the job's pause it is gone within two days."""
    desk.session.execute(delete(AutomaticMail).where(AutomaticMail.at < desk.now() - LONGEST))


def is_own(desk: Desk, address: str) -> bool:
    """Whether mail to the address comes back to us: a mailbox's, with any subaddress, or ours."""
    local, _at, domain = normal_address(address).rpartition("@")
    written = {f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"}
    return not written.isdisjoint(_own_addresses(desk))


def _own_addresses(desk: Desk) -> frozenset[str]:
    """The addresses of our mailboxes and of our other mails, read once in bulk."""
    known = desk.once(
        "own_addresses", lambda: frozenset(desk.session.scalars(select(Mailbox.address)))
    )
    return frozenset({*known, normal_address(desk.config.mail_from)})


def look_up(desk: Desk, addresses: Iterable[str]) -> None:
    """Count for all of a batch at once; the answers stand in the memo of the desk."""
    sent: dict[str, list[datetime]] = {normal_address(address): [] for address in addresses}
    rows = desk.session.execute(
        select(AutomaticMail.address, AutomaticMail.at)
        .where(AutomaticMail.address.in_(sent), AutomaticMail.at > desk.now() - LONGEST)
        .order_by(AutomaticMail.at)
    )
    for address, at in rows:
        sent[address].append(at)
    desk.memo[_SENT] = sent


def _sent(desk: Desk, address: str) -> Sequence[datetime]:
    """Return when automatic mails went to the address within the longest time that counts."""
    known: dict[str, list[datetime]] = desk.memo.get(_SENT, {})
    if address in known:
        return known[address]
    return desk.session.scalars(
        select(AutomaticMail.at)
        .where(AutomaticMail.address == address, AutomaticMail.at > desk.now() - LONGEST)
        .limit(MOST)
    ).all()
