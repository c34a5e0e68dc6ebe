# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes mails by SMTP and LMTP: says 250 only when the mail is committed (promise P1).

A receiver that is no mailbox of ours is refused at once, so that nobody else's mail is taken; when
a mail cannot be stored the sending server is told to come again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from threading import Event
from typing import Any

from aiosmtpd.controller import BaseThreadedController, Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from tresen.desk import Core, desk_for
from tresen.log import log
from tresen.mail import queries
from tresen.mail.data_phase import Content, TakesInPieces
from tresen.mail.intake import Arrival, take_in
from tresen.mail.models import Mailbox

TAKEN = "250 2.0.0 taken"
UNKNOWN = "550 5.1.1 no such mailbox here"
PAUSED = "450 4.2.1 this mailbox is paused, try again later"
LATER = "451 4.3.0 cannot be stored now, try again later"


class Door:
    """Answers the dialogue of one listener; `source` is smtp or lmtp."""

    def __init__(self, core: Core, source: str) -> None:
        self._core = core
        self._source = source
        # Large mails are stored one at a time, so that memory holds one of them.
        self._large = asyncio.Lock()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it so
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: Sequence[str],
    ) -> str:
        """Accept receivers whose mailbox is ours and active; a paused one is to be tried later."""
        try:
            box = await asyncio.to_thread(self._mailbox, address)
        except Exception:
            log.exception("mail_receiver_not_looked_up")
            return LATER
        if box is None:
            return UNKNOWN
        if not box.is_active:
            return PAUSED
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd names it so
        self, server: TakesInPieces, _session: Session, envelope: Envelope
    ) -> str:
        """Store the mail once for each mailbox it goes to."""
        content = server.content
        if content is None:
            raise ValueError("the end of a mail came without a mail")
        answer = content.refusal or await self._answer(content, envelope)
        # LMTP answers for each receiver (RFC 2033 section 4.2).
        times = len(envelope.rcpt_tos) if self._source == "lmtp" else 1
        return "\r\n".join([answer] * times)

    async def _answer(self, content: Content, envelope: Envelope) -> str:
        try:
            async with self._large if content.is_large else nullcontext():
                await asyncio.to_thread(self._store, content, envelope)
        except Exception:
            log.exception("mail_not_stored", source=self._source)
            return LATER
        return TAKEN

    def _mailbox(self, address: str) -> Mailbox | None:
        with desk_for(self._core) as desk:
            return queries.mailbox_by_address(desk, address)

    def _mailbox_id(self, address: str) -> int | None:
        box = self._mailbox(address)
        return box.id if box and box.is_active else None

    def _store(self, content: Content, envelope: Envelope) -> None:
        receivers = {self._mailbox_id(address): address for address in envelope.rcpt_tos}
        raw = content.read()
        arrivals = [
            Arrival(
                raw,
                self._source,
                mailbox_id=mailbox_id,
                envelope_from=envelope.mail_from or "",
                envelope_to=address,
            )
            for mailbox_id, address in receivers.items()
        ]
        take_in(self._core, arrivals)


class _LmtpDialogue(TakesInPieces, LMTP):
    """The dialogue of LMTP."""


class _Smtp(Controller):
    """A listener that speaks SMTP on a port."""

    def factory(self) -> SMTP:
        return TakesInPieces(self.handler, **self.SMTP_kwargs)


class _Lmtp(Controller):
    """A listener that speaks LMTP on a port."""

    def factory(self) -> SMTP:
        return _LmtpDialogue(self.handler, **self.SMTP_kwargs)


class _LmtpSocket(UnixSocketController):
    """A listener that speaks LMTP on a socket."""

    def factory(self) -> SMTP:
        return _LmtpDialogue(self.handler, **self.SMTP_kwargs)


def controller(core: Core, source: str, listen: str) -> BaseThreadedController:
    """Return the listener, not started; `listen` is host:port, or a path for LMTP."""
    options: dict[str, Any] = {
        "data_size_limit": core.config.mail_size_limit,
        "enable_SMTPUTF8": True,
    }
    door = Door(core, source)
    if source == "lmtp" and "/" in listen:
        return _LmtpSocket(door, Path(listen), **options)
    host, _, port = listen.rpartition(":")
    kind = _Lmtp if source == "lmtp" else _Smtp
    return kind(door, hostname=host.strip("[]"), port=int(port), **options)


def listen_lmtp(core: Core, stop: Event) -> None:
    """Take mails by LMTP until `stop` is set, where the option lmtp_listen says so."""
    _listen(core, stop, "lmtp", core.config.lmtp_listen)


def listen_smtp(core: Core, stop: Event) -> None:
    """Take mails by SMTP until `stop` is set, where the option smtp_listen says so."""
    _listen(core, stop, "smtp", core.config.smtp_listen)


def _listen(core: Core, stop: Event, source: str, listen: str) -> None:
    if not listen:
        stop.wait()
        return
    running = controller(core, source, listen)
    running.start()
    try:
        stop.wait()
    finally:
        running.stop()
