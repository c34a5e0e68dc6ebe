# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens at the edges of a pilot: somebody leaves, changes their mind, or it goes on."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, Product, ProductVersion, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import consents, prolongations, queries, service, steps
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.criteria import queries as criteria
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.perks import queries as perks
from tresen_pilot_service.perks.models import Perks
from tresen_pilot_service.reviews import queries as review_queries
from tresen_pilot_service.reviews import service as reviews
from tresen_pilot_service.targets.models import Target

SignIn = Callable[[Person], FlaskClient]
TODAY = date(2026, 3, 10)
REVIEW: dict[str, Any] = {
    "held_on": TODAY,
    "decision": "stop",
    "conditions": "",
    "new_end": None,
    "version_id": None,
    "lessons": "",
    "is_published": False,
}


@pytest.fixture
def granted(desk: Desk, participation: Participation) -> Perks:
    """Return the perks of the programme: an answer within an hour, at any time."""
    made = Perks(programme_id=participation.programme_id, answer_minutes=60, remote_minutes=90)
    desk.session.add(made)
    desk.commit()
    return made


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an agent."""
    return sign_in(agent)


def decide(desk: Desk, programme: Programme, **given: Any) -> None:
    made = reviews.begin(desk, programme, {**REVIEW, **given})
    desk.commit()
    reviews.decide(desk, review_queries.review(desk, made.id))
    desk.commit()


def promised(desk: Desk, customer: Person) -> bool:
    """Open a ticket and return whether anything is promised for it."""
    ticket = factories.make_ticket(desk, customer)
    return desk.session.get(Target, ticket.id) is not None


def test_contact_who_leaves_is_flagged_and_stood_in_for_at_once(
    desk: Desk,
    participation: Participation,
    customer: Person,
    contact: Person,
    deputy: Person,
    browser: FlaskClient,
) -> None:
    shown = [browser.get(f"/pilot_service/{each}").text for each in ("", "1", "participants/1")]
    contact.is_active = False
    desk.commit()
    after = [browser.get(f"/pilot_service/{each}").text for each in ("", "1", "participants/1")]
    sentence = "Support contact Carla Contact is no longer an active agent."
    assert [sentence in page or "a contact gone" in page for page in shown] == [False] * 3
    assert [sentence in page or "a contact gone" in page for page in after] == [True] * 3
    assert factories.make_ticket(desk, customer).owner_id == deputy.id


def test_withdrawn_consent_is_seen_by_agents_and_costs_nothing_else(
    desk: Desk, participation: Participation, customer: Person, agent: Person, sign_in: SignIn
) -> None:
    given = {"person_id": customer.id, "name": "", "given_on": TODAY}
    consents.give(desk, participation, given)
    desk.commit()
    browser = sign_in(customer)
    browser.post("/pilot_service/portal/1/consent/withdraw")
    text = sign_in(agent).get("/pilot_service/participants/1").text
    assert text.count("withdrawn on Mar 10, 2026") == 1
    assert queries.participation(desk, 1).state == steps.ACTIVE


def test_perks_go_on_with_a_prolongation_and_end_with_the_last_day(
    desk: Desk,
    clock: SteppedClock,
    participation: Participation,
    granted: Perks,
    customer: Person,
) -> None:
    found = [promised(desk, customer)]
    clock.moment = clock.moment.replace(month=4, day=2)
    found.append(promised(desk, customer))
    later = {"new_end": date(2026, 4, 10), "reason": "More to try"}
    prolongations.prolong(desk, participation.programme, later)
    found.append(promised(desk, customer))
    clock.moment = clock.moment.replace(day=11)
    found.append(promised(desk, customer))
    assert found == [True, False, True, False]


def test_decision_to_prolong_keeps_perks_and_a_stop_ends_them(
    desk: Desk,
    clock: SteppedClock,
    participation: Participation,
    granted: Perks,
    customer: Person,
) -> None:
    programme = participation.programme
    decide(desk, programme, decision="prolong", new_end=date(2026, 4, 30))
    clock.moment = clock.moment.replace(month=4, day=20)
    before = promised(desk, customer)
    decide(desk, programme, held_on=date(2026, 4, 20))
    after = promised(desk, customer)
    assert (before, after, programme.ends_on) == (True, False, date(2026, 4, 20))
    row = queries.participation(desk, participation.id)
    assert perks.in_force(desk, row, desk.now()) is None


def test_promise_stays_when_the_pilot_ends(
    desk: Desk, participation: Participation, granted: Perks, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    before = desk.session.get_one(Target, ticket.id).answer_by
    decide(desk, participation.programme, decision="go")
    assert desk.session.get_one(Target, ticket.id).answer_by == before


def test_pilot_build_at_a_customer_who_takes_no_part_is_told_apart(
    desk: Desk,
    participation: Participation,
    product: Product,
    browser: FlaskClient,
) -> None:
    version = ProductVersion(product_id=product.id, number="5.0-rc1")
    desk.session.add(version)
    desk.session.flush()
    build = Build(programme_id=1, number="5.0-rc1", version_id=version.id, created_at=desk.now())
    desk.session.add(build)
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    place = factories.make_installation(desk, _beside(desk, stranger), product)
    place.version_id = version.id
    ticket = factories.make_ticket(desk, stranger, installation_id=place.id, product_id=product.id)
    desk.commit()
    text = browser.get(f"/tickets/{ticket.number}").text
    assert text.count("<h2>Pilot build</h2>") == 1
    assert queries.participations_of(desk, [ticket.id]) == {}
    desk.commit()
    assert _told(browser, ticket).status_code == 302
    assert criteria.counted(desk, 1)["open_defects"] == 1


def _beside(desk: Desk, person: Person) -> int:
    """Return an organisation of the person's own, which takes no part."""
    made = Organisation(name="Other Ltd", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(made)
    desk.session.flush()
    person.organisation_id = made.id
    return made.id


def _told(browser: FlaskClient, ticket: Ticket) -> Any:
    """Record the ticket as a defect of the pilot."""
    sent = {"programme_id": "1", "kind": "defect", "severity": "major", "title": "It stops"}
    return browser.post(f"/pilot_service/tickets/{ticket.number}/feedback", data=sent)


def test_customer_in_two_pilots_has_a_page_for_each(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    first = participation.programme
    values = {"title": "Second", "goal": "", "product_id": first.product_id, "version_id": None}
    days = {"team_id": None, "starts_on": first.starts_on, "ends_on": first.ends_on}
    second = service.begin_programme(desk, values | days)
    people = {"contact_id": participation.contact_id, "deputy_id": None, "installation_id": None}
    service.invite(desk, second, {"organisation_id": customer.organisation_id, **people})
    desk.commit()
    browser = sign_in(customer)
    text = browser.get("/pilot_service/portal/").text
    assert [text.count(f"<bdi>{title}</bdi>") for title in ("Lagerwerk 5", "Second")] == [1, 1]
    pages = [browser.get(f"/pilot_service/portal/{number}").status_code for number in (1, 2)]
    assert pages == [200, 200]
