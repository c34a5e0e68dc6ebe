# SPDX-License-Identifier: AGPL-3.0-or-later
"""An agreement is amended and ended with a trace of each field, and says it in both languages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person
from tresen.testing import factories
from tresen_licensing.agreements import service, terms
from tresen_licensing.agreements.models import Agreement

SignIn = Callable[[Person], FlaskClient]
INDEX = "/licensing/agreements/"


@pytest.fixture
def boss(administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the administrator's browser."""
    return sign_in(administrator)


def sent(terms_given: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return what a browser sends with the form."""
    return terms_given | {"agreed_on": terms_given["agreed_on"].isoformat()} | more


def test_each_field_that_changes_is_recorded(
    boss_desk: Desk, agreement: Agreement, terms_given: dict[str, Any], journal: Any
) -> None:
    before = journal(service.AGREEMENT)
    service.amend(boss_desk, agreement, terms_given | {"title": "New", "deadline_days": 14})
    boss_desk.session.flush()
    told = journal(service.AGREEMENT)[len(before) :]
    assert sorted((field, old, new) for _action, field, old, new in told) == [
        ("deadline_days", 30, 14),
        ("title", "Frame contract", "New"),
    ]


def test_words_are_kept_without_blanks_around_them(
    boss_desk: Desk, agreement: Agreement, terms_given: dict[str, Any]
) -> None:
    names = ("title", "reference", "clause", "privacy_note")
    service.amend(boss_desk, agreement, terms_given | dict.fromkeys(names, "  Words \n"))
    assert [getattr(agreement, name) for name in names] == ["Words"] * 4


def test_title_of_blanks_is_none(
    boss: FlaskClient, desk: Desk, agreement: Agreement, terms_given: dict[str, Any]
) -> None:
    path = f"{INDEX}{agreement.id}/edit"
    given = [sent(terms_given, title=title) for title in (" ", "\t", "\u00a0")]
    statuses = [boss.post(path, data=each).status_code for each in given]
    desk.session.refresh(agreement)
    assert (statuses, agreement.title) == ([422] * 3, "Frame contract")


def test_licence_is_written_as_spdx_writes_it(
    boss: FlaskClient, desk: Desk, agreement: Agreement, terms_given: dict[str, Any]
) -> None:
    given = sent(terms_given, licence=" mit  or eupl-1.2 ")
    status = boss.post(f"{INDEX}{agreement.id}/edit", data=given).status_code
    desk.session.refresh(agreement)
    assert (status, agreement.licence) == (302, "MIT OR EUPL-1.2")


def test_refused_amendment_keeps_words_and_agreement(
    boss: FlaskClient, desk: Desk, agreement: Agreement, terms_given: dict[str, Any]
) -> None:
    given = sent(terms_given, publishing=terms.NO, title="Typed title", clause=" ")
    answer = boss.post(f"{INDEX}{agreement.id}/edit", data=given)
    desk.session.refresh(agreement)
    said = answer.text.count("Which clause forbids"), answer.text.count('value="Typed title"')
    assert (answer.status_code, said, agreement.publishing) == (422, (1, 1), terms.YES)


def test_refused_end_keeps_its_day(boss: FlaskClient, desk: Desk, agreement: Agreement) -> None:
    day = (agreement.agreed_on - timedelta(days=1)).isoformat()
    answer = boss.post(f"{INDEX}{agreement.id}/end", data={"ended_on": day})
    desk.session.refresh(agreement)
    said = answer.text.count("The agreement was made on a later day."), answer.text.count(day)
    assert (answer.status_code, said, agreement.ended_on) == (422, (1, 1), None)


def test_words_of_an_agreement_stay_text(
    boss: FlaskClient, desk: Desk, agreement: Agreement
) -> None:
    agreement.title, agreement.clause = "<b>Bold</b>", "<script>alert(1)</script>"
    desk.commit()
    shown = [boss.get(path).text for path in (INDEX, f"{INDEX}{agreement.id}")]
    counts = [(text.count("<b>Bold"), text.count("<script>alert")) for text in shown]
    assert counts == [(0, 0), (0, 0)]


def test_customers_do_not_read_agreements(
    customer: Person, sign_in: SignIn, agreement: Agreement
) -> None:
    browser = sign_in(customer)
    paths = [INDEX, f"{INDEX}{agreement.id}", f"{INDEX}{agreement.id}/document"]
    assert [browser.get(path).status_code for path in paths] == [403, 403, 403]


def test_agreements_are_listed_in_german(boss: FlaskClient, agreement: Agreement) -> None:
    boss.set_cookie("language", "de")
    shown = boss.get(INDEX).text
    said = ("<h1>Vereinbarungen</h1>", "Darf veröffentlicht werden", ">fehlt<")
    assert [shown.count(each) for each in said] == [1, 1, 1]


def test_erased_contact_leaves_every_word_of_an_agreement(
    desk: Desk, customer: Person, agreement: Agreement
) -> None:
    names = ("title", "reference", "clause", "privacy_note")
    for name in names:
        setattr(agreement, name, f"With {customer.name}")
    desk.commit()
    factories.erase_person(desk, customer)
    desk.commit()
    desk.session.refresh(agreement)
    assert [getattr(agreement, name) for name in names] == ["With […]"] * 4


def test_agreements_of_others_keep_their_words(
    desk: Desk, customer: Person, agreement: Agreement, elsewhere: Organisation
) -> None:
    agreement.organisation_id, agreement.clause = elsewhere.id, f"With {customer.name}"
    desk.commit()
    named = agreement.clause
    factories.erase_person(desk, customer)
    desk.commit()
    desk.session.refresh(agreement)
    assert agreement.clause == named
