# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever wrote is told what, and is taken out when they are erased."""

import pytest
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_remote_support import answers
from tresen_remote_support.live import privacy, queries, service
from tresen_remote_support.models import RemoteSession


@pytest.fixture
def written(desk: Desk, agent_desk: Desk, running: RemoteSession) -> RemoteSession:
    """Return a session in which each side wrote a line."""
    service.say(answers.acting(desk, running), running, "customer", "I am Karla Kundin.")
    service.say(agent_desk, running, "agent", "Good morning.")
    return running


def test_each_is_told_their_own_lines(
    desk: Desk, written: RemoteSession, customer: Person, agent: Person
) -> None:
    told = [privacy.data_sets(desk, each)[0].rows for each in (customer, agent)]
    assert written.state == "active"
    assert [[row["text"] for row in rows] for rows in told] == [
        ["I am Karla Kundin."],
        ["Good morning."],
    ]


def test_erased_customer_is_in_no_line(
    desk: Desk, written: RemoteSession, customer: Person
) -> None:
    factories.erase_person(desk, customer)
    lines = queries.lines(desk, written.id)
    assert [each.name for each in lines] == ["", "Anna Agent"]
    assert ["Karla" in each.text for each in lines] == [False, False]
    assert privacy.data_sets(desk, customer)[0].rows == []


def test_erased_agent_is_in_no_line(desk: Desk, written: RemoteSession, agent: Person) -> None:
    factories.erase_person(desk, agent)
    lines = queries.lines(desk, written.id)
    assert [each.name for each in lines] == ["Karla Kundin", ""]
