# SPDX-License-Identifier: AGPL-3.0-or-later
"""One unit of work for a request: what is written stays only when the answer is a good one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Core, desk_for
from tresen.errors import Conflict, Forbidden, Missing, Refused, TooMany
from tresen.people.models import Team
from tresen.web.permissions import open_to_all
from tresen.web.work import current_core, current_desk, forget_changes

RAISED: dict[str, tuple[Callable[[], Exception], int]] = {
    "refused": (lambda: Refused("No."), 422),
    "conflict": (lambda: Conflict("Meanwhile."), 409),
    "missing": (lambda: Missing("Gone."), 404),
    "forbidden": (lambda: Forbidden("Not you."), 403),
    "too many": (lambda: TooMany("Wait.", 60), 429),
}


@pytest.fixture
def seen() -> list[Any]:
    return []


@pytest.fixture
def writing(app: Flask, seen: list[Any]) -> Iterator[FlaskClient]:
    """Return a client of an application whose page adds a team and then does what it is told."""

    @open_to_all("a test asks")
    def write(what: str) -> Any:
        desk = current_desk()
        seen.append((desk.is_writing, current_core() is desk.core))
        desk.after_commit.append(lambda: seen.append("committed"))
        if desk.is_writing:
            desk.session.add(Team(name=what))
            desk.session.flush()
        if what in RAISED:
            raise RAISED[what][0]()
        if what == "forget":
            forget_changes()
        return ("odd", 418) if what == "teapot" else "done"

    app.add_url_rule("/write/<what>", "write", write, methods=["GET", "POST", "PUT", "DELETE"])
    app.add_url_rule("/api/write/<what>", "write_api", write, methods=["POST"])
    return app.test_client()


def teams(core: Core) -> list[str]:
    with desk_for(core) as desk:
        return list(desk.session.scalars(select(Team.name)))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_a_good_answer_wrote_stays(
    writing: FlaskClient, core: Core, seen: list[Any], method: str
) -> None:
    assert writing.open("/write/a", method=method).status_code == 200
    assert (teams(core), seen) == (["a"], [(True, True), "committed"])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_request_has_a_reading_desk(
    writing: FlaskClient, core: Core, seen: list[Any], method: str
) -> None:
    assert writing.open("/write/a", method=method).status_code == 200
    assert (teams(core), seen) == ([], [(False, True), "committed"])


@pytest.mark.parametrize("what", RAISED)
@pytest.mark.parametrize("path", ["/write", "/api/write"])
def test_nothing_of_a_refused_request_stays(
    writing: FlaskClient, core: Core, seen: list[Any], what: str, path: str
) -> None:
    error, status = RAISED[what]
    answer = writing.post(f"{path}/{what}")
    assert (answer.status_code, teams(core), seen) == (status, [], [(True, True)])
    sentence = str(error())
    shown = answer.json["detail"] if path == "/api/write" else answer.text
    assert sentence in shown
    assert answer.headers.get("Retry-After") == ("60" if what == "too many" else None)


@pytest.mark.parametrize("what", RAISED)
def test_program_gets_a_problem_document(writing: FlaskClient, what: str) -> None:
    error, status = RAISED[what]
    answer = writing.post(f"/api/write/{what}")
    problem = answer.json
    assert (answer.content_type, problem["status"], problem["detail"], sorted(problem)) == (
        "application/problem+json",
        status,
        str(error()),
        ["detail", "status", "title"],
    )


def test_forgotten_changes_do_not_stay_and_wake_nobody(
    writing: FlaskClient, core: Core, seen: list[Any]
) -> None:
    assert writing.post("/write/forget").status_code == 200
    assert (teams(core), seen) == ([], [(True, True)])


def test_answer_of_another_status_is_kept_when_nothing_was_raised(
    writing: FlaskClient, core: Core
) -> None:
    assert (writing.post("/write/teapot").status_code, teams(core)) == (418, ["teapot"])


def test_requests_have_desks_of_their_own(writing: FlaskClient, core: Core) -> None:
    for what in ("a", "refused", "b", "missing", "c"):
        writing.post(f"/write/{what}")
    assert sorted(teams(core)) == ["a", "b", "c"]


def test_unforeseen_error_leaves_nothing(
    app: Flask, writing: FlaskClient, core: Core, seen: list[Any]
) -> None:
    @open_to_all("a test asks")
    def fail() -> str:
        current_desk().session.add(Team(name="lost"))
        current_desk().session.flush()
        raise ZeroDivisionError

    app.add_url_rule("/fail", "fail", fail, methods=["POST"])
    app.testing = False
    answer = app.test_client().post("/fail")
    assert (answer.status_code, teams(core)) == (500, [])
    assert "This is our fault, not yours." in answer.text
    assert writing.post("/write/after").status_code == 200
