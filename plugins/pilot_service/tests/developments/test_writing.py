# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written on the pages of developments is kept; what is wrong comes back as typed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Installation, Person, Product, ProductVersion, Ticket, rows_of
from tresen.testing import factories
from tresen_pilot_service.developments import queries, states
from tresen_pilot_service.developments.models import (
    Development,
    DevelopmentBooking,
    DevelopmentPerson,
    DevelopmentPlace,
    DevelopmentTicket,
)
from tresen_pilot_service.models import Participation

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
LIST = "/pilot_service/developments/"
ONE = f"{LIST}1"
TODAY = date(2026, 3, 10)


def sent(product: Product, version: ProductVersion, **given: str) -> dict[str, str]:
    """Return what the form of a development sends."""
    words = {"title": "Label print", "kind": "fix", "description": "", "roadmap_url": ""}
    ids = {"product_id": str(product.id), "base_version_id": str(version.id)}
    contract = {"contract": "", "contract_hours": "7.5", "due_on": "", "licence": "", "source": ""}
    return words | ids | contract | given


def test_development_is_begun_by_the_form(
    desk: Desk,
    boss: FlaskClient,
    product: Product,
    version: ProductVersion,
    customer: Person,
    contact: Person,
) -> None:
    more = {"organisation_id": "Kunde GmbH", "lead_id": str(contact.id)}
    given = sent(product, version, requested_on="2026-03-03", **more)
    answer = boss.post(f"{LIST}new", data=given)
    assert (answer.status_code, answer.location) == (302, f"{LIST}2")
    row = queries.development(desk, 2)
    assert (row.title, row.organisation_id, row.kind) == (
        "Label print",
        customer.organisation_id,
        "fix",
    )
    assert (row.contract_minutes, row.licence) == (450, "AGPL-3.0-or-later")
    lead = queries.people_in(desk, 2)[0]
    assert (lead.person_id, lead.part) == (contact.id, "lead")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"roadmap_url": "javascript:alert(1)"}, "An address begins with https:// or http://"),
        ({"licence": "do what you want"}, "A licence is an SPDX expression"),
        ({"contract_hours": "1.1"}, "Hours come in quarters"),
        ({"requested_on": "2026-03-11"}, "This day is still to come."),
        ({"organisation_id": "Nobody Ltd"}, "There is no organisation “Nobody Ltd”."),
        ({"title": ""}, "This field is required."),
    ],
)
def test_wrong_development_comes_back_as_typed(
    desk: Desk,
    boss: FlaskClient,
    product: Product,
    version: ProductVersion,
    wrong: dict[str, str],
    sentence: str,
) -> None:
    more = {"organisation_id": "Kunde GmbH", "requested_on": "2026-03-03"}
    given = sent(product, version, **{"description": "Typed words", **more, **wrong})
    answer = boss.post(f"{LIST}new", data=given)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "Typed words</textarea>" in answer.text
    assert len(rows_of(desk, Development)) == 1


def test_development_is_changed_by_the_form(
    desk: Desk,
    boss: FlaskClient,
    product: Product,
    version: ProductVersion,
    participation: Participation,
) -> None:
    assert 'value="10' in boss.get(f"{ONE}/edit").text
    given = sent(product, version, participation_id=str(participation.id), contract_hours="")
    answer = boss.post(f"{ONE}/edit", data=given)
    assert (answer.status_code, answer.location) == (302, ONE)
    desk.session.expire_all()
    row = queries.development(desk, 1)
    assert (row.title, row.participation_id, row.contract_minutes) == (
        "Label print",
        participation.id,
        None,
    )


def test_ticket_offers_a_development_that_is_prefilled(
    desk: Desk, boss: FlaskClient, ticket: Ticket, product: Product
) -> None:
    path = f"{LIST}new?ticket={ticket.number}"
    assert f'href="{path}"' in boss.get(f"/tickets/{ticket.number}").text
    page = boss.get(path).text
    wanted = ('value="Gate 3"', 'value="Kunde GmbH"', f'<option selected value="{product.id}">')
    assert [each in page for each in wanted] == [True, True, True]


