# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values with parameters: file names in all the ways that programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.mail.reading.limits import MAX_PARAMETERS
from tresen.mail.reading.parameters import Value, read_value


def file_name(raw: bytes) -> str:
    return read_value(b"attachment; " + raw).parameters.get("filename", "")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (None, Value()),
        (b"", Value()),
        (b" Text/Plain", Value("text/plain")),
        (b"text/plain; charset=utf-8", Value("text/plain", {"charset": "utf-8"})),
        (b'text/plain;\r\n Charset="UTF-8";', Value("text/plain", {"charset": "UTF-8"})),
        (b"text/plain;a=1;a=2", Value("text/plain", {"a": "1"})),
        (b"text/plain name=x", Value("text/plain")),
        (b"; a=b", Value("", {"a": "b"})),
    ],
)
def test_read_value_reads_value_and_parameters(raw: bytes | None, value: Value) -> None:
    assert read_value(raw) == value


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"filename=a.pdf", "a.pdf"),
        (b"filename=a b.pdf", "a b.pdf"),
        (b'filename="a;b.pdf"', "a;b.pdf"),
        (b'filename="a\\"b.pdf"', 'a"b.pdf'),
        (b'filename="C:\\temp\\a.pdf"', "C:\\temp\\a.pdf"),
        (b'filename="a.pdf', "a.pdf"),
        (b'filename="=?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?="', "Grüße.pdf"),
        (b"filename==?utf-8?b?R3LDvMOfZS5wZGY=?=", "Grüße.pdf"),
        ('filename="Grüße.pdf"'.encode(), "Grüße.pdf"),
        ('filename="Grüße.pdf"'.encode("latin-1"), "Grüße.pdf"),
        (b"filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        (b"filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
        (b"filename*=utf-8''it's.pdf", "it's.pdf"),
        (b"filename*=a.pdf", "a.pdf"),
        (b"filename=x.pdf; filename*=utf-8''y.pdf", "y.pdf"),
        (b"filename*0=a; filename*1=b.pdf", "ab.pdf"),
        (b"filename*1=b.pdf; filename*0=a", "ab.pdf"),
        (b"filename*0*=utf-8''Gr%C3; filename*1*=%BC.; filename*2=pdf", "Grü.pdf"),
        (b'filename*0="=?utf-8?q?Gr=C3=BC?="; filename*1=.pdf', "Grü.pdf"),
        (b"filename*3=late.pdf", "late.pdf"),
        (b"filename=", ""),
        (b"filename=a%20b.pdf", "a%20b.pdf"),
        (b"filename*=utf-8''a%0D%0Ab.pdf", "a b.pdf"),
    ],
)
def test_read_value_reads_file_names(raw: bytes, name: str) -> None:
    assert file_name(raw) == name


def test_read_value_bounds_the_parameters() -> None:
    raw = b"text/plain" + b"".join(b"; p%d=v" % number for number in range(1_000))
    assert len(read_value(raw).parameters) == MAX_PARAMETERS


@given(st.binary(max_size=200))
def test_read_value_of_any_bytes_gives_a_value(raw: bytes) -> None:
    assert isinstance(read_value(raw), Value)
    assert isinstance(read_value(b"a/b; filename*0*=" + raw), Value)
