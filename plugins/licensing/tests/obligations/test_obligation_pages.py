# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a release's obligations: read, met, chosen, and proved by a file."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from bills_of_tests import CRANE
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, ProductVersion
from tresen_licensing.components.models import Bom
from tresen_licensing.obligations import queries
from tresen_licensing.obligations.models import Choice, Obligation

SignIn = Callable[[Person], FlaskClient]
TakeIn = Callable[..., Bom]
Count = Callable[[FlaskClient, str], int]
GPL = "GPL-2.0-only"
EITHER = "MIT OR Apache-2.0"
SOURCE = {"duty": "source", "licence": GPL}


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def own(version: ProductVersion) -> str:
    """Return the address of the version's obligations."""
    return f"/licensing/portfolio/versions/{version.id}/obligations"


def rows(desk: Desk, model: Any) -> list[Any]:
    """Return the rows of a table as the database has them now."""
    desk.rollback()
    found = list(desk.session.scalars(select(model).order_by(model.id)))
    desk.session.expunge_all()
    desk.rollback()
    return found


def test_page_names_duties_choices_and_what_is_not_clear(
    browser: FlaskClient, own: str, bom: Bom
) -> None:
    page = browser.get(own).text
    shown = ["Offer the source", "§ 3", EITHER, "5 duties are open.", "no legal advice"]
    assert [page.count(each) > 0 for each in shown] == [True] * len(shown)
    assert page.count("The licence of one component is not clear") == 1


def test_page_without_a_bill_leads_to_the_import(browser: FlaskClient, own: str) -> None:
    page = browser.get(own).text
    assert (page.count("Nobody imported an SBOM yet"), page.count("/components/import")) == (1, 1)


def test_agent_meets_a_duty_with_a_file(
    desk: Desk, browser: FlaskClient, own: str, bom: Bom
) -> None:
    form = browser.get(f"{own}/meet", query_string=SOURCE).text
    data = {"how": "On <our> page.", "evidence": "p. 7", "file": (BytesIO(b"proof"), "p.txt")}
    answer = browser.post(
        f"{own}/meet", query_string=SOURCE, data=data, content_type="multipart/form-data"
    )
    (row,) = rows(desk, Obligation)
    page = browser.get(own).text
    file = browser.get(f"{own}/{row.id}/evidence")
    assert (form.count("Whoever receives the program can have its source"), answer.location) == (
        *(1, own),
    )
    assert (page.count("On &lt;our&gt; page."), page.count("4 duties are open."), file.data) == (
        *(1, 1, b"proof"),
    )


def test_agent_meets_a_duty_for_all_licences_at_once(
    desk: Desk, browser: FlaskClient, own: str, take_in: TakeIn
) -> None:
    mit = {**CRANE, "bom-ref": "m", "name": "mast", "licenses": [{"license": {"id": "MIT"}}]}
    take_in(CRANE, mit)
    query = {"duty": "notice", "licence": GPL}
    form = browser.get(f"{own}/meet", query_string=query).text
    data = {"how": "In the file.", "is_for_all": "y"}
    browser.post(f"{own}/meet", query_string=query, data=data)
    found = [(each.duty, each.licence, each.how) for each in rows(desk, Obligation)]
    assert (form.count("One other licence"), found) == (
        1,
        [("notice", GPL, "In the file."), ("notice", "MIT", "In the file.")],
    )


def test_duty_is_opened_again_from_the_page(
    desk: Desk, browser: FlaskClient, own: str, bom: Bom
) -> None:
    browser.post(f"{own}/meet", query_string=SOURCE, data={"how": "So."})
    (row,) = rows(desk, Obligation)
    answer = browser.post(f"{own}/{row.id}/open")
    page = browser.get(own).text
    form = browser.get(f"{own}/meet", query_string=SOURCE).text
    assert (answer.location, page.count("to be looked at again"), form.count("So.")) == (own, 1, 1)


def test_duty_without_words_is_refused(
    desk: Desk, browser: FlaskClient, own: str, bom: Bom
) -> None:
    data = {"how": " ", "evidence": "typed"}
    answer = browser.post(f"{own}/meet", query_string=SOURCE, data=data)
    assert (answer.status_code, answer.text.count("typed"), rows(desk, Obligation)) == (422, 1, [])


def test_agent_chooses_a_licence(desk: Desk, browser: FlaskClient, own: str, bom: Bom) -> None:
    query = {"expression": EITHER}
    form = browser.get(f"{own}/choose", query_string=query).text
    answer = browser.post(
        f"{own}/choose", query_string=query, data={"chosen": "MIT", "note": "Short."}
    )
    (row,) = rows(desk, Choice)
    page = browser.get(own).text
    again = browser.get(f"{own}/choose", query_string=query).text
    assert (form.count('type="radio"'), answer.location, row.chosen) == (2, own, "MIT")
    assert (page.count("Chosen: MIT"), again.count("Short."), again.count("checked")) == (1, 1, 1)


def test_expression_with_too_many_ways_asks_for_a_simpler_one(
    browser: FlaskClient, own: str, take_in: TakeIn
) -> None:
    many = " AND ".join(f"(LicenseRef-a{n} OR LicenseRef-b{n})" for n in range(7))
    take_in({**CRANE, "licenses": [{"expression": many}]})
    page = browser.get(own).text
    answer = browser.get(f"{own}/choose", query_string={"expression": many})
    assert (page.count("It leaves too many ways"), answer.location) == (1, own)


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("meet", {"duty": "network", "licence": GPL}),
        ("meet", {}),
        ("choose", {"expression": "MIT"}),
        ("choose", {"expression": "("}),
    ],
)
def test_what_is_not_owed_is_not_found(
    browser: FlaskClient, own: str, bom: Bom, page: str, query: dict[str, str]
) -> None:
    assert browser.get(f"{own}/{page}", query_string=query).status_code == 404


def test_page_asks_no_question_per_duty(
    browser: FlaskClient, own: str, take_in: TakeIn, count: Count
) -> None:
    take_in(CRANE)
    few = count(browser, own)
    licences = ["MIT", "ISC", "Zlib", "MPL-2.0", "Apache-2.0", "AGPL-3.0-only"]
    take_in(
        *(
            {**CRANE, "bom-ref": each, "name": each, "licenses": [{"license": {"id": each}}]}
            for each in licences
        )
    )
    assert count(browser, own) == few


def test_every_duty_met_says_so(
    desk: Desk, browser: FlaskClient, own: str, version: ProductVersion, take_in: TakeIn
) -> None:
    take_in({**CRANE, "licenses": [{"license": {"id": "Zlib"}}]})
    standing = queries.standing(desk, version.id)
    desk.rollback()
    assert standing is not None
    for each in standing.duties:
        query = {"duty": each.kind, "licence": each.licence}
        browser.post(f"{own}/meet", query_string=query, data={"how": "So."})
    page = browser.get(own).text
    product = browser.get(f"/licensing/portfolio/{version.product_id}").text
    assert (page.count("Every duty is met."), product.count("duties met")) == (1, 1)
