# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of criteria: one that was met before the start, and four for the end."""

from tresen.sdk import Desk, _

from tresen_pilot_service.criteria import measures, service, states
from tresen_pilot_service.models import Programme

# Measure and bound of what has to be met in the end.
WANTED = (
    ("open_blockers", 0.0),
    ("open_defects", 3.0),
    ("tasks_share", 80.0),
    ("satisfaction", 4.0),
)


def fill(desk: Desk, programme: Programme) -> None:
    """Give the programme its criteria and hypotheses."""
    word = {"measure": measures.BY_WORD, "bound": None}
    ready = {"text": _("The way back to the old version was rehearsed."), "is_met": True}
    evidence = {"evidence": _("Rehearsed on the test system, twenty minutes.")}
    service.demand_criterion(desk, programme, {"phase": states.ENTRY, **word, **ready, **evidence})
    for measure, bound in WANTED:
        values = {"measure": measure, "bound": bound, "text": "", "is_met": None, "evidence": ""}
        service.demand_criterion(desk, programme, {"phase": states.EXIT, **values})
    for text, verdict, said in (
        (_("Nobody goes back to the old list once the new one is known."), states.OPEN, ""),
        (
            _("The pick list comes up in less than a second."),
            states.CONFIRMED,
            _("Measured at two customers."),
        ),
    ):
        service.assume(desk, programme, {"text": text, "verdict": verdict, "evidence": said})
