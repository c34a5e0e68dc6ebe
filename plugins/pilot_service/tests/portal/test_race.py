# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two who answer at the same moment: one is first, the other reads that it is done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, rows_of
from tresen.testing import factories
from tresen_pilot_service import agreements
from tresen_pilot_service.models import Consent, Participation, Signature

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/portal/1"


@pytest.fixture
def two(desk: Desk, invited: Participation, customer: Person, sign_in: SignIn) -> list[FlaskClient]:
    """Return the browsers of two people of a customer who is invited to sign."""
    agreements.write(desk, invited.programme, "Both sides keep quiet.")
    home = desk.session.get_one(Organisation, customer.organisation_id)
    colleague = factories.make_customer(desk, "Kurt Kollege", "kurt@kunde.example", home)
    desk.commit()
    return [sign_in(customer), sign_in(colleague)]


def at_once(browsers: list[FlaskClient], path: str, data: dict[str, str]) -> list[int]:
    """Return how each was answered who sent the same at the same moment."""

    def send(browser: FlaskClient) -> int:
        return browser.post(f"{PAGE}/{path}", data=data).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        return sorted(pool.map(send, browsers))


def test_two_agree_and_one_signature_is_kept(desk: Desk, two: list[FlaskClient]) -> None:
    answers = at_once(two, "agreement", {"version": "1", "accepted": "y"})
    assert answers == [302, 422]
    assert [row["signed_on"] for row in rows_of(desk, Signature)] == [date(2026, 3, 10)]


def test_one_agrees_and_one_declines(desk: Desk, two: list[FlaskClient]) -> None:
    first, second = two
    answers = [
        first.post(f"{PAGE}/decline", data={"reason": ""}).status_code,
        second.post(f"{PAGE}/agreement", data={"version": "1", "accepted": "y"}).status_code,
    ]
    assert answers == [302, 422]
    assert rows_of(desk, Signature) == []


def test_two_allow_diagnostics_and_one_consent_is_kept(desk: Desk, two: list[FlaskClient]) -> None:
    two[0].post(f"{PAGE}/agreement", data={"version": "1", "accepted": "y"})
    assert at_once(two, "consent", {}) == [302, 302]
    assert len(rows_of(desk, Consent)) == 1
