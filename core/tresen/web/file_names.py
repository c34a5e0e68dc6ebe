# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cleans the names that strangers give to files, for showing and for saving under.

Why: a name is text from outside too; it may carry paths, controls or a device's name. Files are
stored under ids of our own, so a name never reaches our own file system.
"""

import re
import unicodedata
from urllib.parse import quote

from werkzeug.datastructures import Headers

MAX_NAME = 120  # characters
_MAX_BYTES = 240  # the usual limit of file systems is 255
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_DRIVE = re.compile(r"^[A-Za-z]:")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(?=\.|$)", re.I)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_file_name(name: str, otherwise: str = "file") -> str:
    """Return the last part of `name` as any system may save it, `otherwise` if nothing is left.

    Cleaning comes after Unicode normalisation (NFKC), so that no look-alike of a slash or a dot
    turns into one later. The result is stable: cleaning it again changes nothing.
    """
    flat = unicodedata.normalize("NFKC", name[: 20 * MAX_NAME]).replace("\\", "/")
    flat = "".join(c if unicodedata.category(c) not in _UNSEEN else " " for c in flat)
    last = _DRIVE.sub("", flat.rstrip("/ .").rpartition("/")[2], count=1)
    clean = " ".join(_FORBIDDEN.sub("_", last).split())
    return _shortened(_undotted(clean)) or otherwise


def _undotted(name: str) -> str:
    stripped = name.strip(". ~")
    return f"_{stripped}" if _DEVICE.match(stripped) else stripped


def _shortened(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    tail = dot + suffix if stem and len(suffix) <= 10 else ""
    head = name[: len(name) - len(tail)]
    head = head[: MAX_NAME - len(tail)]
    while len((head + tail).encode()) > _MAX_BYTES:
        head = head[:-1]
    return head.rstrip(". ") + tail


def content_disposition(name: str, *, is_inline: bool = False) -> str:
    """Return the header's value for a file of that name (RFC 6266, with RFC 8187 for non-ASCII)."""
    clean = clean_file_name(name)
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    names = {"filename": clean_file_name(plain)}
    if plain != clean:
        names["filename*"] = f"UTF-8''{quote(clean, safe='')}"
    headers = Headers()
    headers.set("Content-Disposition", "inline" if is_inline else "attachment", **names)
    return headers["Content-Disposition"]
