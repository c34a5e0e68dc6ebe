# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's own mail server: takes every mail on loopback, keeps it as a file, sends it nowhere.

So a reply in the demo is really delivered over SMTP, and can be looked at where it arrived.
"""

import itertools
import socket
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Keeper:
    """Writes each mail that was taken into the folder, numbered in the order they came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = (int(file.stem) for file in folder.glob("*.eml") if file.stem.isdecimal())
        # After the last and not by their count, so that tidying the folder overwrites no mail.
        self.numbers = itertools.count(max(kept, default=0) + 1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        """Keep one mail; the reply names its file."""
        file = self.folder / f"{next(self.numbers):05}.eml"
        file.write_bytes(envelope.original_content or b"")
        return f"250 kept as {file.name}, not sent any further"


def open_sink(folder: Path, port: int = 0) -> tuple[Controller, int]:
    """Start the server in a thread; return it with its port (`stop` ends it).

    Port 0 lets the system choose a free one.
    """
    controller = Controller(Keeper(folder), hostname=HOST, port=port or free_port())
    controller.start()
    return controller, controller.port


def free_port(*wanted: int) -> int:
    """Return the first of the wanted ports that nobody listens on, else any free one."""
    for port in (*wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("No port is free on this machine.")
