# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each field of CycloneDX lands where it belongs, and is written again as 1.6 can say it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bills_of_tests import ROPE, as_bytes, cyclonedx
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
from tresen_licensing.boms import reading, writing
from tresen_licensing.boms.bills import Bill, Part, line, lines

HEADING = writing.Heading(
    "Lager", "4.1", "Kunde", "https://x.example", datetime(2026, 3, 1, tzinfo=UTC)
)
KINDS = [
    "application",
    "container",
    "cryptographic-asset",
    "data",
    "device",
    "device-driver",
    "file",
    "firmware",
    "framework",
    "library",
    "machine-learning-model",
    "operating-system",
    "platform",
]
ALGORITHMS = {
    "BLAKE2b-256": 64,
    "BLAKE2b-384": 96,
    "BLAKE2b-512": 128,
    "BLAKE3": 64,
    "MD5": 32,
    "SHA-1": 40,
    "SHA-256": 64,
    "SHA-384": 96,
    "SHA-512": 128,
    "SHA3-256": 64,
    "SHA3-384": 96,
    "SHA3-512": 128,
}


def read(**fields: Any) -> Part:
    """Return the one component with these fields, as it is read."""
    (found,) = reading.read(as_bytes(cyclonedx({**ROPE, **fields}))).parts
    return found


def written(part: Part, form: str = "json") -> str:
    """Return a bill of the one component."""
    return writing.text_of(writing.bom_of(HEADING, Bill("CycloneDX", "1.6", (part,))), form)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_component_is_read_and_written(kind: str) -> None:
    part = read(type=kind)
    again = reading.read(written(part).encode()).parts
    assert (part.kind, again) == (kind, (part,))


@pytest.mark.parametrize(("name", "length"), ALGORITHMS.items())
def test_every_hash_is_read_and_written(name: str, length: int) -> None:
    part = read(hashes=[{"alg": name, "content": "a" * length}])
    again = reading.read(written(part, "xml").encode()).parts
    assert (part.hashes, again) == (((name, "a" * length),), (part,))


def test_hash_that_version_1_6_does_not_know_is_left_out_of_what_is_written() -> None:
    said = {"hashes": [{"alg": "Streebog-256", "content": "a" * 64}]}
    (part,) = reading.read(as_bytes(cyclonedx({**ROPE, **said}, version="1.7"))).parts
    again = reading.read(written(part).encode()).parts[0]
    assert (part.hashes, again.hashes) == ((("Streebog-256", "a" * 64),), ())


@pytest.mark.parametrize(
    ("fields", "supplier"),
    [
        ({}, ""),
        ({"publisher": "P"}, "P"),
        ({"manufacturer": {"name": "M"}, "publisher": "P"}, "M"),
        ({"supplier": {"name": "S"}, "manufacturer": {"name": "M"}}, "S"),
        ({"supplier": {"name": ""}, "publisher": "P"}, "P"),
        ({"supplier": {"url": ["https://s.example"]}, "publisher": "P"}, "P"),
    ],
)
def test_supplier_is_who_is_nearest(fields: dict[str, Any], supplier: str) -> None:
    assert read(**fields).supplier == supplier


@pytest.mark.parametrize(
    ("fields", "copied"),
    [
        ({}, ()),
        ({"copyright": "2024 A"}, ("2024 A",)),
        ({"copyright": " 2024   A\n2023 B "}, ("2023 B", "2024 A")),
        ({"evidence": {"copyright": [{"text": "2024 A"}]}}, ("2024 A",)),
        ({"copyright": "A", "evidence": {"copyright": [{"text": "A"}, {"text": "B"}]}}, ("A", "B")),
    ],
)
def test_copyright_is_taken_from_both_places_once(
    fields: dict[str, Any], copied: tuple[str, ...]
) -> None:
    assert read(**fields).copyright == copied


@pytest.mark.parametrize(
    ("purl", "canonical"),
    [
        ("pkg:pypi/Django@1.0", "pkg:pypi/django@1.0"),
        ("pkg:PyPI/a_b@1", "pkg:pypi/a-b@1"),
        ("pkg:npm/%40angular/core@1", "pkg:npm/%40angular/core@1"),
        (
            "pkg:deb/debian/curl@7?arch=i386&distro=jessie",
            "pkg:deb/debian/curl@7?arch=i386&distro=jessie",
        ),
        ("pkg:github/Owner/Name@1#/a/b", "pkg:github/owner/name@1#a/b"),
        ("pkg:", ""),
        ("https://x.example", ""),
        ("pkg:pypi", ""),
        ("", ""),
    ],
)
def test_package_urls_have_one_form(purl: str, canonical: str) -> None:
    found = reading.canonical(purl)
    assert (found, reading.canonical(found)) == (canonical, canonical)


BOTH = [
    ("", ""),
    ("MIT", ""),
    ("", "MIT"),
    ("MIT", "MIT"),
    ("MIT", "ISC"),
    ("AGPLv3", ""),
    ("AGPLv3", "AGPL-3.0-only"),
    ("", "AGPLv3"),
    ("MIT OR ISC", ""),
    ("", "MIT OR ISC"),
    ("MIT OR ISC", "MIT"),
    ("MIT", "MIT OR ISC"),
    ("MIT OR ISC", "MIT OR ISC"),
    ("AGPLv3", "MIT OR ISC"),
    ("LicenseRef-Ours", "AGPL-3.0-only"),
    ("GPL", "GPL-2.0-or-later WITH Classpath-exception-2.0"),
]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("declared", "concluded"), BOTH)
def test_declared_and_concluded_are_told_apart(declared: str, concluded: str, form: str) -> None:
    part = Part(ref="a", name="a", declared=declared, concluded=concluded)
    text = written(part, form)
    wanted = OutputFormat.JSON if form == "json" else OutputFormat.XML
    fault = make_schemabased_validator(wanted, SchemaVersion.V1_6).validate_str(text)
    assert (fault, reading.read(text.encode()).parts) == (None, (part,))


def test_serial_number_is_that_of_the_content() -> None:
    one, other = Part(ref="a", name="a"), Part(ref="a", name="a", version="2")
    found = [writing.serial_of(HEADING, each) for each in ([one], [one], [other], [])]
    assert (found[0] == found[1], len(set(found))) == (True, 3)


def test_root_has_a_reference_that_no_part_has() -> None:
    parts = (Part(ref="root", name="a"), Part(ref="root-", name="b"))
    bill = Bill("CycloneDX", "1.6", parts, direct=("root",))
    text = writing.text_of(writing.bom_of(HEADING, bill), "json")
    again = reading.read(text.encode())
    assert (again.parts, again.direct, text.count('"root--"')) == (parts, ("root",), 2)


def test_completeness_is_said_of_each_part() -> None:
    parts = (Part(ref="a", name="a"), Part(ref="b", name="b"), Part(ref="c", name="c"))
    bom = writing.bom_of(HEADING, Bill("CycloneDX", "1.6", parts))
    text = writing.text_of(bom, "json", ["b", "gone"])
    assert [each in text for each in ('"complete"', '"unknown"', "gone")] == [True, True, False]


@pytest.mark.parametrize(
    ("said", "one", "many"),
    [
        (None, "", ()),
        ("", "", ()),
        ("  a  b ", "a b", ("a b",)),
        ("b\n\na\nb", "b a b", ("a", "b")),
        (7, "7", ("7",)),
    ],
)
def test_texts_become_one_line_or_lines(said: object, one: str, many: tuple[str, ...]) -> None:
    assert (line(said), lines(said)) == (one, many)
