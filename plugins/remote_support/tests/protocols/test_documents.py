# SPDX-License-Identifier: AGPL-3.0-or-later
"""The PDF: tagged, readable in several scripts, and the same bytes for the same record."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from tresen_remote_support.protocols import documents
from tresen_remote_support.protocols.sheets import Entry, Section, Sheet

AT = datetime(2026, 3, 10, 9, 8, tzinfo=UTC)
SHEET = Sheet(
    "Protokoll einer Fernsitzung",
    "Größe, Maß und Übung",
    "de",
    (
        Section("Wer", (Entry("Kundin", "Юлия Иванова"), Entry("Agent", "Ελένη Παπά"))),
        Section("Dateien", (Entry("Vom Kunden", "a.log", "ab" * 32),), "Erst\n\nDann"),
    ),
    (Section("Anlage", text="Einwilligung"),),
)


def made(sheet: Sheet = SHEET) -> PdfReader:
    body = documents.pdf(sheet, AT)
    assert body is not None
    return PdfReader(BytesIO(body))


def words(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_pdf_is_tagged_and_keeps_the_standard_for_everybody() -> None:
    root = made().root_object
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"], "<pdfuaid:part>1" in xmp) == (
        True,
        "de",
        True,
    )


def test_pdf_has_title_and_the_records_day() -> None:
    found = made().metadata
    assert found is not None
    assert (found.title, found.creation_date) == ("Protokoll einer Fernsitzung", AT)


@pytest.mark.parametrize("name", ["Größe, Maß und Übung", "Юлия Иванова", "Ελένη Παπά"])
def test_pdf_can_be_read_in_several_scripts(name: str) -> None:
    assert name in words(made())


def test_pdf_holds_each_section_and_the_annex() -> None:
    lines = words(made()).splitlines()
    wanted = ["Wer", "Dateien", "Erst", "Dann", f"SHA-256 {'ab' * 32}", "Anlage", "Einwilligung"]
    assert [line for line in lines if line.strip() in wanted] == [
        "Wer",
        "Dateien",
        "Erst",
        "Dann",
        f"SHA-256 {'ab' * 32}",
        "Anlage",
        "Einwilligung",
    ]


def test_equal_sheets_give_equal_bytes() -> None:
    assert documents.pdf(SHEET, AT) == documents.pdf(SHEET, AT)


def test_another_day_gives_other_bytes() -> None:
    assert documents.pdf(SHEET, AT) != documents.pdf(SHEET, AT.replace(year=2027))


@pytest.mark.parametrize("words_of_people", ["#panic()", "*bold* _x_", "$1^2$", '#read("/etc")'])
def test_what_people_wrote_is_never_markup(words_of_people: str) -> None:
    assert words_of_people in words(made(replace(SHEET, lead=words_of_people)))


def test_character_that_no_font_has_costs_the_seal_and_not_the_pdf() -> None:
    reader = made(replace(SHEET, lead="Rare: \U0001f9ff \U000102a0"))
    xmp = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert ("<pdfuaid:part>1" in xmp, "Rare:" in words(reader)) == (False, True)


def test_without_typst_there_is_no_pdf() -> None:
    # A process of its own: what was imported here stays imported.
    program = (
        "import sys; sys.modules['typst'] = None\n"
        "from tresen_remote_support.protocols import documents\n"
        "print(documents.is_possible(), documents.pdf(None, None))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False None\n"


def test_with_typst_there_is_one() -> None:
    assert documents.is_possible() is True
