# SPDX-License-Identifier: AGPL-3.0-or-later
"""Phone numbers and bank accounts as they are written, and numbers that are neither."""

import pytest
from clearances.conftest import codes, lines
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.clearances.checks.people import is_iban, words_of
from tresen_licensing.clearances.checks.records import Names, Subject

PHONES = [
    "+49 421 1234567",
    "+49 421 123 45 67",
    "+49-421-1234567",
    "+49.421.1234567",
    "+49 (421) 1234567",
    "+49 (0) 421 123456",
    "+494211234567",
    "0049 421 1234567",
    "0049-421-1234567",
    "+43 1 5880123",
    "+41 44 668 18 00",
    "+31 20 794 0800",
    "+33 1 42 68 53 00",
    "+44 20 7946 1234",
    "0421 1234567",
    "0421/1234567",
    "0421-1234567",
    "0421 / 123456",
    "04421 123 456",
    "0171 1234567",
    "0171-123 45 67",
]
NO_PHONES = [
    "2026-11-30",
    "30.11.2026 03:14",
    "03:14:15.123456",
    "2026-11-30T03:14:15+01:00",
    "+01:00",
    "+0200",
    "1.2.3.4",
    "192.168.178.1",
    "0.12.34567",
    "00000000-0000-0000-0000-000000000000",
    "550e8400-e29b-41d4-a716-446655440000",
    "0x00421234567",
    "012345678901234",
    "00421234567",
    "1234567890",
    "ISBN 978-3-16-148410-0",
    "v0421",
    "a+49x",
    "x+4942112345678",
    "100 000 000",
    "@@ -421,12 +421,14 @@",
    "+1 202 555 0100",
    "+1 202 555 0199",
    "030 23125 000",
    "+49 30 23125999",
    "+49 69 90009 123",
    "040 66969 123",
    "+49 89 99998 123",
    "0221 4710 123",
]
# Examples that banks and standards print, by country; their check digits are right.
ACCOUNTS = [
    "AT611904300234573201",
    "BE68539007547034",
    "CH9300762011623852957",
    "CZ6508000000192000145399",
    "DE02120300000000202051",
    "DE02500105170137075030",
    "DK5000400440116243",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FR1420041010050500013M02606",
    "IT60X0542811101000000123456",
    "LU280019400644750000",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PL61109010140000071219812874",
    "SE4550000000058398257466",
]
NO_ACCOUNTS = [
    "DE89370400440532013000",
    "GB82WEST12345698765432",
    "GB29NWBK60161331926819",
    "DE00120300000000202051",
    "DE02120300000000202052",
    "AT611904300234573202",
    "DE02",
    "DE021203",
    "ABCDEFGHIJKLMNOPQRST",
    "XX00" + "0" * 34,
]
NAMES = Names(people=frozenset({("olga", "outside"), ("jean-luc", "o'hara")}))


def kinds(text: str, names: Names = NAMES) -> list[str]:
    """Return the codes of what is found in a text."""
    return codes("C08", Subject(lines=lines(text), names=names))


@pytest.mark.parametrize("text", PHONES)
@pytest.mark.parametrize("around", ["{}", "call {}.", "({})", 'phone="{}"', "Tel.: {}, ask"])
def test_phone_numbers_are_found(text: str, around: str) -> None:
    assert kinds(around.format(text)) == ["phone"]


@pytest.mark.parametrize("text", NO_PHONES)
def test_other_numbers_are_let_through(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize("account", ACCOUNTS)
def test_bank_accounts_are_found_in_one_piece(account: str) -> None:
    assert (is_iban(account), kinds(f"IBAN {account}.")) == (True, ["iban"])


@pytest.mark.parametrize("account", ACCOUNTS)
def test_bank_accounts_are_found_in_groups_of_four(account: str) -> None:
    groups = " ".join(account[at : at + 4] for at in range(0, len(account), 4))
    assert kinds(f"IBAN: {groups}") == ["iban"]


@pytest.mark.parametrize("text", NO_ACCOUNTS)
def test_examples_and_wrong_digits_are_no_accounts(text: str) -> None:
    assert (is_iban(text), kinds(text)) == (False, [])


@given(st.sampled_from(ACCOUNTS), st.data())
def test_one_digit_that_is_changed_is_noticed(account: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(4, len(account) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != account[at]))
    changed = account[:at] + other + account[at + 1 :]
    assert is_iban(changed) is (not account[at].isdigit() and is_iban(changed))


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Olga Outside", True),
        ("OLGA OUTSIDE", True),
        ("olga  outside", True),
        ("olga\toutside", True),
        ("olga.outside", True),
        ("# Olga Outside asked", True),
        ("(Olga Outside)", True),
        ("Olga-Outside", False),
        ("OlgaOutside", False),
        ("olga_outside", False),
        ("Olga", False),
        ("Olga went Outside", False),
        ("Outside, Olga", False),
        ("Jean-Luc O'Hara", True),
        ("Jean Luc O'Hara", False),
    ],
)
def test_names_are_found_as_words(text: str, is_found: bool) -> None:
    assert kinds(text) == (["person"] if is_found else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Grünhafen GmbH", ["grünhafen", "gmbh"]),
        ("A&B", ["a&b"]),
        ("Müller-Lüdenscheidt", ["müller-lüdenscheidt"]),
        ("O\u2019Hara", ["o\u2019hara"]),
        ("STRASSE", ["strasse"]),
        ("Straße", ["strasse"]),
        ("", []),
        ("-- ", []),
    ],
)
def test_words_are_compared_in_small_letters(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


def test_no_names_find_nobody() -> None:
    assert kinds("Olga Outside", Names()) == []
