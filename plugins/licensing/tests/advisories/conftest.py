# SPDX-License-Identifier: AGPL-3.0-or-later
"""Advisories about the components of a version, and a way to find them there."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from imported_bills import bom, take_in  # noqa: F401 - fixtures
from records_of_osv import record
from tresen.sdk import Core, Desk, hookimpl
from tresen_licensing.advisories import matching, osv, queries, service
from tresen_licensing.advisories.models import AdvisoryFinding
from tresen_licensing.advisories.service import Taken

Know = Callable[..., Taken]
Look = Callable[[], Sequence[AdvisoryFinding]]


class Knower:
    """Another plugin that answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[list[dict[str, str]]] = []
        self.answer: Any = []

    @hookimpl(optionalhook=True)
    def licensing_advisories(self, packages: list[dict[str, str]]) -> Any:
        """Answer, or raise what stands in the place of an answer."""
        self.asked.append(packages)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def knower(core: Core) -> Knower:
    """Return another plugin whose failures are set aside, as in a running installation."""
    made = Knower()
    core.plugins.pm.register(made, "knower")
    core.plugins.taken_in["knower"] = core.plugins.taken_in["licensing"]
    core.plugins.strict = False
    return made


@pytest.fixture
def know(agent_desk: Desk) -> Know:
    """Return a function that takes records in, the usual one where none is given."""

    def go(*records: dict[str, Any]) -> Taken:
        taken = service.take_in(agent_desk, [osv.read(each) for each in records or [record()]])
        agent_desk.commit()
        return taken

    return go


@pytest.fixture
def look(agent_desk: Desk) -> Look:
    """Return a function that compares all releases and gives every finding."""

    def go() -> Sequence[AdvisoryFinding]:
        matching.match(agent_desk)
        agent_desk.commit()
        return queries.findings_of(agent_desk, None)

    return go


@pytest.fixture
def finding(bom: object, know: Know, look: Look) -> AdvisoryFinding:  # noqa: F811 - the fixture
    """Return the finding of the usual record in the version's bill."""
    know()
    (found,) = look()
    return found
