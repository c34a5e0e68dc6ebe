# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed reply addresses, signed Message-IDs and the number in the subject.

A mail proves by them that it answers one of ours: nobody can make them up without the key. HMAC
(RFC 2104) with SHA-256, cut to 160 bits, in base32, because addresses lose their capitals.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_MAC_BYTES = 20
_MAC_LENGTH = 32
_EPOCH = date(2020, 1, 1)
_REPLY = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]{1,4})-([a-z2-7]{32})\Z")
_MESSAGE_ID = re.compile(r"<([0-9]{1,18})\.([0-9]{1,18})\.([a-z2-7]{32})@([^<>@\s]{1,253})>\Z")
_SUBJECT = re.compile(r"\[#([1-9][0-9]{0,17})\]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

REPLY_LIFE = timedelta(days=730)
"""How long a reply address is good: customers answer old mails, but not for ever."""


class Purpose(StrEnum):
    """What a token was made for; one for another purpose is worth nothing."""

    REPLY = "reply"
    MESSAGE_ID = "message-id"


@dataclass(frozen=True, slots=True)
class SignedId:
    """What a Message-ID of ours says: the ids of its ticket and its message."""

    ticket_id: int
    message_id: int


def make_reply_token(secret: bytes, ticket_id: int, day: date) -> str:
    """The token for ``support+<token>@example.org``, good for ``REPLY_LIFE`` from this day on."""
    number, issued = _base36(ticket_id), _base36((day - _EPOCH).days)
    return f"{number}-{issued}-{_mac(secret, Purpose.REPLY, number, issued)}"


def read_reply_token(
    secrets: Sequence[bytes], token: str, today: date, life: timedelta = REPLY_LIFE
) -> int | None:
    """The id of the ticket; None for a token that is changed, cut, too old or from tomorrow.

    ``secrets`` holds the current key first and then those that it replaced. Each is tried in full,
    whether an earlier one fits or not, so that the time tells nothing.
    """
    found = _REPLY.match(token.lower())
    number, issued, mac = found.groups() if found else ("0", "0", "")
    is_ours = _is_signed(secrets, mac, Purpose.REPLY, number, issued)
    age = today - (_EPOCH + timedelta(days=int(issued, 36)))
    if not is_ours or not timedelta(days=-1) <= age <= life:
        return None
    return int(number, 36)


def make_reply_address(address: str, token: str) -> str:
    """``support@example.org`` with the token as its subaddress (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def find_reply_token(address: str) -> str:
    """The subaddress of an address, or an empty string."""
    return address.rpartition("@")[0].partition("+")[2]


def make_message_id(secret: bytes, ticket_id: int, message_id: int, domain: str) -> str:
    """``<ticket.message.mac@domain>``: the same for the same message, so it may be sent again."""
    mac = _mac(secret, Purpose.MESSAGE_ID, str(ticket_id), str(message_id))
    return f"<{ticket_id}.{message_id}.{mac}@{domain.lower()}>"


def read_message_id(secrets: Sequence[bytes], identifier: str) -> SignedId | None:
    """What a Message-ID of ours says; None for any other, whatever its domain."""
    found = _MESSAGE_ID.match(identifier.strip().lower())
    ticket_id, message_id, mac = found.groups()[:3] if found else ("0", "0", "")
    if not _is_signed(secrets, mac, Purpose.MESSAGE_ID, ticket_id, message_id):
        return None
    return SignedId(int(ticket_id), int(message_id))


def make_subject(number: int, subject: str) -> str:
    """The subject with the ticket's number once, at its end."""
    return f"{_SUBJECT.sub('', subject).strip()} [#{number}]".strip()


def read_subject(subject: str) -> tuple[int, ...]:
    """The numbers of tickets in a subject, first ones first; a hint, for it is not signed."""
    return tuple(dict.fromkeys(int(number) for number in _SUBJECT.findall(subject)))


def _mac(secret: bytes, *facts: str) -> str:
    digest = hmac.digest(secret, "\0".join(facts).encode(), hashlib.sha256)
    return base64.b32encode(digest[:_MAC_BYTES]).decode("ascii").lower()


def _is_signed(secrets: Sequence[bytes], mac: str, *facts: str) -> bool:
    given = mac.encode("ascii").ljust(_MAC_LENGTH)
    fitting = [hmac.compare_digest(_mac(key, *facts).encode("ascii"), given) for key in secrets]
    return any(fitting)


def _base36(number: int) -> str:
    """Raises ValueError for a negative number: tickets have none, and no day before 2020."""
    if number < 0:
        raise ValueError(f"{number} cannot stand in a token: it is negative")
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
