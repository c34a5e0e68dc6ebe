# SPDX-License-Identifier: AGPL-3.0-or-later
"""A version with a bill of materials, imported by the agent: for every slice that reads one."""

from collections.abc import Callable
from typing import Any

import pytest
from bills_of_tests import as_bytes, cyclonedx
from tresen.sdk import Desk, ProductVersion
from tresen_licensing.components import service
from tresen_licensing.components.models import Bom
from tresen_licensing.portfolio.files import Upload

TakeIn = Callable[..., Bom]


@pytest.fixture
def take_in(agent_desk: Desk, version: ProductVersion) -> TakeIn:
    """Return a function that imports a bill of these components for the version."""

    def go(*components: dict[str, Any], **more: Any) -> Bom:
        upload = Upload("lager.cdx.json", as_bytes(cyclonedx(*components, **more)))
        row = agent_desk.session.get_one(ProductVersion, version.id)
        made = service.take_in(agent_desk, row, upload)
        agent_desk.commit()
        return made

    return go


@pytest.fixture
def bom(take_in: TakeIn) -> Bom:
    """Return the bill of the version: crane, rope and buoy."""
    return take_in()
