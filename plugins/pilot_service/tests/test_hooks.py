# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each hook that the pilot service answers, seen from where the core asks it."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Page, Person, Product, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import columns, filters, hooks, queries, service, steps
from tresen_pilot_service.models import Participation, PilotTicket, Programme

SignIn = Callable[[Person], FlaskClient]
# Every address of the plugin.
RULES = {
    "/pilot_service/",
    "/pilot_service/<int:programme_id>",
    "/pilot_service/<int:programme_id>/builds",
    "/pilot_service/<int:programme_id>/builds/new",
    "/pilot_service/<int:programme_id>/checkpoints",
    "/pilot_service/<int:programme_id>/checkpoints.ics",
    "/pilot_service/<int:programme_id>/checkpoints/new",
    "/pilot_service/<int:programme_id>/cockpit",
    "/pilot_service/<int:programme_id>/criteria/new",
    "/pilot_service/<int:programme_id>/edit",
    "/pilot_service/<int:programme_id>/feedback",
    "/pilot_service/<int:programme_id>/feedback/new",
    "/pilot_service/<int:programme_id>/figures",
    "/pilot_service/<int:programme_id>/hypotheses/new",
    "/pilot_service/<int:programme_id>/participants/new",
    "/pilot_service/<int:programme_id>/perks",
    "/pilot_service/<int:programme_id>/prolong",
    "/pilot_service/<int:programme_id>/reviews",
    "/pilot_service/<int:programme_id>/reviews/new",
    "/pilot_service/<int:programme_id>/tasks",
    "/pilot_service/<int:programme_id>/tasks/new",
    "/pilot_service/appointments",
    "/pilot_service/appointments/<int:appointment_id>.ics",
    "/pilot_service/appointments/<int:appointment_id>/held",
    "/pilot_service/appointments/<int:appointment_id>/step",
    "/pilot_service/builds/<int:build_id>/edit",
    "/pilot_service/builds/<int:build_id>/rings/<int:ring>/rollout",
    "/pilot_service/builds/<int:build_id>/rings/<int:ring>/withdraw",
    "/pilot_service/checkpoints/<int:checkpoint_id>",
    "/pilot_service/checkpoints/<int:checkpoint_id>.ics",
    "/pilot_service/checkpoints/<int:checkpoint_id>/cancel",
    "/pilot_service/checkpoints/<int:checkpoint_id>/decisions/new",
    "/pilot_service/checkpoints/<int:checkpoint_id>/edit",
    "/pilot_service/checkpoints/<int:checkpoint_id>/minutes",
    "/pilot_service/checkpoints/decisions/<int:decision_id>/edit",
    "/pilot_service/checkpoints/decisions/<int:decision_id>/settle",
    "/pilot_service/criteria/<int:criterion_id>",
    "/pilot_service/criteria/<int:criterion_id>/back",
    "/pilot_service/criteria/<int:criterion_id>/drop",
    "/pilot_service/developments/",
    "/pilot_service/developments/<int:development_id>",
    "/pilot_service/developments/<int:development_id>/edit",
    "/pilot_service/developments/<int:development_id>/hours/<int:booking_id>",
    "/pilot_service/developments/<int:development_id>/hours/<int:booking_id>/remove",
    "/pilot_service/developments/<int:development_id>/hours/new",
    "/pilot_service/developments/<int:development_id>/people/<int:member_id>/remove",
    "/pilot_service/developments/<int:development_id>/people/new",
    "/pilot_service/developments/<int:development_id>/places/<int:place_id>",
    "/pilot_service/developments/<int:development_id>/places/new",
    "/pilot_service/developments/<int:development_id>/release",
    "/pilot_service/developments/<int:development_id>/steps/<state>",
    "/pilot_service/developments/<int:development_id>/tickets/<int:number>/remove",
    "/pilot_service/developments/<int:development_id>/tickets/new",
    "/pilot_service/developments/new",
    "/pilot_service/feedback/<int:feedback_id>",
    "/pilot_service/feedback/<int:feedback_id>/answer",
    "/pilot_service/feedback/<int:feedback_id>/duplicate",
    "/pilot_service/feedback/<int:feedback_id>/edit",
    "/pilot_service/feedback/<int:feedback_id>/step",
    "/pilot_service/feedback/<int:feedback_id>/ticket",
    "/pilot_service/feedback/<int:feedback_id>/ticket/remove",
    "/pilot_service/hypotheses/<int:hypothesis_id>",
    "/pilot_service/hypotheses/<int:hypothesis_id>/back",
    "/pilot_service/hypotheses/<int:hypothesis_id>/drop",
    "/pilot_service/minutes/<int:booking_id>",
    "/pilot_service/new",
    "/pilot_service/participants/<int:participation_id>",
    "/pilot_service/participants/<int:participation_id>/appointments",
    "/pilot_service/participants/<int:participation_id>/briefing",
    "/pilot_service/participants/<int:participation_id>/consent",
    "/pilot_service/participants/<int:participation_id>/consent/withdraw",
    "/pilot_service/participants/<int:participation_id>/edit",
    "/pilot_service/participants/<int:participation_id>/invitation",
    "/pilot_service/participants/<int:participation_id>/minutes",
    "/pilot_service/participants/<int:participation_id>/resume",
    "/pilot_service/participants/<int:participation_id>/signature",
    "/pilot_service/participants/<int:participation_id>/step",
    "/pilot_service/portal/",
    "/pilot_service/portal/<int:participation_id>",
    "/pilot_service/portal/<int:participation_id>/agreement",
    "/pilot_service/portal/<int:participation_id>/appointments",
    "/pilot_service/portal/<int:participation_id>/checkpoints.ics",
    "/pilot_service/portal/<int:participation_id>/checkpoints/<int:checkpoint_id>.ics",
    "/pilot_service/portal/<int:participation_id>/consent",
    "/pilot_service/portal/<int:participation_id>/consent/withdraw",
    "/pilot_service/portal/<int:participation_id>/decline",
    "/pilot_service/portal/<int:participation_id>/developments/<int:development_id>",
    "/pilot_service/portal/<int:participation_id>/feedback/new",
    "/pilot_service/portal/<int:participation_id>/leave",
    "/pilot_service/portal/<int:participation_id>/rating",
    "/pilot_service/portal/<int:participation_id>/reviews/<int:review_id>/sign",
    "/pilot_service/portal/<int:participation_id>/tasks/<int:task_id>",
    "/pilot_service/portal/appointments/<int:appointment_id>.ics",
    "/pilot_service/portal/appointments/<int:appointment_id>/step",
    "/pilot_service/reviews/<int:review_id>",
    "/pilot_service/reviews/<int:review_id>/decide",
    "/pilot_service/reviews/<int:review_id>/edit",
    "/pilot_service/reviews/<int:review_id>/sign",
    "/pilot_service/tasks/<int:task_id>/edit",
    "/pilot_service/tasks/<int:task_id>/move",
    "/pilot_service/tasks/<int:task_id>/remove",
    "/pilot_service/tickets/<int:number>/feedback",
}


