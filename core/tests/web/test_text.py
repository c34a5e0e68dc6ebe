# SPDX-License-Identifier: AGPL-3.0-or-later
"""What cannot be seen is written out, headers stay one line, cells never calculate."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.text import csv_cell, one_line, visible_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\nand more", "plain\ttext\nand more"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x1b[31m", "a␀b␛[31m"),
        ("del\x7f", "del␡"),
        ("invoice\u202efdp.exe", "invoice[U+202E]fdp.exe"),
        ("\u2066x\u2069", "[U+2066]x[U+2069]"),
        ("\ud800", "\ufffd"),
        ("\U000e0041", "[U+E0041]"),
        ("\x85", "[U+0085]"),
        ("👩\u200d💻 שלום", "👩\u200d💻 שלום"),
    ],
)
def test_text_made_visible(text: str, shown: str) -> None:
    assert visible_text(text) == shown


@given(st.text(st.characters()))
def test_text_made_visible_twice_is_the_same(text: str) -> None:
    assert visible_text(visible_text(text)) == visible_text(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Subject\r\nBcc: eve@example.net", "Subject Bcc: eve@example.net"),
        ("a\u2028b\x0bc\x85d\x00e", "a b c d e"),
        ("  much \t space  ", "much space"),
        ("x\u202ey", "x[U+202E]y"),
        ("a\ud800b", "a\ufffdb"),
        ("x" * 300, "x" * 249 + "…"),
    ],
)
def test_line_for_a_header(text: str, line: str) -> None:
    assert one_line(text) == line


def test_line_without_a_limit_keeps_all_of_it() -> None:
    assert one_line("x" * 1_000, None) == "x" * 1_000


@given(st.text(st.characters()))
def test_line_has_no_second_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (" =1", "' =1"),
        ("\uff1d1", "'\uff1d1"),
        ("-12.5", "-12.5"),
        (-3, "-3"),
        (None, ""),
        ("a=b", "a=b"),
    ],
)
def test_cell_is_never_a_formula(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_cell_survives_the_way_through_a_file(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([csv_cell(text), "end"])
    file.seek(0)
    assert next(csv.reader(file))[0].removeprefix("'") == text.removeprefix("'")
