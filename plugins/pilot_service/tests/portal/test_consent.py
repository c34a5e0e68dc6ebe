# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers allow diagnostics themselves, and take that back with one click, at any time."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from tresen.sdk import Desk, Organisation, Person, rows_of
from tresen.testing import factories
from tresen_pilot_service import consents, service, steps
from tresen_pilot_service.models import Consent, Participation

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/portal/1"
TODAY = date(2026, 3, 10)


@pytest.fixture
def colleague(desk: Desk, participation: Participation, customer: Person) -> Person:
    """Return somebody else of the customer, whose key user is named."""
    participation.key_user_id = customer.id
    home = desk.session.get_one(Organisation, customer.organisation_id)
    made = factories.make_customer(desk, "Kurt Kollege", "kurt@kunde.example", home)
    desk.commit()
    return made


def kept(desk: Desk) -> list[tuple[int | None, date, date | None]]:
    names = ("person_id", "given_on", "withdrawn_on")
    found = [(row[names[0]], row[names[1]], row[names[2]]) for row in rows_of(desk, Consent)]
    desk.commit()
    return found


def journal(desk: Desk) -> list[tuple[str, str]]:
    """Return what was done to the participation, and by whom."""
    sql = "SELECT action, actor_name FROM journal_entry WHERE subject_kind = :kind ORDER BY id"
    rows = desk.session.execute(text(sql), {"kind": service.PARTICIPATION})
    found = [(row.action, row.actor_name) for row in rows]
    desk.commit()
    return found


def test_key_user_allows_diagnostics_and_takes_it_back(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    assert "Not allowed. With your consent we may read logs" in browser.get(PAGE).text
    browser.post(f"{PAGE}/consent")
    assert kept(desk) == [(customer.id, TODAY, None)]
    assert "Allowed since Mar 10, 2026 by Karla Kundin." in browser.get(PAGE).text
    answer = browser.post(f"{PAGE}/consent/withdraw")
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert kept(desk) == [(customer.id, TODAY, TODAY)]
    assert "Withdrawn on Mar 10, 2026." in browser.get(PAGE).text


def test_withdrawal_leaves_a_trace_for_us(
    desk: Desk,
    participation: Participation,
    customer: Person,
    agent: Person,
    sign_in: SignIn,
) -> None:
    browser = sign_in(customer)
    browser.post(f"{PAGE}/consent")
    browser.post(f"{PAGE}/consent/withdraw")
    found = journal(desk)
    assert found[-1] == ("consent_withdrawn_by_customer", "Karla Kundin")
    page = sign_in(agent).get("/pilot_service/participants/1").text
    assert "withdrawn on Mar 10, 2026" in page


def test_withdrawing_what_was_not_given_does_nothing(
    desk: Desk,
    participation: Participation,
    customer: Person,
    sign_in: SignIn,
) -> None:
    before = journal(desk)
    assert sign_in(customer).post(f"{PAGE}/consent/withdraw").status_code == 302
    assert (kept(desk), journal(desk)) == ([], before)


def test_consent_is_given_once(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    browser.post(f"{PAGE}/consent")
    page = browser.post(f"{PAGE}/consent", follow_redirects=True).text
    assert "This customer has given consent already." in page
    assert len(kept(desk)) == 1


def test_colleague_cannot_give_it_and_can_take_it_back(
    desk: Desk, participation: Participation, customer: Person, colleague: Person, sign_in: SignIn
) -> None:
    browser = sign_in(colleague)
    sentence = "Only Karla Kundin can decide this for Kunde GmbH."
    assert sentence in browser.get(PAGE).text
    assert sentence in browser.post(f"{PAGE}/consent", follow_redirects=True).text
    assert kept(desk) == []
    sign_in(customer).post(f"{PAGE}/consent")
    assert "Withdraw the consent" in browser.get(PAGE).text
    browser.post(f"{PAGE}/consent/withdraw")
    assert kept(desk) == [(customer.id, TODAY, TODAY)]


def test_consent_ends_also_after_the_pilot(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    given = {"person_id": customer.id, "name": "", "given_on": TODAY}
    consents.give(desk, participation, given)
    service.move(desk, participation, steps.FINISHED)
    desk.commit()
    browser = sign_in(customer)
    assert "Withdraw the consent" in browser.get(PAGE).text
    browser.post(f"{PAGE}/consent/withdraw")
    assert kept(desk) == [(customer.id, TODAY, TODAY)]


def test_over_or_not_begun_nobody_is_asked_for_consent(
    desk: Desk, invited: Participation, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    sentence = "Consent to diagnostics is given while the pilot goes on."
    assert "Consent to diagnostics" not in browser.get(PAGE).text
    assert sentence in browser.post(f"{PAGE}/consent", follow_redirects=True).text
    assert kept(desk) == []
