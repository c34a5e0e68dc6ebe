# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each format says is read alike, and each file is taken as its own schema says."""

import json
from typing import Any

import pytest
from bills_of_tests import (
    CRANE,
    ROPE,
    SPDX_CRANE,
    SPDX_LINKS,
    SPDX_TEXTS,
    SPDX_WHOLE,
    as_bytes,
    cyclonedx,
    cyclonedx_xml,
    spdx,
)
from tresen.sdk import Refused
from tresen_licensing.boms import reading
from tresen_licensing.boms.bills import Bill, Part

XML = """
<metadata><component type="application" bom-ref="whole"><name>Lager</name></component></metadata>
<components>
  <component type="library" bom-ref="crane">
    <supplier><name>Crane Works</name></supplier>
    <group>harbour</group><name>crane</name><version>2.0</version>
    <hashes><hash alg="SHA-256">%s</hash></hashes>
    <licenses><license><id>GPL-2.0-only</id></license></licenses>
    <copyright>2024 Crane Works</copyright>
    <purl>pkg:pypi/Crane@2.0</purl>
    <components><component type="library" bom-ref="rope"><!-- inside -->
      <name>rope</name><version>1.1</version>
      <licenses><expression>MIT OR Apache-2.0</expression></licenses>
    </component></components>
  </component>
</components>
<dependencies><dependency ref="whole"><dependency ref="crane"/></dependency>
<dependency ref="crane"><dependency ref="rope"/></dependency></dependencies>
""" % ("ab" * 32)
LINKS = [{"ref": "whole", "dependsOn": ["crane"]}, {"ref": "crane", "dependsOn": ["rope"]}]

CRANE_PART = Part(
    ref="crane",
    name="crane",
    group="harbour",
    version="2.0",
    purl="pkg:pypi/crane@2.0",
    supplier="Crane Works",
    declared="GPL-2.0-only",
    copyright=("2024 Crane Works",),
    hashes=(("SHA-256", "ab" * 32),),
    depends_on=("rope",),
)
ROPE_PART = Part(ref="rope", name="rope", version="1.1", declared="MIT OR Apache-2.0")


def parts(body: bytes) -> tuple[Part, ...]:
    """Return what a file says of its components."""
    return reading.read(body).parts


@pytest.mark.parametrize("version", ["1.4", "1.5", "1.6", "1.7"])
def test_cyclonedx_says_the_same_as_json_and_as_xml(version: str) -> None:
    nested = {**CRANE, "components": [ROPE]}
    body = as_bytes(cyclonedx(nested, version=version, dependencies=LINKS))
    wanted = Bill("CycloneDX", version, (CRANE_PART, ROPE_PART), direct=("crane",))
    found = [reading.read(each) for each in (body, cyclonedx_xml(XML, version))]
    assert found == [wanted, wanted]


@pytest.mark.parametrize(
    ("licences", "declared", "concluded"),
    [
        ([], "", ""),
        ([{"license": {"id": "MIT"}}, {"license": {"id": "ISC"}}], "MIT AND ISC", ""),
        ([{"license": {"id": "MIT"}}, {"license": {"name": "Ours"}}], "MIT; Ours", ""),
        (
            [
                {"license": {"name": "Ours", "acknowledgement": "declared"}},
                {"license": {"id": "MIT", "acknowledgement": "concluded"}},
            ],
            "Ours",
            "MIT",
        ),
        ([{"expression": "mit", "acknowledgement": "concluded"}], "", "mit"),
    ],
)
def test_licences_are_kept_as_they_were_written(
    licences: list[dict[str, Any]], declared: str, concluded: str
) -> None:
    (one,) = parts(as_bytes(cyclonedx({**ROPE, "licenses": licences})))
    assert (one.declared, one.concluded) == (declared, concluded)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ({"content": "Lift well.\r\nAlways."}, "Lift well.\nAlways."),
        ({"content": "TGlmdCB3ZWxsLg==", "encoding": "base64"}, "Lift well."),
        ({"content": "%%%", "encoding": "base64"}, None),
        ({"content": "/w==", "encoding": "base64"}, None),
        ({"content": "AGE=", "encoding": "base64"}, None),
        ({"content": "x" * 200_001}, None),
    ],
)
def test_texts_of_licences_come_along(text: dict[str, str], kept: str | None) -> None:
    said = [{"license": {"name": "Ours", "text": text}}]
    (one,) = parts(as_bytes(cyclonedx({**ROPE, "licenses": said})))
    assert one.texts == ((("Ours", kept),) if kept else ())


