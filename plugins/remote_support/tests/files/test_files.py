# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is noted of moved files, and what the customer may hand over when."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, text
from tresen.sdk import Desk, Message, Missing, Person, Refused, StoredFile, Ticket
from tresen.testing import factories
from tresen_remote_support import answers, queries, scopes, service, states
from tresen_remote_support.files import privacy
from tresen_remote_support.files import service as files
from tresen_remote_support.models import MovedFile, RemoteSession

HASH = "ab" * 32
GIF = b"GIF89a" + bytes((2, 0, 3, 0)) + b"\x00\x00\x00;"
Note = Callable[..., MovedFile]
HandOver = Callable[..., MovedFile]


@pytest.fixture
def note(agent_desk: Desk, running: RemoteSession) -> Note:
    """Return a function that notes a file as the agent."""

    def go(**given: Any) -> MovedFile:
        usual = {"is_from_customer": False, "name": "fix.sql", "size": 12, "sha256": HASH}
        return files.note(agent_desk, running, usual | given)

    return go


@pytest.fixture
def hand_over(desk: Desk, consented: RemoteSession) -> HandOver:
    """Return a function that hands a file over as the customer."""

    def go(name: str = "import.log", body: bytes = b"line 1\n") -> MovedFile:
        return files.hand_over(answers.acting(desk, consented), consented, name, body)

    return go


def count(desk: Desk, model: Any) -> int:
    return desk.session.scalar(select(func.count()).select_from(model)) or 0


def test_note_keeps_what_moved_where(note: Note, running: RemoteSession, desk: Desk) -> None:
    made = note(is_from_customer=True, size=0)
    kept = made.session_id, made.is_from_customer, made.name, made.size, made.sha256, made.file_id
    assert kept == (running.id, True, "fix.sql", 0, HASH, None)


def test_note_cleans_the_name(note: Note) -> None:
    assert note(name="C:\\Temp\\über\u202e.sql").name == "über.sql"


def test_note_needs_a_session_that_began(agent_desk: Desk, consented: RemoteSession) -> None:
    with pytest.raises(Refused, match="once the session has begun"):
        files.note(agent_desk, consented, {})


def test_note_is_open_after_the_end(agent_desk: Desk, note: Note, running: RemoteSession) -> None:
    service.end(agent_desk, running)
    assert note().sha256 == HASH


def test_record_is_closed_by_the_review(
    agent_desk: Desk, note: Note, documented: RemoteSession
) -> None:
    documented.reviewed_at = agent_desk.now()
    agent_desk.session.flush()
    with pytest.raises(Refused, match="reviewed already"):
        note()


def test_journal_tells_of_each_file(desk: Desk, note: Note, agent: Person) -> None:
    note()
    sql = "SELECT actor_name FROM journal_entry WHERE action = 'file_moved'"
    assert desk.session.scalars(text(sql)).all() == [agent.name]


def test_noted_file_can_be_taken_back(
    agent_desk: Desk, note: Note, running: RemoteSession, desk: Desk
) -> None:
    files.strike(agent_desk, running, note().id)
    assert queries.moved_files(desk, running) == []


def test_file_of_another_session_cannot_be_taken_back(
    agent_desk: Desk, note: Note, ask: Any
) -> None:
    other = ask()
    other.started_at = agent_desk.now()
    agent_desk.session.flush()
    with pytest.raises(Missing):
        files.strike(agent_desk, other, note().id)


def test_handed_over_file_cannot_be_taken_back(
    agent_desk: Desk, running: RemoteSession, hand_over: HandOver
) -> None:
    made = hand_over()
    with pytest.raises(Refused, match="stays on record"):
        files.strike(agent_desk, running, made.id)


def test_handed_over_file_is_on_record_with_its_hash(
    running: RemoteSession, hand_over: HandOver
) -> None:
    made = hand_over()
    kept = made.session_id, made.is_from_customer, made.name, made.size, made.sha256
    digest = hashlib.sha256(b"line 1\n").hexdigest()
    assert kept == (running.id, True, "import.log", 7, digest)


