# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signs and reads what marks a mail as ours: reply addresses, Message-IDs, the loop mark.

The key of an installation signs; its earlier keys are still read, so that changing it does not
cut customers off their tickets.
"""

import hashlib
import hmac
import secrets

from tresen.config import Config
from tresen.desk import Desk
from tresen.mail import tokens
from tresen.mail.tokens import SignedId

# Identifiers are drawn at random, so that a mail's id is known before its row is written.
_ID_LIMIT = 10**17


def signing_keys(config: Config) -> list[bytes]:
    """Return the key that signs, then those that are still read."""
    return [key.encode() for key in (config.secret_key, *config.secret_key_fallbacks)]


def loop_mark(config: Config) -> str:
    """Return what every mail of this installation carries, and no stranger can make up."""
    return hmac.digest(config.secret_key.encode(), b"loop", hashlib.sha256).hex()[:32]


def new_message_id(config: Config, ticket_id: int, address: str) -> str:
    """Return a fresh signed Message-ID, without angle brackets, in the address's domain."""
    number, domain = secrets.randbelow(_ID_LIMIT), address.rpartition("@")[2] or "localhost"
    return tokens.make_message_id(signing_keys(config)[0], ticket_id, number, domain)[1:-1]


def read_message_id(config: Config, identifier: str) -> SignedId | None:
    """Return what a Message-ID of ours says, with or without angle brackets; else None."""
    return tokens.read_message_id(signing_keys(config), f"<{identifier.strip('<> ')}>")


def reply_address(desk: Desk, address: str, ticket_id: int) -> str:
    """Return the address with a token that leads back to the ticket."""
    key = signing_keys(desk.config)[0]
    token = tokens.make_reply_token(key, ticket_id, desk.now().date())
    return tokens.make_reply_address(address, token)


def ticket_of_address(desk: Desk, address: str) -> int | None:
    """Return the id of the ticket that a reply address leads to; None for any other address."""
    token = tokens.find_reply_token(address)
    if not token:
        return None
    return tokens.read_reply_token(signing_keys(desk.config), token, desk.now().date())