def test_component_without_a_reference_gets_one_of_its_own() -> None:
    bare = {"type": "library", "name": "oar", "version": "1"}
    other = {"type": "library", "name": "oar", "version": "1", "purl": "pkg:npm/oar@1"}
    found = parts(as_bytes(cyclonedx(bare, other, {**bare, "group": "x"})))
    assert [each.ref for each in found] == ["oar@1", "pkg:npm/oar@1", "oar@1#3"]


def test_odd_things_are_taken_and_named() -> None:
    odd = [
        {**CRANE, "purl": "no purl at all"},
        {**ROPE, "purl": "pkg:npm/rope@1.1"},
    ]
    links = [
        {"ref": "whole", "dependsOn": ["crane", "gone"]},
        {"ref": "crane", "dependsOn": ["rope"]},
        {"ref": "rope", "dependsOn": ["crane"]},
    ]
    found = reading.read(as_bytes(cyclonedx(*odd, dependencies=links)))
    assert ([each.purl for each in found.parts], found.direct, found.remarks) == (
        ["", "pkg:npm/rope@1.1"],
        ("crane",),
        (
            "One package URL is none and was left out.",
            "One dependency leads to something that the file does not name.",
            "Some components depend on each other in a circle: crane → rope → crane.",
        ),
    )


SPDX_PART = Part(
    ref="SPDXRef-crane",
    name="crane",
    kind="framework",
    version="2.0",
    purl="pkg:pypi/crane@2.0",
    supplier="Crane Works",
    declared="LicenseRef-crane",
    concluded="GPL-2.0-only OR LicenseRef-crane",
    copyright=("2019 Old Works", "2024 Crane Works"),
    hashes=(("SHA-256", "ab" * 32),),
    texts=(("LicenseRef-crane", "Lift well."),),
)
DOCUMENT = spdx(
    SPDX_WHOLE,
    SPDX_CRANE,
    relationships=SPDX_LINKS,
    hasExtractedLicensingInfos=SPDX_TEXTS,
)
TAGS = """SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: lager
DocumentNamespace: https://lager.example/spdx/4.1
Creator: Tool: harbour-1
Created: 2026-01-01T00:00:00Z

PackageName: Lager
SPDXID: SPDXRef-lager
PackageVersion: 4.1
PackageDownloadLocation: NOASSERTION
FilesAnalyzed: false

PackageName: crane
SPDXID: SPDXRef-crane
PackageVersion: 2.0
PackageSupplier: Organization: Crane Works (works@crane.example)
PackageDownloadLocation: NOASSERTION
FilesAnalyzed: false
PackageChecksum: SHA256: %s
PackageLicenseConcluded: GPL-2.0-only OR LicenseRef-crane
PackageLicenseDeclared: LicenseRef-crane
PackageCopyrightText: <text>2024 Crane Works
2019 Old Works</text>
ExternalRef: PACKAGE-MANAGER purl pkg:pypi/Crane@2.0
PrimaryPackagePurpose: FRAMEWORK

LicenseID: LicenseRef-crane
ExtractedText: <text>Lift well.
</text>
LicenseName: Crane Licence

Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-lager
Relationship: SPDXRef-lager DEPENDS_ON SPDXRef-crane
""" % ("ab" * 32)


def as_xml(value: Any, name: str) -> str:
    """Return a JSON value as the element that SPDX writes for it in XML."""
    if isinstance(value, list):
        return "".join(as_xml(each, name) for each in value)
    if isinstance(value, dict):
        inner = "".join(as_xml(each, key) for key, each in value.items())
        return f"<{name}>{inner}</{name}>"
    return f"<{name}>{str(value).lower() if isinstance(value, bool) else value}</{name}>"


@pytest.mark.parametrize(
    "body",
    [as_bytes(DOCUMENT), as_xml(DOCUMENT, "Document").encode(), TAGS.encode()],
    ids=["json", "xml", "tag-value"],
)
def test_spdx_says_the_same_in_each_of_its_forms(body: bytes) -> None:
    found = reading.read(body)
    namespace = "https://lager.example/spdx/4.1"
    assert found == Bill("SPDX", "2.3", (SPDX_PART,), namespace, ("SPDXRef-crane",))


