# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens a mailbox on its IMAP server: encrypted with a checked certificate, or not at all (M23).

A server that does not offer STARTTLS ends the attempt; there is no fall-back to plain text. Without
encryption only this machine is spoken to.
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError
from sqlalchemy import ColumnElement

from tresen.config import Config
from tresen.errors import Misconfigured
from tresen.mail.dialogue import is_loopback
from tresen.mail.models import Mailbox
from tresen.mail.secret_refs import read_secret

# Seconds for one answer of the server.
LIMIT = 60.0
# What a connection may fail with; all else is an error of ours.
FAILURES = (OSError, IMAPClientError, Misconfigured, ValueError)


@dataclass(frozen=True, slots=True)
class Account:
    """What it takes to open a mailbox, read once from its row."""

    mailbox_id: int
    address: str
    host: str
    port: int
    security: str
    login: str
    login_method: str
    secret_ref: str
    folder: str
    after_fetch: str


class _Quiet(IMAPClient):  # type: ignore[misc]  # it comes without types
    """A client that spells no answer out for its log, which is twice each mail in memory."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._imap.debug = 0


def account_of(box: Mailbox) -> Account:
    """Return the account of a mailbox row."""
    names = Account.__dataclass_fields__.keys() - {"mailbox_id"}
    return Account(mailbox_id=box.id, **{name: getattr(box, name) for name in names})


def is_place(account: Account) -> list[ColumnElement[bool]]:
    """Return what holds of the mailbox's row as long as it lies where the account was read."""
    return [
        Mailbox.id == account.mailbox_id,
        Mailbox.host == account.host,
        Mailbox.login == account.login,
        Mailbox.folder == account.folder,
    ]


def listed(uids: Sequence[int]) -> str:
    """Return UIDs as a search takes them (RFC 9051 section 9, sequence-set)."""
    return ",".join(map(str, uids))


@contextmanager
def opened(config: Config, account: Account, limit: float = LIMIT) -> Iterator[IMAPClient]:
    """Yield a signed-in client; whatever fails is one of FAILURES."""
    client = _connected(account, limit)
    try:
        _sign_in(client, account, read_secret(config, account.secret_ref))
        yield client
    finally:
        _leave(client)


def _connected(account: Account, limit: float) -> IMAPClient:
    host, port = account.host, account.port
    if not host:
        raise Misconfigured(f"{account.address} has no IMAP server: its mails come by a door.")
    if account.security == "tls":
        context = ssl.create_default_context()
        return _Quiet(host, port, ssl=True, ssl_context=context, timeout=limit)
    if account.security == "none" and not is_loopback(host):
        raise Misconfigured(f"{host} is another machine: its mailbox needs tls or starttls.")
    client = _Quiet(host, port, ssl=False, timeout=limit)
    if account.security == "none":
        return client
    try:
        client.starttls(ssl.create_default_context())
    except BaseException:
        _hang_up(client)
        raise
    return client


def _sign_in(client: IMAPClient, account: Account, secret: str) -> None:
    if account.login_method == "xoauth2":
        client.oauth2_login(account.login, secret)
    else:
        client.login(account.login, secret)


def needs_somebody(error: BaseException) -> bool:
    """Whether a person must act first: a sign-in that is refused, a server that is not itself.

    Trying again soon would lock the account (safety F19), or fail the same way (M23).
    """
    kinds = (LoginError, Misconfigured, CapabilityError, ssl.SSLCertVerificationError)
    return isinstance(error, kinds)


def _leave(client: IMAPClient) -> None:
    try:
        client.logout()
    except (OSError, IMAPClientError):
        _hang_up(client)


def _hang_up(client: IMAPClient) -> None:
    """Close the line; one that is closed already must not hide why."""
    with suppress(OSError):
        client.shutdown()
