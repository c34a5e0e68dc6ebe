# SPDX-License-Identifier: AGPL-3.0-or-later
"""The parts of a participant's page: each slice brings its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tresen.sdk import Desk

from tresen_pilot_service.models import Participation


@dataclass(frozen=True)
class Section:
    """A part of the page: `load(desk, participation)` returns what its template calls `section`."""

    template: str
    load: Callable[[Desk, Participation], Mapping[str, Any]]
