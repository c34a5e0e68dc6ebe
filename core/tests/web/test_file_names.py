# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names of files carry no path, no control and no device, and travel whole in the header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.file_names import MAX_NAME, clean_file_name, content_disposition
from werkzeug.http import parse_options_header


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Rechnung Nr. 5.pdf", "Rechnung Nr. 5.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x", "x"),
        ("C:\\x", "x"),
        ("C:x.txt", "x.txt"),
        ("/abs", "abs"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("COM1.tar.gz", "_COM1.tar.gz"),
        ("console.log", "console.log"),
        ("report.pdf. . ", "report.pdf"),
        ("a\x00b\nc.txt", "a b c.txt"),
        ("\u200b.htaccess", "htaccess"),
        ("\u202egpj.exe", "gpj.exe"),
        ("..\uff0f..\uff0fetc\uff0fpasswd", "passwd"),
        ("\uff0e\uff0e/x", "x"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("Übergröße.docx", "Übergröße.docx"),
        ("", "file"),
        ("../", "file"),
        ("...", "file"),
    ],
)
def test_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean


def test_name_too_long_keeps_its_suffix() -> None:
    assert clean_file_name("x" * 300 + ".pdf") == "x" * (MAX_NAME - 4) + ".pdf"


@given(st.text(st.characters(), max_size=300))
def test_name_cleaned_twice_is_the_same(name: str) -> None:
    clean = clean_file_name(name)
    assert clean_file_name(clean) == clean


@given(st.text(st.characters(), max_size=300))
def test_name_is_safe_to_save(name: str) -> None:
    clean = clean_file_name(name)
    assert set(clean) & set('/\\<>:"|?*\x00\n\r\u202e\u200b') == set()
    assert (clean.strip(" ."), 0 < len(clean.encode()) <= 240) == (clean, True)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.pdf", "attachment; filename=a.pdf"),
        ("a b.pdf", 'attachment; filename="a b.pdf"'),
        ("Größe.pdf", "attachment; filename=Groe.pdf; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"),
        ("報告.pdf", "attachment; filename=pdf; filename*=UTF-8''%E5%A0%B1%E5%91%8A.pdf"),
        ('x"; filename=y.exe', 'attachment; filename="x_; filename=y.exe"'),
        ("x\r\nSet-Cookie: a=b", 'attachment; filename="x Set-Cookie_ a=b"'),
    ],
)
def test_header_of_a_download(name: str, header: str) -> None:
    assert content_disposition(name) == header


@given(st.text(st.characters(), max_size=100))
def test_header_gives_the_clean_name_back(name: str) -> None:
    kind, options = parse_options_header(content_disposition(name, is_inline=True))
    assert (kind, options["filename"]) == ("inline", clean_file_name(name))
