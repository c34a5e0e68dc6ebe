# SPDX-License-Identifier: AGPL-3.0-or-later
"""C17: whether there is still time to publish it."""

from collections.abc import Iterable

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Subject
from tresen_licensing.clearances.states import WARNING
from tresen_licensing.developments import clocks


def _in_time(subject: Subject) -> Iterable[Found]:
    due = subject.clock.due_on
    if subject.clock.standing == clocks.OVERDUE and due is not None:
        yield Found("overdue", facts={"day": due.isoformat()}, severity=WARNING)


IN_TIME = Check(
    "C17",
    lazy("It is published in time"),
    lazy("Publish it now, and say how the delay came."),
    {"overdue": lazy("It should have been public by %(day)s.")},
    _in_time,
    lambda subject: subject.clock.standing != clocks.NOT_RUNNING,
    severity=WARNING,
)
