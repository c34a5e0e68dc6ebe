# SPDX-License-Identifier: AGPL-3.0-or-later
"""What upstream and agents read is in their language, and names nobody who need not be named."""

import pytest
from tresen.sdk import Desk, speaking_to
from tresen_licensing.changes import queries as changes
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.developments.models import Development
from tresen_licensing.proposals import texts


def letter(desk: Desk, row: Development, change: ChangeSet, language: str, count: int = 2) -> str:
    patches = changes.patches_of(desk, change.id)[:count]
    return texts.letter(desk, row, change, patches, language)


def test_letter_is_whole_in_english(
    agent_desk: Desk, published: Development, change: ChangeSet
) -> None:
    published.description = "It adds a fourth berth."
    assert letter(agent_desk, published, change, texts.ENGLISH) == (
        "Hello,\n\nIt adds a fourth berth.\n\nWe use these 2 patches in production and would like"
        f" to give them back. They stand on the commit {change.base[:12]} and are signed off under"
        " the Developer Certificate of Origin.\n\nWe answer questions and change what you ask for."
        " Once it is released we help with what comes of it for 30 days. Please keep the trailer"
        " Contribution-Id: CD-2026-0001 when you squash, so that we see where it arrived.\n\n"
        "Thank you for your work!"
    )


def test_letter_is_whole_in_german(
    agent_desk: Desk, published: Development, change: ChangeSet
) -> None:
    said = letter(agent_desk, published, change, texts.GERMAN)
    told = [
        "Guten Tag,",
        "wir setzen diese 2 Patches produktiv ein",
        "Contribution-Id: CD-2026-0001",
        "Vielen Dank für Ihre Arbeit!",
    ]
    assert [said.count(each) for each in told] == [1] * 4


def test_title_stands_in_for_a_description(
    agent_desk: Desk, published: Development, change: ChangeSet
) -> None:
    published.description = "  "
    said = letter(agent_desk, published, change, texts.ENGLISH)
    assert said.split("\n\n")[1] == "A fourth berth"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "We use this patch"), ("de", "wir setzen diesen Patch")]
)
def test_one_patch_is_no_plural(
    agent_desk: Desk, published: Development, change: ChangeSet, language: str, words: str
) -> None:
    assert letter(agent_desk, published, change, language, 1).count(words) == 1


def test_note_tells_each_word_with_its_author() -> None:
    said = texts.note("A berth", [("Rita", "Why?\n"), ("", "Indeed.")])
    assert said == "Upstream says of “A berth”:\n\nRita:\nWhy?\n\nSomebody:\nIndeed."


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "No word from upstream: CD-2026-0001", "Ask once more, kindly"),
        ("de", "Keine Antwort von Upstream: CD-2026-0001", "Fragen Sie freundlich nach"),
        ("de@du", "Keine Antwort von Upstream: CD-2026-0001", "Frage freundlich nach"),
    ],
)
def test_reminder_speaks_the_language_of_its_reader(
    agent_desk: Desk, published: Development, language: str, subject: str, words: str
) -> None:
    with speaking_to(agent_desk, language):
        found, body = texts.reminder(published, "https://forge.example/5", 61)
    told = found, body.count(words), body.count("61"), body.count("https://forge.example/5")
    assert told == (subject, 1, 1, 1)


def test_reminder_without_an_address_leaves_it_out(published: Development) -> None:
    assert texts.reminder(published, "", 61)[1].count("\n\n") == 1
