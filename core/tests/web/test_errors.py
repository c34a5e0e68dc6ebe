# SPDX-License-Identifier: AGPL-3.0-or-later
"""Error pages say in the reader's language what happened, what is kept and what to do."""

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import insert
from tresen.desk import Desk
from tresen.people.models import Team
from tresen.web.permissions import open_to_all
from tresen.web.work import current_desk

KINDS = [400, 403, 404, 405, 413, 429, 500]


@pytest.fixture
def failing(app: Flask) -> FlaskClient:
    """Return a client of an application with a page for every kind of error."""

    @open_to_all("a test asks")
    def fail(status: int) -> str:
        abort(status)

    app.add_url_rule("/fail/<int:status>", "fail", fail)
    return app.test_client()


def sentence_of(client: FlaskClient, status: int, language: str) -> str:
    answer = client.get(f"/fail/{status}", headers={"Accept-Language": language})
    assert answer.status_code == status
    page = answer.get_data(as_text=True)
    return page.partition("</h1>")[2].partition("</p>")[0].partition("<p>")[2]


@pytest.mark.parametrize("status", KINDS)
def test_error_page_has_a_sentence_in_each_language(failing: FlaskClient, status: int) -> None:
    english, german = (sentence_of(failing, status, language) for language in ("en", "de"))
    assert english.endswith(".")
    assert german.endswith(".")
    assert english != german


def test_error_of_an_address_that_is_not_there_says_that_nothing_is_lost(
    client: FlaskClient,
) -> None:
    page = client.get("/no-such-page").get_data(as_text=True)
    assert "Nothing was changed or lost." in page


@pytest.mark.parametrize(("name", "status"), [("First line", 409), (None, 500)])
def test_row_that_two_write_is_told_and_another_broken_rule_is_our_fault(
    app: Flask, desk: Desk, name: str | None, status: int
) -> None:
    @open_to_all("a test asks")
    def write() -> str:
        current_desk().session.execute(insert(Team).values(name=name))
        return "written"

    desk.session.add(Team(name="First line"))
    desk.commit()
    app.add_url_rule("/write", "write", write, methods=["POST"])
    app.testing = False
    answer = app.test_client().post("/write")
    told = "Somebody else changed this in the meantime." in answer.text
    assert (answer.status_code, told) == (status, status == 409)
