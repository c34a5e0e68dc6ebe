# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that stand uuencoded in the text of a mail: taken out as parts.

Old programs and some industrial controllers still send their logs this way.
"""

import re

from tresen.mail.reading.transfer import decode_uu
from tresen.mail.records import MailPart

_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,200})\Z")


def take_out_uuencoded(text: str) -> tuple[str, list[MailPart]]:
    """The text without complete uuencoded blocks, and their files."""
    if "\nend" not in text or ("\nbegin " not in text and not text.startswith("begin ")):
        return text, []
    kept: list[str] = []
    parts: list[MailPart] = []
    block: list[str] | None = None
    for line in text.split("\n"):
        if block is None:
            block = _opened(line, kept)
        elif line.strip() == "end":
            parts.append(_part(block))
            block = None
        elif _BEGIN.match(line.rstrip()):
            kept += block
            block = [line]
        else:
            block.append(line)
    return "\n".join(kept + (block or [])), parts


def _opened(line: str, kept: list[str]) -> list[str] | None:
    if _BEGIN.match(line.rstrip()):
        return [line]
    kept.append(line)
    return None


def _part(block: list[str]) -> MailPart:
    name = _BEGIN.match(block[0].rstrip())
    lines = [line.rstrip("\r").encode("ascii", "replace") for line in block[1:]]
    return MailPart(name[1] if name else "", "application/octet-stream", decode_uu(lines))
