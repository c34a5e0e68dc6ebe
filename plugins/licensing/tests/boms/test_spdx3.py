# SPDX-License-Identifier: AGPL-3.0-or-later
"""SPDX 3.0.1 is read as its model says: each field lands where it belongs, the rest is refused."""

from typing import Any

import pytest
from bills_of_tests import (
    LAGER,
    MADE,
    SPDX3_CONTEXT,
    SPDX3_CRANE,
    as_bytes,
    element,
    relation,
    spdx3,
)
from tresen.sdk import Refused
from tresen_licensing.boms import reading
from tresen_licensing.boms.bills import Bill, Part

CRANE_PART = Part(
    ref=f"{LAGER}crane",
    name="crane",
    kind="framework",
    version="2.0",
    purl="pkg:pypi/crane@2.0",
    supplier="Crane Works",
    copyright=("2019 Old Works", "2024 Crane Works"),
    hashes=(("SHA-256", "ab" * 32),),
)
KINDS = {
    "application": "application",
    "archive": "library",
    "container": "container",
    "data": "data",
    "device": "device",
    "deviceDriver": "device-driver",
    "executable": "library",
    "file": "file",
    "firmware": "firmware",
    "framework": "framework",
    "library": "library",
    "model": "machine-learning-model",
    "operatingSystem": "operating-system",
    "platform": "platform",
    "source": "library",
}
HASHES = {
    "adler32": "",
    "blake2b256": "BLAKE2b-256",
    "blake2b384": "BLAKE2b-384",
    "blake2b512": "BLAKE2b-512",
    "blake3": "BLAKE3",
    "falcon": "",
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha224": "",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
    "sha3_256": "SHA3-256",
    "sha3_384": "SHA3-384",
    "sha3_512": "SHA3-512",
}


def read(*elements: dict[str, Any], **fields: Any) -> Part:
    """Return the crane with these fields, as it is read beside the whole and these elements."""
    bill = reading.read(as_bytes(spdx3({**SPDX3_CRANE, **fields}, *elements)))
    return next(each for each in bill.parts if each.name == "crane")


def sentence_of(found: Any) -> str:
    """Return the sentence by which a document is refused; empty where it is not."""
    try:
        reading.read(as_bytes(found))
    except Refused as refusal:
        return refusal.sentence
    return ""


def test_document_of_spdx_3_says_what_the_others_say() -> None:
    found = reading.read(as_bytes(spdx3(SPDX3_CRANE, relation("dependsOn", "lager", "crane"))))
    assert found == Bill("SPDX", "3.0.1", (CRANE_PART,), f"{LAGER}4.1", (f"{LAGER}crane",))


def test_order_of_the_elements_says_nothing() -> None:
    document = spdx3(SPDX3_CRANE, relation("dependsOn", "lager", "crane"))
    turned = {**document, "@graph": document["@graph"][::-1]}
    assert reading.read(as_bytes(turned)) == reading.read(as_bytes(document))


def test_single_element_stands_without_a_graph() -> None:
    alone = {**SPDX3_CRANE, "creationInfo": {**MADE, "createdBy": ["https://x.example/me"]}}
    del alone["suppliedBy"], alone["creationInfo"]["@id"]
    (found,) = reading.read(as_bytes({"@context": SPDX3_CONTEXT, **alone})).parts
    assert (found.name, found.hashes) == ("crane", CRANE_PART.hashes)


def test_elements_inside_others_are_read_as_those_beside_them() -> None:
    supplier = element("Person", "ahab", name="Ahab")
    inner = element("software_Package", "rope", name="rope")
    link = relation("dependsOn", "crane", "rope") | {"to": [inner]}
    document = spdx3({**SPDX3_CRANE, "suppliedBy": supplier}, link)
    crane, rope = reading.read(as_bytes(document)).parts
    assert (crane.supplier, crane.depends_on, rope.name) == ("Ahab", (f"{LAGER}rope",), "rope")


@pytest.mark.parametrize(("purpose", "kind"), KINDS.items())
def test_purpose_becomes_the_kind(purpose: str, kind: str) -> None:
    assert read(software_primaryPurpose=purpose).kind == kind


@pytest.mark.parametrize(("name", "kept"), HASHES.items())
def test_hashes_are_kept_as_far_as_cyclonedx_knows_them(name: str, kept: str) -> None:
    said = [{"type": "Hash", "algorithm": name, "hashValue": "AB" * 16}]
    assert read(verifiedUsing=said).hashes == (((kept, "ab" * 16),) if kept else ())