def test_development_of_a_ticket_is_linked_and_of_its_pilot(
    desk: Desk,
    boss: FlaskClient,
    participation: Participation,
    ticket: Ticket,
    product: Product,
    version: ProductVersion,
) -> None:
    more = {"organisation_id": "Kunde GmbH", "lead_id": "", "requested_on": "2026-03-03"}
    boss.post(f"{LIST}new?ticket={ticket.number}", data=sent(product, version, **more))
    assert rows_of(desk, DevelopmentTicket) == [{"development_id": 2, "ticket_id": ticket.id}]
    assert queries.development(desk, 2).participation_id == participation.id
    panel = boss.get(f"/tickets/{ticket.number}").text.partition("<h2>Development</h2>")[2]
    assert [word in panel for word in (f'href="{LIST}2"', "Requested")] == [True, True]


def test_ticket_is_linked_by_its_number_and_taken_away(
    desk: Desk, worker: FlaskClient, ticket: Ticket
) -> None:
    path = f"{ONE}/tickets"
    for _time in range(2):
        answer = worker.post(f"{path}/new", data={"number": str(ticket.number)})
        assert (answer.status_code, answer.location) == (302, ONE)
    assert len(rows_of(desk, DevelopmentTicket)) == 1
    desk.commit()
    assert f"Ticket {ticket.number}" in worker.get(ONE).text
    assert worker.post(f"{path}/{ticket.number}/remove").location == ONE
    assert rows_of(desk, DevelopmentTicket) == []


def test_ticket_that_the_agent_does_not_see_is_not_linked(
    desk: Desk, worker: FlaskClient, customer: Person
) -> None:
    team = factories.make_team(desk, "Closed circle")
    team.is_restricted = True
    hidden = factories.make_ticket(desk, customer, team_id=team.id)
    desk.commit()
    answer = worker.post(f"{ONE}/tickets/new", data={"number": str(hidden.number)})
    assert (answer.status_code, "There is no ticket" in answer.text) == (422, True)
    assert rows_of(desk, DevelopmentTicket) == []


def test_person_is_added_and_removed(desk: Desk, boss: FlaskClient, deputy: Person) -> None:
    given = {"part": "reviewer", "person_id": str(deputy.id)}
    desk.commit()
    assert boss.post(f"{ONE}/people/new", data=given).location == ONE
    twice = boss.post(f"{ONE}/people/new", data=given)
    assert (twice.status_code, "has that part already" in twice.text) == (422, True)
    made = next(each for each in queries.people_in(desk, 1) if each.part == "reviewer")
    desk.commit()
    boss.post(f"{ONE}/people/{made.id}/remove")
    assert [row["part"] for row in rows_of(desk, DevelopmentPerson)] == ["lead", "contact"]


def test_form_offers_people_of_both_sides_and_no_stranger(
    desk: Desk, boss: FlaskClient, customer: Person
) -> None:
    factories.make_customer(desk, "Otto Other", "otto@other.example")
    desk.commit()
    page = boss.get(f"{ONE}/people/new").text
    names = ("Carla Contact", "Karla Kundin", "Otto Other")
    assert [f">{name}</option>" in page for name in names] == [True, True, False]


def test_person_who_left_is_marked(desk: Desk, boss: FlaskClient, customer: Person) -> None:
    before = boss.get(ONE).text
    customer.is_active = False
    desk.commit()
    assert [">gone<" in page for page in (before, boss.get(ONE).text)] == [False, True]


def test_hours_are_booked_corrected_and_removed(
    desk: Desk, worker: FlaskClient, agent: Person
) -> None:
    given = {"person_id": str(agent.id), "booked_on": "2026-03-09", "hours": "1.5", "what": "Gate"}
    assert worker.post(f"{ONE}/hours/new", data=given).location == ONE
    assert 'value="1.5' in worker.get(f"{ONE}/hours/1").text
    assert worker.post(f"{ONE}/hours/1", data=given | {"hours": "2"}).location == ONE
    assert "2:00 h of the contract's 10:00 h are used (20 %)." in worker.get(ONE).text
    worker.post(f"{ONE}/hours/1/remove")
    assert rows_of(desk, DevelopmentBooking) == []


