# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed reply addresses, Message-IDs and the number in the subject."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.tokens import (
    REPLY_LIFE,
    SignedId,
    find_reply_token,
    make_message_id,
    make_reply_address,
    make_reply_token,
    make_subject,
    read_message_id,
    read_reply_token,
    read_subject,
)

KEY, OLD_KEY, FOREIGN_KEY = b"k" * 32, b"o" * 32, b"f" * 32
DAY = date(2026, 11, 23)
TOKEN = make_reply_token(KEY, 10_023, DAY)
IDENTIFIER = make_message_id(KEY, 10_023, 77, "desk.example")


def test_reply_token_names_its_ticket() -> None:
    assert read_reply_token([KEY], TOKEN, DAY) == 10_023


def test_reply_token_survives_capitals() -> None:
    assert read_reply_token([KEY], TOKEN.upper(), DAY) == 10_023


def test_reply_token_fits_a_local_part() -> None:
    longest = make_reply_token(KEY, 2**63 - 1, date(2120, 1, 1))
    assert len(f"support+{longest}") <= 64
    assert read_reply_token([KEY], longest, date(2120, 1, 1)) == 2**63 - 1


def test_reply_token_differs_from_day_to_day_and_ticket_to_ticket() -> None:
    tomorrow = make_reply_token(KEY, 10_023, DAY + timedelta(days=1))
    assert len({TOKEN, tomorrow, make_reply_token(KEY, 10_024, DAY)}) == 3


@pytest.mark.parametrize("position", range(len(TOKEN)))
def test_reply_token_is_refused_when_one_letter_is_changed(position: int) -> None:
    other = "b" if TOKEN[position] == "a" else "a"
    changed = TOKEN[:position] + other + TOKEN[position + 1 :]
    assert read_reply_token([KEY], changed, DAY) is None


@pytest.mark.parametrize("length", range(len(TOKEN)))
def test_reply_token_is_refused_when_it_is_cut(length: int) -> None:
    assert read_reply_token([KEY], TOKEN[:length], DAY) is None
    assert read_reply_token([KEY], TOKEN[len(TOKEN) - length :], DAY) is None


@pytest.mark.parametrize(
    ("age", "ticket_id"),
    [(REPLY_LIFE, 10_023), (REPLY_LIFE + timedelta(days=1), None), (timedelta(days=-2), None)],
)
def test_reply_token_is_good_for_its_life(age: timedelta, ticket_id: int | None) -> None:
    assert read_reply_token([KEY], TOKEN, DAY + age) == ticket_id


def test_reply_token_of_the_next_time_zone_is_good() -> None:
    assert read_reply_token([KEY], TOKEN, DAY - timedelta(days=1)) == 10_023


def test_reply_token_outlives_a_new_key() -> None:
    old = make_reply_token(OLD_KEY, 10_023, DAY)
    assert read_reply_token([KEY, OLD_KEY], old, DAY) == 10_023
    assert read_reply_token([KEY, FOREIGN_KEY], old, DAY) is None
    assert read_reply_token([], old, DAY) is None


def test_reply_token_of_one_ticket_is_refused_on_another() -> None:
    mac = TOKEN.rpartition("-")[2]
    other = make_reply_token(KEY, 10_024, DAY).rpartition("-")[0]
    assert read_reply_token([KEY], f"{other}-{mac}", DAY) is None


def test_reply_token_made_for_a_message_id_is_refused() -> None:
    ticket_id, message_id, mac = IDENTIFIER.strip("<").partition("@")[0].split(".")
    assert read_reply_token([KEY], f"{ticket_id}-{message_id}-{mac}", DAY) is None


def test_reply_token_refuses_a_negative_id() -> None:
    with pytest.raises(ValueError, match="-1 cannot stand in a token"):
        make_reply_token(KEY, -1, DAY)


@given(st.text(max_size=80))
def test_no_text_reads_as_a_reply_token(text: str) -> None:
    assert read_reply_token([KEY], text, DAY) is None


def test_reply_address_carries_its_token() -> None:
    address = make_reply_address("support@desk.example", TOKEN)
    assert address == f"support+{TOKEN}@desk.example"
    assert find_reply_token(address) == TOKEN


@pytest.mark.parametrize("address", ["support@desk.example", "", "a+b", "a@b+c.example"])
def test_find_reply_token_without_one_is_empty(address: str) -> None:
    assert find_reply_token(address) == ""


def test_message_id_names_ticket_and_message() -> None:
    assert IDENTIFIER.startswith("<10023.77.")
    assert IDENTIFIER.endswith("@desk.example>")
    assert read_message_id([KEY], IDENTIFIER) == SignedId(10_023, 77)


def test_message_id_is_the_same_for_the_same_message() -> None:
    assert make_message_id(KEY, 10_023, 77, "Desk.Example") == IDENTIFIER


@pytest.mark.parametrize(
    "identifier",
    [
        IDENTIFIER.replace("10023", "10024"),
        IDENTIFIER.replace(".77.", ".78."),
        IDENTIFIER[1:],
        IDENTIFIER.replace("@", "a@"),
        "<1@example.com>",
        "",
    ],
)
def test_message_id_is_refused_when_it_is_changed(identifier: str) -> None:
    assert read_message_id([KEY], identifier) is None


def test_message_id_outlives_a_new_key() -> None:
    assert read_message_id([FOREIGN_KEY], IDENTIFIER) is None
    assert read_message_id([FOREIGN_KEY, KEY], IDENTIFIER) == SignedId(10_023, 77)


@pytest.mark.parametrize(
    ("subject", "made"),
    [
        ("Printer burns", "Printer burns [#10023]"),
        ("Re: Printer [#10023]", "Re: Printer [#10023]"),
        ("[#1] Old number", "Old number [#10023]"),
        ("", "[#10023]"),
    ],
)
def test_make_subject_carries_the_number_once(subject: str, made: str) -> None:
    assert make_subject(10_023, subject) == made


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("AW: Printer [#10023]", (10_023,)),
        ("[#2] [#1] [#2]", (2, 1)),
        ("[#0] [#-1] [# 1] [#1x] #1", ()),
        ("[#9999999999999999999]", ()),
        ("", ()),
    ],
)
def test_read_subject_finds_the_numbers(subject: str, numbers: tuple[int, ...]) -> None:
    assert read_subject(subject) == numbers
