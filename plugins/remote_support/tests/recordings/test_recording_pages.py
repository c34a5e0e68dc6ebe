# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an agent's browser is answered as it sends, and what both sides' pages say meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person, desk_for
from tresen.testing.statements import recorded, walks
from tresen_remote_support import service as sessions
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings import service
from tresen_remote_support.recordings.models import Recording, RecordingPiece

Film = Callable[..., bytes]
Shoot = Callable[..., Recording]
SignIn = Callable[[Person], FlaskClient]
Whole = Callable[[Recording], bytes]

ROOT = "/remote_support"


def session_of(row: RemoteSession) -> str:
    return f"{ROOT}/sessions/{row.reference}"


def page_of(row: RemoteSession, recording: Recording) -> str:
    return f"{session_of(row)}/recordings/{recording.id}"


def own_page_of(row: RemoteSession, recording: Recording) -> str:
    return f"{ROOT}/portal/{row.reference}/recordings/{recording.id}"


# ---------------------------------------------------------------------------------- sending


def test_browser_begins_sends_and_ends(
    agents: FlaskClient, desk: Desk, running: RemoteSession, film: Film
) -> None:
    begun = agents.post(f"{session_of(running)}/recordings").json
    assert begun is not None
    due = [
        (agents.post(f"{begun['pieces']}{number}", data=body).json or {}).get("next")
        for number, body in enumerate([film(1), film()[len(film(0)) :]])
    ]
    over = agents.post(begun["stop"]).json
    (row,) = desk.session.scalars(select(Recording)).all()
    assert (due, over, row.ended_at is not None) == ([1, 2], {"is_over": True}, True)


def test_end_can_be_told_twice(agents: FlaskClient, running: RemoteSession, shoot: Shoot) -> None:
    page = page_of(running, shoot())
    assert [agents.post(f"{page}/end").status_code for _try in range(2)] == [200, 200]


@pytest.mark.parametrize(
    ("number", "length", "answered"),
    [
        (3, 10, (409, {"next": 1, "is_over": False})),
        (1, service.LARGEST_PIECE + 1, (413, {"is_over": False})),
        (1, 10, (422, {"is_over": True})),
    ],
    ids=["out of order", "too large", "no film"],
)
def test_answer_says_why_and_whether_it_is_over(
    agents: FlaskClient,
    running: RemoteSession,
    shoot: Shoot,
    number: int,
    length: int,
    answered: tuple[int, dict[str, Any]],
) -> None:
    page = page_of(running, shoot())
    answer = agents.post(f"{page}/pieces/{number}", data=b"\1" * length)
    said = dict(answer.json or {})
    assert (said.pop("error") != "", (answer.status_code, said)) == (True, answered)


def test_piece_after_the_stop_is_refused_and_not_kept(
    agents: FlaskClient,
    agent_desk: Desk,
    running: RemoteSession,
    shoot: Shoot,
    film: Film,
) -> None:
    page = page_of(running, shoot())
    sessions.end(agent_desk, running)
    agent_desk.commit()
    answer = agents.post(f"{page}/pieces/1", data=film()[len(film(0)) :])
    with desk_for(agent_desk.core) as fresh:
        # What is refused ended the recording for good.
        (row,) = fresh.session.scalars(select(Recording)).all()
        numbers = fresh.session.scalars(select(RecordingPiece.number)).all()
    told = answer.status_code, (answer.json or {})["is_over"], row.ended_at is not None, numbers
    assert told == (409, True, True, [0])


def test_recording_is_not_begun_without_the_consent(
    agents: FlaskClient, agent_desk: Desk, running: RemoteSession
) -> None:
    service.take_back(agent_desk, running)
    agent_desk.commit()
    answer = agents.post(f"{session_of(running)}/recordings")
    assert (answer.status_code, "the customer agrees" in answer.text) == (409, True)


@pytest.mark.parametrize("path", ["", "/{id}/pieces/1", "/{id}/end"])
def test_nobody_but_the_sessions_agents_records(
    sign_in: SignIn, colleague: Person, running: RemoteSession, shoot: Shoot, path: str
) -> None:
    address = f"{session_of(running)}/recordings{path.format(id=shoot().id)}"
    assert sign_in(colleague).post(address, data=b"x").status_code == 403


def test_second_agent_records_too(
    sign_in: SignIn, desk: Desk, colleague: Person, running: RemoteSession
) -> None:
    running.second_agent_id = colleague.id
    desk.commit()
    assert sign_in(colleague).post(f"{session_of(running)}/recordings").status_code == 200


@pytest.mark.parametrize("path", ["/pieces/1", "/end", "", "/views"])
def test_recording_of_another_session_is_not_found(
    agents: FlaskClient,
    agent_desk: Desk,
    ask: Callable[..., RemoteSession],
    shoot: Shoot,
    path: str,
) -> None:
    other = ask()
    made = shoot()
    method = "GET" if not path else "POST"
    address = f"{page_of(other, made)}{path}"
    assert agents.open(address, method=method, data=b"x").status_code == 404


