# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's form with its script in Chromium, and the customer's way to hand a file over."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person
from tresen.testing.browser import assert_pages_usable
from tresen_remote_support import queries
from tresen_remote_support.files import service
from tresen_remote_support.models import MovedFile, RemoteSession
from tresen_remote_support.seating import COOKIE

SignIn = Callable[[Person], FlaskClient]
FILLED = {"direction": "from", "name": "a.log", "size": "3", "sha256": "AB" * 32}


def page_of(row: RemoteSession) -> str:
    return f"/remote_support/sessions/{row.reference}"


def seat_of(row: RemoteSession) -> str:
    return f"/remote_support/seat/{row.reference}"


def upload(body: bytes = b"abc", name: str = "a.log") -> dict[str, Any]:
    return {"data": {"file": (BytesIO(body), name)}, "content_type": "multipart/form-data"}


def test_form_notes_a_file(
    sign_in: SignIn, desk: Desk, agent: Person, running: RemoteSession
) -> None:
    answer = sign_in(agent).post(f"{page_of(running)}/files/new", data=FILLED)
    (kept,) = queries.moved_files(desk, running)
    told = answer.status_code, kept.is_from_customer, kept.name, kept.size, kept.sha256
    assert told == (302, True, "a.log", 3, "ab" * 32)


@pytest.mark.parametrize(
    "wrong", [{"sha256": "abc"}, {"size": "-1"}, {"size": str(2**31)}, {"name": ""}]
)
def test_form_refuses_what_is_no_fingerprint(
    sign_in: SignIn, agent: Person, running: RemoteSession, wrong: dict[str, str]
) -> None:
    answer = sign_in(agent).post(f"{page_of(running)}/files/new", data=FILLED | wrong)
    assert answer.status_code == 422


def test_form_says_why_a_session_takes_no_note(
    sign_in: SignIn, agent: Person, consented: RemoteSession
) -> None:
    answer = sign_in(agent).post(f"{page_of(consented)}/files/new", data=FILLED)
    told = answer.status_code, "once the session has begun" in answer.text
    assert told == (422, True)


def test_page_lists_files_and_takes_one_back(
    sign_in: SignIn, desk: Desk, agent: Person, running: RemoteSession
) -> None:
    browser = sign_in(agent)
    browser.post(f"{page_of(running)}/files/new", data=FILLED)
    before = "ab" * 32 in browser.get(page_of(running)).text
    (kept,) = queries.moved_files(desk, running)
    desk.commit()
    browser.post(f"{page_of(running)}/files/{kept.id}/strike")
    assert (before, "No file was moved." in browser.get(page_of(running)).text) == (True, True)


def test_seat_shows_the_way_while_it_runs(seated: FlaskClient, running: RemoteSession) -> None:
    assert "Hand over a file" in seated.get(seat_of(running)).text


def test_seat_shows_no_way_before_it_runs(seated: FlaskClient, consented: RemoteSession) -> None:
    assert "Hand over a file" not in seated.get(seat_of(consented)).text


def test_customer_hands_a_file_over(
    seated: FlaskClient, desk: Desk, running: RemoteSession
) -> None:
    answer = seated.post(f"{seat_of(running)}/files", **upload(), follow_redirects=True)
    (kept,) = queries.moved_files(desk, running)
    digest = hashlib.sha256(b"abc").hexdigest()
    told = "The file is handed over." in answer.text, kept.name, kept.sha256
    assert told == (True, "a.log", digest)


def test_customer_who_chose_nothing_is_told(seated: FlaskClient, running: RemoteSession) -> None:
    answer = seated.post(f"{seat_of(running)}/files", **upload(b"", ""), follow_redirects=True)
    assert "Choose a file first." in answer.text


def test_too_large_file_is_refused_with_a_sentence(
    seated: FlaskClient, desk: Desk, running: RemoteSession
) -> None:
    sent = upload(bytes(25_000_001))
    answer = seated.post(f"{seat_of(running)}/files", **sent, follow_redirects=True)
    kept = desk.session.scalars(select(MovedFile)).all()
    assert ("at most 25 MB" in answer.text, kept) == (True, [])


def test_browser_without_the_seat_hands_nothing_over(
    client: FlaskClient, running: RemoteSession
) -> None:
    client.set_cookie(COOKIE, "", path=seat_of(running))
    assert client.post(f"{seat_of(running)}/files", **upload()).status_code == 404


def test_script_reads_the_fingerprint_and_sends_no_file(
    sign_in_page: Callable[[Person], Any],
    desk: Desk,
    agent: Person,
    running: RemoteSession,
    tmp_path: Path,
) -> None:
    file = tmp_path / "Größe.bin"
    file.write_bytes(b"\x00\x01" * 5_000)
    page, sent = sign_in_page(agent), []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto(f"{page_of(running)}/files/new")
    page.set_input_files("[data-hash]", file)
    page.locator("[data-hash-said]", has_text="are filled in").wait_for()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{page_of(running)}")
    (kept,) = queries.moved_files(desk, running)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert (kept.name, kept.size, kept.sha256) == ("Größe.bin", 10_000, digest)
    assert max(map(len, sent)) < file.stat().st_size


@pytest.mark.timeout(300)
def test_pages_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], agent_desk: Desk, agent: Person, running: RemoteSession
) -> None:
    noted = {"is_from_customer": False, "name": "a.log", "size": 3, "sha256": "ab" * 32}
    service.note(agent_desk, running, noted)
    agent_desk.commit()
    assert_pages_usable(sign_in_page(agent), [f"{page_of(running)}/files/new", page_of(running)])


@pytest.mark.timeout(300)
def test_seat_can_be_used_by_everybody(
    browser_page: Any, live_address: str, running: RemoteSession, seat: str
) -> None:
    url = f"{live_address}{seat_of(running)}"
    browser_page.context.add_cookies([{"name": COOKIE, "value": seat, "url": url}])
    assert_pages_usable(browser_page, [seat_of(running)])
