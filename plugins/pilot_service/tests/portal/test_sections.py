# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of a customer stands first on their page, and a page costs what it costs."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen.testing.statements import recorded
from tresen_pilot_service import agreements, consents
from tresen_pilot_service.checkpoints import service as checkpoints
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/portal/1"
TEXT = "Both sides keep quiet."


@pytest.fixture
def meeting(desk: Desk, participation: Participation) -> None:
    """Plan a checkpoint to which the participant is asked."""
    words = {"title": "Review", "place": "", "agenda": ""}
    when = {"starts_at": datetime.fromisoformat("2026-03-12 10:00"), "duration": 45}
    who = {"is_for_all": True, "asked": []}
    checkpoints.plan(desk, participation.programme, words | when | who)
    agreements.write(desk, participation.programme, TEXT)
    desk.commit()


def order(page: str, *headings: str) -> bool:
    """Tell whether the headings stand in this order, each once."""
    places = [page.index(f"<h2>{heading}</h2>") for heading in headings]
    return places == sorted(places) and all(
        page.count(f"<h2>{each}</h2>") == 1 for each in headings
    )


def test_version_to_be_signed_stands_before_the_meeting(
    meeting: None, customer: Person, sign_in: SignIn
) -> None:
    page = sign_in(customer).get(PAGE).text
    assert order(page, "Agreement", "Meetings", "How content are you?", "Consent to diagnostics")


def test_signed_agreement_stands_after_what_is_to_be_done(
    desk: Desk, participation: Participation, meeting: None, customer: Person, sign_in: SignIn
) -> None:
    signed = {"person_id": customer.id, "name": "", "signed_on": desk.today()}
    agreements.sign(desk, participation, signed)
    desk.commit()
    page = sign_in(customer).get(PAGE).text
    assert order(page, "Meetings", "How content are you?", "Agreement", "Consent to diagnostics")


def test_page_leads_back_to_the_start_and_to_the_list(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    page = browser.get(PAGE).text
    found = [f'<a href="{path}">' in page for path in ("/", "/pilot_service/portal/?all=1")]
    assert found == [True, True]
    alone = browser.get("/pilot_service/portal/?all=1")
    assert (alone.status_code, "<h1>Your pilots</h1>" in alone.text) == (200, True)


def test_people_who_are_not_named_are_not_shown(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    participation.contact_id, participation.key_user_deputy_id = None, customer.id
    desk.commit()
    page = sign_in(customer).get(PAGE).text
    wanted = ("<bdi>Dario Deputy</bdi></dd>", "<bdi>Karla Kundin</bdi></dd>", "None")
    assert [each in page for each in wanted] == [True, True, False]


def test_page_costs_the_same_however_much_was_signed_and_allowed(
    desk: Desk, participation: Participation, meeting: None, customer: Person, sign_in: SignIn
) -> None:
    browser, counts = sign_in(customer), []
    for _time in range(2):
        for number in range(4):
            agreements.write(desk, participation.programme, f"{_time} {number}")
            day = date(2026, 3, 10)
            signed = {"person_id": customer.id, "name": "", "signed_on": day}
            agreements.sign(desk, participation, signed)
            consents.give(desk, participation, signed | {"given_on": day})
            consents.withdraw(desk, participation)
        desk.commit()
        with recorded(desk.core.engine) as statements:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
