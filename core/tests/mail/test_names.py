# SPDX-License-Identifier: AGPL-3.0-or-later
"""File names of parts: never empty, never a path, never too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.names import MAX_NAME, file_name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("a.pdf", "a.pdf"),
        ("Grüße 東京.pdf", "Grüße 東京.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.exe", "x.exe"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("/abs/a.pdf", "a.pdf"),
        ("folder/", "folder"),
        ("a\r\nb\x00.pdf", "a b .pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("\u200b.htaccess", "htaccess"),
        ("a.pdf . ", "a.pdf"),
        ("a" * 300 + ".pdf", "a" * (MAX_NAME - 4) + ".pdf"),
        ("a" * 300, "a" * MAX_NAME),
        ("", "part-3.pdf"),
        ("...", "part-3.pdf"),
        ("/", "part-3.pdf"),
    ],
)
def test_file_name_is_what_the_sender_wrote_and_no_path(given_name: str, name: str) -> None:
    assert file_name(given_name, "application/pdf", 3) == name


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("image/png", "part-1.png"),
        ("message/rfc822", "part-1.eml"),
        ("text/calendar", "part-1.ics"),
        ("application/octet-stream", "part-1.bin"),
        ("x/unknown", "part-1.bin"),
        ("", "part-1.bin"),
    ],
)
def test_file_name_is_made_up_with_the_ending_of_its_type(media_type: str, name: str) -> None:
    assert file_name("", media_type, 1) == name


@given(st.text(max_size=400), st.text(max_size=30))
def test_file_name_of_any_text_is_a_bounded_single_name(given_name: str, media_type: str) -> None:
    name = file_name(given_name, media_type, 1)
    assert 0 < len(name) <= MAX_NAME
    assert not {"/", "\\", "\n", "\x00"} & {*name}
