# SPDX-License-Identifier: AGPL-3.0-or-later
"""The least that must hold at every landing: it starts, and its schema is the models'."""

from flask.testing import FlaskClient
from tresen import migrate, revisions
from tresen.desk import Core, Desk
from tresen.people.models import Person
from tresen.testing import factories


def test_front_page_answers(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200


def test_schema_has_no_drift(core: Core) -> None:
    chains = revisions.chains_of(core.plugins)
    others = tuple(chain.name for chain in chains if chain.name != "core")
    with core.engine.connect() as connection:
        found = {chain.name: migrate.drift(connection, chain, others) for chain in chains}
    assert found == {chain.name: [] for chain in chains}


def test_ticket_opens_with_its_number(desk: Desk, customer: Person) -> None:
    assert factories.make_ticket(desk, customer).number == 10_001
