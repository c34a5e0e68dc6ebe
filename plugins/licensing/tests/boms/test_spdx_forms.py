# SPDX-License-Identifier: AGPL-3.0-or-later
"""SPDX 2 in RDF/XML and in YAML says what its JSON says, and what would do harm is refused."""

import json
from io import BytesIO
from typing import Any

import pytest
import yaml
from bills_of_tests import SPDX_CRANE, SPDX_LINKS, SPDX_TEXTS, SPDX_WHOLE, as_bytes, spdx
from hypothesis import given, settings
from hypothesis import strategies as st
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.writer.rdf import rdf_writer
from tresen.sdk import Refused
from tresen_licensing.boms import reading, spdx_yaml

# A graph has no order, and so the members of a set have none: it is looked at on its own.
PLAIN_CRANE = {**SPDX_CRANE, "licenseConcluded": "LicenseRef-crane"}
DOCUMENT = spdx(
    SPDX_WHOLE, PLAIN_CRANE, relationships=SPDX_LINKS, hasExtractedLicensingInfos=SPDX_TEXTS
)
SPACES = (
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:spdx="http://spdx.org/rdf/terms#" '
    'xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"'
)
HEAD = """<spdx:SpdxDocument rdf:about="https://lager.example/spdx/4.1#SPDXRef-DOCUMENT">
  <spdx:specVersion>%s</spdx:specVersion>
  <spdx:name>lager</spdx:name>
  <spdx:dataLicense rdf:resource="http://spdx.org/licenses/CC0-1.0"/>
  <spdx:creationInfo><spdx:CreationInfo>
    <spdx:creator>Tool: harbour-1</spdx:creator>
    <spdx:created>2026-01-01T00:00:00Z</spdx:created>
  </spdx:CreationInfo></spdx:creationInfo>
  <spdx:relationship><spdx:Relationship>
    <spdx:relationshipType rdf:resource="http://spdx.org/rdf/terms#relationshipType_describes"/>
    <spdx:relatedSpdxElement>
      <spdx:Package rdf:about="https://lager.example/spdx/4.1#SPDXRef-rope">
        <spdx:name>rope</spdx:name>
        <spdx:versionInfo>1.10</spdx:versionInfo>
        <spdx:downloadLocation rdf:resource="http://spdx.org/rdf/terms#noassertion"/>
        <spdx:filesAnalyzed rdf:datatype="http://www.w3.org/2001/XMLSchema#boolean"
          >false</spdx:filesAnalyzed>
        <spdx:licenseDeclared>%s</spdx:licenseDeclared>
      </spdx:Package>
    </spdx:relatedSpdxElement>
  </spdx:Relationship></spdx:relationship>
</spdx:SpdxDocument>"""
MIT = '<rdf:Description rdf:about="http://spdx.org/licenses/MIT"/>'


def rdf(licence: str = MIT, more: str = "", version: str = "SPDX-2.3") -> bytes:
    """Return a document of one package, written by hand, with this declared licence."""
    return f"<rdf:RDF {SPACES}>{HEAD % (version, licence)}{more}</rdf:RDF>".encode()


def as_rdf(found: dict[str, Any]) -> bytes:
    """Return a document as spdx-tools writes it in RDF/XML."""
    written = BytesIO()
    rdf_writer.write_document_to_stream(JsonLikeDictParser().parse(dict(found)), written, False)
    return written.getvalue()


def as_yaml(found: Any, **form: Any) -> bytes:
    """Return a document in YAML."""
    text: str = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, **form)
    return text.encode()


def refused(body: bytes) -> str:
    """Return the sentence by which a file is refused; empty where it is not."""
    try:
        reading.read(body)
    except Refused as refusal:
        return refusal.sentence
    return ""


