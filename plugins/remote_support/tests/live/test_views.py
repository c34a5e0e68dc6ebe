# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures and words by plain requests, and what stands on both pages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen_remote_support import answers, service
from tresen_remote_support.models import RemoteSession

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
JSON = {"Accept": "application/json"}


@pytest.fixture
def seat_url(running: RemoteSession) -> str:
    """Return the customer's page of the running session."""
    return f"/remote_support/seat/{running.reference}"


@pytest.fixture
def page_url(running: RemoteSession) -> str:
    """Return the agent's page of it."""
    return f"/remote_support/sessions/{running.reference}"


@pytest.fixture
def agents(agent: Person, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


def test_picture_goes_from_the_seat_to_the_agent(
    seated: FlaskClient, agents: FlaskClient, seat_url: str, page_url: str
) -> None:
    assert seated.post(f"{seat_url}/frames", data=JPEG).json == {"number": 1}
    answer = agents.get(f"{page_url}/frame")
    assert (answer.data, answer.mimetype, answer.headers["X-Frame"]) == (JPEG, "image/jpeg", "1")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert agents.get(f"{page_url}/frame?after=1").status_code == 204


def test_agent_without_a_picture_gets_nothing(agents: FlaskClient, page_url: str) -> None:
    assert agents.get(f"{page_url}/frame").status_code == 204


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
def test_picture_that_is_too_large_is_not_read(
    size: int, seated: FlaskClient, seat_url: str
) -> None:
    assert seated.post(f"{seat_url}/frames", data=bytes(size)).status_code == 413


def test_what_is_no_picture_is_refused(seated: FlaskClient, seat_url: str) -> None:
    assert seated.post(f"{seat_url}/frames", data=b"<script>").status_code == 409


def test_paused_session_takes_and_shows_no_picture(
    seated: FlaskClient,
    agents: FlaskClient,
    seat_url: str,
    page_url: str,
    agent_desk: Desk,
    running: RemoteSession,
) -> None:
    seated.post(f"{seat_url}/frames", data=JPEG)
    service.pause(agent_desk, running)
    agent_desk.commit()
    assert seated.post(f"{seat_url}/frames", data=JPEG).status_code == 409
    assert agents.get(f"{page_url}/frame").status_code == 410


@pytest.mark.parametrize("stop", [answers.stop, service.end])
def test_session_that_is_over_takes_and_shows_no_picture(
    stop: Any,
    seated: FlaskClient,
    agents: FlaskClient,
    agent_desk: Desk,
    running: RemoteSession,
) -> None:
    frames = f"/remote_support/seat/{running.reference}/frames"
    seated.post(frames, data=JPEG)
    stop(agent_desk, running)
    agent_desk.commit()
    assert seated.post(frames, data=JPEG).status_code == 410
    newest = f"/remote_support/sessions/{running.reference}/frame"
    assert agents.get(newest).status_code == 410


def test_consented_session_takes_no_picture(seated: FlaskClient, consented: RemoteSession) -> None:
    url = f"/remote_support/seat/{consented.reference}/frames"
    assert seated.post(url, data=JPEG).status_code == 409


@pytest.mark.parametrize("path", ["frame", "chat"])
def test_colleague_sees_neither_picture_nor_chat(
    path: str, colleague: Person, sign_in: Any, page_url: str
) -> None:
    assert sign_in(colleague).get(f"{page_url}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["frames", "chat"])
def test_browser_without_the_seat_sends_nothing(path: str, client: Any, seat_url: str) -> None:
    assert client.post(f"{seat_url}/{path}", data=JPEG).status_code == 410


def test_both_sides_write_and_read(
    seated: FlaskClient, agents: FlaskClient, seat_url: str, page_url: str
) -> None:
    first = seated.post(f"{seat_url}/chat", data={"text": "Which window?"}, headers=JSON).json
    agents.post(f"{page_url}/chat", data={"text": "The left one."}, headers=JSON)
    lines = seated.get(f"{seat_url}/chat").json["lines"]
    told = [(each["sender"], each["name"], each["text"]) for each in lines]
    assert told == [
        ("customer", "Karla Kundin", "Which window?"),
        ("agent", "Anna Agent", "The left one."),
    ]
    newer = agents.get(f"{page_url}/chat?after={first['id']}").json["lines"]
    assert newer == lines[1:]


def test_line_without_words_is_refused(seated: FlaskClient, seat_url: str) -> None:
    answer = seated.post(f"{seat_url}/chat", data={"text": " "}, headers=JSON)
    assert answer.status_code == 409
    assert answer.json == {"error": "A line has between 1 and 2000 characters."}


def test_chat_works_without_script(
    seated: FlaskClient, agents: FlaskClient, seat_url: str, page_url: str
) -> None:
    assert seated.post(f"{seat_url}/chat", data={"text": "<b>One</b>"}).location == seat_url
    assert agents.post(f"{page_url}/chat", data={"text": "Two"}).location == page_url
    assert "&lt;b&gt;One&lt;/b&gt;" in agents.get(page_url).text
    assert "Two" in seated.get(seat_url).text


def test_chat_is_heard_at_the_other_side(dial: Any, seated: FlaskClient, seat_url: str) -> None:
    agent = dial("agent")
    seated.post(f"{seat_url}/chat", data={"text": "Hello"}, headers=JSON)
    assert agent.hear("chat")["text"] == "Hello"


def test_chat_stands_on_the_page_when_it_is_over(
    seated: FlaskClient,
    agents: FlaskClient,
    seat_url: str,
    page_url: str,
    agent_desk: Desk,
    running: RemoteSession,
) -> None:
    seated.post(f"{seat_url}/chat", data={"text": "Thanks"}, headers=JSON)
    service.end(agent_desk, running)
    agent_desk.commit()
    shown = agents.get(page_url).text
    assert ("Thanks" in shown, "data-room" in shown) == (True, False)


@pytest.mark.parametrize(("state", "is_there"), [("consented", False), ("running", True)])
def test_picture_has_its_place_while_the_session_runs(
    state: str,
    is_there: bool,
    request: pytest.FixtureRequest,
    seated: FlaskClient,
    agents: FlaskClient,
) -> None:
    row = request.getfixturevalue(state)
    customers = seated.get(f"/remote_support/seat/{row.reference}").text
    theirs = agents.get(f"/remote_support/sessions/{row.reference}").text
    assert ("data-room" in customers, "data-room" in theirs) == (is_there, is_there)


def test_picture_of_another_tool_has_no_place(
    agents: FlaskClient, page_url: str, agent_desk: Desk, running: RemoteSession
) -> None:
    running.provider = "another"
    agent_desk.commit()
    assert "data-room" not in agents.get(page_url).text


def test_colleague_sees_no_place_for_the_picture(
    colleague: Person, sign_in: Any, page_url: str
) -> None:
    assert "data-room" not in sign_in(colleague).get(page_url).text
