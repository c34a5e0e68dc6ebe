# SPDX-License-Identifier: AGPL-3.0-or-later
"""C16: whether two anchors show the same tree, of which one is not ours."""

from collections.abc import Iterator

from tresen.sdk import Desk, lazy

from tresen_licensing.audits.records import NOT_YET, Audit, Looked, ended
from tresen_licensing.clearances.checks.records import Found
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import queries, rules
from tresen_licensing.publications.service import ANCHORED


def _look(desk: Desk, row: Development) -> Looked:
    return ended([*_faults(desk, row)]) if row.state in ANCHORED else NOT_YET


def _faults(desk: Desk, row: Development) -> Iterator[Found]:
    seen = [queries.seen(desk, each) for each in queries.standing(desk, row)]
    held, foreign = rules.counted(seen, queries.source(desk, row).tree, desk.today())
    if held < rules.LEAST:
        yield Found("few", facts={"held": held, "least": rules.LEAST})
    if foreign < rules.LEAST_FOREIGN:
        yield Found("ours")


ANCHORS = Audit(
    "C16",
    lazy("Two anchors show the same source, one of them not ours"),
    lazy("Add an anchor, let a worker look, or ask the customer to confirm the source."),
    {
        "few": lazy("%(held)s of %(least)s anchors show the source."),
        "ours": lazy("No anchor of others shows the source."),
    },
    _look,
)
