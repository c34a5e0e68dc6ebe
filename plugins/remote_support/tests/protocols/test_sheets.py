# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a protocol says: who, when, why, what was agreed to, done and moved, in which language."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tresen.sdk import Desk, Message, Person
from tresen_remote_support import answers, service
from tresen_remote_support.models import MovedFile, RemoteSession
from tresen_remote_support.protocols import letters, queries, sheets
from tresen_remote_support.protocols.models import Protocol
from tresen_remote_support.protocols.sheets import Entry, Section, Sheet
from tresen_remote_support.recordings.models import Recording
from tresen_remote_support.stills.models import Still

Document = Callable[..., Protocol | None]
OPENINGS = {
    "en": "this is the record of our remote session. It is attached as a PDF, too."
    " If anything in it is not as you remember it, simply answer.",
    "de": "hier ist das Protokoll unserer Fernsitzung. Es liegt auch als PDF bei."
    " Wenn etwas darin nicht so war, wie Sie es in Erinnerung haben, antworten Sie einfach.",
    "de@du": "hier ist das Protokoll unserer Fernsitzung. Es liegt auch als PDF bei."
    " Wenn etwas darin nicht so war, wie du es in Erinnerung hast, antworte einfach.",
}
HASH = "ab" * 32


def made(desk: Desk, row: RemoteSession, version: int = 1) -> Sheet:
    desk.session.expire_all()
    return sheets.sheet(desk, queries.whole(desk, row), version)


def section(sheet: Sheet, heading: str) -> Section:
    return next(each for each in sheet.sections if each.heading == heading)


def entries(sheet: Sheet, heading: str) -> dict[str, str]:
    return {each.title: each.value for each in section(sheet, heading).entries}


@pytest.mark.parametrize("language", OPENINGS)
def test_letter_speaks_the_customers_language(
    document: Document, desk: Desk, customer: Person, language: str
) -> None:
    customer.language = language
    desk.commit()
    sent = document()
    assert sent is not None
    body = desk.session.get_one(Message, sent.message_id).body
    assert body.split("\n\n")[1] == OPENINGS[language]


def test_letter_without_a_pdf_does_not_name_one(desk: Desk, ended: RemoteSession) -> None:
    body = letters.body(made(desk, ended), "Karla", has_pdf=False, is_corrected=False)
    assert body.split("\n\n")[:2] == [
        "Hello Karla,",
        (
            "this is the record of our remote session. If anything in it is not as you remember it,"
            " simply answer."
        ),
    ]


def test_customer_who_chose_no_language_reads_the_installations(
    desk: Desk, ended: RemoteSession
) -> None:
    assert sheets.language_of(desk, queries.whole(desk, ended)) == desk.config.language


def test_sheet_names_the_subject(desk: Desk, ended: RemoteSession) -> None:
    ended.reference = "ABCD1234"
    desk.commit()
    assert entries(made(desk, ended), "What it was about") == {
        "Session": "ABCD 1234",
        "Ticket": "#10001 The printer prints nothing",
        "Purpose": "The import stops.",
        "What was allowed": "See the screen",
        "Tool": "In the browser",
    }


def test_tool_that_is_no_longer_known_is_named_by_its_key(desk: Desk, ended: RemoteSession) -> None:
    ended.provider = "telescope"
    desk.commit()
    assert entries(made(desk, ended), "What it was about")["Tool"] == "telescope"


def test_sheet_names_both_sides_and_who_ended_it(
    desk: Desk, ended: RemoteSession, colleague: Person
) -> None:
    ended.second_agent_id = colleague.id
    desk.commit()
    assert entries(made(desk, ended), "Who took part") == {
        "At the screen": "Karla Kundin",
        "Agent": "Anna Agent",
        "Second agent": "Conrad Colleague",
        "Ended by": "the agent",
    }


def test_people_who_are_gone_are_dashes(desk: Desk, ended: RemoteSession) -> None:
    ended.agent_id = ended.person_id = None
    desk.commit()
    found = entries(made(desk, ended), "Who took part")
    assert (found["At the screen"], found["Agent"]) == (sheets.DASH, sheets.DASH)


def test_sheet_names_times_on_the_operators_clock(desk: Desk, ended: RemoteSession) -> None:
    assert entries(made(desk, ended), "When") == {
        "Requested": "March 10, 2026, 10:00\u202fAM",
        "Started": "March 10, 2026, 10:00\u202fAM",
        "Ended": "March 10, 2026, 10:08\u202fAM",
        "Minutes run": "8",
    }


def test_sheet_names_planned_times_and_minutes_of_work(
    desk: Desk, document: Document, ended: RemoteSession
) -> None:
    ended.planned_from = desk.now()
    ended.planned_to = desk.now() + timedelta(minutes=30)
    document()
    found = entries(made(desk, ended), "When")
    assert (found["Planned"], found["Minutes of work"]) == (
        "March 10, 2026, 10:08\u202fAM \N{EN DASH} March 10, 2026, 10:38\u202fAM",
        "7",
    )


