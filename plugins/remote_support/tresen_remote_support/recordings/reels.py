# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a recording as one file from its pieces, each from the database when it is asked for.

Nothing of it is open between two reads: whoever watches slowly holds no connection.
"""

from bisect import bisect_right
from collections.abc import Sequence
from io import SEEK_CUR, SEEK_END, RawIOBase

from tresen.sdk import Core, Missing, desk_for

from tresen_remote_support.recordings import queries
from tresen_remote_support.recordings.queries import Stretch


class Reel(RawIOBase):
    """The bytes of a recording; what is deleted while it is read ends there."""

    def __init__(self, core: Core, head: bytes, stretches: Sequence[Stretch]) -> None:
        super().__init__()
        self.core, self.stretches = core, stretches
        self.begins = [each.begins for each in stretches]
        self.length = stretches[-1].ends if stretches else 0
        self.at = 0
        # The stretch that was read last, with its bytes.
        self.known: tuple[int, bytes] = (0, head)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that one can go anywhere."""
        return True

    def tell(self) -> int:
        """Return where the next byte comes from."""
        return self.at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        start = {SEEK_CUR: self.at, SEEK_END: self.length}.get(whence, 0)
        self.at = max(0, start + offset)
        return self.at

    def read(self, size: int = -1) -> bytes:
        """Return bytes up to the end of a piece, at most `size`; none at the end."""
        if self.at >= self.length:
            return b""
        stretch = self.stretches[bisect_right(self.begins, self.at) - 1]
        body = self._body(stretch)
        start = self.at - stretch.begins
        found = body[start : start + size] if size >= 0 else body[start:]
        self.at += len(found)
        return found

    def _body(self, stretch: Stretch) -> bytes:
        if self.known[0] != stretch.piece_id:
            with desk_for(self.core) as desk:
                try:
                    self.known = stretch.piece_id, queries.body(desk, stretch.piece_id)
                except Missing:
                    self.known = stretch.piece_id, b""
        return self.known[1]
