# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file is told by its first sign, and looked at for what no database keeps and nobody reads."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.boms import documents

TOO_DEEP = "The file is nested more than 64 levels deep."


def sentence_of(act: Callable[[], object]) -> str:
    """Return the sentence by which something is refused; empty where it is not."""
    try:
        act()
    except Refused as refusal:
        return refusal.sentence
    return ""


def nested(depth: int) -> bytes:
    """Return JSON of so many levels."""
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


def elements(depth: int) -> bytes:
    """Return XML of so many levels."""
    return b"<a>" * depth + b"</a>" * depth


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "json"),
        (b" \r\n\t{}", "json"),
        (b"\xef\xbb\xbf{}", "json"),
        (b"\xef\xbb\xbf  {}", "json"),
        (b"[]", "json"),
        (b"<bom/>", "xml"),
        (b"\n<bom/>", "xml"),
        (b"\xef\xbb\xbf<bom/>", "xml"),
        ("<bom/>".encode("utf-16-le"), "xml"),
        ("<bom/>".encode("utf-16"), "xml"),
        (b"\xfe\xff\x00<", "xml"),
        (b"SPDXVersion: SPDX-2.3", "text"),
        (b"# a comment", "text"),
        (b'"text"', "text"),
        (b"7", "text"),
        (b"null", "text"),
        (b"\x00", "text"),
        (b"PK\x03\x04", "text"),
        (b"\x1f\x8b", "text"),
    ],
)
def test_kind_of_a_file_is_told_by_its_first_sign(body: bytes, kind: str) -> None:
    assert documents.kind_of(body) == kind


@pytest.mark.parametrize("body", [b"", b" ", b"\n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_empty_file_is_told_apart(body: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        documents.kind_of(body)
    assert refusal.value.sentence == "The file is empty: choose another one."


@pytest.mark.parametrize(("depth", "is_taken"), [(1, True), (63, True), (64, True), (65, False)])
def test_json_may_be_as_deep_as_the_limit(depth: int, is_taken: bool) -> None:
    assert sentence_of(lambda: documents.json_of(nested(depth))) == ("" if is_taken else TOO_DEEP)


@pytest.mark.parametrize(("depth", "is_taken"), [(1, True), (63, True), (64, True), (65, False)])
def test_xml_may_be_as_deep_as_the_limit(depth: int, is_taken: bool) -> None:
    assert sentence_of(lambda: documents.xml_of(elements(depth))) == ("" if is_taken else TOO_DEEP)


@pytest.mark.parametrize(
    ("text", "is_fit"),
    [
        ("", True),
        ("plain", True),
        ("line\nline\r\n\ttab", True),
        ("äöü ß € 漢字 🚢", True),
        ("\u200d joiner", True),
        ("\ue000 private", True),
        ("\ufffd replaced", True),
        ("\x7f", True),
        ("\x00", False),
        ("a\x01b", False),
        ("\x08", False),
        ("\x0b", False),
        ("\x0c", False),
        ("\x0e", False),
        ("\x1b[31m", False),
        ("\x1f", False),
        ("\ud800", False),
        ("\ufffe", False),
        ("\uffff", False),
    ],
)
def test_signs_that_no_database_keeps_are_refused(text: str, is_fit: bool) -> None:
    assert (sentence_of(lambda: documents.demand_fit(text)) == "") == is_fit


@given(st.text())
def test_what_fits_can_be_stored_and_written_as_xml(text: str) -> None:
    try:
        documents.demand_fit(text)
    except Refused:
        return
    from lxml import etree  # noqa: PLC0415 - only here

    element = etree.Element("a")
    element.text = text
    assert (text.encode().decode(), "\x00" in text) == (text, False)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"{}", {}),
        (b'{"a": {"b": [1, 2.5, null, true, "x"]}}', {"a": {"b": [1, 2.5, None, True, "x"]}}),
        ('{"ä": "漢"}'.encode(), {"ä": "漢"}),
        (b'{"a": "\\ud83d\\udea2"}', {"a": "🚢"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    ],
)
def test_json_is_read_as_it_is(body: bytes, found: dict[str, object]) -> None:
    assert documents.json_of(body) == found


@pytest.mark.parametrize(
    "body", [b'{"a": 1, "b": {"c": 1, "c": 2}}', b'{"x": [{"c": 1, "d": 2, "c": 3}]}']
)
def test_name_that_stands_twice_is_refused_wherever_it_stands(body: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        documents.json_of(body)
    assert refusal.value.sentence == "The file says “c” twice in one object."


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_words_that_are_no_numbers_of_json_are_refused(word: str) -> None:
    with pytest.raises(Refused) as refusal:
        documents.json_of(f'{{"a": [{word}]}}'.encode())
    assert refusal.value.sentence == f"The file holds {word}, which is no number of JSON."


@pytest.mark.parametrize(
    "body",
    [
        b"<a><!-- a comment --><b>text</b></a>",
        b'<?xml version="1.0" encoding="UTF-8"?><a><b>text</b></a>',
        b"<a><![CDATA[<]]><b>text</b></a>",
        b"<a>&lt;&amp;&#228;<b>text</b></a>",
    ],
)
def test_plain_xml_is_read(body: bytes) -> None:
    assert documents.xml_of(body).findtext("b") == "text"


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a PUBLIC "-//X//Y" "http://127.0.0.1:9/a.dtd">',
        "<!DOCTYPE a [<!ELEMENT a ANY>]>",
        '<!DOCTYPE a [<!ENTITY % p "x">]>',
        '<!DOCTYPE a [<!ATTLIST a b CDATA "c">]>',
    ],
)
def test_every_declaration_of_a_document_type_is_refused(head: str) -> None:
    with pytest.raises(Refused) as refusal:
        documents.xml_of(f"{head}<a/>".encode())
    assert refusal.value.sentence.startswith("The file declares entities or a document type")
