# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tries a mailbox from its page without becoming a scanner of ports (safety I05).

Whatever goes wrong gives the same sentence after the same time, and tries are few; the cause
stands in the log and is told by `tresen mail mailboxes test` on the machine itself.
"""

import time
from datetime import timedelta

from tresen.desk import Desk
from tresen.i18n import _
from tresen.log import log
from tresen.mail.models import Mailbox

MOST, WINDOW = 10, timedelta(minutes=10)
# Seconds that a failing try takes, whether the port is shut, silent or speaks something else.
FAILING = 5.0


def try_to_sign_in(desk: Desk, box: Mailbox) -> str:
    """Return the sentence that says whether it worked."""
    from tresen.mail.imap import FAILURES, account_of, opened  # noqa: PLC0415 - a rare button

    until = time.monotonic() + FAILING
    try:
        with opened(desk.config, account_of(box), FAILING) as client:
            client.select_folder(box.folder, readonly=True)
    except FAILURES as error:
        log.warning("mailbox_trial_failed", mailbox=box.address, error=str(error)[:200])
        time.sleep(max(0.0, until - time.monotonic()))
        return _("Tresen could not sign in to %(address)s.") % {"address": box.address}
    return _("Tresen can sign in to %(address)s.") % {"address": box.address}
