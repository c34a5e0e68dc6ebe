# SPDX-License-Identifier: AGPL-3.0-or-later
"""C18: whether what runs is what was published."""

from collections.abc import Iterator, Mapping, Sequence

from tresen.sdk import Desk, lazy

from tresen_licensing.audits.records import NOT_YET, NOTHING, Audit, Looked, ended
from tresen_licensing.clearances.checks.records import Found
from tresen_licensing.clearances.states import BLOCKING, WARNING
from tresen_licensing.deployments import drifts
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.deployments.queries import deployments_of
from tresen_licensing.developments import states
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import queries as publications


def _look(desk: Desk, row: Development) -> Looked:
    if row.state not in states.PUBLIC:
        return NOT_YET
    running = [each for each in deployments_of(desk, row.id) if each.ended_on is None]
    return ended([*_faults(running, publications.public_trees(desk, row))]) if running else NOTHING


def _faults(running: Sequence[Deployment], public: Mapping[int, str]) -> Iterator[Found]:
    for each in running:
        facts = {"place": each.organisation.name, "version": each.change_set.version}
        found = drifts.drift(each, public)
        if found != drifts.SAME:
            is_known = found != drifts.UNKNOWN
            yield Found(found, facts=facts, severity=BLOCKING if is_known else WARNING)


SAME = Audit(
    "C18",
    lazy("What runs is what was published"),
    lazy("Publish what runs, or bring what was published there; write down what was found."),
    {
        drifts.VERSION: lazy("%(place)s: version %(version)s runs there, which is not public."),
        drifts.UNKNOWN: lazy("%(place)s: nobody has looked which source runs there."),
        drifts.OTHER: lazy("%(place)s: another source runs there than is public."),
    },
    _look,
)
