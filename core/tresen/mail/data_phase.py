# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes what a mail server sends after DATA in pieces, however many lines they make.

aiosmtpd keeps each line as an object of its own, and fifty megabytes of empty lines were four
gigabytes. It still leads the dialogue, but of a mail it sees the end alone.
"""

from contextlib import suppress
from tempfile import SpooledTemporaryFile

from aiosmtpd.smtp import SMTP, syntax

from tresen.log import log

# Bytes of one line; RFC 5321 section 4.5.3.1.6 asks for 1,000 at least, and programs that write
# text without line ends send more.
LINE = 16 << 20
# Seconds for which pieces of a mail may come: enough for the largest over a slow line, and an end
# for whoever sends a byte now and then to keep the connection.
LONGEST = 3_600
# Bytes of a mail that are kept in memory while it comes; what is more goes to a file.
IN_MEMORY = 1 << 20

TOO_LARGE = "552 5.3.4 the mail is larger than is taken here"
TOO_LONG = f"500 5.6.0 a line is longer than {LINE} bytes"
NO_ROOM = "452 4.3.1 no room for the mail, try again later"

_LINE_END, _END = b"\r\n", b"\r\n.\r\n"
# More than a reader ever holds.
_EVERYTHING = 1 << 30


class Content:
    """A mail while it comes; `refusal` is the answer where it is not kept.

    A bare CR or LF ends no line and no mail: two servers that disagree about it can be made to
    see two mails in one.
    """

    def __init__(self, size_limit: int) -> None:
        self.refusal = ""
        self.is_whole = False
        self._size_limit = size_limit
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it lives as long as the mail
        # The end of the line before the first, since each rule here is about what follows one.
        self._held = _LINE_END
        self._line = 0

    @property
    def is_large(self) -> bool:
        """Whether it is more than memory should hold twice."""
        return self._file.tell() > IN_MEMORY

    def take(self, data: bytes) -> bytes | None:
        """Take a piece; return what follows the end of the mail, None while it goes on."""
        text, end, rest = (self._held + data).partition(_END)
        if end:
            self.is_whole = True
            self._keep(text + _LINE_END)
            return rest
        # What may be the beginning of the end, or of a line, waits for the next piece.
        held = next(n for n in range(len(_END) - 1, -1, -1) if text.endswith(_END[:n]))
        self._held = _END[:held]
        self._keep(text.removesuffix(self._held))
        return None

    def read(self) -> bytes:
        """Return the mail."""
        size = self._file.tell() - len(_LINE_END)
        self._file.seek(len(_LINE_END))
        return self._file.read(size)

    def close(self) -> None:
        """Let the bytes go."""
        # What is still to be written where there is no room is not wanted any more.
        with suppress(OSError):
            self._file.close()

    def _keep(self, text: bytes) -> None:
        if self.refusal:
            return
        # Whoever sends puts a dot before a dot that begins a line (RFC 5321 section 4.5.2).
        lines = text.replace(b"\r\n.", _LINE_END)
        try:
            self.refusal = self._objection(lines)
            if not self.refusal:
                self._file.write(lines)
        except OSError as error:
            log.warning("mail_not_kept", error=str(error))
            self.refusal = NO_ROOM
        if self.refusal:
            # The sender may go on for long, and hears of it at the end (RFC 5321 section 4.2.5).
            self.close()

    def _objection(self, lines: bytes) -> str:
        if self._file.tell() + len(lines) - len(_LINE_END) > self._size_limit:
            return TOO_LARGE
        first = lines.find(_LINE_END)
        if self._line + (len(lines) if first < 0 else first) > LINE:
            return TOO_LONG
        last = lines.rfind(_LINE_END)
        self._line = self._line + len(lines) if last < 0 else len(lines) - last - len(_LINE_END)
        return ""


class TakesInPieces(SMTP):
    """A dialogue whose handler finds the mail in `content`, and nothing in the envelope."""

    content: Content | None = None
    # When the mail must have come, by the clock of the loop.
    _until = 0.0

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it so
        """Let the library answer, and keep from it what it would keep as lines."""
        if self.envelope and self.envelope.rcpt_tos and not arg:
            self.content = Content(self.data_size_limit or 0)
            self._until = self.loop.time() + LONGEST
            self.data_received(await self._sent_early())
        try:
            await super().smtp_DATA(arg)
        finally:
            if self.content:
                self.content.close()
            self.content = None

    def data_received(self, data: bytes) -> None:
        """Take a piece of a mail, or hand on what is none."""
        if self.content is None or self.content.is_whole:
            super().data_received(data)
            return
        # The library counts from the last command; a mail lives as long as pieces of it come
        # (RFC 5321 section 4.5.3.2.5).
        if self.loop.time() < self._until:
            self._reset_timeout()
        rest = self.content.take(data)
        if rest is not None:
            super().data_received(b".\r\n" + rest)

    async def _sent_early(self) -> bytes:
        """Return what came before anybody asked for it; reading waits only where nothing lies."""
        self._reader.feed_data(b"\n")
        return (await self._reader.read(_EVERYTHING))[:-1]
