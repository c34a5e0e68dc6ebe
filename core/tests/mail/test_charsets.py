# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes to text in charsets named rightly, wrongly, oddly or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.charsets import decode, storable


@pytest.mark.parametrize(
    ("text", "charset", "codec"),
    [
        ("Grüße", "utf-8", "utf-8"),
        ("Grüße", "UTF8", "utf-8"),
        ("Grüße", '"utf-8"', "utf-8"),
        ("Grüße", "iso-8859-1 (Latin 1)", "latin-1"),
        ("Grüße €", "iso-8859-15", "iso-8859-15"),
        ("„Grüße“ … 5 €", "iso-8859-1", "cp1252"),
        ("„Grüße“", "us-ascii", "cp1252"),
        ("Привет", "koi8-r", "koi8-r"),
        ("Привет", "windows-1251", "cp1251"),
        ("你好㐀", "gb2312", "gb18030"),
        ("你好", "x-gbk", "gbk"),
        ("你好", "big5", "big5"),
        ("世界人権宣言", "iso-2022-jp", "iso2022_jp"),
        ("①髙", "shift_jis", "cp932"),
        ("世界", "euc-jp", "euc_jp"),
        ("안녕", "ks_c_5601-1987", "cp949"),
        ("สวัสดี", "tis-620", "cp874"),
        ("şğı", "iso-8859-9", "cp1254"),
        ("Grüße", "utf-7", "utf-7"),
        ("Grüße", "unicode-1-1-utf-7", "utf-7"),
        ("Grüße", "utf-16", "utf-16"),
        ("Grüße", "utf-16le", "utf-16-le"),
        ("שלום", "iso-8859-8-i", "iso8859-8"),
    ],
)
def test_decode_reads_the_charset_that_is_meant(text: str, charset: str, codec: str) -> None:
    assert decode(text.encode(codec), charset)[0] == text


@pytest.mark.parametrize(
    ("data", "charset", "text", "fits"),
    [
        (b"Hello", "", "Hello", True),
        ("Grüße".encode(), "", "Grüße", False),
        ("Grüße".encode("cp1252"), "", "Grüße", True),
        ("Grüße".encode(), "us-ascii", "Grüße", False),
        ("Grüße".encode(), "iso-8859-1", "Grüße", False),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße", False),
        (b"Hello", "x-unknown", "Hello", False),
        ("Grüße".encode(), "x-unknown", "Grüße", False),
        ("日本".encode("iso2022_jp"), "", "日本", False),
        ("\ufeffGrüße".encode(), "", "Grüße", False),
        ("Grüße".encode("utf-16"), "", "Grüße", False),
        (b"\x81\x8d\x90", "iso-8859-1", "\x81\x8d\x90", True),
        ("Grüße, Grüße".encode()[:-2] + b"\xff", "utf-8", "Grüße, Grü\ufffd\ufffd", False),
        (b"a\x00b", "utf-8", "a\ufffdb", True),
    ],
)
def test_decode_takes_the_likeliest_otherwise(
    data: bytes, charset: str, text: str, fits: bool
) -> None:
    assert decode(data, charset) == (text, fits)


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "unicode_escape", "zlib", "base64", "rot13", "hex", "mbcs"]
)
def test_decode_refuses_codecs_that_are_no_charsets(charset: str) -> None:
    assert decode(b"xn--4ca\\u0041", charset) == ("xn--4ca\\u0041", False)


@given(st.binary(max_size=100), st.text(max_size=20))
def test_decode_of_any_bytes_in_any_charset_gives_storable_text(data: bytes, charset: str) -> None:
    text, _ = decode(data, charset)
    assert "\x00" not in text
    assert text.encode().decode() == text


@given(st.binary(max_size=60), st.sampled_from(["utf-7", "utf-16", "utf-32", "hz", "cp932"]))
def test_decode_of_any_bytes_in_hard_charsets_gives_storable_text(
    data: bytes, charset: str
) -> None:
    assert storable(decode(data, charset)[0]) == decode(data, charset)[0]


def test_storable_shows_what_no_database_takes() -> None:
    assert storable("a\x00b\ud800c") == "a\ufffdb\ufffdc"
