# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SMTP dialogue for one mail, with an answer for each receiver (RFC 5321, safety F20-F22).

TLS is what the address in the configuration says and nothing less: there is no fall-back (M23).
"""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from tresen.errors import Misconfigured

# Seconds that one command may take.
LIMIT = 60.0

Answer = tuple[int, str]
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_FAMILIES = {2: "sent", 4: "waiting", 5: "failed"}


@dataclass
class Outcome:
    """What became of one mail; `is_unknown` says that the server's last answer was lost.

    `is_broken_off` says that the connection ended before the server could take anything.
    `answers` holds (code, text) by address for all receivers that were tried.
    """

    answers: dict[str, Answer] = field(default_factory=dict)
    is_unknown: bool = False
    is_broken_off: bool = False


def state_after(code: int) -> str:
    """Return what a reply code makes of a receiver: sent, waiting or failed."""
    return _FAMILIES.get(code // 100, "waiting")


def connect(smtp_url: str, limit: float = LIMIT) -> smtplib.SMTP:
    """Return a connection that is encrypted and signed in as the address says.

    Raises Misconfigured for an address that cannot be used, OSError (SMTPException too) when the
    server cannot.
    """
    parts = urlsplit(smtp_url)
    host, user = parts.hostname or "", unquote(parts.username or "")
    if parts.scheme not in _PORTS or not host:
        raise Misconfigured("smtp_url must be smtp://, smtp+starttls:// or smtps:// and a host.")
    if parts.scheme == "smtp" and user and not is_loopback(host):
        raise Misconfigured("smtp:// would send the password in the clear: use smtp+starttls://.")
    server = _opened(parts, host, limit)
    try:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if user:
            server.login(user, unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def is_loopback(host: str) -> bool:
    """Whether the name or number can only be this machine."""
    if host in ("localhost", "ip6-localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def send(
    server: smtplib.SMTP,
    sender: str,
    receivers: Sequence[str],
    content: bytes,
    before_data: Callable[[], None],
) -> Outcome:
    """Send one mail; a receiver that is refused does not keep the others from getting it.

    `before_data` is called when the server may take the mail from the next command on.
    """
    outcome = Outcome()
    code, text = server.mail(sender, _options(server, content))
    if code // 100 != 2:
        outcome.answers = dict.fromkeys(receivers, (code, _text(text)))
        server.rset()
        return outcome
    for receiver in receivers:
        code, text = server.rcpt(receiver)
        outcome.answers[receiver] = (code, _text(text))
    accepted = [r for r, (code, _) in outcome.answers.items() if code // 100 == 2]
    if not accepted:
        server.rset()
        return outcome
    before_data()
    outcome.answers |= dict.fromkeys(accepted, _data(server, content, outcome))
    return outcome


def _opened(parts: SplitResult, host: str, limit: float) -> smtplib.SMTP:
    port = parts.port or _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=limit, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=limit)


def _options(server: smtplib.SMTP, content: bytes) -> list[str]:
    server.ehlo_or_helo_if_needed()
    return [f"size={len(content)}"] if server.has_extn("size") else []


def _data(server: smtplib.SMTP, content: bytes, outcome: Outcome) -> Answer:
    try:
        code, text = server.data(content)
    except smtplib.SMTPDataError as error:
        # The server refused DATA itself: it has not seen a byte of the mail.
        return error.smtp_code, _text(error.smtp_error)
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        outcome.is_unknown = True
        return 400, f"the server's answer to DATA was lost: {error}"
    return code, _text(text)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