def test_sheet_names_each_consent_with_way_text_and_end(
    desk: Desk, agent_desk: Desk, running: RemoteSession, clock: Any
) -> None:
    clock.go(minutes=2)
    service.widen(agent_desk, running, "files")
    answers.allow(answers.acting(desk, running), running)
    desk.commit()
    found = next(
        each for each in made(desk, running).sections if each.heading == "What was agreed to"
    )
    at = "March 10, 2026, 10:0{}\u202fAM"
    assert found.entries == (
        Entry(
            "Consent",
            f"{at.format(0)}; See the screen; Karla Kundin; through a link;"
            f" text 1 in English; in force until {at.format(2)}",
        ),
        Entry(
            "Consent",
            f"{at.format(2)}; See the screen, Move files; Karla Kundin; through a link;"
            " text 1 in English",
        ),
    )


def test_sheet_repeats_each_text_once(desk: Desk, ended: RemoteSession) -> None:
    (annex,) = made(desk, ended).annexes
    assert (annex.heading, annex.text[:26]) == (
        "Consent, text 1 in English",
        "You choose what of your sc",
    )


def test_sheet_names_files_with_size_and_hash(desk: Desk, ended: RemoteSession) -> None:
    file = MovedFile(session_id=ended.id, is_from_customer=True, name="a.log", size=1234)
    file.sha256, file.moved_at = HASH, desk.now()
    desk.session.add(file)
    desk.commit()
    entry = Entry("From the customer", "a.log, 1,234 bytes", HASH)
    assert section(made(desk, ended), "Moved files") == Section("Moved files", (entry,))


def test_sheet_says_that_no_file_was_moved(desk: Desk, ended: RemoteSession) -> None:
    found = section(made(desk, ended), "Moved files")
    assert found == Section("Moved files", (), "No file was moved.")


def test_sheet_names_pictures_in_their_order_with_size_and_hash(
    desk: Desk, ended: RemoteSession
) -> None:
    sent = Still(session_id=ended.id, sha256=HASH, width=640, height=480, taken_at=desk.now())
    desk.session.add(sent)
    desk.session.flush()
    drawn = Still(session_id=ended.id, sha256="cd" * 32, width=640, height=480)
    drawn.original_id, drawn.taken_at = sent.id, desk.now()
    desk.session.add(drawn)
    desk.commit()
    at = "March 10, 2026, 10:08\u202fAM, 640 \N{MULTIPLICATION SIGN} 480"
    assert section(made(desk, ended), "Pictures of the screen").entries == (
        Entry("Sent by the customer", at, HASH),
        Entry("Drawn on by the agent", at, "cd" * 32),
    )


def test_sheet_says_that_no_picture_was_sent(desk: Desk, ended: RemoteSession) -> None:
    found = section(made(desk, ended), "Pictures of the screen")
    assert (found.entries, found.text) == ((), "No picture was sent.")


def test_sheet_names_recordings_with_span_size_date_and_hash(
    desk: Desk, ended: RemoteSession
) -> None:
    kept = Recording(session_id=ended.id, size=1_234_567, sha256=HASH, delete_on=date(2026, 3, 24))
    kept.started_at = kept.heard_at = desk.now()
    kept.ended_at = desk.now() + timedelta(minutes=3)
    desk.session.add(kept)
    desk.commit()
    assert section(made(desk, ended), "Recordings").entries == (
        Entry(
            "Picture without sound",
            "March 10, 2026, 10:08\u202fAM \N{EN DASH} March 10, 2026, 10:11\u202fAM,"
            " 1,234,567 bytes, to be deleted on March 24, 2026",
            HASH,
        ),
    )


def test_sheet_says_the_same_of_a_recording_that_was_deleted(
    desk: Desk, ended: RemoteSession
) -> None:
    kept = Recording(session_id=ended.id, size=9, sha256=HASH, delete_on=date(2026, 3, 24))
    kept.started_at = kept.heard_at = kept.ended_at = desk.now()
    desk.session.add(kept)
    desk.commit()
    before = made(desk, ended)
    kept.deleted_at = desk.now()
    desk.commit()
    assert made(desk, ended) == before


@pytest.mark.parametrize(
    ("provider", "said"), [("browser", ["Nothing was recorded."]), ("guacamole", [])]
)
def test_sheet_says_nothing_of_what_another_tool_recorded(
    desk: Desk, ended: RemoteSession, provider: str, said: list[str]
) -> None:
    ended.provider = provider
    desk.commit()
    found = [each.text for each in made(desk, ended).sections if each.heading == "Recordings"]
    assert found == said


def test_letter_names_hashes_below_their_files() -> None:
    section = Section("Moved files", (Entry("From the customer", "a.log", HASH),))
    sheet = Sheet("Protocol", "Of today.", "en", (section,), ())
    body = letters.body(sheet, "Karla", has_pdf=False, is_corrected=False)
    assert body.rpartition("\n\n")[2] == (
        f"Moved files\n- From the customer: a.log\n  SHA-256 {HASH}"
    )


def test_corrected_sheet_names_its_version(desk: Desk, ended: RemoteSession) -> None:
    assert made(desk, ended, 2).lead == (
        "Remote session of March 10, 2026, by Tresen. Times are those of Europe/Berlin."
        " Corrected: version 2."
    )
