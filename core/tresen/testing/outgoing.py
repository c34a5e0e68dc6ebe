# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends what waits to go out to a real SMTP server on loopback, and gives what arrived there.

Why: what a customer reads is a mail, not a row that says that there is to be one.
"""

from dataclasses import replace

from tresen.desk import Core
from tresen.mail.deliver import deliver
from tresen.testing.smtp_sink import Delivered, smtp_sink


def delivered(core: Core) -> list[Delivered]:
    """Deliver every mail that is due, and return them in the order in which they arrived."""
    kept = core.config
    with smtp_sink() as sink:
        core.config = replace(kept, smtp_url=sink.url)
        try:
            while deliver(core):
                pass
        finally:
            core.config = kept
    return sink.delivered
