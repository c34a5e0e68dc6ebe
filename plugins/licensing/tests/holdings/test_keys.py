# SPDX-License-Identifier: AGPL-3.0-or-later
"""A key is shown on demand to who may see it, on record, and stands nowhere else."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect
from tresen.sdk import Actor, Desk, Forbidden, Missing, Person
from tresen_licensing.holdings import service
from tresen_licensing.holdings.models import Licence

Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]

KEY = "KEY-4711"


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


def acting(desk: Desk, *permissions: str) -> Desk:
    return replace(desk, actor=Actor("Anna", "agent", None, None, frozenset(permissions)))


def test_key_is_given_to_who_may_work_with_licences(
    desk: Desk, licence: Licence, journal: Journal
) -> None:
    shown = service.show_key(acting(desk, "licensing.work"), licence)
    assert (shown, journal(service.LICENCE)[-1]) == (KEY, ("key_shown", "", None, None))


def test_who_only_reads_gets_no_key(desk: Desk, licence: Licence, journal: Journal) -> None:
    with pytest.raises(Forbidden):
        service.show_key(acting(desk, "licensing.read"), licence)
    assert journal(service.LICENCE)[-1][0] != "key_shown"


def test_licence_without_a_key_shows_none(desk: Desk, licence: Licence, journal: Journal) -> None:
    licence.key = ""
    with pytest.raises(Missing, match="no key"):
        service.show_key(acting(desk, "licensing.work"), licence)
    assert journal(service.LICENCE)[-1][0] != "key_shown"


def test_empty_field_leaves_the_kept_key(
    desk: Desk, licence: Licence, licence_values: Values
) -> None:
    service.keep_licence(desk, licence, licence_values(key="  "))
    assert licence.key == KEY


def test_new_key_takes_the_place_of_the_old_one(
    desk: Desk, licence: Licence, licence_values: Values, journal: Journal
) -> None:
    service.keep_licence(desk, licence, licence_values(key="KEY-0815", entitled=[]))
    kept = [entry for entry in journal(service.LICENCE) if entry[0] == "key_kept"]
    assert (licence.key, kept) == ("KEY-0815", [("key_kept", "", None, None)] * 2)


def test_licence_is_named_by_its_number_alone(licence: Licence) -> None:
    assert (repr(licence), str(licence)) == (f"<Licence {licence.id}>",) * 2


def test_page_masks_the_key(browser: FlaskClient, licence: Licence) -> None:
    page = browser.get(f"/licensing/portfolio/licences/{licence.id}").text
    assert (KEY in page, "••••" in page, "Show the key" in page) == (False, True, True)


def test_key_is_shown_by_a_post_that_nobody_keeps(browser: FlaskClient, licence: Licence) -> None:
    answer = browser.post(f"/licensing/portfolio/licences/{licence.id}/key")
    assert (answer.status_code, KEY in answer.text, answer.headers["Cache-Control"]) == (
        200,
        True,
        "no-store",
    )


def test_journal_says_who_read_the_key(
    desk: Desk, browser: FlaskClient, licence: Licence, journal: Journal
) -> None:
    browser.post(f"/licensing/portfolio/licences/{licence.id}/key")
    desk.rollback()
    assert journal(service.LICENCE)[-1][0] == "key_shown"


def test_key_cannot_be_asked_for_by_an_address(browser: FlaskClient, licence: Licence) -> None:
    assert browser.get(f"/licensing/portfolio/licences/{licence.id}/key").status_code == 405


def test_next_look_at_the_page_masks_it_again(browser: FlaskClient, licence: Licence) -> None:
    browser.post(f"/licensing/portfolio/licences/{licence.id}/key")
    assert KEY not in browser.get(f"/licensing/portfolio/licences/{licence.id}").text


@pytest.mark.parametrize(
    "path",
    [
        "/licensing/portfolio/licences/{id}",
        "/licensing/portfolio/licences/{id}/edit",
        "/licensing/portfolio/{product_id}",
        "/licensing/portfolio/renewals",
        "/licensing/portfolio/exports/licences.csv",
        "/people/organisations/{organisation_id}",
    ],
)
def test_no_page_holds_the_key(browser: FlaskClient, licence: Licence, path: str) -> None:
    values = {name: getattr(licence, name) for name in ("id", "product_id", "organisation_id")}
    answer = browser.get(path.format(**values))
    assert (answer.status_code, KEY in answer.text) == (200, False)


def test_customers_get_no_key(sign_in: SignIn, customer: Person, licence: Licence) -> None:
    browser = sign_in(customer)
    answers = [
        browser.post(f"/licensing/portfolio/licences/{licence.id}/key"),
        browser.get("/licensing/portal/licences"),
    ]
    assert [(each.status_code, KEY in each.text) for each in answers] == [
        (403, False),
        (200, False),
    ]


def test_page_of_a_licence_without_key_offers_none(
    desk: Desk, browser: FlaskClient, licence: Licence
) -> None:
    licence.key = ""
    desk.commit()
    page = browser.get(f"/licensing/portfolio/licences/{licence.id}").text
    assert ("No key is kept." in page, "Show the key" in page) == (True, False)


def test_nothing_is_logged_of_a_key_that_is_typed_and_shown(
    desk: Desk, browser: FlaskClient, licence: Licence, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = f"/licensing/portfolio/licences/{licence.id}"
    sent = {
        "product_id": str(licence.product_id),
        "metric": "unlimited",
        "reminder_days": "60",
        "key": "TYPED-99",
    }
    browser.post(f"{path}/edit", data=sent)
    browser.post(f"{path}/key")
    said = " ".join(record.getMessage() for record in caplog.records)
    assert ("TYPED-99" in said, KEY in said) == (False, False)


def test_refused_form_gives_back_the_key_that_was_typed(
    browser: FlaskClient, licence: Licence
) -> None:
    sent = {
        "product_id": str(licence.product_id),
        "metric": "named_seats",
        "count": "",
        "reminder_days": "60",
        "key": "TYPED-99",
    }
    answer = browser.post(f"/licensing/portfolio/licences/{licence.id}/edit", data=sent)
    assert (answer.status_code, "TYPED-99" in answer.text, KEY in answer.text) == (
        422,
        True,
        False,
    )


def test_key_is_a_column_of_the_licence_alone() -> None:
    assert inspect(Licence).columns["key"].table.name == "licensing_licence"
