# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report in English and German, on a screen and on paper, and the page of an answer."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person
from tresen.testing.browser import assert_pages_usable
from tresen.testing.statements import recorded
from tresen_remote_support.checklists import service, states
from tresen_remote_support.checklists.models import ChecklistAnswer
from tresen_remote_support.models import RemoteSession

SignIn = Callable[[Person], FlaskClient]
PAGE = "/remote_support/checklist"
NO = {"verdict": states.NO, "words": "It is being written."}
QUERIES = 12


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "A7 Documentation"), ("de", "A7 Dokumentation")],
)
def test_report_names_each_requirement(
    sign_in: SignIn, agent: Person, language: str, heading: str
) -> None:
    page = sign_in(agent).get(PAGE, headers={"Accept-Language": language}).text
    assert (page.count("<section"), heading in page) == (14, True)


def test_report_tells_what_was_answered_by_whom(
    sign_in: SignIn, agent_desk: Desk, agent: Person
) -> None:
    service.answer(agent_desk, "A6", NO)
    agent_desk.commit()
    page = sign_in(agent).get(PAGE).text
    told = "It is being written." in page, page.count("has not answered this yet")
    assert told == (True, 13)


def test_report_leads_to_sessions_without_a_note(
    sign_in: SignIn, agent: Person, ended: RemoteSession
) -> None:
    page = sign_in(agent).get(PAGE).text
    told = "Sessions without a note: 1." in page, "?list=undocumented" in page
    assert told == (True, True)


def test_administrator_answers(sign_in: SignIn, desk: Desk, administrator: Person) -> None:
    answer = sign_in(administrator).post(f"{PAGE}/A6", data=NO)
    row = desk.session.scalars(select(ChecklistAnswer)).one()
    kept = answer.status_code, row.requirement, row.verdict, row.person_id
    assert kept == (302, "A6", states.NO, administrator.id)


def test_answer_without_reason_is_refused_with_a_sentence(
    sign_in: SignIn, administrator: Person
) -> None:
    answer = sign_in(administrator).post(f"{PAGE}/A6", data=NO | {"words": ""})
    assert (answer.status_code, "Say why" in answer.text) == (422, True)


def test_form_asks_the_question_and_shows_the_answer(
    sign_in: SignIn, agent_desk: Desk, administrator: Person
) -> None:
    service.answer(agent_desk, "A6", NO)
    agent_desk.commit()
    page = sign_in(administrator).get(f"{PAGE}/A6").text
    told = "Is there a written policy" in page, "It is being written." in page
    assert told == (True, True)


def test_requirement_that_is_none_is_not_found(sign_in: SignIn, administrator: Person) -> None:
    assert sign_in(administrator).get(f"{PAGE}/A99").status_code == 404


@pytest.mark.parametrize(("path", "status"), [(PAGE, 200), (f"{PAGE}/A6", 403)])
def test_agents_read_and_administrators_answer(
    sign_in: SignIn, agent: Person, path: str, status: int
) -> None:
    assert sign_in(agent).get(path).status_code == status


def test_report_is_not_for_customers(sign_in: SignIn, customer: Person) -> None:
    assert sign_in(customer).get(PAGE).status_code == 403


def test_number_of_queries_is_known(
    sign_in: SignIn, core: Core, agent_desk: Desk, agent: Person, ended: RemoteSession
) -> None:
    for key in ("A1", "A2", "A3"):
        service.answer(agent_desk, key, NO)
    agent_desk.commit()
    browser = sign_in(agent)
    browser.get(PAGE)
    with recorded(core.engine) as statements:
        browser.get(PAGE)
    assert len(statements) == QUERIES


def test_report_can_be_printed(
    sign_in_page: Callable[[Person], Any], administrator: Person
) -> None:
    page = sign_in_page(administrator)
    page.goto(PAGE)
    page.emulate_media(media="print")
    shown = page.locator("main .button:visible").count(), page.locator("h2:visible").count()
    assert shown == (0, 14)


@pytest.mark.timeout(300)
def test_pages_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], agent_desk: Desk, administrator: Person
) -> None:
    service.answer(agent_desk, "A6", NO)
    agent_desk.commit()
    assert_pages_usable(sign_in_page(administrator), [PAGE, f"{PAGE}/A6"])
