# SPDX-License-Identifier: AGPL-3.0-or-later
"""File names of parts: the sender's, cleaned of what no screen or disk should get, or made up.

A part without a name would be lost to the person who looks for it.
"""

import mimetypes
import re

from tresen.web.text import one_line

_PATH = re.compile(r"[/\\]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_KNOWN = {
    "application/octet-stream": ".bin",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/x-pkcs7-mime": ".p7m",
}
_TYPES = mimetypes.MimeTypes()
MAX_NAME = 200
"""Characters of a file name; most file systems allow 255 bytes."""


def file_name(given: str, media_type: str, number: int) -> str:
    """The last component of the given name, bounded with its ending kept, or ``part-3.pdf``."""
    name = one_line(_INVISIBLE.sub("", given), None)
    name = _PATH.split(name.rstrip("/\\"))[-1].strip(". ")
    if not name:
        return f"part-{number}{_ending(media_type)}"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= MAX_NAME or not dot or len(ending) > 20:
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"


def _ending(media_type: str) -> str:
    return _KNOWN.get(media_type) or _TYPES.guess_extension(media_type) or ".bin"
