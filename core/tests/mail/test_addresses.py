# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses as the grammar allows them and as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.addresses import read_addresses
from tresen.mail.reading.limits import MAX_ADDRESSES
from tresen.mail.records import Address

ADA = Address("Ada", "ada@example.com")
TWO = [Address("", "ada@example.com"), Address("", "b@example.com")]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"ada@example.com", [Address("", "ada@example.com")]),
        (b"<ada@example.com>", [Address("", "ada@example.com")]),
        (b"Ada <ada@example.com>", [ADA]),
        (b'"Ada" <ada@example.com>', [ADA]),
        (b"'Ada' <ada@example.com>", [ADA]),
        (b"ada@example.com (Ada)", [ADA]),
        (b"Ada <ada@Example.COM>", [ADA]),
        (b"Ada <Ada@example.com>", [Address("Ada", "Ada@example.com")]),
        (b"Ada < ada @ example.com >", [ADA]),
        (b"Ada <mailto:ada@example.com>", [ADA]),
        (b"Ada (the first) <ada@example.com>", [ADA]),
        (b"Ada <ada(home)@example.com>", [ADA]),
        (b"Ada <ada@example.com", [ADA]),
        (b"Ada\r\n <ada@example.com>", [ADA]),
        (b'"Doe, Ada" <ada@example.com>', [Address("Doe, Ada", "ada@example.com")]),
        (b"Doe, Ada <ada@example.com>", [Address("Doe, Ada", "ada@example.com")]),
        (b'"A \\"the\\" B" <ada@example.com>', [Address('A "the" B', "ada@example.com")]),
        (b"=?utf-8?q?J=C3=BCrgen?= <j@example.com>", [Address("Jürgen", "j@example.com")]),
        (b'"=?utf-8?q?J=C3=BCrgen?=" <j@example.com>', [Address("Jürgen", "j@example.com")]),
        (b"=?utf-8?q?Doe=2C_J?= <j@example.com>", [Address("Doe, J", "j@example.com")]),
        ("Jürgen <jürgen@exämple.com>".encode(), [Address("Jürgen", "jürgen@exämple.com")]),
        ("Jürgen <j@example.com>".encode("latin-1"), [Address("Jürgen", "j@example.com")]),
        (b"Friends: Ada <ada@example.com>, b@example.com;", [ADA, Address("", "b@example.com")]),
        (b"undisclosed-recipients:;", []),
        (b"undisclosed-recipients: ;", []),
        (b"<>", []),
        (b"", []),
        (b",,;, ,", []),
        (b"ada@example.com, ,b@example.com,", TWO),
        (
            b"ada@example.com; b@example.com",
            [Address("", x + "@example.com") for x in ("ada", "b")],
        ),
        (b"MAILER-DAEMON", [Address("", "MAILER-DAEMON")]),
        (b"Ada Example", [Address("Ada Example", "")]),
        (b"one@example.com two@example.com", [Address("", "one@example.com")]),
        (b'"ada@bank.example" <eve@example.com>', [Address("ada@bank.example", "eve@example.com")]),
        (b"a <x@example.com> <y@example.com>", [Address("a", "y@example.com")]),
    ],
)
def test_read_addresses_reads_what_is_meant(raw: bytes, found: list[Address]) -> None:
    assert read_addresses(raw) == (tuple(found), len(found))


def test_read_addresses_without_a_field_finds_none() -> None:
    assert read_addresses(None) == ((), 0)


def test_read_addresses_counts_those_it_does_not_keep() -> None:
    raw = b", ".join(b'"User, %d" <u%d@example.com>' % (n, n) for n in range(10_000))
    found, count = read_addresses(raw)
    assert (len(found), count) == (MAX_ADDRESSES, 10_000)
    assert found[-1] == Address("User, 199", "u199@example.com")


@pytest.mark.parametrize(
    "raw",
    [
        b'"a\r\nRCPT TO:<x@example.com>"@example.com',
        b"=?utf-8?q?a=0D=0ABcc=3A_x=40example.com?= <a@example.com>",
        b"<=?utf-8?q?a=40example.com=0D=0ARCPT?=>",
    ],
)
def test_read_addresses_gives_no_line_break(raw: bytes) -> None:
    for address in read_addresses(raw)[0]:
        assert address.name.isprintable()
        assert address.email.isprintable()


@given(st.text(alphabet='ab@.<>",;:()\\ =?utf-8q\n', max_size=150))
def test_read_addresses_of_any_text_gives_addresses(text: str) -> None:
    found, count = read_addresses(text.encode())
    assert len(found) == count
    assert all(isinstance(address, Address) for address in found)