def test_handed_over_file_is_a_message_of_the_customer(
    desk: Desk, running: RemoteSession, hand_over: HandOver, customer: Person, ticket: Ticket
) -> None:
    hand_over()
    found = desk.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert found is not None
    told = found.ticket_id, found.is_inbound, found.is_public, found.author_id, found.body
    words = f"Handed over in the remote session {running.reference}."
    assert told == (ticket.id, True, True, customer.id, words)


def test_kind_of_a_picture_is_read_from_its_bytes(
    desk: Desk, running: RemoteSession, hand_over: HandOver
) -> None:
    made = hand_over("page.html", GIF)
    file = desk.session.get_one(StoredFile, made.file_id)
    assert (file.media_type, file.name) == ("image/gif", "page.html")


def test_kind_of_another_file_is_that_of_its_name(
    desk: Desk, running: RemoteSession, hand_over: HandOver
) -> None:
    kinds = [
        desk.session.get_one(StoredFile, hand_over(name, b"x").file_id).media_type
        for name in ("a.txt", "b.unheardof")
    ]
    assert kinds == ["text/plain", "application/octet-stream"]


@pytest.mark.parametrize("state", [states.CONSENTED, states.PAUSED, states.ENDED])
def test_nothing_is_handed_over_while_it_does_not_run(
    desk: Desk, running: RemoteSession, hand_over: HandOver, state: str
) -> None:
    running.state = state
    desk.session.flush()
    with pytest.raises(Refused, match="while the session runs"):
        hand_over()
    assert count(desk, StoredFile) == 0


def test_nothing_is_handed_over_without_a_consent_to_files(
    desk: Desk, running: RemoteSession, hand_over: HandOver
) -> None:
    desk.session.execute(
        text("UPDATE remote_support_consent SET scope = :scope"), {"scope": scopes.VIEW}
    )
    desk.session.expire_all()
    with pytest.raises(Refused, match="you agreed to that"):
        hand_over()


def test_nothing_is_handed_over_after_the_consent_is_taken_back(
    desk: Desk, running: RemoteSession, hand_over: HandOver
) -> None:
    answers.stop(answers.acting(desk, running), running)
    with pytest.raises(Refused, match="while the session runs"):
        hand_over()


@pytest.mark.parametrize(
    ("size", "sentence"), [(0, "is empty"), (files.MOST_BYTES + 1, "at most 25 MB")]
)
def test_file_of_a_wrong_size_is_refused(
    running: RemoteSession, hand_over: HandOver, size: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        hand_over(body=bytes(size))


def test_largest_file_is_taken(running: RemoteSession, hand_over: HandOver) -> None:
    assert hand_over(body=bytes(files.MOST_BYTES)).size == files.MOST_BYTES


def test_closed_ticket_takes_nothing_and_leaves_no_file_behind(
    desk: Desk, running: RemoteSession, hand_over: HandOver, ticket: Ticket
) -> None:
    factories.change_ticket(desk, ticket, state="closed")
    with pytest.raises(Refused, match="is closed"):
        hand_over()
    assert (count(desk, StoredFile), count(desk, MovedFile)) == (0, 0)


def test_people_are_told_which_files_moved(desk: Desk, note: Note, customer: Person) -> None:
    note()
    (found,) = privacy.data_sets(desk, customer)
    rows = [{key: row[key] for key in ("name", "size", "sha256")} for row in found.rows]
    assert rows == [{"name": "fix.sql", "size": 12, "sha256": HASH}]


def test_file_of_an_erased_person_goes_and_its_fingerprint_stays(
    desk: Desk, running: RemoteSession, hand_over: HandOver, customer: Person
) -> None:
    made = hand_over()
    desk.commit()
    factories.erase_person(desk, customer)
    desk.session.refresh(made)
    kept = made.file_id, made.sha256, count(desk, StoredFile)
    assert kept == (None, hashlib.sha256(b"line 1\n").hexdigest(), 0)


def test_name_of_an_erased_person_goes_from_the_names_of_files(
    desk: Desk, note: Note, customer: Person
) -> None:
    made = note(name="Karla Kundin.sql")
    desk.commit()
    factories.erase_person(desk, customer)
    desk.session.refresh(made)
    assert made.name == "[…].sql"
