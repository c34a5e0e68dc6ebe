# SPDX-License-Identifier: AGPL-3.0-or-later
"""The named outcomes of a mail that came in; each row ends in exactly one (promise P2)."""

from datetime import datetime, timedelta

from tresen.mail.models import InboundMail
from tresen.tickets.models import Message

PENDING, MESSAGE, HELD, IGNORED = "pending", "message", "held", "ignored"

# Begins the reason of a mail whose body was too large to fetch, and stays in it whatever comes of
# the mail: the server must keep what is nowhere else (safety F43).
CUT = "too-large:"

_REASON_LIMIT = 400
# After the first attempt, the second, the third; in all longer than one lease.
WAITS = (timedelta(seconds=2), timedelta(seconds=20), timedelta(seconds=60))


def put_on_ticket(row: InboundMail, message: Message) -> None:
    """The mail is a message on a ticket."""
    _end(row, MESSAGE, "")
    row.message_id = message.id


def hold(row: InboundMail, reason: str) -> None:
    """A person must look: it is listed with download and replay (promise P4)."""
    _end(row, HELD, reason)


def wait(row: InboundMail, now: datetime) -> bool:
    """Put a mail back whose turn comes after another's; return whether it may wait once more.

    Its waits outlast the lease of a worker that died with the other mail, and then they end.
    """
    if row.attempts > len(WAITS):
        return False
    row.leased_until = now + WAITS[row.attempts - 1]
    return True


def ignore(row: InboundMail, rule: str) -> None:
    """A named rule says that it becomes no message."""
    _end(row, IGNORED, rule)


def is_new_and_cut(row: InboundMail) -> bool:
    """Whether only the header of the mail is here and nobody has decided about it yet."""
    return row.reason.startswith(CUT)


def replay(row: InboundMail) -> None:
    """Let the mail be read once more, as if it had just come."""
    _end(row, PENDING, "by hand" if CUT in row.reason else "")
    row.attempts = 0


def _end(row: InboundMail, outcome: str, reason: str) -> None:
    cut = "".join((row.reason or "").partition(CUT)[1:])
    if cut and cut not in reason:
        reason = f"{reason}; {cut}".removeprefix("; ")
    row.outcome, row.reason, row.leased_until = outcome, reason[:_REASON_LIMIT], None
