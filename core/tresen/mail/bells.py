# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bells that wake the loops of this process, so that a mail need not wait for the next look.

They are a courtesy: what is to be done stands in the database, and each loop looks there anyway.
"""

import threading

from tresen.desk import Core, Desk

INBOUND = "mail.inbound"
OUTBOUND = "mail.outbound"


def bell(core: Core, name: str) -> threading.Event:
    """Return the bell of that name; one for each process."""
    found: threading.Event = core.shelf.setdefault(name, threading.Event())
    return found


def ring_after_commit(desk: Desk, name: str) -> None:
    """Wake the loop when, and only when, what it shall find is committed."""
    desk.after_commit.append(bell(desk.core, name).set)
