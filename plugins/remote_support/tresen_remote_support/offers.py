# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways in for a customer: a link with a token, or a PIN that is read to them over the phone.

Each is good once and for a short time. Of a token the SHA-256 is kept; a PIN has too few digits for
that, so that it is kept under the installation's own key, dies of five wrong tries, and counts only
together with the session's reference, whose 40 bits nobody guesses (safety R01).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from tresen.sdk import Desk, _, lazy, read_settings

from tresen_remote_support import queries, states
from tresen_remote_support.errors import Gone
from tresen_remote_support.models import Offer, RemoteSession

LINK, PIN, PORTAL, STANDING = "link", "pin", "portal", "standing"
CHANNELS = {
    LINK: lazy("through a link"),
    PIN: lazy("with a PIN told over the phone"),
    PORTAL: lazy("signed in to the portal"),
    STANDING: lazy("by standing permission"),
}
# Crockford's Base32: without I, L, O and U, which are misread and misheard.
REFERENCE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
PIN_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
# How long the agent may take to begin after the customer's yes.
BEGIN_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Ways:
    """What the agent hands on, once: nothing of it can be read again."""

    token: str
    pin: str


def new_reference() -> str:
    """Return 40 random bits as they can be read over the phone."""
    return "".join(secrets.choice(REFERENCE) for _each in range(LENGTH))


def normal_reference(typed: str) -> str:
    """Return what was typed as it is kept: Crockford's rules for letters that look like digits."""
    plain = "".join(typed.upper().split()).replace("-", "")
    return plain.translate(str.maketrans("OIL", "011"))


def spoken(reference: str) -> str:
    """Return a reference as it is read: in two groups of four."""
    return f"{reference[:4]} {reference[4:]}"


def make(desk: Desk, row: RemoteSession) -> Ways:
    """Open both ways in anew, and close those that were open before."""
    close(desk, row)
    pin = f"{secrets.randbelow(10**6):06d}"
    token = secrets.token_urlsafe(32)
    life = timedelta(minutes=int(read_settings(desk, queries.SETTINGS)["offer_minutes"]))
    _add(desk, row, LINK, life, token_hash=hash_of(token))
    _add(desk, row, PIN, min(life, PIN_LIFE), pin_hash=_pin_hash(desk, row, pin))
    return Ways(token, pin)


def close(desk: Desk, row: RemoteSession) -> None:
    """Close every way in that is open still."""
    open_ones = Offer.session_id == row.id, Offer.used_at.is_(None)
    desk.session.execute(update(Offer).where(*open_ones).values(used_at=desk.now()))


def find(desk: Desk, token: str) -> tuple[Offer, RemoteSession]:
    """Return a way in that is open, with its session; raises Gone."""
    statement = (
        select(Offer, RemoteSession)
        .join(RemoteSession, RemoteSession.id == Offer.session_id)
        .where(
            Offer.token_hash == hash_of(token),
            Offer.used_at.is_(None),
            Offer.expires_at > desk.now(),
            RemoteSession.state == states.OFFERED,
        )
        .options(*queries.WHOLE)
    )
    found = desk.session.execute(statement).first()
    if found is None:
        raise Gone(_("This link was used already, has expired or was taken back."))
    return found[0], found[1]


def exchange(desk: Desk, reference: str, pin: str) -> str:
    """Return the token of a link for a reference and its PIN; raises Gone.

    The caller commits in either case: a wrong try counts.
    """
    row = desk.session.scalar(
        select(RemoteSession).where(RemoteSession.reference == normal_reference(reference))
    )
    offer = _open_pin(desk, row) if row else None
    if row is None or offer is None or not _fits(desk, row, offer, pin):
        raise Gone(_("No session is open under this reference and PIN. Ask for a new PIN."))
    offer.used_at = desk.now()
    token = secrets.token_urlsafe(32)
    _add(desk, row, PIN, PIN_LIFE, token_hash=hash_of(token))
    return token


def hash_of(token: str) -> str:
    """Return the SHA-256 of a token that is random enough to be found by it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _open_pin(desk: Desk, row: RemoteSession) -> Offer | None:
    statement = select(Offer).where(
        Offer.session_id == row.id,
        Offer.pin_hash.is_not(None),
        Offer.used_at.is_(None),
        Offer.expires_at > desk.now(),
        Offer.tries < MOST_TRIES,
    )
    return desk.session.scalar(statement) if row.state == states.OFFERED else None


def _fits(desk: Desk, row: RemoteSession, offer: Offer, pin: str) -> bool:
    if hmac.compare_digest(str(offer.pin_hash), _pin_hash(desk, row, "".join(pin.split()))):
        return True
    # In the database, so that tries at the same moment are all counted.
    counted = {"tries": Offer.tries + 1}
    desk.session.execute(update(Offer).where(Offer.id == offer.id).values(counted))
    return False


def _pin_hash(desk: Desk, row: RemoteSession, pin: str) -> str:
    key = desk.config.secret_key.encode()
    return hmac.new(key, f"{row.reference} {pin}".encode(), hashlib.sha256).hexdigest()


def _add(
    desk: Desk,
    row: RemoteSession,
    channel: str,
    life: timedelta,
    token_hash: str | None = None,
    pin_hash: str | None = None,
) -> None:
    desk.session.add(
        Offer(
            session_id=row.id,
            channel=channel,
            token_hash=token_hash,
            pin_hash=pin_hash,
            created_at=desk.now(),
            expires_at=desk.now() + life,
        )
    )
    desk.session.flush()
