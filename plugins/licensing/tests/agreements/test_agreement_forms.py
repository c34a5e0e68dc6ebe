# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be typed into an agreement: its bounds, what follows from them, and how it is listed."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.sdk import Desk, Organisation, Person, StoredFile
from tresen_licensing.agreements import queries, service, terms
from tresen_licensing.agreements.forms import begun
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.developments import clocks
from tresen_licensing.developments import queries as developments
from tresen_licensing.developments.models import Development

SignIn = Callable[[Person], FlaskClient]
NEW = "/licensing/agreements/new"


@pytest.fixture
def boss(administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the administrator's browser."""
    return sign_in(administrator)


@pytest.fixture
def sent(desk: Desk, customer: Person, terms_given: dict[str, Any]) -> dict[str, Any]:
    """Return what a browser sends with the form."""
    name = desk.session.get_one(Organisation, customer.organisation_id).name
    desk.commit()
    day = terms_given["agreed_on"].isoformat()
    return terms_given | {"organisation_id": name, "agreed_on": day}


@pytest.mark.parametrize(
    ("field", "value", "is_taken"),
    [
        ("title", "", False),
        ("title", "x" * 200, True),
        ("title", "x" * 201, False),
        ("reference", "x" * 121, False),
        ("agreed_on", "", False),
        ("agreed_on", "31.12.2025", False),
        ("deadline_days", "0", False),
        ("deadline_days", "1", True),
        ("deadline_days", "91", False),
        ("deadline_days", "soon", False),
        ("embargo_days", "365", True),
        ("embargo_days", "366", False),
        ("publishing", "maybe", False),
        ("publishing", terms.AFTER_ACCEPTANCE, True),
        ("credit", terms.FUNDER, True),
        ("credit", "loudly", False),
        ("organisation_id", "Nobody Ltd", False),
        ("clause", "x" * 5001, False),
    ],
)
def test_field_is_taken_within_its_bounds(
    boss: FlaskClient, sent: dict[str, Any], field: str, value: str, is_taken: bool
) -> None:
    answer = boss.post(NEW, data=sent | {field: value})
    assert answer.status_code == (302 if is_taken else 422)


@pytest.mark.parametrize("field", ["title", "reference", "clause", "privacy_note"])
def test_refused_form_loses_no_words(boss: FlaskClient, sent: dict[str, Any], field: str) -> None:
    answer = boss.post(NEW, data=sent | {"deadline_days": "0", field: "Kept <words>"})
    assert answer.text.count("Kept &lt;words&gt;") == 1


def test_agreements_are_listed_by_customer_and_day(
    boss_desk: Desk, agreement: Agreement, other_customer: Person, terms_given: dict[str, Any]
) -> None:
    later = terms_given | {"agreed_on": boss_desk.today()}
    own = agreement.organisation_id
    second = service.agree(boss_desk, own, later | {"title": "Second"})
    boss_desk.session.get_one(Organisation, other_customer.organisation_id).name = "Aal AG"
    first = service.agree(boss_desk, other_customer.organisation_id or 0, terms_given)
    found = [each.id for each in queries.agreements(boss_desk)]
    assert found == [first.id, second.id, agreement.id]


def test_later_document_takes_the_place_and_the_earlier_stays(
    boss_desk: Desk, agreement: Agreement
) -> None:
    for body in (b"first", b"second"):
        service.sign(boss_desk, agreement, service.Document("a.pdf", "application/pdf", body))
    boss_desk.commit()
    count = boss_desk.session.scalar(select(func.count()).select_from(StoredFile))
    assert (agreement.document_sha512, count) == (hashlib.sha512(b"second").hexdigest(), 2)


def test_form_of_a_kept_agreement_begins_with_what_was_agreed(
    agreement: Agreement, terms_given: dict[str, Any]
) -> None:
    assert begun(agreement) == terms_given


def test_change_without_a_document_keeps_the_document(
    boss_desk: Desk, agreement: Agreement, terms_given: dict[str, Any]
) -> None:
    service.sign(boss_desk, agreement, service.Document("a.pdf", "application/pdf", b"first"))
    service.amend(boss_desk, agreement, terms_given | {"title": "Renamed"})
    assert (agreement.title, agreement.document_id is not None) == ("Renamed", True)


@pytest.mark.parametrize(("days", "standing"), [(10, clocks.RUNNING), (11, clocks.OVERDUE)])
def test_developments_go_by_the_days_of_their_agreement(
    boss_desk: Desk, development: Development, deploy: Any, days: int, standing: str
) -> None:
    whole = developments.development(boss_desk, development.reference)
    assert whole.agreement is not None
    whole.agreement.deadline_days = 10
    deploy(boss_desk.today() - timedelta(days=days))
    found = developments.standings(boss_desk, [whole])[whole.id]
    assert found.clock.standing == standing


def test_agreement_is_read_in_german(boss: FlaskClient, agreement: Agreement) -> None:
    boss.set_cookie("language", "de")
    shown = boss.get(f"/licensing/agreements/{agreement.id}").text
    said = (
        "Recht zur Veröffentlichung",
        "Darf veröffentlicht werden",
        "30 Tage ab der ersten Inbetriebnahme außerhalb",
        "Den Kunden nicht nennen",
    )
    assert [shown.count(each) for each in said] == [1, 1, 1, 1]


def test_agreement_there_is_not_is_said(boss: FlaskClient) -> None:
    answer = boss.get("/licensing/agreements/99")
    assert (answer.status_code, answer.text.count("This agreement does not exist.")) == (404, 1)
