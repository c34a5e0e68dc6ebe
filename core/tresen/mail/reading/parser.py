# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads mails in a child process that may be slow, grow or die without harm to the desk.

The child lives on from mail to mail, because starting it takes as long as reading a hundred.
"""

import math
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from io import BytesIO
from types import TracebackType
from typing import IO, Self

from tresen.mail.reading.child import MEMORY
from tresen.mail.reading.frames import LENGTH, read_mail
from tresen.mail.records import Mail

_SLICE = 1 << 20
# Mails sent ahead of the one that is waited for.
_AHEAD = 16
_CPU_SIGNAL = signal.SIGXCPU
_MOST_TIMES, _MOST_BYTES = 10, 64 << 20
_OUT_OF_MEMORY = "reading the mail took more than {} MB of memory"
_KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LANG", "LC_ALL")


class ParseFailed(Exception):  # noqa: N818 - named as an event, like the other errors of the desk
    """A mail could not be read; ``reason`` is ``time``, ``memory``, ``crashed`` or ``answer``."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class _Delayed(ParseFailed):
    """The time ran out before the mail had used up its own: the machine was busy."""


class Parser:
    """One child process, taken in turn by any number of threads.

    ``seconds`` is the processor time for one mail; on a busy machine it may wait ``PATIENCE`` times
    as long for it, and once more with a fresh child. ``memory`` is the address space of the child
    in bytes, ``mails`` how many it reads before a fresh one takes over.
    """

    SECONDS = 5.0
    # Twice this and the seconds of a batch stay below the lease of a mail.
    PATIENCE = 4
    MEMORY = 300 << 20

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY, mails: int = 1_000) -> None:
        self._seconds = seconds
        self._memory = memory
        self._mails = mails
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child; the next mail would start another."""
        with self._lock:
            self._end()

    def parse(self, raw: bytes) -> Mail:
        """The mail in these bytes. Raises ParseFailed where the child did not manage."""
        (read,) = self.parse_all([raw])
        if isinstance(read, ParseFailed):
            raise read
        return read

    def parse_all(
        self, raws: Sequence[bytes], seconds: float = math.inf
    ) -> list[Mail | ParseFailed]:
        """The mails in their order, as many as are read in so many seconds, at least one.

        Each has time and memory of its own; one that fails costs itself and a fresh child. The
        next ones lie in the pipe meanwhile, so that the child need not wait for them.
        """
        started, done = time.monotonic(), list[Mail | ParseFailed]()
        with self._lock:
            while len(done) < len(raws) and (not done or time.monotonic() - started < seconds):
                done.append(self._next(raws[len(done) : len(done) + _AHEAD]))
            if self._child and self._child.in_flight:
                self._end()
        return done

    def _next(self, raws: Sequence[bytes]) -> Mail | ParseFailed:
        found = self._try(raws)
        return self._try(raws) if isinstance(found, _Delayed) else found

    def _try(self, raws: Sequence[bytes]) -> Mail | ParseFailed:
        """The first of the mails; the others are sent ahead."""
        child = self._ready_child()
        for raw in raws[child.in_flight :]:
            if child.sent < self._mails:
                child.send(raw)
        try:
            answer = child.answer(len(raws[0]), time.monotonic() + self.PATIENCE * self._seconds)
        except ParseFailed as failure:
            self._end()
            return failure
        except BaseException:
            self._end()
            raise
        if isinstance(answer, Mail):
            return answer
        self._end()
        return ParseFailed(MEMORY, _OUT_OF_MEMORY.format(self._memory >> 20))

    def _ready_child(self) -> "_Child":
        if self._child and (self._child.answered >= self._mails or not self._child.is_alive()):
            self._end()
        self._child = self._child or _Child(self._memory, int(self._seconds))
        return self._child

    def _end(self) -> None:
        if self._child:
            self._child.end()
        self._child = None


class _Child:
    """The running process and its two pipes."""

    def __init__(self, memory: int, seconds: int) -> None:
        self.sent = self.answered = 0
        self._unsent = deque[memoryview]()
        self._process = subprocess.Popen(  # noqa: S603 - our own module, numbers as arguments
            [sys.executable, "-P", "-m", "tresen.mail.reading.child", str(memory), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
            cwd="/",
            process_group=0,
            bufsize=0,
        )
        self._input = _descriptor(self._process.stdin)
        self._output = _descriptor(self._process.stdout)
        os.set_blocking(self._input, False)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def in_flight(self) -> int:
        """How many mails it was sent and has not answered."""
        return self.sent - self.answered

    def send(self, raw: bytes) -> None:
        """Put a mail into the pipe, as soon as there is room while an answer is waited for."""
        self.sent += 1
        self._unsent.append(memoryview(LENGTH.pack(len(raw)) + raw[:_SLICE]))
        if len(raw) > _SLICE:
            self._unsent.append(memoryview(raw)[_SLICE:])

    def answer(self, length: int, deadline: float) -> Mail | str:
        """The next mail, of so many bytes, or the reason of a failure that the child told."""
        size = LENGTH.unpack(self._read(LENGTH.size, deadline))[0]
        if size > _MOST_TIMES * length + _MOST_BYTES:
            raise ParseFailed("answer", "the child process answered more than a mail can hold")
        self.answered += 1
        try:
            return read_mail(lambda count: self._read(count, deadline), size)
        except ValueError as error:
            raise ParseFailed("answer", f"the child process answered nonsense: {error}") from error

    def _write(self) -> None:
        view = self._unsent.popleft()
        try:
            rest = view[os.write(self._input, view[:_SLICE]) :]
        except BlockingIOError:
            rest = view
        except BrokenPipeError:
            # What it told before it died, or that it told nothing, is read on the other pipe.
            return self._unsent.clear()
        if rest:
            self._unsent.appendleft(rest)
        return None

    def _read(self, size: int, deadline: float) -> bytes:
        data = BytesIO()
        while data.tell() < size:
            self._wait(deadline)
            piece = os.read(self._output, min(_SLICE, size - data.tell()))
            if not piece:
                raise self._crashed()
            data.write(piece)
        # Of a buffer that is full this is no copy.
        return data.getvalue()

    def _wait(self, deadline: float) -> None:
        """Send what there is to send until there is something to read."""
        while True:
            waiting = select.poll()
            waiting.register(self._output, select.POLLIN)
            if self._unsent:
                waiting.register(self._input, select.POLLOUT)
            left = deadline - time.monotonic()
            ready = dict(waiting.poll(left * 1_000)) if left > 0 else {}
            if not ready:
                raise _Delayed("time", "reading the mail took longer than it may")
            if self._output in ready:
                return
            self._write()

    def _crashed(self) -> ParseFailed:
        status = self._process.wait()
        if status == -_CPU_SIGNAL:
            return ParseFailed("time", "reading the mail took more processor time than it may")
        return ParseFailed("crashed", f"the process that reads mails ended with status {status}")


def _descriptor(stream: IO[bytes] | None) -> int:
    if stream is None:
        raise ValueError("the child process was started without a pipe")
    return stream.fileno()
