# SPDX-License-Identifier: AGPL-3.0-or-later
"""Imports files of advisories: what can be read is kept, what cannot is named."""

from collections.abc import Iterable, Iterator
from itertools import islice

from tresen.sdk import Desk

from tresen_licensing.advisories import service
from tresen_licensing.advisories.files import Fault
from tresen_licensing.advisories.osv import Record
from tresen_licensing.advisories.service import Taken

# Records in one go.
STEP = 500


def take_in(desk: Desk, found: Iterable[Record | Fault]) -> tuple[Taken, list[Fault]]:
    """Import what was read, and return what became of it and what was refused."""
    taken, faults = Taken(), list[Fault]()
    for some in in_steps(found):
        records, refused = apart(some)
        faults += refused
        taken += service.take_in(desk, records)
    service.conclude(desk, taken, len(faults))
    return taken, faults


def in_steps(found: Iterable[Record | Fault]) -> Iterator[list[Record | Fault]]:
    """Yield what was read, some at a time."""
    waiting = iter(found)
    while some := list(islice(waiting, STEP)):
        yield some


def apart(some: Iterable[Record | Fault]) -> tuple[list[Record], list[Fault]]:
    """Return the records, and what was refused."""
    known = list(some)
    faults = [each for each in known if isinstance(each, Fault)]
    return [each for each in known if isinstance(each, Record)], faults
