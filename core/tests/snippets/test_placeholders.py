# SPDX-License-Identifier: AGPL-3.0-or-later
"""Placeholders are filled with plain words; one that nobody knows is named."""

import pytest
from tresen.snippets.placeholders import NAMES, UNKNOWN, filled, unknown_in
from tresen.web.markdown import markdown_to_html

VALUES = {
    "requester": "Karla Kundin",
    "number": "10001",
    "subject": "Printer",
    "organisation": "Kunde GmbH",
    "agent": "Anna Agent",
}


def test_every_placeholder_is_filled() -> None:
    assert tuple(VALUES) == NAMES
    text = "{{requester}} {{ number }} {{subject}} {{organisation}} {{agent }}"
    assert filled(text, VALUES) == "Karla Kundin 10001 Printer Kunde GmbH Anna Agent"


def test_what_the_ticket_lacks_is_a_gap_that_is_seen() -> None:
    assert filled("Dear {{requester}},", {"requester": " "}) == f"Dear {UNKNOWN},"
    assert filled("Dear {{requester}},", {}) == "Dear …,"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Dear {{requester}}", []),
        ("{{ requestor }} and {{x}} and {{x}}", ["requestor", "x"]),
        ("{{}}", [""]),
        ('{"a": {"b": 1}}', []),
        ("{{open", []),
        ("{{two\nlines}}", []),
    ],
)
def test_unknown_placeholders_are_found_once_each(text: str, unknown: list[str]) -> None:
    assert unknown_in(text) == unknown


def test_unknown_placeholder_of_an_older_text_stays_as_it_is() -> None:
    assert filled("{{due}} {{agent}}", VALUES) == "{{due}} Anna Agent"


@pytest.mark.parametrize(
    "words",
    [
        "[click](/evil)",
        "![x](/evil.png)",
        "<b>bold</b>",
        "**loud** _low_ `code`",
        "# Heading",
        "\\*not\\*",
        "&lt;b&gt;",
    ],
)
def test_strangers_words_stand_in_markdown_as_words(words: str) -> None:
    html = markdown_to_html(filled("About {{subject}}.", {"subject": words}))
    assert html.striptags() == f"About {words}."
    marks = ("<a", "<img", "<b>", "<em>", "<strong>", "<code>", "<h1")
    assert [mark for mark in marks if mark in html] == []


def test_words_of_several_lines_become_one() -> None:
    assert filled("{{subject}}", {"subject": "a\n\n# b"}) == "a \\# b"


def test_value_is_not_read_for_placeholders_again() -> None:
    assert filled("{{subject}}", {"subject": "{{agent}}", "agent": "Anna"}) == "{{agent}}"


def test_long_text_of_braces_takes_no_longer_than_its_length() -> None:
    text = "{{" * 200_000
    assert (unknown_in(text), filled(text, VALUES) == text) == ([], True)
