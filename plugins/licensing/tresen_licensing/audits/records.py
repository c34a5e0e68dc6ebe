# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an audit is: a check of what came of a development, looked at whenever somebody asks.

Unlike the clearance's checks nothing is kept of it: what is public is looked at as it is today.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tresen.sdk import Desk

from tresen_licensing.clearances import states
from tresen_licensing.clearances.checks.records import Found
from tresen_licensing.developments.models import Development


@dataclass(frozen=True)
class Looked:
    """How a look ended (one of clearances.states.OUTCOMES), and what it found."""

    outcome: str
    found: Sequence[Found] = ()


NOT_YET, NOTHING = Looked(states.NOT_YET), Looked(states.NOT_APPLICABLE)


@dataclass(frozen=True)
class Audit:
    """One check: what it is called, how to mend what it finds, and the texts of its findings.

    `severity` is the gravest that it finds; `look` wants a development that is loaded whole.
    """

    id: str
    title: Any
    hint: Any
    texts: Mapping[str, Any]
    look: Callable[[Desk, Development], Looked]
    severity: str = states.BLOCKING


def ended(found: Sequence[Found]) -> Looked:
    """Return how a look ended that was taken."""
    return Looked(states.FOUND if found else states.PASSED, found)
