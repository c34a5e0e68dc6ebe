# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process that reads mails: ``python -m tresen.mail.reading.child MEMORY SECONDS``.

Takes frames of raw mails on standard input and answers each with a frame on standard output. It
limits its own memory (bytes) and processor time per mail (seconds), and holds no secret.
"""

import os
import resource
import sys
from typing import BinaryIO

from tresen.mail.reading.frames import LENGTH, pack_failure, pack_mail
from tresen.mail.reading.parse import parse

OUT_OF_MEMORY = 3
"""Exit status after a mail that did not fit in memory: the heap may be in pieces."""

MEMORY = "memory"
"""The reason told for such a mail."""


def serve(source: BinaryIO, target: BinaryIO, seconds: int) -> int:
    """Read and answer until the input ends; the exit status."""
    while True:
        length = source.read(LENGTH.size)
        if len(length) < LENGTH.size:
            return 0
        _allow_seconds(seconds)
        try:
            _send(target, pack_mail(parse(source.read(LENGTH.unpack(length)[0]))))
        except MemoryError:
            _send(target, pack_failure(MEMORY))
            return OUT_OF_MEMORY


def _send(target: BinaryIO, pieces: list[bytes]) -> None:
    for piece in pieces:
        target.write(piece)
    target.flush()


def _allow_seconds(seconds: int) -> None:
    """Move the limit of processor time, which counts whole seconds from the start of the process.

    A mail gets up to a second less than it may have, never more.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + max(seconds, 1)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def main(memory: int, seconds: int) -> int:
    """Limit this process and serve on its standard streams."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(0, "rb", buffering=1 << 16) as source, os.fdopen(1, "wb", 1 << 16) as target:
        return serve(source, target, seconds)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
