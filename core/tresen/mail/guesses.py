# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slows down who tries out reply addresses of ours (safety M08).

No guess is answered differently from a right one, and 160 signed bits are not guessed; but a
thousand tries must not become a thousand tickets. They are held, so that nothing is lost.
"""

import re
from datetime import timedelta

from tresen.access import service as access
from tresen.desk import Desk
from tresen.errors import TooMany
from tresen.mail import keys, tokens
from tresen.mail.models import InboundMail
from tresen.mail.records import Mail

# Mails to one mailbox whose reply address leads nowhere, within the window.
MOST, WINDOW = 20, timedelta(minutes=10)
# A number, or what has the parts of a token; words such as support+shop@ are the operator's.
_GUESS = re.compile(r"\d+\Z|[0-9a-z]{1,13}-[0-9a-z]{1,4}-", re.IGNORECASE)


def are_too_many(desk: Desk, row: InboundMail, mail: Mail) -> bool:
    """Whether the mail was sent to one guessed address too many; it is counted."""
    written = [address.email for address in (*mail.to, *mail.cc)]
    tried = [a for a in (row.envelope_to, *written) if _GUESS.match(tokens.find_reply_token(a))]
    if not tried or any(keys.ticket_of_address(desk, a) is not None for a in tried):
        return False
    try:
        access.limit(desk, f"reply-address:{row.mailbox_id}", MOST, WINDOW)
    except TooMany:
        return True
    return False
