# SPDX-License-Identifier: AGPL-3.0-or-later
"""A program with a token of every scope that these tests need, and a ticket."""

import pytest
from flask import Flask
from rest.program import ALL, Program
from tresen.access import tokens
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets.models import Ticket


@pytest.fixture
def program(app: Flask, desk: Desk, agent: Person) -> Program:
    token = tokens.make_token(desk, agent, "test", ALL)
    desk.commit()
    return Program(app.test_client(), token)


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made