@pytest.mark.parametrize(
    "body",
    [
        as_rdf(DOCUMENT),
        as_yaml(DOCUMENT),
        as_yaml(DOCUMENT, default_style='"'),
        as_yaml(DOCUMENT, explicit_start=True, indent=4),
    ],
    ids=["rdf", "yaml", "yaml-quoted", "yaml-started"],
)
def test_each_form_says_the_same_as_json(body: bytes) -> None:
    assert reading.read(body) == reading.read(as_bytes(DOCUMENT))


def test_rdf_written_by_hand_is_read() -> None:
    found = reading.read(rdf())
    assert (found.format, found.spec_version, found.serial, found.parts[0].declared) == (
        *("SPDX", "2.3", "https://lager.example/spdx/4.1", "MIT"),
    )


NAMES = st.text("abcXYZ019 äß漢&<>", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(names=st.lists(NAMES, min_size=1, max_size=3), version=NAMES)
@settings(max_examples=15, deadline=None)
def test_what_json_says_both_others_say(names: list[str], version: str) -> None:
    packages = [
        {"SPDXID": f"SPDXRef-{number}", "name": name, "versionInfo": version}
        for number, name in enumerate(names)
    ]
    document = spdx(*packages, PLAIN_CRANE, hasExtractedLicensingInfos=SPDX_TEXTS)
    found = [reading.read(each) for each in (as_rdf(document), as_yaml(document))]
    wanted = reading.read(as_bytes(document))
    parts = [sorted(each.parts, key=lambda part: part.ref) for each in (wanted, *found)]
    assert parts[1:] == [parts[0]] * 2


def test_licences_of_a_set_become_an_expression() -> None:
    inner = "".join(
        f'<spdx:member rdf:resource="http://spdx.org/licenses/{each}"/>' for each in ("MIT", "ISC")
    )
    found = reading.read(rdf(f"<spdx:DisjunctiveLicenseSet>{inner}</spdx:DisjunctiveLicenseSet>"))
    assert sorted(found.parts[0].declared.split(" OR ")) == ["ISC", "MIT"]


def chained(steps: int, width: int = 2) -> tuple[str, str]:
    """Return a set whose members are the same next set, so many times, and all of those sets."""
    sets = "".join(
        f'<spdx:ConjunctiveLicenseSet rdf:nodeID="s{step}">'
        + "".join(
            f'<spdx:member><spdx:DisjunctiveLicenseSet rdf:nodeID="m{step}-{each}">'
            f'<spdx:member rdf:nodeID="s{step + 1}"/></spdx:DisjunctiveLicenseSet></spdx:member>'
            for each in range(width)
        )
        + "</spdx:ConjunctiveLicenseSet>"
        for step in range(steps)
    )
    return '<rdf:Description rdf:nodeID="s0"/>', sets


SELF = (
    '<spdx:ConjunctiveLicenseSet rdf:nodeID="s">'
    '<spdx:member rdf:nodeID="s"/></spdx:ConjunctiveLicenseSet>'
)


@pytest.mark.parametrize("licence", [chained(15), chained(40, 1), (SELF, "")])
def test_licences_without_end_are_refused(licence: tuple[str, str]) -> None:
    assert refused(rdf(*licence)) == (
        "A licence of the file contains itself, more than 1000 others, or others more than 32 "
        "levels deep."
    )


@pytest.mark.parametrize(
    ("body", "start"),
    [
        (rdf(version="SPDX-1.2"), "SPDX-1.2 is not read here, but SPDX-2.2 and SPDX-2.3."),
        (rdf(more=HEAD % ("SPDX-2.2", MIT)), "SPDX ? is not read here, but SPDX-2.2 and"),
        (f"<rdf:RDF {SPACES}/>".encode(), "SPDX ? is not read here, but SPDX-2.2 and SPDX-2.3."),
        (rdf("<spdx:a/><spdx:b/>"), "The file is no RDF: "),
        (rdf('<rdf:Description rdf:bagID="1"/>'), "The file is no RDF: "),
        (rdf().replace(b"harbour-1", b""), "SPDX does not take the file: "),
        (rdf().replace(b"<spdx:name>rope</spdx:name>", b""), "SPDX does not take the file: "),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + rdf(), "The file declares entities or a document"),
    ],
)
def test_rdf_is_refused_by_a_sentence(body: bytes, start: str) -> None:
    assert refused(body)[: len(start)] == start


