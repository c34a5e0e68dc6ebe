# SPDX-License-Identifier: AGPL-3.0-or-later
"""Takes patches out of mails as they came in: what mail servers wrote on their way stays behind.

A series that is public bears who made it and when, and nobody's servers.
"""

from email import policy
from email.message import Message
from email.parser import BytesParser

from tresen_licensing.patches.series import attached_to

# What a patch needs of a mail's head.
_KEPT = ("from", "date", "subject", "mime-version", "content-type", "content-transfer-encoding")
_DIFF = b"\ndiff --git "
_PLAIN = policy.compat32.clone(linesep="\n", mangle_from_=False)


def patches_of(raw: bytes) -> list[bytes]:
    """Return the patches of a mail: those that hang on it, or else itself; none of other mails."""
    mail = BytesParser(policy=_PLAIN).parsebytes(raw)
    if attached := attached_to(mail):
        return attached
    return [] if mail.is_multipart() or not _is_patch(mail) else [_without_way(mail)]


def title_of(raw: bytes) -> str:
    """Return the subject of a mail."""
    mail = BytesParser(policy=policy.default).parsebytes(raw, headersonly=True)
    return " ".join(str(mail.get("Subject", "")).split())


def _is_patch(mail: Message) -> bool:
    body = mail.get_payload(decode=True)
    return isinstance(body, bytes) and _DIFF in b"\n" + body.replace(b"\r\n", b"\n")


def _without_way(mail: Message) -> bytes:
    for name in {name for name in mail if name.lower() not in _KEPT}:
        del mail[name]
    return mail.as_bytes(policy=_PLAIN)
