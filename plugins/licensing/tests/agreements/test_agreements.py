# SPDX-License-Identifier: AGPL-3.0-or-later
"""An agreement says whether, by when and under which licence something is published."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.sdk import Desk, Organisation, Person, Refused, read_file
from tresen_licensing.agreements import queries, service, terms
from tresen_licensing.agreements.models import Agreement

SignIn = Callable[[Person], FlaskClient]
INDEX = "/licensing/agreements/"
PAPER = service.Document("signed.pdf", "application/pdf", b"%PDF-1.7 signed")


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


def count(desk: Desk) -> int | None:
    return desk.session.scalar(select(func.count()).select_from(Agreement))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"licence": "AGPLv3"}, "SPDX knows no licence AGPLv3"),
        ({"publishing": terms.NO}, "Which clause forbids"),
        ({"embargo_days": 29}, "An embargo cannot end before"),
    ],
)
def test_terms_that_do_not_fit_together_are_refused(
    boss_desk: Desk, customer: Person, terms_given: dict[str, Any], wrong: Any, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        service.agree(boss_desk, customer.organisation_id or 0, terms_given | wrong)


@pytest.mark.parametrize(("days", "is_taken"), [(0, True), (1, False)])
def test_agreement_was_made_by_today(
    boss_desk: Desk, agreement: Agreement, terms_given: dict[str, Any], days: int, is_taken: bool
) -> None:
    day = boss_desk.today() + timedelta(days=days)
    try:
        service.amend(boss_desk, agreement, terms_given | {"agreed_on": day})
    except Refused as refusal:
        day = agreement.agreed_on if refusal.sentence == "This day is still to come." else day
    assert (agreement.agreed_on == boss_desk.today()) is is_taken


def test_agreement_may_forbid_with_its_clause(
    boss_desk: Desk, customer: Person, terms_given: dict[str, Any]
) -> None:
    given = terms_given | {"publishing": terms.NO, "clause": " § 7: secret. "}
    made = service.agree(boss_desk, customer.organisation_id or 0, given)
    assert (made.publishing, made.clause) == (terms.NO, "§ 7: secret.")


def test_signed_document_is_kept_with_its_hash(
    boss_desk: Desk, customer: Person, terms_given: dict[str, Any]
) -> None:
    made = service.agree(boss_desk, customer.organisation_id or 0, terms_given, PAPER)
    boss_desk.commit()
    whole = queries.agreement(boss_desk, made.id)
    assert whole.document is not None
    assert (read_file(boss_desk, whole.document), whole.document_sha512) == (
        PAPER.body,
        hashlib.sha512(PAPER.body).hexdigest(),
    )


@pytest.mark.parametrize(("days", "is_taken"), [(-30, True), (-31, False)])
def test_agreement_ends_after_it_was_made(
    boss_desk: Desk, agreement: Agreement, days: int, is_taken: bool
) -> None:
    day = boss_desk.today() + timedelta(days=days)
    try:
        service.end(boss_desk, agreement, day)
    except Refused:
        day = agreement.agreed_on
    assert (agreement.ended_on == day) is is_taken


def test_ended_agreement_is_offered_no_more(boss_desk: Desk, agreement: Agreement) -> None:
    before = queries.agreements_of(boss_desk, agreement.organisation_id)
    service.end(boss_desk, agreement, boss_desk.today())
    after = queries.agreements_of(boss_desk, agreement.organisation_id)
    assert ([each.id for each in before], [*after]) == ([agreement.id], [])


def test_first_page_says_what_an_agreement_is(boss: FlaskClient) -> None:
    shown = boss.get(INDEX).text
    assert (shown.count("No agreement yet"), 'href="/licensing/agreements/new"' in shown) == (
        1,
        True,
    )


def test_agreement_is_kept_from_the_page(
    boss: FlaskClient, desk: Desk, sent: dict[str, Any]
) -> None:
    answer = boss.post(f"{INDEX}new", data=sent, follow_redirects=True)
    assert (answer.status_code, answer.text.count("The agreement is kept.")) == (200, 1)
    assert (count(desk), answer.text.count("Frame contract")) == (1, 1)


def test_refusal_keeps_what_was_typed(boss: FlaskClient, desk: Desk, sent: dict[str, Any]) -> None:
    answer = boss.post(f"{INDEX}new", data=sent | {"licence": "AGPLv3"})
    assert (answer.status_code, count(desk)) == (422, 0)
    assert [answer.text.count(f'value="{each}"') for each in ("Frame contract", "AGPLv3")] == [1, 1]


def test_document_goes_up_and_comes_back(
    boss: FlaskClient, agreement: Agreement, sent: dict[str, Any]
) -> None:
    given = sent | {"document": (BytesIO(PAPER.body), PAPER.name)}
    with boss.post(f"{INDEX}{agreement.id}/edit", data=given) as answer:
        answer.request.input_stream.close()
    found = boss.get(f"{INDEX}{agreement.id}/document")
    assert (answer.status_code, found.data) == (302, PAPER.body)
    assert found.headers["Content-Disposition"].startswith("attachment")


def test_missing_document_is_said(boss: FlaskClient, agreement: Agreement) -> None:
    assert boss.get(f"{INDEX}{agreement.id}/document").status_code == 404


def test_page_shows_what_was_agreed(boss: FlaskClient, agreement: Agreement) -> None:
    shown = boss.get(f"{INDEX}{agreement.id}").text
    said = (
        "2026/17",
        "May be published",
        "30 days from the first deployment outside",
        "Do not name the customer",
    )
    assert [shown.count(each) for each in said] == [1, 1, 1, 1]


def test_agreement_is_ended_from_the_page(
    boss: FlaskClient, desk: Desk, agreement: Agreement
) -> None:
    path = f"{INDEX}{agreement.id}/end"
    boss.post(path, data={"ended_on": desk.today().isoformat()})
    assert boss.get(INDEX).text.count(">ended<") == 1


@pytest.mark.parametrize("path", ["new", "{}/edit", "{}/end"])
def test_agents_read_and_do_not_decide(
    agent: Person, sign_in: SignIn, agreement: Agreement, path: str
) -> None:
    browser = sign_in(agent)
    statuses = [
        browser.get(INDEX + each.format(agreement.id)).status_code for each in ("", "{}", path)
    ]
    assert statuses == [200, 200, 403]