def test_spdx_of_version_2_2_is_read() -> None:
    old = {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1"}
    asked = {"licenseDeclared": "NONE", "licenseConcluded": "NOASSERTION", "copyrightText": "NONE"}
    found = reading.read(as_bytes(spdx({**old, **asked}, spdxVersion="SPDX-2.2")))
    part = Part(ref="SPDXRef-a", name="a", version="1", declared="NONE")
    assert (found.spec_version, found.parts, found.direct) == ("2.2", (part,), ())


def test_spdx_turns_relations_the_right_way_round() -> None:
    pair = {"spdxElementId": "SPDXRef-b", "relatedSpdxElement": "SPDXRef-a"}
    links = [{**pair, "relationshipType": "DEPENDENCY_OF"}]
    many = [{"SPDXID": f"SPDXRef-{each}", "name": each} for each in "abc"]
    document = spdx(*many, relationships=links, documentDescribes=["SPDXRef-a", "SPDXRef-b"])
    for each in document["packages"]:
        each |= {"licenseDeclared": "MIT", "licenseConcluded": "MIT", "copyrightText": "NONE"}
    found = reading.read(as_bytes(document)).parts
    assert [(each.name, each.depends_on) for each in found] == [
        *(("a", ("SPDXRef-b",)), ("b", ()), ("c", ())),
    ]


def test_large_spdx_is_read_and_says_what_was_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tresen_licensing.boms.spdx.MOST_COMPARED", 1)
    found = reading.read(as_bytes(DOCUMENT))
    assert found.remarks == ("The file is too large to be compared with every rule of SPDX.",)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"spdxVersion": "SPDX-1.2"}, "SPDX-1.2 is not read here, but SPDX-2.2 and SPDX-2.3."),
        ({"documentNamespace": "no address"}, "SPDX does not take the file: "),
        ({"packages": [{"name": "without id"}]}, "SPDX does not take the file: "),
        ({"packages": "crane"}, "SPDX does not take the file: "),
        ({"packages": [7]}, "SPDX does not take the file: "),
        ({"creationInfo": []}, "SPDX does not take the file: "),
        ({"relationships": [{"spdxElementId": 1}]}, "SPDX does not take the file: "),
    ],
)
def test_spdx_is_refused_as_its_own_rules_say(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        reading.read(as_bytes(DOCUMENT | change))
    assert refusal.value.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            as_bytes(cyclonedx({**ROPE, "type": "boat"})),
            'CycloneDX 1.6 does not take the file: "boat" is not one of',
        ),
        (
            as_bytes(cyclonedx(serialNumber="urn:uuid:nonsense")),
            'CycloneDX 1.6 does not take the file: "urn:uuid:nonsense" does not match',
        ),
        (as_bytes(cyclonedx(boats=[])), "CycloneDX 1.6 does not take the file: Additional"),
        (as_bytes(cyclonedx(version="1.3")), "CycloneDX 1.3 is not read here, but 1.4 to 1.7."),
        (as_bytes(cyclonedx(version="9")), "CycloneDX 9 is not read here, but 1.4 to 1.7."),
        (cyclonedx_xml("", "1.1"), "CycloneDX 1.1 is not read here, but 1.4 to 1.7."),
        (cyclonedx_xml("<boats/>"), "CycloneDX 1.6 does not take the file: Element"),
        (
            cyclonedx_xml('<components><component type="boat"/></components>'),
            "CycloneDX 1.6 does not take the file: Element",
        ),
    ],
)
def test_cyclonedx_is_refused_as_its_own_schema_says(body: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        reading.read(body)
    assert refusal.value.sentence.startswith(sentence)


def test_refusal_names_the_place() -> None:
    with pytest.raises(Refused) as refusal:
        reading.read(as_bytes(cyclonedx(ROPE, {**CRANE, "hashes": [{"alg": "CRC"}]})))
    assert refusal.value.sentence.endswith("(at components/1/hashes/0)")


def test_every_schema_that_is_named_is_shipped() -> None:
    from tresen_licensing.boms import cyclonedx as reader  # noqa: PLC0415 - only here

    bill = json.loads(as_bytes(cyclonedx()))
    found = [
        next(reader._validator(each).iter_errors({**bill, "specVersion": each}), None)
        for each in reader.VERSIONS
    ]
    assert found == [None] * len(reader.VERSIONS)
