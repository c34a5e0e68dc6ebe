# SPDX-License-Identifier: AGPL-3.0-or-later
"""Developments that run at a customer since a day, and how far they got."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk
from tresen_licensing.changes import service as changes
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import service, states
from tresen_licensing.developments.models import Development

Begin = Callable[..., Development]
Running = Callable[..., Development]
# The way on to the public.
ROAD = states.IN_DEVELOPMENT, states.CLEARANCE, states.READY, states.PUBLISHED, states.PROPOSED


@pytest.fixture
def running(agent_desk: Desk, begin: Begin, series: bytes, home: int) -> Running:
    """Return a function that begins a development which runs at the customer since a day."""

    def go(since: date, until: str = states.IN_DEVELOPMENT, **given: Any) -> Development:
        row = begin(**given)
        change = changes.add(agent_desk, row, [series], "")
        deployments.deploy(agent_desk, row, change, deployments.Place(home, None, since))
        for state in ROAD[: ROAD.index(until) + 1]:
            service.take(agent_desk, row, state)
        agent_desk.commit()
        return row

    return go
