# SPDX-License-Identifier: AGPL-3.0-or-later
"""A development that is cleared or public, and a way to look at one of its checks."""

from collections.abc import Callable

import pytest
from publishings import (  # noqa: F401 - fixtures
    customer_desk,
    elsewhere_shown,
    given_back,
    public,
    publish,
    ready,
    series,
    sign,
    tree,
)
from tresen.sdk import Desk
from tresen_licensing.audits.registry import AUDITS
from tresen_licensing.developments.models import Development
from tresen_licensing.developments.queries import development as whole

Look = Callable[..., tuple[str, list[str]]]


@pytest.fixture
def audit(agent_desk: Desk) -> Look:
    """Return a function that gives how a check ended and the codes of what it found."""

    def go(name: str, row: Development) -> tuple[str, list[str]]:
        looked = AUDITS[name].look(agent_desk, whole(agent_desk, row.reference))
        agent_desk.commit()
        return looked.outcome, [each.code for each in looked.found]

    return go
