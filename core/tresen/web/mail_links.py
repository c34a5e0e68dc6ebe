# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decides which addresses in foreign HTML may be linked to and which may be shown as images.

Why: every address that stays in a message is one the reader's browser may be led to.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

# A browser drops these before it reads an address (URL Standard, 4.4), so `java\tscript:` is one.
_DROPPED = re.compile(r"[\t\n\r]")
_EDGES = "".join(map(chr, range(0x21)))
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\x00-\x1f\x7f]+", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//[^\x00-\x1f\x7f]+", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[a-z0-9+/]+={0,2}", re.IGNORECASE)
_MAX_ADDRESS = 8_000


def safe_link(address: str) -> str | None:
    """Return `address` when it is an http, https, mailto or tel address, else None."""
    cleaned = _DROPPED.sub("", address).strip(_EDGES).replace(" ", "%20")
    return cleaned if len(cleaned) <= _MAX_ADDRESS and _LINK.fullmatch(cleaned) else None


@dataclass(slots=True)
class ImageSources:
    """The images that one message may show.

    `own` maps Content-IDs (without angle brackets) of this message's parts to their addresses.
    `remote` turns a remote address into the one to load, or None; while there is no `remote`, and
    where it gives None, the image is counted in `blocked` and not loaded.
    """

    own: Mapping[str, str]
    remote: Callable[[str], str | None] | None = None
    blocked: int = 0
    _granted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._granted |= set(self.own.values())

    def safe_source(self, address: str) -> str | None:
        """Return the address to load for the image `address`, None when it may not be loaded."""
        cleaned = _DROPPED.sub("", address).strip(_EDGES)
        if cleaned in self._granted or _EMBEDDED.fullmatch(cleaned):
            return cleaned
        if cleaned[:4].lower() == "cid:":
            return self.own.get(cleaned[4:]) or self.own.get(unquote(cleaned[4:]))
        if _REMOTE.fullmatch(cleaned):
            return self._remote_source(cleaned.replace(" ", "%20"))
        return None

    def _remote_source(self, address: str) -> str | None:
        if self.remote is None:
            self.blocked += 1
            return None
        source = self.remote("https:" + address if address.startswith("//") else address)
        if source is None:
            self.blocked += 1
        else:
            self._granted.add(source)
        return source
