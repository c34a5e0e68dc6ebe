# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo shows a session that is done and one that is asked for, to each customer."""

from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Person, Ticket
from tresen_remote_support import demo, states
from tresen_remote_support.checklists.models import ChecklistAnswer
from tresen_remote_support.models import Consent, MovedFile, RemoteSession
from tresen_remote_support.protocols.models import Protocol

SHOWN = (states.ENDED, states.OFFERED, states.REQUESTED)


@pytest.fixture
def world(desk: Desk, agent: Person, customer: Person, ticket: Ticket) -> dict[str, Any]:
    """Return what the core's demo made."""
    demo.fill(desk, {"customers": [customer]})
    desk.commit()
    return {"agent": agent, "ticket": ticket}


def test_each_customer_has_three_sessions(desk: Desk, world: dict[str, Any]) -> None:
    rows = desk.session.scalars(select(RemoteSession).order_by(RemoteSession.id)).all()
    found = [(row.state, row.agent_id) for row in rows]
    agent_id = world["agent"].id
    assert found == [(state, agent_id) for state in SHOWN]
    assert [row.planned_from is not None for row in rows] == [False, False, True]


def test_finished_one_has_its_note_and_its_consent(desk: Desk, world: dict[str, Any]) -> None:
    first = desk.session.scalar(select(RemoteSession).order_by(RemoteSession.id).limit(1))
    given = desk.session.scalars(select(Consent.name)).all()
    assert first is not None
    assert (first.ticket_id, first.minutes, given) == (world["ticket"].id, 12, ["Karla Kundin"])


def test_customer_without_a_ticket_is_left_alone(desk: Desk, customer: Person) -> None:
    demo.fill(desk, {"customers": [customer]})
    assert desk.session.scalars(select(RemoteSession)).all() == []


def test_finished_one_names_a_moved_file_and_mails_nothing(
    desk: Desk, world: dict[str, Any]
) -> None:
    assert world
    files = desk.session.scalars(select(MovedFile.name)).all()
    assert (files, desk.session.scalars(select(Protocol.id)).all()) == (["settings.ini"], [])


def test_checklist_has_an_answer(desk: Desk, world: dict[str, Any]) -> None:
    found = desk.session.execute(select(ChecklistAnswer.requirement, ChecklistAnswer.person_id))
    assert [tuple(row) for row in found] == [("A6", world["agent"].id)]
