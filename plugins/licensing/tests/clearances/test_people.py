# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers and people are found in patches: by name, address, phone and bank account."""

import pytest
from clearances.conftest import codes, lines
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen_licensing.clearances.checks.people import is_iban
from tresen_licensing.clearances.checks.records import Names, Subject

NAMES = Names(
    organisations=frozenset({("grünhafen", "logistik"), ("molenkopf",)}),
    people=frozenset({("birgit", "thomsen"), ("thomsen", "birgit")}),
    allowed=frozenset({"dora@tresen.eu"}),
)


def kinds(text: str, path: str = "tests/data.py") -> list[str]:
    """Return the codes of what is found in a text."""
    return codes("C08", Subject(lines=lines(text, path), names=NAMES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("birgit@gruenhafen.de", ["email"]),
        ("Birgit.Thomsen+x@mail.gruenhafen.co.uk", ["email", "person"]),
        ("a@b.example, c@example.org, d@quay.test, e@localhost", []),
        ("1+dora@users.noreply.github.com", []),
        ("Dora@Tresen.EU", []),
        ("@decorator.name and a@b", []),
        ("call +49 421 1234567", ["phone"]),
        ("call +49 (0)421/123-4567", ["phone"]),
        ("call 0049 421 1234567", ["phone"]),
        ("call 0421 1234567", ["phone"]),
        ("call 0421/12 34 56 7", ["phone"]),
        ("call 030 23125 123", []),
        ("call +49 30 23125123", []),
        ("call +1 202 555 0123", []),
        ("at 2026-11-30 03:14:00", []),
        ("+0100 and 1.2.3.4 and 0.12.345678", []),
        ("00123456789 and 0000000000", []),
        ("DE02120300000000202051", ["iban"]),
        ("DE02 1203 0000 0000 2020 51", ["iban"]),
        ("DE89 3704 0044 0532 0130 00", []),
        ("DE03120300000000202051", []),
        ("for Grünhafen Logistik only", ["organisation"]),
        ("for grünhafen-logistik only", []),
        ("GRÜNHAFEN LOGISTIK, Molenkopf", ["organisation"]),
        ("molenkopfs", []),
        ("asked Birgit Thomsen", ["person"]),
        ("Thomsen, Birgit", ["person"]),
        ("Birgit alone, and Thomsen alone", []),
        ("Birgit Thomsen <birgit@gruenhafen.de> of Molenkopf", ["email", "person", "organisation"]),
    ],
)
def test_what_names_somebody_is_found(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Signed-off-by: Birgit Thomsen <birgit@gruenhafen.de>", []),
        ("Reported-by: Birgit Thomsen <birgit@gruenhafen.de>", ["email", "person"]),
    ],
)
def test_sign_off_alone_is_public_by_itself(text: str, expected: list[str]) -> None:
    assert kinds(text, "") == expected


def test_sign_off_in_a_file_is_no_sign_off() -> None:
    assert kinds("Signed-off-by: Birgit Thomsen <b@gruenhafen.de>") == ["email", "person"]


@given(
    st.from_regex(r"[0-9]{18}", fullmatch=True),
    st.sampled_from(["DE", "AT", "FR", "NL"]),
    st.integers(1, 96),
)
def test_check_digits_tell_an_iban(account: str, land: str, wrong: int) -> None:
    plain = "".join(str(int(each, 36)) for each in f"{account}{land}00")
    right = 98 - int(plain) % 97
    other = (right - 2 + wrong) % 97 + 2
    pair = (f"{land}{right:02}{account}", f"{land}{other:02}{account}")
    assert tuple(map(is_iban, pair)) == (True, False)


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert set(kinds(text)) <= {"email", "phone", "iban", "organisation", "person"}


@settings(deadline=None, max_examples=6)
@given(st.sampled_from(["a@", "a.", "+49 ", "DE02 1203 ", "birgit ", "0421-", "1", "@a.b", "(("]))
def test_line_of_megabytes_is_read_once(piece: str) -> None:
    assert len(kinds(piece * (1_000_000 // len(piece)))) <= 3
