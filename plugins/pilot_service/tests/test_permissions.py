# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers and strangers learn nothing of pilots, by page, list, panel, filter or interface."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Actor, Desk, Page, Person, Ticket
from tresen.testing import factories
from tresen_pilot_service import agreements, columns, filters, hooks, service, steps
from tresen_pilot_service.models import Base, Participation

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def ticket(desk: Desk, customer: Person, participation: Participation) -> Ticket:
    """Return a participant's ticket."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture(params=["customer", "agent without the permission", "nobody"])
def blind(request: pytest.FixtureRequest, desk: Desk, customer: Person) -> Desk:
    """Return the desk of somebody who may not see pilots."""
    granted = frozenset({"portal.use", "tickets.read"})
    actors = {
        "customer": Actor("C", "customer", customer.id, customer.organisation_id, granted),
        "agent without the permission": Actor("A", "agent", permissions=granted),
        "nobody": Actor("Nobody", "anonymous"),
    }
    return replace(desk, actor=actors[request.param])


def test_column_shows_nothing_to_who_may_not_see(blind: Desk, ticket: Ticket) -> None:
    assert columns.load(blind, [ticket.id]) == {}


def test_panel_shows_nothing_to_who_may_not_see(blind: Desk, ticket: Ticket) -> None:
    assert hooks.page_panels(blind, Page.TICKET, ticket) == []


def test_interface_says_nothing_to_who_may_not_see(blind: Desk, ticket: Ticket) -> None:
    assert hooks.rest_extras(blind, [ticket]) == []


def test_filter_offers_nothing_to_who_may_not_see(blind: Desk, ticket: Ticket) -> None:
    assert list(filters.choices(blind)) == []


@pytest.mark.parametrize("value", ["any", "1", "x"])
def test_filter_finds_nothing_for_who_may_not_see(blind: Desk, ticket: Ticket, value: str) -> None:
    found = filters.narrow(blind, select(Ticket), value)
    assert blind.session.scalars(found).all() == []


def test_customer_reads_nothing_of_the_pilot_on_the_own_request(
    ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    page = sign_in(customer).get(f"/requests/{ticket.number}").text
    words = ("Pilot", "Carla Contact", "Lagerwerk 5")
    assert [word in page for word in words] == [False, False, False]


@pytest.mark.parametrize(
    ("scopes", "told"),
    [(["tickets.read"], []), (["tickets.read", "pilot_service.read"], ["pilot_service"])],
)
def test_token_is_told_of_pilots_within_its_scopes(
    ticket: Ticket, agent: Person, sign_in: SignIn, scopes: list[str], told: list[str]
) -> None:
    browser = sign_in(agent)
    sent = {"name": "key", "scopes": scopes, "days": "30"}
    key = re.findall(r"tresen_[\w-]{20,}", browser.post("/account/tokens", data=sent).text)[0]
    head = {"Authorization": f"Bearer {key}"}
    found = browser.get(f"/api/v1/tickets/{ticket.number}", headers=head).json
    assert list(found["extensions"]) == told


@pytest.mark.parametrize(
    "path",
    ["new", "1/edit", "1/participants/new", "participants/1/edit", "participants/1/signature"],
)
def test_agent_changes_nothing_by_post(
    desk: Desk, participation: Participation, agent: Person, sign_in: SignIn, path: str
) -> None:
    answer = sign_in(agent).post(f"/pilot_service/{path}", data={"title": "Mine"})
    assert answer.status_code == 403
    desk.session.expire_all()
    assert (participation.ended_on, participation.programme.title) == (None, "Lagerwerk 5")


def history(desk: Desk, kind: str) -> list[tuple[str, str, object, object]]:
    """Return action, field, old and new of every entry of row 1, the oldest first."""
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    rows = desk.session.execute(
        select(entry.action, entry.field, entry.old, entry.new)
        .where(entry.subject_kind == kind, entry.subject_id == 1)
        .order_by(entry.id)
    )
    return [tuple(row) for row in rows]


def test_journal_tells_the_life_of_a_participation(
    desk: Desk, participation: Participation, deputy: Person, contact: Person
) -> None:
    ids = {"installation_id": None, "contact_id": deputy.id, "deputy_id": contact.id}
    service.change_participation(desk, participation, ids)
    service.move(desk, participation, steps.WITHDRAWN)
    service.resume(desk, participation)
    assert history(desk, service.PARTICIPATION) == [
        ("invited", "", None, None),
        ("changed", "state", "invited", "agreed"),
        ("changed", "agreed_on", None, "2026-03-10"),
        ("changed", "state", "agreed", "active"),
        ("changed", "active_on", None, "2026-03-10"),
        ("changed", "contact_id", contact.id, deputy.id),
        ("changed", "deputy_id", deputy.id, contact.id),
        ("changed", "state", "active", "withdrawn"),
        ("changed", "ended_on", None, "2026-03-10"),
        ("changed", "state", "withdrawn", "active"),
        ("changed", "ended_on", "2026-03-10", None),
    ]


def test_journal_tells_of_agreement_and_signature(desk: Desk, participation: Participation) -> None:
    agreements.write(desk, participation.programme, "Both sides keep quiet.")
    signer = {"person_id": None, "name": "M. Fuchs", "signed_on": desk.now().date()}
    agreements.sign(desk, participation, signer)
    assert [history(desk, kind) for kind in (agreements.AGREEMENT, agreements.SIGNATURE)] == [
        [("written", "version", None, 1)],
        [("signed", "version", None, 1)],
    ]


def test_journal_tells_the_days_of_a_programme(desk: Desk, participation: Participation) -> None:
    programme = participation.programme
    kept = {"product_id": programme.product_id, "starts_on": programme.starts_on}
    later = {"ends_on": programme.ends_on.replace(month=5)}
    service.change_programme(desk, programme, kept | later)
    assert history(desk, service.PROGRAMME) == [
        ("begun", "", None, None),
        ("changed", "ends_on", "2026-03-31", "2026-05-31"),
    ]
