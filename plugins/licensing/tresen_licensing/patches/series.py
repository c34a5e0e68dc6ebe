# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads patches as `git format-patch` writes and `git send-email` mails them.

Taken are a mailbox of several, one mail, and mails that carry patches as attachments; the order is
that of their numbers, `[PATCH 2/3]`.
"""

import mailbox
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dulwich.patch import mailinfo, parse_unified_diff
from tresen.sdk import Refused, _

from tresen_licensing.patches.identity import stable_id
from tresen_licensing.patches.paths import sides
from tresen_licensing.patches.unfolding import unfolded_size

# As many bytes, and as many patches, as a review can still be asked of anybody.
MOST_BYTES = 10 * 1024 * 1024
MOST_PATCHES = 200
# Bytes of all files that are no texts, unfolded: what is sent small may swell without an end.
MOST_UNFOLDED = 100 * 1024 * 1024
_NUMBERED = re.compile(r"\[[^\]]*?\bPATCH\b[^\]]*?(\d{1,9})/(\d{1,9})\s*\]")
_BASE = re.compile(rb"^base-commit: ([0-9a-f]{40})\s*$", re.MULTILINE)
_SIGNED = re.compile(r"^Signed-off-by:\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_PATCH_FILE = (".patch", ".diff")
# Bytes of any encoding come back from it as they were.
_BYTEWISE = "latin-1"


@dataclass(frozen=True)
class PatchText:
    """One patch: who made it, what they say of it, and the diff as it was sent.

    `signed_off` are the addresses of its sign-offs, `paths` the files it touches, `added` and
    `removed` count lines.
    """

    subject: str
    message: str
    author_name: str
    author_address: str
    authored_at: datetime | None
    signed_off: tuple[str, ...]
    diff: bytes
    patch_id: str
    paths: tuple[str, ...]
    added: int
    removed: int


@dataclass(frozen=True)
class Series:
    """Patches in the order of applying, and the commit that they stand on where it is said."""

    patches: tuple[PatchText, ...]
    base: str


def read_series(bodies: Sequence[bytes]) -> Series:
    """Return the patches of one or several files or mails.

    Raises Refused for what holds none, for a series with a gap, and for one that is too large.
    """
    if sum(map(len, bodies)) > MOST_BYTES:
        raise Refused(_("Patches of more than 10 MB are too large: split them."))
    mails = [mail for body in bodies for mail in _mails(body)]
    found = [(_number_of(mail), mail) for mail in mails]
    _demand_whole([number for number, _mail in found])
    ordered = [mail for _number, mail in sorted(found, key=lambda each: each[0])]
    patches = [each for mail in ordered if (each := _patch(mail)) is not None]
    if not patches:
        raise Refused(_("No patch was found. “git format-patch” writes what can be read here."))
    if len(patches) > MOST_PATCHES:
        raise Refused(_("A series of more than 200 patches is too long: split it."))
    _demand_small(patches)
    bases = [each for mail in ordered for each in _BASE.findall(_payload(mail))]
    return Series(tuple(patches), bases[-1].decode() if bases else "")


def attached_to(mail: Message) -> list[bytes]:
    """Return the bytes of each file of patches that a mail holds."""
    found = (
        part.get_payload(decode=True)
        for part in mail.walk()
        if (part.get_filename() or "").lower().endswith(_PATCH_FILE)
    )
    return [each for each in found if isinstance(each, bytes)]


def _mails(body: bytes) -> list[EmailMessage]:
    """Return the mails of a mailbox or a single one; of attached patches, these."""
    plain = _without_returns(body.lstrip(b"\r\n"))
    whole = _of_mailbox(plain) if plain.startswith(b"From ") else [plain]
    parser: BytesParser[EmailMessage] = BytesParser(policy=policy.default)
    return [inner for each in whole for inner in _attached(parser.parsebytes(each))]


def _without_returns(body: bytes) -> bytes:
    """Return a mail with plain ends of lines; where its head has them, a diff's own ones stay."""
    is_sent = body.partition(b"\n")[0].endswith(b"\r")
    return body.replace(b"\r\n", b"\n") if is_sent else body


