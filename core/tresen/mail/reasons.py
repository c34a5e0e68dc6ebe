# SPDX-License-Identifier: AGPL-3.0-or-later
"""Says in the reader's language why a mail is held or ignored, and why one did not go out.

What is stored begins with a key or with words of ours, so that every reader is told in theirs; what
a server, a plugin or a person said stays as it is.
"""

from tresen.i18n import lazy
from tresen.mail.models import KEPT, REFUSED, UNUSABLE
from tresen.mail.outcomes import CUT

# The key that a stored reason begins with, before a colon and details -> what is said.
REASONS = {
    "time": lazy("Reading it takes too long"),
    "memory": lazy("Reading it takes too much memory"),
    "crashed": lazy("Reading it ended the program that reads mails"),
    "answer": lazy("The program that reads mails gave no sensible answer"),
    "error": lazy("An error came up while it was taken in"),
    "killed": lazy("Taking it in ended the worker again and again"),
    "guessed-address": lazy("Too many mails went to reply addresses of no ticket"),
    "too-large": lazy("It is too large; only its header was taken"),
    "by-hand": lazy("Set aside by a person"),
    "duplicate": lazy("The same mail is here already"),
    "erased": lazy("Its sender was erased"),
    "ignored-sender": lazy("The settings say to ignore mail from this sender"),
    "own-mail": lazy("It is a mail of our own that came back"),
    "delivery-report": lazy("A report on a delivery"),
    "delivery-delayed": lazy("A report that a delivery takes longer"),
    "bounce-without-report": lazy("A mail that came back, without a report"),
    "bounce-of-unknown-mail": lazy("A report on a mail that is not ours"),
    "bounce-without-ticket": lazy("A report on a mail of no ticket"),
    "read-receipt": lazy("A read receipt"),
    "feedback-report": lazy("A report on unwanted mail"),
    "auto-replied": lazy("An automatic answer"),
    "absence-subject": lazy("The subject is that of an absence notice"),
    "receipt-subject": lazy("The subject is that of an automatic receipt"),
    "auto-reply-header": lazy("A header marks it as an automatic answer"),
    "auto-reply-precedence": lazy("Its precedence is that of an automatic answer"),
    "list-header": lazy("A header marks it as mail of a list"),
    "list-precedence": lazy("Its precedence is that of a list"),
    "bulk-precedence": lazy("Its precedence is that of bulk mail"),
    "unsubscribe-header": lazy("A header marks it as bulk mail"),
    "auto-submitted": lazy("A program sent it"),
    "response-suppressed": lazy("A header asks for no answer"),
    "empty-return-path": lazy("It has no return path, as mail of programs has none"),
    "machine-sender": lazy("Its sender is a program"),
    "loop-header": lazy("A header marks it as mail that went in a circle"),
}
# Keys whose details were written for the journal of a machine and say nothing more to a reader.
_WHOLE = frozenset({"time", "memory", "killed", "guessed-address"})
# What we write in place of a server's answer, and what stands before an error of a mailbox.
WORDS = {
    UNUSABLE: lazy("the mail server could not be used"),
    "the mail could not be written": lazy("the mail could not be written"),
    "the server's answer to DATA was lost": lazy("the server's answer to the mail was lost"),
    "not tried": lazy("not tried"),
    "this is no mail address": lazy("this is no mail address"),
    "nobody to send it to": lazy("nobody to send it to"),
    REFUSED.removesuffix(": "): lazy("refused"),
    KEPT.removesuffix(": "): lazy("stored, but not marked, moved or deleted"),
}


def reason_told(reason: str) -> str:
    """Return the stored reason of an incoming mail as a sentence for the reader."""
    whole, _sign, cut = reason.partition(f"; {CUT}")
    told = _told(whole)
    return f"{told}; {_told(CUT)}" if cut else told


def reply_told(reply: str) -> str:
    """Return a stored answer of a server, or an error, with our own words in the reader's."""
    code, _blank, text = reply.partition(" ")
    if not code.isdigit():
        code, text = "", reply
    words, colon, rest = text.partition(": ")
    if words not in WORDS:
        return reply
    return f"{code} {WORDS[words]}{colon}{rest}".strip()


def _told(reason: str) -> str:
    key, colon, details = reason.partition(":")
    if key not in REASONS:
        return reason
    details = "" if key in _WHOLE or key == CUT.removesuffix(":") else details.strip()
    return f"{REASONS[key]}{colon} {details}" if details else str(REASONS[key])
