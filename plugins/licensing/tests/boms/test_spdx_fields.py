# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each field of SPDX lands where it belongs."""

from typing import Any

import pytest
from bills_of_tests import SPDX_WHOLE, as_bytes, spdx
from tresen_licensing.boms import reading
from tresen_licensing.boms.bills import Part

PLAIN = {"SPDXID": "SPDXRef-crane", "name": "crane"}
LENGTHS = {
    "ADLER32": 8,
    "BLAKE2B_256": 64,
    # As the library has it.
    "BLAKE3": 256,
    "MD2": 32,
    "MD4": 32,
    "MD5": 32,
    "MD6": 32,
    "SHA1": 40,
    "SHA224": 56,
    "SHA256": 64,
    "SHA384": 96,
    "SHA512": 128,
    "SHA3_256": 64,
    "SHA3_384": 96,
    "SHA3_512": 128,
}
KEPT = {
    "BLAKE3": "BLAKE3",
    "MD5": "MD5",
    "SHA1": "SHA-1",
    "SHA256": "SHA-256",
    "SHA384": "SHA-384",
    "SHA512": "SHA-512",
    "SHA3_256": "SHA3-256",
    "SHA3_384": "SHA3-384",
    "SHA3_512": "SHA3-512",
}


def spelt(name: str) -> str:
    """Return the name of an algorithm as JSON spells it."""
    return name.replace("_", "-") if name.startswith(("SHA3", "BLAKE2B")) else name


def read(*relations: tuple[str, str, str], **fields: Any) -> Part:
    """Return the package with these fields, as it is read beside the whole."""
    links = [
        {
            "spdxElementId": f"SPDXRef-{one}",
            "relationshipType": kind,
            "relatedSpdxElement": f"SPDXRef-{other}",
        }
        for one, kind, other in relations
    ]
    found = reading.read(as_bytes(spdx(SPDX_WHOLE, {**PLAIN, **fields}, relationships=links)))
    return next(each for each in found.parts if each.name == "crane")


@pytest.mark.parametrize(
    ("purpose", "kind"),
    [
        (None, "library"),
        ("APPLICATION", "application"),
        ("ARCHIVE", "library"),
        ("CONTAINER", "container"),
        ("DEVICE", "device"),
        ("FILE", "file"),
        ("FIRMWARE", "firmware"),
        ("FRAMEWORK", "framework"),
        ("INSTALL", "library"),
        ("LIBRARY", "library"),
        ("OPERATING-SYSTEM", "operating-system"),
        ("OTHER", "library"),
        ("SOURCE", "library"),
    ],
)
def test_purpose_becomes_the_kind(purpose: str | None, kind: str) -> None:
    fields = {"primaryPackagePurpose": purpose} if purpose else {}
    assert read(**fields).kind == kind


@pytest.mark.parametrize(("name", "length"), LENGTHS.items())
def test_hashes_are_kept_as_far_as_cyclonedx_knows_them(name: str, length: int) -> None:
    digest = "a" * length
    found = read(checksums=[{"algorithm": spelt(name), "checksumValue": digest}])
    assert found.hashes == (((KEPT[name], digest),) if name in KEPT else ())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, ""),
        ("NOASSERTION", ""),
        ("NONE", "NONE"),
        ("MIT", "MIT"),
        ("mit or isc", "MIT OR ISC"),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0",) * 2,
    ],
)
@pytest.mark.parametrize(
    ("field", "name"), [("licenseDeclared", "declared"), ("licenseConcluded", "concluded")]
)
def test_licences_are_told_apart_from_none_and_not_looked_at(
    field: str, name: str, said: str | None, kept: str
) -> None:
    assert getattr(read(**({field: said} if said else {})), name) == kept


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Organization: Crane Works (works@crane.example)", "Crane Works"),
        ("Organization: Crane Works", "Crane Works"),
        ("Person: Ada", "Ada"),
        ("NOASSERTION", ""),
        (None, ""),
    ],
)
def test_supplier_is_named_without_the_address(said: str | None, name: str) -> None:
    assert read(**({"supplier": said} if said else {})).supplier == name


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("NOASSERTION", ()),
        ("NONE", ()),
        ("2024 B\n2023 A", ("2023 A", "2024 B")),
    ],
)
def test_copyright_is_kept_line_by_line(said: str, kept: tuple[str, ...]) -> None:
    assert read(copyrightText=said).copyright == kept


@pytest.mark.parametrize(
    ("relation", "depends_on"),
    [
        (("crane", "DEPENDS_ON", "rope"), ("SPDXRef-rope",)),
        (("crane", "CONTAINS", "rope"), ("SPDXRef-rope",)),
        (("rope", "DEPENDENCY_OF", "crane"), ("SPDXRef-rope",)),
        (("rope", "CONTAINED_BY", "crane"), ("SPDXRef-rope",)),
        (("rope", "DEPENDS_ON", "crane"), ()),
        (("crane", "BUILD_TOOL_OF", "rope"), ()),
        (("crane", "GENERATED_FROM", "rope"), ()),
    ],
)
def test_relations_of_other_kinds_are_no_dependencies(
    relation: tuple[str, str, str], depends_on: tuple[str, ...]
) -> None:
    rope = {"SPDXID": "SPDXRef-rope", "name": "rope"}
    one, kind, other = relation
    link = {
        "spdxElementId": f"SPDXRef-{one}",
        "relationshipType": kind,
        "relatedSpdxElement": f"SPDXRef-{other}",
    }
    found = reading.read(as_bytes(spdx(SPDX_WHOLE, PLAIN, rope, relationships=[link])))
    crane = next(each for each in found.parts if each.name == "crane")
    assert crane.depends_on == depends_on


@pytest.mark.parametrize(
    ("kind", "locator", "purl"),
    [
        ("purl", "pkg:pypi/Crane@2", "pkg:pypi/crane@2"),
        ("cpe23Type", "cpe:2.3:a:crane:crane:2:*:*:*:*:*:*:*", ""),
    ],
)
def test_package_url_is_found_among_the_references(kind: str, locator: str, purl: str) -> None:
    category = "PACKAGE-MANAGER" if kind == "purl" else "SECURITY"
    reference = {
        "referenceCategory": category,
        "referenceType": kind,
        "referenceLocator": locator,
    }
    assert read(externalRefs=[reference]).purl == purl


def test_whole_is_no_part_of_itself_and_one_alone_is_one() -> None:
    both = reading.read(as_bytes(spdx(SPDX_WHOLE, PLAIN)))
    alone = reading.read(as_bytes(spdx(PLAIN)))
    assert ([each.name for each in both.parts], [each.name for each in alone.parts]) == (
        ["crane"],
        ["crane"],
    )
