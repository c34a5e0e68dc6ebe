# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's page speaks their language, and says Sie or Du as they want it."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen_pilot_service import agreements, service, steps
from tresen_pilot_service.checkpoints import demo as checkpoints_demo
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/portal/1"
LANGUAGES = pytest.mark.parametrize("language", ["de", "de@du"])


def read(browser: FlaskClient, language: str, path: str = PAGE) -> str:
    """Return the page as who chose the language reads it."""
    browser.set_cookie("language", language, domain="localhost")
    return browser.get(path).text


def which(language: str, formal: tuple[str, ...], familiar: tuple[str, ...]) -> tuple[str, ...]:
    return formal if language == "de" else familiar


@LANGUAGES
def test_invited_customer_is_addressed_rightly(
    desk: Desk, invited: Participation, customer: Person, sign_in: SignIn, language: str
) -> None:
    agreements.write(desk, invited.programme, "Wir schweigen.")
    customer.language = language
    desk.commit()
    page = read(sign_in(customer), language)
    formal = (
        "Ihre Antwort auf die Einladung",
        "Sie sind zu diesem Pilotprogramm eingeladen.",
        "Ihr Ansprechpartner",
    )
    familiar = (
        "Deine Antwort auf die Einladung",
        "Du bist zu diesem Pilotprogramm eingeladen.",
        "Dein Ansprechpartner",
    )
    both = ("Zustimmen und teilnehmen", "Ich habe Version 1 der Vereinbarung gelesen", "Startseite")
    wanted = (*which(language, formal, familiar), *both)
    assert [each in page for each in wanted] == [True] * 6
    unwanted = which(language, familiar, formal)
    assert [each in page for each in unwanted] == [False] * 3


@LANGUAGES
def test_participant_is_addressed_rightly(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn, language: str
) -> None:
    participation.agreed_on = participation.programme.starts_on = date(2026, 2, 1)
    checkpoints_demo.fill(desk, participation.programme)
    customer.language = language
    desk.commit()
    page = read(sign_in(customer), language)
    formal = (
        "Wie zufrieden sind Sie?",
        "Mit Ihrer Einwilligung dürfen wir",
        "Sie können jeden Tag aussteigen.",
    )
    familiar = (
        "Wie zufrieden bist du?",
        "Mit deiner Einwilligung dürfen wir",
        "Du kannst jeden Tag aussteigen.",
    )
    both = ("Dienstag, 17. März 2026, 10:00 Uhr (Europe/Berlin), 60 Minuten", "In den Kalender")
    wanted = (*which(language, formal, familiar), *both)
    assert [each in page for each in wanted] == [True] * 5
    unwanted = which(language, familiar, formal)
    assert [each in page for each in unwanted] == [False] * 3


THANKS = {
    "de": ("endete für Sie am 10. März 2026.", "Sie sind am 10. März 2026 aus"),
    "de@du": ("endete für dich am 10. März 2026.", "Du bist am 10. März 2026 aus"),
}


@LANGUAGES
@pytest.mark.parametrize("number", [0, 1])
def test_who_took_part_is_thanked_and_has_nothing_left_to_send(
    desk: Desk,
    participation: Participation,
    customer: Person,
    sign_in: SignIn,
    language: str,
    number: int,
) -> None:
    service.move(desk, participation, (steps.FINISHED, steps.WITHDRAWN)[number])
    customer.language = language
    desk.commit()
    page = read(sign_in(customer), language)
    assert [THANKS[each][number] in page for each in THANKS] == [
        each == language for each in THANKS
    ]
    assert page.count('action="/pilot_service/') == 0