def _of_mailbox(body: bytes) -> list[bytes]:
    # The library reads mailboxes from files alone.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "series"
        path.write_bytes(body)
        box = mailbox.mbox(path)
        try:
            return [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118 - a mailbox is no dict
        finally:
            box.close()


def _attached(mail: EmailMessage) -> list[EmailMessage]:
    """Return the patches that hang on a mail; the mail itself where there are none."""
    if not mail.is_multipart():
        return [mail]
    return [inner for body in attached_to(mail) for inner in _mails(body)]


def _number_of(mail: EmailMessage) -> tuple[int, int]:
    found = _NUMBERED.search(str(mail.get("Subject", "")))
    return (int(found[1]), int(found[2])) if found else (1, 1)


def _demand_whole(numbers: Sequence[tuple[int, int]]) -> None:
    """Raise Refused where a numbered series lacks one; the cover letter, 0, may be missing."""
    counted = [each for each in numbers if each[1] > 1 or each[0] == 0]
    if not counted:
        return
    totals = {total for _number, total in counted}
    if len(totals) > 1:
        raise Refused(_("These patches are of different series: send one at a time."))
    had, total = {number for number, _total in counted}, totals.pop()
    if total > MOST_PATCHES:
        raise Refused(_("A series of more than 200 patches is too long: split it."))
    gone = [str(each) for each in range(1, total + 1) if each not in had]
    if gone:
        raise Refused(_("Of this series, these are missing: %(list)s.") % {"list": ", ".join(gone)})


def _demand_small(patches: Sequence[PatchText]) -> None:
    """Raise Refused for patches whose files become large once they are unfolded."""
    total = 0
    for patch in patches:
        for each in parse_unified_diff(patch.diff):
            total += unfolded_size(each, MOST_UNFOLDED)
            if total > MOST_UNFOLDED:
                raise Refused(_("These patches unfold to more than 100 MB: leave large files out."))


def _payload(mail: EmailMessage) -> bytes:
    body = mail.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _patch(mail: EmailMessage) -> PatchText | None:
    """Return the patch of a mail; None for one without a diff, such as a cover letter."""
    if b"\ndiff --git " not in b"\n" + _payload(mail):
        return None
    try:
        info = mailinfo(_dated(mail), encoding=_BYTEWISE)
    except (ValueError, IndexError, AttributeError) as error:
        # The library stumbles over addresses that are cut off.
        raise Refused(_("A patch does not say who made it: “From:” is missing.")) from error
    diff = _diff_of(info.patch.encode(_BYTEWISE))
    name, address, message = _author(info.author_name, info.author_email, info.message)
    signed = tuple(parseaddr(each)[1].lower() for each in _SIGNED.findall(message))
    counts = [line[:1] for line in diff.split(b"\n") if not line.startswith((b"+++ ", b"--- "))]
    return PatchText(
        subject=info.subject.strip(),
        message=message,
        author_name=name[:200],
        author_address=address[:320].lower(),
        authored_at=_moment(info.author_date),
        signed_off=signed,
        diff=diff,
        patch_id=stable_id(diff),
        paths=_paths(diff),
        added=counts.count(b"+"),
        removed=counts.count(b"-"),
    )


def _dated(mail: EmailMessage) -> EmailMessage:
    """Return a mail without a date that nobody can reckon with: the library stumbles over it."""
    try:
        mail.get("Date")
    except (ValueError, OverflowError):
        del mail["Date"]
    return mail


def _author(name: str, address: str, message: str) -> tuple[str, str, str]:
    """Return author and message; a first line `From:` names another author than the sender."""
    text = message.encode(_BYTEWISE).decode("utf-8", "replace")
    first, _newline, rest = text.partition("\n")
    if first.startswith("From: "):
        name, address = parseaddr(first.removeprefix("From: "))
        text = rest.lstrip("\n")
    return name, address, text


def _diff_of(patch: bytes) -> bytes:
    """Return what follows the summary of a patch, from the first file on, without the base."""
    begin = (b"\n" + patch).find(b"\ndiff --git ")
    diff = _BASE.sub(b"", patch[begin:])
    return diff.rstrip(b"\n") + b"\n"


def _paths(diff: bytes) -> tuple[str, ...]:
    """Return the paths that a diff touches; raises Refused for one that cannot be read."""
    try:
        files = parse_unified_diff(diff)
    except (ValueError, IndexError) as error:
        raise Refused(_("A patch is broken: its diff cannot be read.")) from error
    found = {path for each in files for path in sides(each) if path}
    return tuple(sorted(path.decode("utf-8", "replace") for path in found))


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(text)) if text else None
    except (ValueError, OverflowError):
        return None
    # A date without a zone says nothing of the moment, and git knows none before 1970.
    is_known = moment is not None and moment.tzinfo and moment.timestamp() >= 0
    return moment if is_known else None
