# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes a contribution as `git format-patch --base --cover-letter` does, a file for each patch."""

import re
from collections.abc import Sequence
from email.header import Header
from email.utils import format_datetime

from tresen_licensing.forges.records import Contribution
from tresen_licensing.forges.trailers import KEY, with_trailer
from tresen_licensing.patches.series import PatchText

# git writes a fixed day there, by which mail programs tell the file's kind.
FROM = "From {commit} Mon Sep 17 00:00:00 2001\n"
NOBODY = "0" * 40
_PLAIN = re.compile(r"[^A-Za-z0-9]+")
# A file's name is not longer than git makes it.
LONGEST_NAME = 52


def files(wanted: Contribution) -> list[tuple[str, bytes]]:
    """Return name and bytes of the cover letter and of each patch, in their order."""
    patches = with_trailer(wanted.patches, wanted.reference)
    title = subject(0, len(patches), wanted.title, wanted.version)
    head = _head(patches[0], title, named=False)
    found = [("0000-cover-letter.patch", head.encode() + b"\n" + cover(wanted).encode())]
    for number, patch in enumerate(patches, start=1):
        name = f"{number:04}-{_PLAIN.sub('-', patch.subject).strip('-')[:LONGEST_NAME]}.patch"
        title = subject(number, len(patches), patch.subject, wanted.version)
        head = _head(patch, title, named=True)
        found.append((name, head.encode() + b"\n" + _below(patch)))
    return found


def cover(wanted: Contribution) -> str:
    """Return the text of the cover letter: words, what is new, patches, trailer and base."""
    patches = with_trailer(wanted.patches, wanted.reference)
    titles = "\n".join(f"  {each.subject}" for each in patches)
    added, removed = summed(patches)
    words = [wanted.text.strip()]
    if wanted.version > 1:
        words.append(f"Changes since v{wanted.version - 1}:\n\n{wanted.news.strip()}")
    return (
        "\n\n".join([*words, titles, f"+{added} -{removed}"])
        + f"\n\n{KEY}: {wanted.reference}\n\nbase-commit: {wanted.base}\n"
    )


def mail_body(patch: PatchText, number: int, total: int, version: int = 1) -> bytes:
    """Return a patch as the text of a mail; who made it and its subject stand inside.

    `git am` takes author, day and subject from there, whoever sent the mail.
    """
    title = subject(number, total, patch.subject, version)
    head = _head(patch, title, named=True, is_inside=True)
    return head.encode() + b"\n" + _below(patch)


def is_mailable(body: bytes) -> bool:
    """Tell whether mail leaves a text as it is: other bytes have to be attached."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return not any(sign in text for sign in ("\r", "\0", "\x0b", "\x0c"))


def subject(number: int, total: int, text: str, version: int = 1) -> str:
    """Return a subject as git numbers it; later versions bear theirs (`format-patch -v`)."""
    width, mark = len(str(total)), f" v{version}" if version > 1 else ""
    return f"[PATCH{mark} {number:0{width}}/{total}] {text}"


def _head(patch: PatchText, title: str, *, named: bool, is_inside: bool = False) -> str:
    lines = [] if is_inside else [FROM.format(commit=NOBODY).rstrip("\n")]
    if named:
        name = patch.author_name if is_inside else _encoded(patch.author_name)
        lines.append(f"From: {name} <{patch.author_address}>")
        if patch.authored_at:
            lines.append(f"Date: {format_datetime(patch.authored_at)}")
    lines.append(f"Subject: {title if is_inside else _encoded(title)}")
    if not is_inside:
        lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8"]
        lines.append("Content-Transfer-Encoding: 8bit")
    return "\n".join(lines) + "\n"


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode()


def _below(patch: PatchText) -> bytes:
    """Return what follows the head: message, mark, diff."""
    words = f"{patch.message.strip()}\n" if patch.message.strip() else ""
    return words.encode() + b"---\n" + patch.diff


def summed(patches: Sequence[PatchText]) -> tuple[int, int]:
    """Return how many lines patches put in and take out."""
    return sum(each.added for each in patches), sum(each.removed for each in patches)