def test_other_ways_to_verify_are_passed_over() -> None:
    code = {"type": "PackageVerificationCode", "algorithm": "sha1", "hashValue": "ab" * 20}
    address = {
        "type": "software_ContentIdentifier",
        "software_contentIdentifierType": "swhid",
        "software_contentIdentifierValue": "swh:1:dir:4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    }
    assert read(verifiedUsing=[address, code]).hashes == (("SHA-1", "ab" * 20),)


@pytest.mark.parametrize(
    ("fields", "purl"),
    [
        ({}, "pkg:pypi/crane@2.0"),
        ({"software_packageUrl": "pkg:npm/rope@1"}, "pkg:npm/rope@1"),
        ({"software_packageUrl": "no purl at all"}, ""),
    ],
)
def test_package_url_is_found_in_its_own_field(fields: dict[str, Any], purl: str) -> None:
    assert read(**fields).purl == purl


def test_package_url_is_found_among_the_identifiers() -> None:
    said = [
        {
            "type": "ExternalIdentifier",
            "externalIdentifierType": kind,
            "identifier": text,
        }
        for kind, text in (("cpe23", "cpe:2.3:a:b:c"), ("packageUrl", "pkg:npm/Crane@2"))
    ]
    plain = {key: each for key, each in SPDX3_CRANE.items() if key != "software_packageUrl"}
    found = reading.read(as_bytes(spdx3({**plain, "externalIdentifier": said}))).parts
    assert [each.purl for each in found] == ["pkg:npm/crane@2"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("ai_AIPackage", "machine-learning-model"), ("dataset_DatasetPackage", "data")],
)
def test_models_and_data_are_packages_of_their_own_kind(kind: str, name: str) -> None:
    fields: dict[str, Any] = {"dataset_datasetType": ["text"]} if "dataset" in kind else {}
    one = element(kind, "model", name="model", **fields)
    found = reading.read(as_bytes(spdx3(one, SPDX3_CRANE))).parts
    assert [(each.name, each.kind) for each in found] == [
        ("model", name),
        ("crane", "framework"),
    ]


@pytest.mark.parametrize(
    ("link", "depends_on"),
    [
        (relation("dependsOn", "crane", "rope"), (f"{LAGER}rope",)),
        (relation("contains", "crane", "rope"), (f"{LAGER}rope",)),
        (relation("hasTest", "crane", "rope"), ()),
        (relation("dependsOn", "rope", "crane"), ()),
        (relation("dependsOn", "crane", "NoneElement"), ()),
        (relation("dependsOn", "crane", "https://spdx.org/rdf/3.0.1/terms/Core/NoneElement"), ()),
    ],
)
def test_relations_become_dependencies(link: dict[str, Any], depends_on: tuple[str, ...]) -> None:
    rope = element("software_Package", "rope", name="rope")
    assert read(rope, link).depends_on == depends_on


@pytest.mark.parametrize(
    ("scope", "counts"),
    [("runtime", True), ("build", True), ("other", True), ("test", False), ("development", False)],
)
def test_dependency_of_those_who_build_is_none_of_the_release(scope: str, counts: bool) -> None:
    rope = element("software_Package", "rope", name="rope")
    link = relation("dependsOn", "crane", "rope", type="LifecycleScopedRelationship", scope=scope)
    assert read(rope, link).depends_on == ((f"{LAGER}rope",) if counts else ())


def test_root_of_a_document_may_be_a_bill_of_its_own() -> None:
    bill = element("software_Sbom", "bill", rootElement=[f"{LAGER}lager", f"{LAGER}bill"])
    found = reading.read(as_bytes(spdx3(SPDX3_CRANE, bill, root="bill")))
    assert [each.name for each in found.parts] == ["crane"]


def test_document_about_two_packages_is_about_no_one_whole() -> None:
    bill = element("software_Sbom", "bill", rootElement=[f"{LAGER}lager", f"{LAGER}crane"])
    found = reading.read(as_bytes(spdx3(SPDX3_CRANE, bill, root="bill")))
    assert ([each.name for each in found.parts], found.direct) == (["Lager", "crane"], ())


def test_whole_alone_is_a_part() -> None:
    assert [each.name for each in reading.read(as_bytes(spdx3())).parts] == ["Lager"]


def test_references_that_lead_nowhere_are_named() -> None:
    links = [
        relation("dependsOn", "crane", "gone"),
        relation("hasDeclaredLicense", "crane", "lost"),
    ]
    crane = {**SPDX3_CRANE, "suppliedBy": f"{LAGER}nobody"}
    found = reading.read(as_bytes(spdx3(crane, *links)))
    assert ([(each.supplier, each.declared) for each in found.parts], found.remarks) == (
        [("", "")],
        (
            "One licence leads to something that the file does not name.",
            "One dependency leads to something that the file does not name.",
        ),
    )


def test_packages_that_depend_on_each_other_in_a_circle_are_named() -> None:
    rope = element("software_Package", "rope", name="rope")
    links = [relation("dependsOn", "crane", "rope"), relation("dependsOn", "rope", "crane")]
    found = reading.read(as_bytes(spdx3(SPDX3_CRANE, rope, *links)))
    assert found.remarks == (
        (
            f"Some components depend on each other in a circle: {LAGER}crane → {LAGER}rope → "
            f"{LAGER}crane."
        ),
    )


