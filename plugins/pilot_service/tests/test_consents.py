# SPDX-License-Identifier: AGPL-3.0-or-later
"""Consent to diagnostics: given by somebody on a day, withdrawn on another, and never forgotten."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import consents, hooks, service, steps
from tresen_pilot_service.models import Base, Consent, Participation

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/participants/1"
TODAY = date(2026, 3, 10)


def giver(person: Person | None = None, **given: Any) -> dict[str, Any]:
    """Return the fields of a consent, of today."""
    whose = {"person_id": person.id if person else None, "name": ""}
    return whose | {"given_on": TODAY} | given


@pytest.fixture
def boss(
    desk: Desk, participation: Participation, administrator: Person, sign_in: SignIn
) -> FlaskClient:
    """Return the browser of an administrator; a customer takes part."""
    return sign_in(administrator)


def kept(desk: Desk) -> list[tuple[date, date | None]]:
    """Return from when until when each consent holds, the oldest first."""
    desk.session.expire_all()
    return [(row["given_on"], row["withdrawn_on"]) for row in rows_of(desk, Consent)]


def test_consent_is_given_and_withdrawn_and_given_again(
    desk: Desk, clock: SteppedClock, participation: Participation, customer: Person
) -> None:
    consents.give(desk, participation, giver(customer))
    clock.go(days=2)
    consents.withdraw(desk, participation)
    consents.give(desk, participation, giver(name="M. Fuchs", given_on=date(2026, 3, 12)))
    assert kept(desk) == [(TODAY, date(2026, 3, 12)), (date(2026, 3, 12), None)]


def test_consent_is_given_once_at_a_time(desk: Desk, participation: Participation) -> None:
    consents.give(desk, participation, giver(name="M. Fuchs"))
    with pytest.raises(Refused, match="This customer has given consent already"):
        consents.give(desk, participation, giver(name="M. Fuchs"))


def test_withdrawing_what_was_not_given_changes_nothing(
    desk: Desk, participation: Participation
) -> None:
    consents.withdraw(desk, participation)
    assert kept(desk) == []


def test_withdrawing_twice_keeps_the_first_day(
    desk: Desk, clock: SteppedClock, participation: Participation
) -> None:
    consents.give(desk, participation, giver(name="M. Fuchs"))
    for _time in range(2):
        consents.withdraw(desk, participation)
        clock.go(days=1)
    assert kept(desk) == [(TODAY, TODAY)]


@pytest.mark.parametrize("both", [True, False])
def test_consent_is_of_a_person_or_of_a_name(
    desk: Desk, participation: Participation, customer: Person, both: bool
) -> None:
    values = giver(customer, name="M. Fuchs") if both else giver(name=" ")
    with pytest.raises(Refused, match="Choose a person of the customer or write a name"):
        consents.give(desk, participation, values)


def test_stranger_cannot_consent(desk: Desk, participation: Participation) -> None:
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    with pytest.raises(Refused, match="must be an active person of this customer"):
        consents.give(desk, participation, giver(stranger))


def test_nobody_consents_in_the_future(
    desk: Desk, clock: SteppedClock, participation: Participation
) -> None:
    tomorrow = giver(name="M. Fuchs", given_on=date(2026, 3, 11))
    with pytest.raises(Refused, match="Consent cannot be given on a day that is still to come"):
        consents.give(desk, participation, tomorrow)
    # Midnight in Berlin is 23:00 in UTC.
    clock.moment = clock.moment.replace(hour=23)
    assert consents.give(desk, participation, tomorrow).given_on == date(2026, 3, 11)


def test_page_records_and_ends_a_consent(desk: Desk, boss: FlaskClient, customer: Person) -> None:
    seen = [boss.get(PAGE).text]
    sent = {"person_id": str(customer.id), "name": "", "given_on": "2026-03-09"}
    answer = boss.post(f"{PAGE}/consent", data=sent)
    assert (answer.status_code, answer.location) == (302, PAGE)
    seen.append(boss.get(PAGE).text)
    answer = boss.post(f"{PAGE}/consent/withdraw")
    assert (answer.status_code, answer.location) == (302, PAGE)
    seen.append(boss.get(PAGE).text)
    words = (
        "No consent was given.",
        "Record a consent",
        "Withdraw the consent",
        "Given on Mar 9, 2026 by Karla Kundin",
        "withdrawn on Mar 10, 2026",
    )
    assert [[word in page for word in words] for page in seen] == [
        [True, True, False, False, False],
        [False, False, True, True, False],
        [False, True, False, True, True],
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"given_on": "2026-03-11"}, "Consent cannot be given on a day that is still to come."),
        ({"given_on": "soon"}, "Not a valid date value."),
        ({"person_id": "99"}, "Not a valid choice."),
        ({"name": ""}, "Choose a person of the customer or write a name, one of both."),
    ],
)
def test_wrong_consent_comes_back_with_what_was_typed(
    desk: Desk, boss: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    sent = {"person_id": "", "name": "M. Fuchs", "given_on": "2026-03-09"} | wrong
    answer = boss.post(f"{PAGE}/consent", data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{sent["name"]}"' in answer.text
    assert kept(desk) == []


def test_consent_is_withdrawn_even_when_the_participation_is_over(
    desk: Desk, participation: Participation, boss: FlaskClient
) -> None:
    consents.give(desk, participation, giver(name="M. Fuchs"))
    service.move(desk, participation, steps.FINISHED)
    desk.commit()
    page = boss.get(PAGE).text
    assert [word in page for word in ("Withdraw the consent", "Record a consent")] == [True, False]
    boss.post(f"{PAGE}/consent/withdraw")
    assert kept(desk) == [(TODAY, TODAY)]


@pytest.mark.parametrize("path", ["consent", "consent/withdraw"])
def test_agent_reads_and_records_nothing(
    desk: Desk, participation: Participation, agent: Person, sign_in: SignIn, path: str
) -> None:
    consents.give(desk, participation, giver(name="M. Fuchs"))
    desk.commit()
    browser = sign_in(agent)
    page = browser.get(PAGE).text
    words = ("Given on Mar 10, 2026 by M. Fuchs", "Withdraw the consent", "Record a consent")
    assert [word in page for word in words] == [True, False, False]
    assert browser.post(f"{PAGE}/{path}").status_code == 403
    assert kept(desk) == [(TODAY, None)]


def test_journal_tells_of_consent_and_withdrawal(desk: Desk, participation: Participation) -> None:
    consents.give(desk, participation, giver(name="M. Fuchs"))
    consents.withdraw(desk, participation)
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    wanted = select(entry.action, entry.field, entry.new).order_by(entry.id)
    rows = desk.session.execute(wanted.where(entry.subject_kind == consents.CONSENT))
    assert [tuple(row) for row in rows] == [
        ("given", "", None),
        ("changed", "withdrawn_on", "2026-03-10"),
    ]


def test_who_consented_is_told_of_it(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    consents.give(desk, participation, giver(customer))
    found = hooks.personal_data(desk, customer)[2]
    assert found.rows == [{"participation_id": 1, "given_on": TODAY, "withdrawn_on": None}]


def test_erased_giver_is_named_no_more_and_the_days_stay(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    consents.give(desk, participation, giver(customer))
    consents.withdraw(desk, participation)
    consents.give(desk, participation, giver(name="Karla Kundin"))
    factories.erase_person(desk, customer)
    found = [(row["person_id"], row["name"]) for row in rows_of(desk, Consent)]
    assert found == [(None, ""), (None, "[…]")]
    assert kept(desk) == [(TODAY, TODAY), (TODAY, None)]


def test_consent_is_read_in_german(
    desk: Desk, participation: Participation, administrator: Person, sign_in: SignIn
) -> None:
    consents.give(desk, participation, giver(name="M. Fuchs"))
    administrator.language = "de"
    desk.commit()
    page = sign_in(administrator).get(PAGE).text
    words = ("Einwilligung in Diagnosen", "Am 10.03.2026 erteilt von M. Fuchs")
    assert [word in page for word in words] == [True, True]
