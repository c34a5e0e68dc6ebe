# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the record of moved files refuses and cleans, who may write it, and in whose words."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.sdk import Desk, Missing, Person, Refused, StoredFile, speaking_to
from tresen.testing.statements import recorded
from tresen_remote_support import answers, queries, scopes, service
from tresen_remote_support.files import service as files
from tresen_remote_support.models import MovedFile, RemoteSession

SignIn = Callable[[Person], FlaskClient]
Ask = Callable[..., RemoteSession]
HASH = "ab" * 32
FILLED = {"direction": "to", "name": "fix.sql", "size": "12", "sha256": HASH}
NOTED: dict[str, Any] = {"is_from_customer": False, "name": "fix.sql", "size": 12, "sha256": HASH}


def page_of(row: RemoteSession) -> str:
    """Return the path of the session's page for agents."""
    return f"/remote_support/sessions/{row.reference}"


def seat_of(row: RemoteSession) -> str:
    """Return the path of the customer's page."""
    return f"/remote_support/seat/{row.reference}"


def sent(body: bytes, name: str) -> dict[str, Any]:
    """Return what a browser sends of a chosen file."""
    return {"data": {"file": (BytesIO(body), name)}, "content_type": "multipart/form-data"}


def hand_over(desk: Desk, row: RemoteSession, name: str, body: bytes = b"x") -> MovedFile:
    """Hand a file over as the customer."""
    return files.hand_over(answers.acting(desk, row), row, name, body)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("\\\\server\\share\\a.log", "a.log"),
        ("C:a.log", "a.log"),
        ("a\r\nX-Header: b.log", "a X-Header_ b.log"),
        ("a\x00b\x1b.log", "a b.log"),
        ("gnp\u202egol.exe", "gnp gol.exe"),
        ("\uff0e\uff0e\uff0fa.log", "a.log"),
        ("<b>.log", "_b_.log"),
        ("CON.txt", "_CON.txt"),
        (" . ", "file"),
        ("Größe.log", "Größe.log"),
    ],
)
def test_name_is_cleaned_the_same_way_from_both_sides(
    agent_desk: Desk, running: RemoteSession, name: str, kept: str
) -> None:
    noted = files.note(agent_desk, running, NOTED | {"name": name})
    handed = hand_over(agent_desk, running, name)
    stored = agent_desk.session.get_one(StoredFile, handed.file_id)
    assert (noted.name, handed.name, stored.name) == (kept, kept, kept)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"sha256": "ab" * 31}, 422),
        ({"sha256": "ab" * 33}, 422),
        ({"sha256": "g" * 64}, 422),
        ({"sha256": f"0x{'ab' * 31}"}, 422),
        ({"sha256": ""}, 422),
        ({"sha256": " ".join(["AB"] * 32)}, 302),
        ({"sha256": f"{HASH}\n"}, 302),
        ({"size": ""}, 422),
        ({"size": "12 KB"}, 422),
        ({"size": "1.5"}, 422),
        ({"size": "0"}, 302),
        ({"size": str(2**31 - 1)}, 302),
        ({"name": "a" * 255}, 302),
        ({"name": "a" * 256}, 422),
        ({"direction": "sideways"}, 422),
        ({"direction": "from"}, 302),
    ],
)
def test_form_takes_what_is_a_file_and_nothing_else(
    desk: Desk,
    sign_in: SignIn,
    agent: Person,
    running: RemoteSession,
    wrong: dict[str, str],
    status: int,
) -> None:
    answer = sign_in(agent).post(f"{page_of(running)}/files/new", data=FILLED | wrong)
    kept = [each.sha256 for each in queries.moved_files(desk, running)]
    assert (answer.status_code, kept) == (status, [HASH] if status == 302 else [])


def test_what_was_typed_stays_where_a_field_is_wrong(
    sign_in: SignIn, agent: Person, running: RemoteSession
) -> None:
    wrong = FILLED | {"name": '"><b>.sql', "size": "-1"}
    page = sign_in(agent).post(f"{page_of(running)}/files/new", data=wrong).text
    assert ("&#34;&gt;&lt;b&gt;.sql" in page, '"><b>.sql' in page) == (True, False)


@pytest.mark.parametrize("path", ["files/new", "files/1/strike"])
def test_customers_write_no_record(
    sign_in: SignIn, customer: Person, running: RemoteSession, path: str
) -> None:
    answer = sign_in(customer).post(f"{page_of(running)}/{path}", data=FILLED)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["files/new", "files/1/strike"])
def test_seat_writes_no_record(seated: FlaskClient, running: RemoteSession, path: str) -> None:
    answer = seated.post(f"{page_of(running)}/{path}", data=FILLED)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in")


def test_record_of_a_session_that_is_none_is_not_found(sign_in: SignIn, agent: Person) -> None:
    answer = sign_in(agent).post("/remote_support/sessions/NOTHING1/files/new", data=FILLED)
    assert answer.status_code == 404


def test_file_that_is_struck_twice_is_missing(agent_desk: Desk, running: RemoteSession) -> None:
    noted = files.note(agent_desk, running, NOTED)
    files.strike(agent_desk, running, noted.id)
    agent_desk.session.flush()
    with pytest.raises(Missing, match="does not exist"):
        files.strike(agent_desk, running, noted.id)