@pytest.mark.parametrize(
    "context",
    [
        "https://evil.example/context.jsonld",
        "https://spdx.org/rdf/3.0.0/spdx-context.jsonld",
        [SPDX3_CONTEXT, "http://127.0.0.1:9/x"],
        [SPDX3_CONTEXT, {"a": "a:b"}],
        {"a": "a:b"},
        [],
        7,
        None,
    ],
)
def test_other_context_is_refused_and_never_fetched(context: Any) -> None:
    said = sentence_of(spdx3() | {"@context": context})
    assert said.endswith(f"which is not fetched: SPDX 3 is read with “{SPDX3_CONTEXT}” alone.")


def test_known_context_may_stand_alone_in_a_list() -> None:
    assert sentence_of(spdx3() | {"@context": [SPDX3_CONTEXT]}) == ""


def test_graph_without_a_context_is_refused() -> None:
    found = spdx3()
    del found["@context"]
    assert sentence_of(found).startswith("The file is explained by the context “”")


@pytest.mark.parametrize(
    ("one", "fault"),
    [
        (element("Boat", "boat"), "Unknown type Boat"),
        (element("Element", "boat"), "Element is abstract and cannot be implemented"),
        (element("software_Package", "a", boats=1), "Unknown property 'boats'"),
        (element("software_Package", "a", name=7), "Value must be of type str. Got NoneType"),
        (element("software_Package", "a"), f"“name” is missing in software_Package “{LAGER}a”"),
        (
            element("software_Package", "a", name=" "),
            f"“name” is missing in software_Package “{LAGER}a”",
        ),
        ({"type": "software_Package", "name": "a"}, "Object is missing required IRI"),
        (
            element("simplelicensing_LicenseExpression", "a"),
            (
                "“simplelicensing_licenseExpression” is missing in "
                f"simplelicensing_LicenseExpression “{LAGER}a”"
            ),
        ),
        (
            element("software_Package", "a", name="a", verifiedUsing=[{"type": "Hash"}]),
            "“algorithm” is missing in Hash “?”",
        ),
        (element("SpdxDocument", "other"), "it holds more than one SpdxDocument"),
    ],
)
def test_what_the_model_does_not_take_is_refused(one: dict[str, Any], fault: str) -> None:
    assert sentence_of(spdx3(one)) == f"SPDX 3.0.1 does not take the file: {fault}"


@pytest.mark.parametrize(
    "fields",
    [
        {"software_primaryPurpose": "boat"},
        {"verifiedUsing": [{"type": "Hash", "algorithm": "crc", "hashValue": "1"}]},
        {"verifiedUsing": ["Hash", 7]},
        {"suppliedBy": [7]},
        {"suppliedBy": {"name": "nobody"}},
        {"creationInfo": None},
        {"builtTime": "yesterday"},
        {"extension": [{"type": "https://x.example/Mine", "https://x.example/a": None}]},
    ],
)
def test_value_of_a_wrong_kind_is_refused(fields: dict[str, Any]) -> None:
    said = sentence_of(spdx3({**SPDX3_CRANE, **fields}))
    assert said.startswith("SPDX 3.0.1 does not take the file: ")


@pytest.mark.parametrize("graph", [None, 7, "crane", {}, [7], ["crane"], [[]], [{}], [None]])
def test_graph_that_is_none_is_refused(graph: Any) -> None:
    said = sentence_of({"@context": SPDX3_CONTEXT, "@graph": graph})
    assert said.startswith("SPDX 3.0.1 does not take the file: ")


@pytest.mark.parametrize(
    "again",
    [
        SPDX3_CRANE,
        element("Person", "crane", name="Crane"),
        relation("dependsOn", "lager", "rope")
        | {"to": [element("software_Package", "crane", name="crane")]},
    ],
)
def test_id_of_two_elements_is_refused(again: dict[str, Any]) -> None:
    said = sentence_of(spdx3(SPDX3_CRANE, again))
    assert said == f"Two elements have the same id “{LAGER}crane”."


def test_relations_of_relations_are_no_trap() -> None:
    chain = [
        element("Annotation", "0", annotationType="other", subject=f"{LAGER}lager", statement="a"),
        *(
            element(
                "Relationship",
                str(number),
                **{"from": f"{LAGER}{number - 1}", "to": [f"{LAGER}{(number + 1) % 1_500}"]},
                relationshipType="other",
            )
            for number in range(1, 1_500)
        ),
    ]
    found = reading.read(as_bytes(spdx3(SPDX3_CRANE, *chain)))
    assert found.parts == (CRANE_PART,)
