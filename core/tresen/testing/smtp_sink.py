# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real SMTP server on loopback that keeps what it gets and fails when a test says so.

Why: what a mail server answers, and when it falls silent, is what delivery must live with.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Delivered:
    """One mail that the server took: the envelope and the bytes."""

    sender: str
    receivers: list[str]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        """The mail as the standard library reads it."""
        return message_from_bytes(self.content, _class=EmailMessage, policy=default)


@dataclass
class SmtpSink:
    """The server's script and what it got; change the script at any time.

    `refusals` maps a receiver to the answer it gets; `data_answers` are used up one for each mail,
    then 250 is said. `asked` are the receivers of all RCPT commands as they were heard.
    `is_hanging` keeps the answer to DATA back until `release` is set.
    """

    delivered: list[Delivered] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    data_answers: list[str] = field(default_factory=list)
    sender_answers: list[str] = field(default_factory=list)
    is_hanging: bool = False
    is_dropping: bool = False
    release: Event = field(default_factory=Event)
    got_one: Event = field(default_factory=Event)
    port: int = 0

    @property
    def url(self) -> str:
        """The address as the option smtp_url takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802 - aiosmtpd names it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """Accept the sender, or give the scripted answer."""
        if self.sender_answers:
            return self.sender_answers.pop(0)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 ok"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it so
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: Sequence[str],
    ) -> str:
        """Accept the receiver, or give the scripted answer."""
        self.asked.append(address)
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd names it so
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail unless the script refuses it, then answer, hang or drop the line."""
        answer = self.data_answers.pop(0) if self.data_answers else "250 ok"
        if answer.startswith("250"):
            content = envelope.content
            raw = content if isinstance(content, bytes) else (content or "").encode()
            self.delivered.append(Delivered(envelope.mail_from or "", envelope.rcpt_tos, raw))
        self.got_one.set()
        if self.is_hanging:
            await asyncio.to_thread(self.release.wait)
        if self.is_dropping and server.transport:
            server.transport.close()
        return answer


@contextmanager
def smtp_sink(
    change: Callable[[dict[str, Any]], None] = lambda _options: None,
) -> Iterator[SmtpSink]:
    """Run the server on a free port; `change` may change aiosmtpd's options."""
    sink = SmtpSink(port=free_port())
    options: dict[str, Any] = {"data_size_limit": 0}
    change(options)
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        sink.release.set()
        controller.stop()


def free_port() -> int:
    """Return a port of loopback that nothing listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