@pytest.fixture
def ticket(desk: Desk, customer: Person, participation: Participation) -> Ticket:
    """Return a participant's ticket."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def other(desk: Desk) -> Ticket:
    """Return a ticket of a customer who takes part in nothing."""
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    made = factories.make_ticket(desk, stranger, subject="Nothing to do with it")
    desk.commit()
    return made


def test_hook_permissions(agent: Person, administrator: Person, sign_in: SignIn) -> None:
    seen = {
        (person.role, path): sign_in(person).get(f"/pilot_service/{path}").status_code
        for person in (agent, administrator)
        for path in ("", "new")
    }
    assert seen == {
        ("agent", ""): 200,
        ("agent", "new"): 403,
        ("administrator", ""): 200,
        ("administrator", "new"): 200,
    }


def test_hook_settings_forms(administrator: Person, sign_in: SignIn) -> None:
    page = sign_in(administrator).get("/admin/settings/pilot_service").text
    assert 'name="warn_days"' in page
    assert 'value="14"' in page


def test_hook_blueprints(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint[:6] == "pilot_"}
    assert rules == RULES


def test_hook_nav_items(agent: Person, sign_in: SignIn) -> None:
    page = sign_in(agent).get("/tickets/").text
    assert page.count('href="/pilot_service/"') == 1


def test_hook_page_panels(ticket: Ticket, other: Ticket, agent: Person, sign_in: SignIn) -> None:
    browser = sign_in(agent)
    page = browser.get(f"/tickets/{ticket.number}").text
    panel = page[page.index("<h2>Pilot</h2>") :]
    assert "Lagerwerk 5" in panel
    assert [name in panel for name in ("Carla Contact", "Dario Deputy")] == [True, True]
    assert "<h2>Pilot</h2>" not in browser.get(f"/tickets/{other.number}").text


def test_panel_stands_on_tickets_only(desk: Desk, ticket: Ticket, customer: Person) -> None:
    assert hooks.page_panels(desk, Page.PERSON, customer) == []
    places = [panel.place.name for panel in hooks.page_panels(desk, Page.TICKET, ticket)]
    assert places == ["HEAD", "SIDE", "SIDE", "SIDE"]


@pytest.mark.parametrize(
    ("day", "is_ending"),
    [(date(2026, 3, 16), False), (date(2026, 3, 17), True), (date(2026, 3, 31), True)],
)
def test_panel_warns_before_the_end(
    desk: Desk, clock: SteppedClock, ticket: Ticket, day: date, is_ending: bool
) -> None:
    clock.go(days=(day - clock.moment.date()).days)
    panel = hooks.page_panels(desk, Page.TICKET, ticket)[1]
    assert panel.values["is_ending"] is is_ending


def test_panel_does_not_warn_of_an_end_that_is_past(
    desk: Desk, clock: SteppedClock, ticket: Ticket
) -> None:
    clock.go(days=60)
    assert hooks.page_panels(desk, Page.TICKET, ticket)[1].values["is_ending"] is False


def test_list_marks_the_pilots_tickets(
    ticket: Ticket, other: Ticket, agent: Person, sign_in: SignIn
) -> None:
    page = sign_in(agent).get("/tickets/").text
    rows = {
        number: re.search(rf'<tr id="ticket-{number}".*?</tr>', page, re.DOTALL)
        for number in (ticket.number, other.number)
    }
    marked = [number for number, row in rows.items() if row and ">Pilot<" in row[0]]
    assert marked == [ticket.number]


def test_column_loads_a_whole_page_with_one_query(
    desk: Desk, ticket: Ticket, other: Ticket
) -> None:
    assert columns.load(desk, [ticket.id, other.id]) == {ticket.id: "Pilot"}


@pytest.mark.parametrize(
    ("value", "count"), [("any", 1), ("1", 1), ("2", 0), ("x", 0), ("9" * 40, 0), ("", 0)]
)
def test_filter_keeps_to_a_programme(
    desk: Desk, ticket: Ticket, other: Ticket, value: str, count: int
) -> None:
    narrowed = filters.narrow(desk, select(Ticket), value)
    assert len(desk.session.scalars(narrowed).all()) == count


def test_filter_offers_every_programme_by_title(desk: Desk, programme: Programme) -> None:
    assert list(filters.choices(desk)) == [("any", "Any pilot"), ("1", "Lagerwerk 5")]


def test_filter_offers_nothing_without_programmes(desk: Desk) -> None:
    assert list(filters.choices(desk)) == []


def test_filter_stands_in_the_address_of_lists(
    ticket: Ticket, other: Ticket, agent: Person, sign_in: SignIn
) -> None:
    page = sign_in(agent).get("/tickets/?pilot_service.programme=1").text
    assert f'id="ticket-{ticket.number}"' in page
    assert f'id="ticket-{other.number}"' not in page


def test_hook_rest_extras(desk: Desk, ticket: Ticket, other: Ticket) -> None:
    (found,) = hooks.rest_extras(desk, [ticket, other])
    row = desk.session.get_one(Participation, 1)
    assert found == {
        ticket.id: {
            "programme_id": 1,
            "programme": "Lagerwerk 5",
            "ends_on": "2026-03-31",
            "state": "active",
            "ring": 1,
            "contact_id": row.contact_id,
            "deputy_id": row.deputy_id,
            "key_user_id": None,
            "key_user_deputy_id": None,
            "targets": {},
        }
    }


def test_hook_ticket_opened(desk: Desk, ticket: Ticket, participation: Participation) -> None:
    assert desk.session.get_one(PilotTicket, ticket.id).participation_id == participation.id


def test_hook_ticket_changed(desk: Desk, ticket: Ticket, product: Product) -> None:
    other = factories.make_product(desk, "kasse", "Kassenwerk")
    factories.change_ticket(desk, ticket, product_id=other.id)
    assert _marked(desk) == set()
    factories.change_ticket(desk, ticket, product_id=product.id)
    assert _marked(desk) == {ticket.id}


def test_mark_moves_with_the_customer(
    desk: Desk, ticket: Ticket, other: Ticket, participation: Participation
) -> None:
    factories.change_ticket(desk, other, organisation_id=ticket.organisation_id)
    factories.change_ticket(desk, ticket, organisation_id=None)
    assert _marked(desk) == {other.id}


def test_changing_something_else_asks_for_no_pilot(
    desk: Desk, ticket: Ticket, participation: Participation
) -> None:
    service.move(desk, participation, steps.WITHDRAWN)
    desk.session.flush()
    factories.change_ticket(desk, ticket, subject="Another subject")
    assert _marked(desk) == {ticket.id}


def test_hook_demo_filled(
    desk: Desk, agent: Person, administrator: Person, customer: Person, product: Product
) -> None:
    assert customer.organisation_id is not None
    factories.make_installation(desk, customer.organisation_id, product)
    ticket = factories.make_ticket(desk, customer)
    hooks.demo_filled(desk, {"products": [product]})
    (programme,) = queries.programmes(desk)
    assert programme.title == "Lagerwerk im Alltag"
    assert [row.organisation_id for row in queries.participations(desk, programme.id)] == [
        customer.organisation_id
    ]
    assert _marked(desk) == {ticket.id}


def test_demo_without_what_it_needs_begins_nothing(desk: Desk, product: Product) -> None:
    hooks.demo_filled(desk, {"products": [product]})
    hooks.demo_filled(desk, {})
    assert list(queries.programmes(desk)) == []


def _marked(desk: Desk) -> set[int]:
    desk.session.flush()
    return set(desk.session.scalars(select(PilotTicket.ticket_id)))


def test_tickets_opened_in_bulk_are_routed_and_noted(
    desk: Desk, customer: Person, participation: Participation
) -> None:
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    desk.commit()
    desk.go_bulk()
    desk.reserve_ids(Ticket)
    opened = [factories.make_ticket(desk, each) for each in (customer, stranger, customer)]
    desk.commit()
    noted = {
        row.ticket_id: row.participation_id for row in desk.session.scalars(select(PilotTicket))
    }
    assert noted == {ticket.id: participation.id for ticket in (opened[0], opened[2])}
    assert [ticket.owner_id for ticket in opened] == [
        participation.contact_id,
        None,
        participation.contact_id,
    ]