BOMB = "\n".join(
    ["spdxVersion: SPDX-2.3", "a0: &a0 [x, x]"]
    + [f"a{each}: &a{each} [*a{each - 1}, *a{each - 1}]" for each in range(1, 40)]
)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (BOMB, "The file refers to its own parts (“*a0”): write each of them out."),
        ("spdxVersion: SPDX-2.3\na: &a [*a]", "The file refers to its own parts (“*a”): write"),
        ("spdxVersion: SPDX-2.3\na: " + "[" * 70 + "]" * 70, "The file is nested more than 64"),
        ("spdxVersion: SPDX-2.3\na: " + "[" * 900, "The file is nested more than 64 levels deep."),
        ("spdxVersion: SPDX-2.3\na: 1\na: 2", "The file says “a” twice in one object."),
        ("spdxVersion: SPDX-2.3\n1: 2", "The file has a name that is no text."),
        ("spdxVersion: SPDX-2.3\n[a]: 2", "The file has a name that is no text."),
        ("spdxVersion: SPDX-2.3\na: !!python/name:os.system ''", "The file is no YAML: could not"),
        ("spdxVersion: SPDX-2.3\na: !!timestamp nonsense", "The file is no YAML: "),
        ("spdxVersion: SPDX-2.3\na: !!int nonsense", "The file is no YAML: invalid literal"),
        ("spdxVersion: SPDX-2.3\n  b: [", "The file is no YAML: "),
        ("spdxVersion: SPDX-2.3\n---\na: 1", "The file is no YAML: expected a single document"),
        ('spdxVersion: SPDX-2.3\na: "\\0"', "The file holds control characters, which stand"),
        ("- a\n---\nspdxVersion: x", "The file is no YAML: expected a single document"),
        ("- |\nspdxVersion: x", "The file is no YAML: "),
        ("spdxVersion: 3", "3 is not read here, but SPDX-2.2 and SPDX-2.3."),
        ("spdxVersion: SPDX-2.3\npackages: crane", "SPDX does not take the file: "),
    ],
)
def test_yaml_is_refused_by_a_sentence(text: str, start: str) -> None:
    assert refused(text.encode())[: len(start)] == start


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("4.10", "4.10"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01", "2026-01-01"),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("no", "no"),
        ("yes", "yes"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("7", 7),
        ("'7'", "7"),
        ("|\n  one\n  two\n", "one\ntwo\n"),
    ],
)
def test_scalars_mean_what_json_would_have_said(said: str, meant: object) -> None:
    assert spdx_yaml.values_of(f"spdxVersion: {said}") == {"spdxVersion": meant}


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 99), st.text("ab: #'\"-\n", max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES))
@settings(max_examples=30, deadline=None)
def test_values_of_yaml_are_those_of_json(found: dict[str, Any]) -> None:
    dumper = yaml.SafeDumper
    dumper.ignore_aliases = lambda *_: True  # type: ignore[assignment]
    text = yaml.dump(found, Dumper=dumper)
    assert spdx_yaml.values_of(text) == json.loads(json.dumps(found))


@pytest.mark.parametrize(
    ("text", "is_yaml"),
    [
        ("spdxVersion: SPDX-2.3", True),
        ("# a comment\n'spdxVersion' : 1", True),
        ('---\n"spdxVersion": 1', True),
        ("SPDXVersion: SPDX-2.3", False),
        ("SPDXVersion: SPDX-2.3\nPackageComment: <text>spdxVersion</text>", False),
        (" spdxVersion: nested", False),
        ("", False),
    ],
)
def test_yaml_is_told_from_tags_by_the_name_of_the_version(text: str, is_yaml: bool) -> None:
    assert spdx_yaml.is_document(text) == is_yaml
