# SPDX-License-Identifier: AGPL-3.0-or-later
"""What wrote a mail: a person, an absent person's program, a mail system, a list, ourselves.

Nothing but a mail of a person is ever answered by a machine (RFC 3834 section 2), and the rule that
says so has a name that people can read on the mail.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tresen.mail.reading.bounces import is_plain_bounce
from tresen.mail.reading.machine_words import (
    ABSENT_SUBJECTS,
    MACHINE_PREFIXES,
    MACHINE_SUFFIXES,
    RECEIPT_SUBJECTS,
    REPLY_MARKS,
)
from tresen.mail.records import Mail

LOOP_HEADER = "x-tresen-loop"
"""The field that each of our mails carries; its value names the desk that sent it."""

_LIST_HEADERS = ("list-id", "list-post", "list-help", "mailing-list", "x-mailing-list")
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "auto-reply")
_WORD = re.compile(r"[a-z-]+")


class MailKind(StrEnum):
    """Who or what wrote a mail."""

    PERSON = "person"
    AUTO_REPLY = "auto-reply"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LIST = "list"
    BULK = "bulk"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of a mail and the name of the rule that said so; empty for a person."""

    kind: MailKind
    rule: str = ""

    @property
    def may_be_answered(self) -> bool:
        """Whether a machine may answer it; people may answer any mail."""
        return self.kind is MailKind.PERSON


def classify(
    mail: Mail, loop_mark: str = "", is_own_id: Callable[[str], bool] = lambda _: False
) -> Verdict:
    """The verdict of the first rule that fits.

    ``loop_mark`` is what our own mails carry in ``LOOP_HEADER``; ``is_own_id`` tells whether a
    Message-ID is one that we signed.
    """
    if (loop_mark and mail.header(LOOP_HEADER) == loop_mark) or is_own_id(mail.message_id):
        return Verdict(MailKind.OWN, "own-mail")
    fitting = (Verdict(kind, rule) for rule, kind, fits in _RULES if fits(mail))
    return next(fitting, Verdict(MailKind.PERSON))


def _is_report(kind: str) -> Callable[[Mail], bool]:
    """A multipart/report of this kind (RFC 6522)."""

    def fits(mail: Mail) -> bool:
        content_type = mail.header("content-type").lower()
        return "multipart/report" in content_type and kind in content_type

    return fits


def _auto_submitted(mail: Mail) -> str:
    """The keyword of Auto-Submitted (RFC 3834 section 5); empty for ``no``."""
    word = _WORD.match(mail.header("auto-submitted").lower())
    return word[0] if word and word[0] != "no" else ""


def _suppresses(mail: Mail) -> bool:
    """Whether Exchange was told that no answer is wanted (MS-OXCMAIL section 2.1.3.2.20)."""
    words = set(_WORD.findall(mail.header("x-auto-response-suppress").lower()))
    return not words.isdisjoint({"all", "autoreply", "oof"})


def _precedence(*words: str) -> Callable[[Mail], bool]:
    return lambda mail: mail.header("precedence").lower().strip() in words


def _subject_begins(words: tuple[str, ...]) -> Callable[[Mail], bool]:
    """An answer of a person to such a mail begins with ``Re:`` and does not fit."""

    def fits(mail: Mail) -> bool:
        subject = mail.subject.lower()
        return subject.startswith(words) and not subject.startswith(REPLY_MARKS)

    return fits


def _has_machine_sender(mail: Mail) -> bool:
    local = (mail.sender.email if mail.sender else "").lower().partition("@")[0]
    return local.startswith(MACHINE_PREFIXES) or local.endswith(MACHINE_SUFFIXES)


def _has_any(names: tuple[str, ...]) -> Callable[[Mail], bool]:
    return lambda mail: any(mail.has_header(name) for name in names)


_RULES: tuple[tuple[str, MailKind, Callable[[Mail], bool]], ...] = (
    ("delivery-report", MailKind.BOUNCE, lambda mail: bool(mail.bounces)),
    ("delivery-report", MailKind.BOUNCE, _is_report("delivery-status")),
    ("bounce-without-report", MailKind.BOUNCE, is_plain_bounce),
    ("read-receipt", MailKind.AUTO_REPLY, _is_report("disposition-notification")),
    ("feedback-report", MailKind.AUTOMATIC, _is_report("feedback-report")),
    ("auto-replied", MailKind.AUTO_REPLY, lambda mail: _auto_submitted(mail) == "auto-replied"),
    ("absence-subject", MailKind.AUTO_REPLY, _subject_begins(ABSENT_SUBJECTS)),
    ("receipt-subject", MailKind.AUTO_REPLY, _subject_begins(RECEIPT_SUBJECTS)),
    ("auto-reply-header", MailKind.AUTO_REPLY, _has_any(_AUTO_HEADERS)),
    ("auto-reply-precedence", MailKind.AUTO_REPLY, _precedence("auto_reply", "auto-reply")),
    ("list-header", MailKind.LIST, _has_any(_LIST_HEADERS)),
    ("list-precedence", MailKind.LIST, _precedence("list")),
    ("bulk-precedence", MailKind.BULK, _precedence("bulk", "junk")),
    ("unsubscribe-header", MailKind.BULK, _has_any(("list-unsubscribe", "feedback-id"))),
    ("auto-submitted", MailKind.AUTOMATIC, lambda mail: bool(_auto_submitted(mail))),
    ("response-suppressed", MailKind.AUTOMATIC, _suppresses),
    ("empty-return-path", MailKind.AUTOMATIC, lambda mail: mail.return_path == ""),
    ("machine-sender", MailKind.AUTOMATIC, _has_machine_sender),
    ("loop-header", MailKind.AUTOMATIC, _has_any(("x-loop", LOOP_HEADER))),
)
"""Name, kind and test of each rule; the first that fits counts."""