def test_hours_beyond_the_contract_come_back_as_typed(worker: FlaskClient, agent: Person) -> None:
    given = {"person_id": str(agent.id), "booked_on": "2026-03-09", "hours": "12", "what": "Gate"}
    answer = worker.post(f"{ONE}/hours/new", data=given)
    assert (answer.status_code, "The contract has 10:00 h left." in answer.text) == (422, True)
    assert "Gate</textarea>" in answer.text
    ticked = {"is_beyond": "y", "beyond_reason": "Agreed by phone"}
    assert worker.post(f"{ONE}/hours/new", data=given | ticked).location == ONE
    assert "beyond the contract: 12:00 h" in worker.get(ONE).text


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (465, ""),
        (480, "The hours of the contract are nearly used up: 2:00 h are left."),
        (600, "The hours of the contract are used up."),
    ],
)
def test_page_warns_when_hours_run_out(
    desk: Desk, boss: FlaskClient, agent: Person, minutes: int, sentence: str
) -> None:
    booked = DevelopmentBooking(
        development_id=1, person_id=agent.id, booked_on=TODAY, minutes=minutes
    )
    desk.session.add(booked)
    desk.commit()
    page = boss.get(ONE).text
    assert f'<progress max="600" value="{minutes}"' in page
    assert ("The hours of the contract are" in page, sentence in page) == (bool(sentence), True)


def test_step_is_taken_by_its_form(
    desk: Desk, boss: FlaskClient, walk: Walk, customer: Person
) -> None:
    walk(states.IN_TEST)
    assert 'value="2026-03-10"' in boss.get(f"{ONE}/steps/accepted").text
    given = {"person_id": str(customer.id), "name": "", "day": "2026-03-10", "note": "Well done"}
    answer = boss.post(f"{ONE}/steps/accepted", data=given)
    assert (answer.status_code, answer.location) == (302, ONE)
    assert "on Mar 10, 2026 by Karla Kundin" in boss.get(ONE).text


def test_deployment_and_return_are_taken_by_their_forms(
    desk: Desk, boss: FlaskClient, walk: Walk, installation: Installation
) -> None:
    walk(states.ACCEPTED)
    place = {"installation_id": str(installation.id), "day": "2026-03-10", "note": ""}
    assert boss.post(f"{ONE}/steps/deployed", data=place).location == ONE
    given = {"day": "2026-03-10", "note": "", "public_url": "ftp://x.example"}
    wrong = boss.post(f"{ONE}/steps/given_back", data=given)
    assert (wrong.status_code, 'value="ftp://x.example"' in wrong.text) == (422, True)
    right = given | {"public_url": "https://x.example/7", "is_declined_upstream": "y"}
    assert boss.post(f"{ONE}/steps/given_back", data=right).location == ONE
    assert "makers; the source is public all the same." in boss.get(ONE).text


def test_step_that_is_not_allowed_comes_back(boss: FlaskClient) -> None:
    given = {"day": "2026-03-10", "note": "In a hurry"}
    answer = boss.post(f"{ONE}/steps/in_test", data=given)
    sentence = "From “Requested” the allowed steps are: “Specified”, “Declined by us”, “Abandoned”."
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "In a hurry</textarea>" in answer.text


def test_adoption_and_release_are_kept_by_their_forms(
    desk: Desk, boss: FlaskClient, walk: Walk, version: ProductVersion
) -> None:
    walk(states.GIVEN_BACK)
    assert "No version of the product has it yet." in boss.get(ONE).text
    boss.post(f"{ONE}/release", data={"released_version_id": str(version.id)})
    boss.post(f"{ONE}/places/1", data={"day": "2026-03-10"})
    page = boss.get(ONE).text
    wanted = ("Released in version 5.0.", "public version since Mar 10, 2026")
    assert [each in page for each in wanted] == [True, True]


def test_further_installation_is_kept_by_its_form(
    desk: Desk, boss: FlaskClient, walk: Walk, product: Product, customer: Person
) -> None:
    walk(states.DEPLOYED)
    second = factories.make_installation(desk, customer.organisation_id or 0, product)
    desk.commit()
    given = {"installation_id": str(second.id), "day": "2026-03-10"}
    assert boss.post(f"{ONE}/places/new", data=given).location == ONE
    assert [row["installation_id"] for row in rows_of(desk, DevelopmentPlace)][1] == second.id
    desk.commit()
    assert boss.post(f"{ONE}/places/new", data=given).status_code == 422
