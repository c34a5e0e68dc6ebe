# SPDX-License-Identifier: AGPL-3.0-or-later
"""What would do harm is refused by a sentence, whatever form it comes in."""

import json

import pytest
from bills_of_tests import CRANE, ROPE, as_bytes, cyclonedx, cyclonedx_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.boms import documents, reading

LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
BOMB = cyclonedx_xml(
    "<components>&l9;</components>", head=f'<!DOCTYPE b [<!ENTITY l0 "ha">{LAUGHS}]>'
)
OUTSIDE = cyclonedx_xml(
    "<components>&x;</components>", head='<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
)
PARAMETER = cyclonedx_xml("", head='<!DOCTYPE b SYSTEM "http://127.0.0.1:9/x.dtd">')
NO_ENTITIES = "The file declares entities or a document type, which no bill of materials needs."
TOO_DEEP = "The file is nested more than 64 levels deep."
NO_CONTEXT = (
    "The file is explained by the context “”, which is not fetched: SPDX 3 is read with "
    "“https://spdx.org/rdf/3.0.1/spdx-context.jsonld” alone."
)
LATIN = "The file is not written in UTF-8: byte 7 fits no character."
CONTROL = "The file holds control characters, which stand for no text."


def nested(depth: int) -> bytes:
    """Return a bill whose components lie so deep in each other."""
    start, head = b'{"type":"library","name":"a","components":[', b'{"bomFormat":"CycloneDX",'
    inner = start * depth + b'{"type":"library","name":"a"}' + b"]}" * depth
    return head + b'"specVersion":"1.6","components":[' + inner + b"]}"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The file is empty: choose another one."),
        (b" \n\t ", "The file is empty: choose another one."),
        (b"\xef\xbb\xbf", "The file is empty: choose another one."),
        (BOMB, NO_ENTITIES),
        (OUTSIDE, NO_ENTITIES),
        (PARAMETER, NO_ENTITIES),
        (cyclonedx_xml("<a>" * 100 + "</a>" * 100), TOO_DEEP),
        (cyclonedx_xml("<a>" * 100_000), TOO_DEEP),
        (nested(40), TOO_DEEP),
        (nested(100_000), TOO_DEEP),
        (b'{"a":' + b"[" * 500 + b"]" * 500 + b"}", TOO_DEEP),
        (b"[]", "The file holds no object of JSON, in braces."),
        (b'{"a": NaN}', "The file holds NaN, which is no number of JSON."),
        (b'{"a": 1, "a": 2}', "The file says “a” twice in one object."),
        (b'{"a": "\\u0000"}', CONTROL),
        (b'{"a": "\\ud800"}', CONTROL),
        (b'{"\\u0007": 1}', CONTROL),
        (b"SPDXVersion: SPDX-2.3\x00", CONTROL),
        (b"{}", "The file is JSON, but neither CycloneDX nor SPDX."),
        (b'{"@graph": []}', NO_CONTEXT),
        (b"<svg/>", "The file is XML, but neither CycloneDX nor SPDX."),
        (b"hello", "The file is neither CycloneDX nor SPDX."),
        (
            '{"a": "ä"}'.encode("latin-1"),
            "The file is not written in UTF-8: byte 7 fits no character.",
        ),
        (
            as_bytes(cyclonedx(CRANE, {**ROPE, "bom-ref": "crane"})),
            "Two components have the same reference “crane”.",
        ),
    ],
)
def test_what_would_do_harm_is_refused_by_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        reading.read(body)
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("body", "start"),
    [
        (b'{"a": ', "The file is no JSON: "),
        (b'{"a": ' + b"9" * 10_000 + b"}", "The file is no JSON: "),
        (b"<bom>", "The file is no XML: "),
        (b'<?xml version="1.0" encoding="klingon"?><bom/>', "The file is no XML: "),
        (b"\xff\xfe<\x00b\x00", "The file is no XML: "),
        (json.dumps({"a": "ä"}, ensure_ascii=False).encode("utf-16"), "The file is no XML: "),
        (b"SPDXVersion: SPDX-2.3\nNonsense\n", "SPDX does not take the file: "),
        (b"# SPDXVersion: later\n", "SPDX ? is not read here, but SPDX-2.2 and SPDX-2.3."),
    ],
)
def test_what_is_broken_is_refused_with_its_fault(body: bytes, start: str) -> None:
    with pytest.raises(Refused) as refusal:
        reading.read(body)
    assert refusal.value.sentence.startswith(start)


def test_more_components_than_anybody_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_PARTS", 1)
    with pytest.raises(Refused) as refusal:
        reading.read(as_bytes(cyclonedx(CRANE, ROPE)))
    assert refusal.value.sentence == "The file names 2 components; at most 1 are taken."


def test_xml_in_another_encoding_is_read_as_it_declares() -> None:
    inner = "<components><component type='library'><name>Fähre</name></component></components>"
    text = cyclonedx_xml(inner).decode()
    narrow = text.replace('"1.0"', '"1.0" encoding="iso-8859-1"', 1).encode("latin-1")
    found = [reading.read(each).parts[0].name for each in (narrow, text.encode("utf-16"))]
    assert found == ["Fähre", "Fähre"]


ATOMS = st.sampled_from([None, True, 7, 0.5, "", "crane", [], {}])
JSON = st.one_of(
    ATOMS,
    st.lists(ATOMS, max_size=2),
    st.lists(st.dictionaries(st.sampled_from(["name", "SPDXID", "ref"]), ATOMS), max_size=2),
)
NAMES = st.sampled_from(
    [
        *("components", "dependencies", "metadata", "serialNumber", "packages", "relationships"),
        *("creationInfo", "files", "snippets", "annotations", "documentDescribes", "SPDXID"),
        *("hasExtractedLicensingInfos", "externalDocumentRefs", "services", "compositions"),
    ]
)


@given(
    start=st.sampled_from(
        [
            {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1},
            {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "a"},
        ]
    ),
    more=st.dictionaries(NAMES, JSON, max_size=3),
)
def test_any_json_is_read_or_refused(start: dict[str, object], more: dict[str, object]) -> None:
    try:
        outcome = type(reading.read(json.dumps({**start, **more}).encode())).__name__
    except Refused as refusal:
        outcome = type(refusal).__name__
    assert outcome in ("Bill", "Refused")


# The first example of each form loads the library that reads it.
@settings(deadline=None)
@given(st.binary(max_size=40), st.sampled_from([b"", b"<", b"{", b"SPDXVersion: SPDX-2.3\n"]))
def test_any_bytes_are_read_or_refused(body: bytes, start: bytes) -> None:
    with pytest.raises(Refused):
        reading.read(start + body)
