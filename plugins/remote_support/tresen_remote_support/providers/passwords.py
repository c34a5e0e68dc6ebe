# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells a password from what may be kept: none is ever stored."""

import re
from urllib.parse import unquote

# A name for a secret with something behind it, in an address or in words.
_NAMED = re.compile(
    r"(?<![^\W\d_])(password|passwort|passphrase|passwd|pass|kennwort|pwd|pin|secret|token|credential)"
    r"(?![^\W\d_])\s*[:=]",
    re.IGNORECASE,
)
# A name and a password before a host.
_BEFORE_HOST = re.compile(r"//[^/?#@\s]*:[^/?#@\s]*@")
# The place of an entry in a vault has parts: safe/customer/entry.
_PLACE = re.compile(r"[\w.\-]+([/:][\w.\- ]+)+")
# Encoded more often nobody writes it by accident.
_DEPTH = 3


def is_betrayed(text: str) -> bool:
    """Tell whether the text names a password and what it is, however it is encoded."""
    for _each in range(_DEPTH):
        if _NAMED.search(text) or _BEFORE_HOST.search(text):
            return True
        text = unquote(text)
    return False


def is_place(text: str) -> bool:
    """Tell whether the text is the place of a vault's entry, rather than what stands there."""
    return _PLACE.fullmatch(text) is not None and not is_betrayed(text)
