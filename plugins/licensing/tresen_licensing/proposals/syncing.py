# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looks at one development's anchors and upstream at once: what the jobs do, when they are due."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tresen.sdk import Desk

from tresen_licensing.proposals import hearing, queries, searching, states
from tresen_licensing.publications import kinds, looking
from tresen_licensing.publications import queries as publications

# Opens a desk that writes, on which nothing was asked yet.
Open = Callable[[], AbstractContextManager[Desk]]
# What a look finds where all is well, or nobody looked.
WELL = (kinds.HELD, kinds.PENDING)


@dataclass(frozen=True)
class Synced:
    """What came of it: kind and outcome of each anchor, and the faults of asking upstream.

    `passing` are faults that may be none a while later.
    """

    reference: str
    anchors: Sequence[tuple[str, str]] = ()
    faults: Sequence[str] = ()
    passing: Sequence[str] = ()

    @property
    def lost(self) -> list[str]:
        """The anchors that are gone or show something else, in words."""
        wrong = [each for each in self.anchors if each[1] not in (*WELL, kinds.SILENT)]
        return [_words(*each) for each in wrong]

    @property
    def silent(self) -> list[str]:
        """The anchors that gave no answer, in words."""
        return [_words(*each) for each in self.anchors if each[1] == kinds.SILENT]


def sync_one(opened: Open, development_id: int, reference: str) -> Synced:
    """Look at the anchors of a development, ask upstream, and look through its history.

    Each has a desk of its own, since the network is asked before a desk's first statement.
    """
    with opened() as desk:
        looking.look(desk, development_id)
    with opened() as desk:
        found = queries.current(desk, development_id)
        rows = publications.anchors_of(desk, development_id)
        anchors = [(each.kind, each.outcome) for each in rows if each.withdrawn_at is None]
    if found is None or found.state not in (*states.WAITING, states.MERGED) or found.release:
        return Synced(reference, anchors)
    return Synced(reference, anchors, *_asked(opened, found.id))


def _asked(opened: Open, proposal_id: int) -> tuple[list[str], list[str]]:
    """Return the faults of asking upstream: those that stay, and those that may pass."""
    with opened() as desk:
        heard = hearing.look(desk, proposal_id)
    with opened() as desk:
        searched = searching.search(desk, proposal_id)
    said = [
        (each.fault.sentence, getattr(each.fault, "may_pass", False))
        for each in heard.values()
        if each.fault is not None
    ]
    said += [(each.fault, each.may_pass) for each in searched.values() if each.fault]
    told = dict(said)
    return (
        [sentence for sentence, may_pass in told.items() if not may_pass],
        [sentence for sentence, may_pass in told.items() if may_pass],
    )


def _words(kind: str, outcome: str) -> str:
    return f"{kinds.TITLES[kind]}: {kinds.OUTCOMES[outcome]}"
