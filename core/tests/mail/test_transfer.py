# SPDX-License-Identifier: AGPL-3.0-or-later
"""Transfer encodings undone: whole, in pieces, broken."""

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.transfer import decode_transfer, decode_uu


@pytest.mark.parametrize(
    ("data", "encoding", "content", "fits"),
    [
        (b"a\xff", "", b"a\xff", True),
        (b"a\xff", "8bit", b"a\xff", True),
        (b"aGVsbG8=", "base64", b"hello", True),
        (b"aGVs\r\nbG8=\r\n", "base64", b"hello", True),
        (b"aGVsbG8", "base64", b"hello", True),
        (b"aGVsb", "base64", b"hel", False),
        (b"!a-G_V*s", "base64", b"hel", True),
        (b"aGVs\nbG8=\nIQ==\n", "base64", b"hello!", True),
        (b"aGVsbG8= trailing words", "base64", b"hello", True),
        (b"====", "base64", b"", True),
        (b"", "base64", b"", True),
        (b"a=C3=BC=\r\nb", "quoted-printable", b"a\xc3\xbcb", True),
        (b"a=  \nb", "quoted-printable", b"ab", True),
        (b"a=ZZb=", "quoted-printable", b"a=ZZb", True),
        (b"a", "rot13", b"a", False),
    ],
)
def test_decode_transfer_keeps_what_can_be_had(
    data: bytes, encoding: str, content: bytes, fits: bool
) -> None:
    assert decode_transfer(data, encoding) == (content, fits)


@given(st.binary(max_size=500), st.integers(1, 100))
def test_decode_transfer_undoes_base64_of_any_line_length(content: bytes, width: int) -> None:
    encoded = base64.b64encode(content)
    lines = b"\r\n".join(encoded[n : n + width] for n in range(0, len(encoded), width))
    assert decode_transfer(lines, "base64") == (content, True)


def test_decode_transfer_undoes_base64_over_several_chunks() -> None:
    content = bytes(range(256)) * 12_000
    assert decode_transfer(base64.encodebytes(content), "base64") == (content, True)


@given(st.binary(max_size=200))
def test_decode_transfer_undoes_quoted_printable(content: bytes) -> None:
    encoded = binascii.b2a_qp(content, istext=False)
    assert decode_transfer(encoded, "quoted-printable") == (content, True)


def test_decode_transfer_undoes_quoted_printable_over_several_chunks() -> None:
    assert decode_transfer(b"=41= \n" * 400_000, "quoted-printable") == (b"A" * 400_000, True)


@given(st.binary(max_size=200), st.sampled_from(["base64", "quoted-printable", "x-uuencode"]))
def test_decode_transfer_of_any_bytes_gives_bytes(data: bytes, encoding: str) -> None:
    assert isinstance(decode_transfer(data, encoding)[0], bytes)


@given(st.binary(max_size=200))
def test_decode_uu_undoes_uuencoding(content: bytes) -> None:
    lines = [binascii.b2a_uu(content[n : n + 45]).rstrip(b"\n") for n in range(0, len(content), 45)]
    assert decode_uu([b"begin 644 x", *lines, b"`", b"end"]) == content


def test_decode_uu_reads_lines_with_too_many_characters() -> None:
    assert decode_uu([b"%2&5L;&\\   "]) == b"Hello"