def test_piece_needs_the_form_token(
    app: Flask, agents: FlaskClient, running: RemoteSession, shoot: Shoot
) -> None:
    page = page_of(running, shoot())
    app.config["WTF_CSRF_ENABLED"] = True
    paths = (
        f"{session_of(running)}/recordings",
        f"{page}/pieces/1",
        f"{page}/end",
        f"{page}/views",
    )
    assert [agents.post(each, data=b"x").status_code for each in paths] == [400] * 4


# ------------------------------------------------------------------------------ both pages


def test_seat_says_that_it_may_be_and_is_recorded(
    seated: FlaskClient, agent_desk: Desk, running: RemoteSession, shoot: Shoot
) -> None:
    address = f"{ROOT}/seat/{running.reference}"
    before = seated.get(address).text
    shoot()
    during = seated.get(address).text
    said = [
        ("It is not being recorded now." in page, "Your screen is being recorded." in page)
        for page in (before, during)
    ]
    assert said == [(True, False), (False, True)]


def test_both_pages_that_follow_are_told_at_once(
    seated: FlaskClient, sign_in: SignIn, agent: Person, running: RemoteSession, shoot: Shoot
) -> None:
    address = f"{ROOT}/seat/{running.reference}/state"
    before = (seated.get(address).json or {})["recording"]
    shoot()
    after = (seated.get(address).json or {})["recording"]
    theirs = (sign_in(agent).get(f"{session_of(running)}/state").json or {})["recording"]
    assert (before, after, theirs) == ("", "on", "on")


def test_anybody_who_sees_the_session_sees_that_it_is_recorded(
    sign_in: SignIn, colleague: Person, running: RemoteSession, shoot: Shoot
) -> None:
    shoot()
    page = sign_in(colleague).get(session_of(running)).text
    assert ("The picture is being recorded." in page, "data-recorder" in page) == (True, False)


@pytest.mark.parametrize(("is_theirs", "count"), [(True, 1), (False, 0)])
def test_button_is_there_for_the_sessions_agents_alone(
    sign_in: SignIn,
    agent: Person,
    colleague: Person,
    running: RemoteSession,
    is_theirs: bool,
    count: int,
) -> None:
    page = sign_in(agent if is_theirs else colleague).get(session_of(running)).text
    assert page.count("data-recorder=") == count


def test_customer_takes_the_recording_back_at_the_seat(
    seated: FlaskClient, reload: Any, running: RemoteSession, shoot: Shoot
) -> None:
    shoot()
    address = f"{ROOT}/seat/{running.reference}/recording/take-back"
    page = seated.post(address, follow_redirects=True).text
    row = reload(running)
    told = "Nothing is recorded any more." in page, row.scope, row.state, row.recorded_since
    assert told == (True, "view", "active", None)


def test_browser_without_the_seat_takes_nothing_back(
    client: FlaskClient, reload: Any, running: RemoteSession, shoot: Shoot
) -> None:
    shoot()
    answer = client.post(f"{ROOT}/seat/{running.reference}/recording/take-back")
    assert (answer.status_code, reload(running).recorded_since is None) == (404, False)


def test_seat_shows_the_words_where_recording_is_asked_for_later(
    seated: FlaskClient, agent_desk: Desk, running: RemoteSession
) -> None:
    service.take_back(agent_desk, running)
    sessions.widen(agent_desk, running, "record")
    agent_desk.commit()
    page = seated.get(f"{ROOT}/seat/{running.reference}").text
    assert "It is deleted after 14 days." in page


# ----------------------------------------------------------------------------------- plans


def test_pages_walk_through_no_whole_table(
    agents: FlaskClient, customers: FlaskClient, core: Core, running: RemoteSession, kept: Recording
) -> None:
    paths = [(agents, page_of(running, kept)), (agents, session_of(running))]
    paths += [(customers, own_page_of(running, kept)), (customers, "/")]
    with recorded(core.engine) as statements:
        answers = [browser.get(path).status_code for browser, path in paths]
    assert (answers, walks(core.engine, statements)) == ([200] * 4, [])


@pytest.mark.parametrize("count", [1, 6])
def test_session_page_asks_as_much_for_many_recordings(
    agents: FlaskClient, core: Core, running: RemoteSession, shoot: Shoot, count: int
) -> None:
    for _each in range(count):
        shoot()
    agents.get(session_of(running))
    with recorded(core.engine) as statements:
        agents.get(session_of(running))
    asked = [each for each, *_rest in statements if "remote_support_recording" in each]
    assert len(asked) == 2


def test_piece_reads_none_of_those_before(
    agents: FlaskClient, core: Core, running: RemoteSession, shoot: Shoot, film: Film
) -> None:
    clusters = film()[len(film(0)) :]
    page = page_of(running, shoot([film(), *[clusters] * 4]))
    with recorded(core.engine) as statements:
        agents.post(f"{page}/pieces/5", data=clusters)
    read = [
        each for each, *_rest in statements if each.startswith("SELECT") and "piece.body" in each
    ]
    assert read == []