def test_struck_file_leaves_the_others_in_their_order(
    agent_desk: Desk, running: RemoteSession
) -> None:
    made = [files.note(agent_desk, running, NOTED | {"name": f"{n}.sql"}) for n in range(3)]
    files.strike(agent_desk, running, made[1].id)
    kept = [each.name for each in queries.moved_files(agent_desk, running)]
    assert kept == ["0.sql", "2.sql"]


def test_file_cannot_be_struck_after_the_review(agent_desk: Desk, running: RemoteSession) -> None:
    noted = files.note(agent_desk, running, NOTED)
    running.reviewed_at = agent_desk.now()
    agent_desk.session.flush()
    with pytest.raises(Refused, match="reviewed already"):
        files.strike(agent_desk, running, noted.id)


def test_page_offers_to_take_back_what_was_noted_alone(
    agent_desk: Desk, sign_in: SignIn, agent: Person, running: RemoteSession
) -> None:
    files.note(agent_desk, running, NOTED)
    hand_over(agent_desk, running, "import.log")
    agent_desk.commit()
    page = sign_in(agent).get(page_of(running)).text
    found = [f"Take back {name}" in page for name in ("fix.sql", "import.log")]
    assert (found, "to the customer, 12" in page, "from the customer, 1" in page) == (
        [True, False],
        True,
        True,
    )


def test_page_asks_as_much_for_many_files_as_for_one(
    agent_desk: Desk, sign_in: SignIn, agent: Person, running: RemoteSession
) -> None:
    browser = sign_in(agent)

    def count() -> int:
        files.note(agent_desk, running, NOTED)
        agent_desk.commit()
        with recorded(agent_desk.core.engine) as found:
            assert browser.get(page_of(running)).status_code == 200
        return len(found)

    count()
    one = count()
    for _each in range(5):
        files.note(agent_desk, running, NOTED)
    assert count() == one


def test_paused_session_shows_no_way_and_takes_nothing(
    agent_desk: Desk, seated: FlaskClient, running: RemoteSession
) -> None:
    service.pause(agent_desk, running)
    agent_desk.commit()
    page = seated.get(seat_of(running)).text
    seated.post(f"{seat_of(running)}/files", **sent(b"abc", "a.log"))
    kept = queries.moved_files(agent_desk, running)
    assert ("Hand over a file" in page, kept) == (False, [])


def test_session_that_goes_on_after_a_pause_takes_files_again(
    agent_desk: Desk, running: RemoteSession
) -> None:
    service.pause(agent_desk, running)
    service.begin(agent_desk, running)
    assert hand_over(agent_desk, running, "a.log").size == 1


def test_files_that_are_only_asked_for_are_not_taken(
    desk: Desk, agent_desk: Desk, ask: Ask, running: RemoteSession
) -> None:
    other = ask(scope=scopes.VIEW)
    service.offer(agent_desk, other)
    answers.agree(answers.acting(desk, other), other, "link", "Karla Kundin")
    service.begin(agent_desk, other)
    service.widen(agent_desk, other, scopes.FILES)
    assert [files.may_hand_over(agent_desk, each) for each in (other, running)] == [False, True]
    answers.allow(answers.acting(desk, other), other)
    assert files.may_hand_over(agent_desk, other) is True


def test_seat_takes_exactly_as_much_as_may_be(
    desk: Desk, seated: FlaskClient, running: RemoteSession
) -> None:
    body = bytes(files.MOST_BYTES)
    answer = seated.post(f"{seat_of(running)}/files", **sent(body, "whole.bin"))
    # So large a body lies in a file of the test's browser, which keeps it open.
    answer.request.input_stream.close()
    (kept,) = queries.moved_files(desk, running)
    assert (kept.size, kept.sha256) == (files.MOST_BYTES, hashlib.sha256(body).hexdigest())


def test_seat_says_that_a_file_is_empty(
    desk: Desk, seated: FlaskClient, running: RemoteSession
) -> None:
    answer = seated.post(
        f"{seat_of(running)}/files", **sent(b"", "empty.log"), follow_redirects=True
    )
    stored = desk.session.scalar(select(func.count()).select_from(StoredFile))
    assert ("This file is empty." in answer.text, stored) == (True, 0)


@pytest.mark.parametrize(
    ("language", "begins", "ends"),
    [
        ("en", "Files can be handed over", "and you agreed to that."),
        ("de", "Dateien lassen sich übergeben", "und Sie darin eingewilligt haben."),
        ("de@du", "Dateien lassen sich übergeben", "und du darin eingewilligt hast."),
    ],
)
def test_refusal_speaks_to_the_customer_as_they_wish(
    desk: Desk, consented: RemoteSession, language: str, begins: str, ends: str
) -> None:
    with speaking_to(desk, language), pytest.raises(Refused) as refusal:
        hand_over(desk, consented, "a.log")
    said = refusal.value.sentence
    assert (said[: len(begins)], said[-len(ends) :]) == (begins, ends)
