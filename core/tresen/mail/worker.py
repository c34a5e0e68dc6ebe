# SPDX-License-Identifier: AGPL-3.0-or-later
"""The loops that the worker keeps running for mail: fetch, listen, settle, deliver."""

from threading import Event

from tresen.desk import Core
from tresen.hooks.records import Service
from tresen.mail import bells
from tresen.mail.deliver import deliver
from tresen.mail.inbound import process
from tresen.mail.listeners import listen_lmtp, listen_smtp
from tresen.mail.reading.parser import Parser
from tresen.mail.watch import watch_mailboxes

# Seconds between looks when no bell rings: another process may have stored or queued something.
POLL = 1.0


def settle_mails(core: Core, stop: Event) -> None:
    """Give mails their outcome until `stop` is set."""
    ring = bells.bell(core, bells.INBOUND)
    with Parser() as parser:
        while not stop.is_set():
            ring.clear()
            if not process(core, parser):
                ring.wait(POLL)


def deliver_mails(core: Core, stop: Event) -> None:
    """Deliver mails until `stop` is set."""
    ring = bells.bell(core, bells.OUTBOUND)
    while not stop.is_set():
        ring.clear()
        if not deliver(core):
            ring.wait(POLL)


SERVICES = [
    Service("mail.fetch", watch_mailboxes),
    Service("mail.lmtp", listen_lmtp),
    Service("mail.smtp", listen_smtp),
    Service("mail.settle", settle_mails),
    Service("mail.deliver", deliver_mails),
]
