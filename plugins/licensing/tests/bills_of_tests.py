# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bills of materials as files, written for the tests: CycloneDX and SPDX of a small harbour."""

import json
from typing import Any

CRANE = {
    "type": "library",
    "bom-ref": "crane",
    "name": "crane",
    "group": "harbour",
    "version": "2.0",
    "purl": "pkg:pypi/Crane@2.0",
    "supplier": {"name": "Crane Works"},
    "licenses": [{"license": {"id": "GPL-2.0-only"}}],
    "hashes": [{"alg": "SHA-256", "content": "ab" * 32}],
    "copyright": "2024 Crane Works",
}
ROPE = {
    "type": "library",
    "bom-ref": "rope",
    "name": "rope",
    "version": "1.1",
    "licenses": [{"expression": "MIT OR Apache-2.0"}],
}
BUOY = {
    "type": "library",
    "bom-ref": "buoy",
    "name": "buoy",
    "version": "0.3",
    "licenses": [{"license": {"name": "AGPLv3"}}],
}


def cyclonedx(*components: dict[str, Any], version: str = "1.6", **more: Any) -> dict[str, Any]:
    """Return a bill of CycloneDX with these components, the usual three where none is given."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "whole", "name": "Lager"}},
        "components": list(components or (CRANE, ROPE, BUOY)),
        **more,
    }


def as_bytes(found: Any) -> bytes:
    """Return a bill as the bytes of its JSON."""
    return json.dumps(found).encode()


def cyclonedx_xml(inner: str, version: str = "1.6", head: str = "") -> bytes:
    """Return a bill of CycloneDX in XML around these elements."""
    space = f"http://cyclonedx.org/schema/bom/{version}"
    return f'<?xml version="1.0"?>\n{head}<bom xmlns="{space}" version="1">{inner}</bom>'.encode()


def spdx(*packages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a document of SPDX 2.3 that describes the first of these packages."""
    usual = {"downloadLocation": "NOASSERTION", "filesAnalyzed": False}
    known = [{**usual, **each} for each in packages]
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "lager",
        "dataLicense": "CC0-1.0",
        "documentNamespace": "https://lager.example/spdx/4.1",
        "creationInfo": {"created": "2026-01-01T00:00:00Z", "creators": ["Tool: harbour-1"]},
        "packages": known,
        "documentDescribes": [known[0]["SPDXID"]] if known else [],
        **more,
    }


SPDX_WHOLE = {"SPDXID": "SPDXRef-lager", "name": "Lager", "versionInfo": "4.1"}
SPDX_CRANE = {
    "SPDXID": "SPDXRef-crane",
    "name": "crane",
    "versionInfo": "2.0",
    "supplier": "Organization: Crane Works (works@crane.example)",
    "licenseDeclared": "LicenseRef-crane",
    "licenseConcluded": "GPL-2.0-only OR LicenseRef-crane",
    "copyrightText": "2024 Crane Works\n2019 Old Works",
    "primaryPackagePurpose": "FRAMEWORK",
    "checksums": [{"algorithm": "SHA256", "checksumValue": "ab" * 32}],
    "externalRefs": [
        {
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": "pkg:pypi/Crane@2.0",
        }
    ],
}
SPDX_TEXTS = [
    {"licenseId": "LicenseRef-crane", "extractedText": "Lift well.\n", "name": "Crane Licence"}
]
SPDX_LINKS = [
    {
        "spdxElementId": "SPDXRef-lager",
        "relationshipType": "DEPENDS_ON",
        "relatedSpdxElement": "SPDXRef-crane",
    }
]

SPDX3_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
LAGER = "https://lager.example/spdx/"
MADE = {
    "type": "CreationInfo",
    "@id": "_:made",
    "specVersion": "3.0.1",
    "created": "2026-01-01T00:00:00Z",
    "createdBy": [f"{LAGER}works"],
}
WORKS = {"type": "Organization", "spdxId": f"{LAGER}works", "name": "Crane Works"}
SPDX3_CRANE = {
    "type": "software_Package",
    "spdxId": f"{LAGER}crane",
    "name": "crane",
    "software_packageVersion": "2.0",
    "software_packageUrl": "pkg:pypi/Crane@2.0",
    "software_primaryPurpose": "framework",
    "software_copyrightText": "2024 Crane Works\n2019 Old Works",
    "suppliedBy": f"{LAGER}works",
    "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": "ab" * 32}],
}


def element(kind: str, ref: str, /, **fields: Any) -> dict[str, Any]:
    """Return an element of SPDX 3 that the usual maker made."""
    return {"type": kind, "spdxId": f"{LAGER}{ref}", "creationInfo": "_:made", **fields}


def relation(kind: str, one: str, /, *others: str, **fields: Any) -> dict[str, Any]:
    """Return what SPDX 3 says of one element and others; names without an address are Lager's."""
    refs = [each if ":" in each or each == "NoneElement" else f"{LAGER}{each}" for each in others]
    link = {"from": f"{LAGER}{one}", "to": refs, "relationshipType": kind}
    name = "-".join([one, kind, *(each.rpartition("/")[2] for each in refs)])
    return {**element("Relationship", name, **link), **fields}


def spdx3(*elements: dict[str, Any], root: str = "lager", **more: Any) -> dict[str, Any]:
    """Return a document of SPDX 3.0.1 about Lager 4.1 with these elements beside it."""
    whole = element("software_Package", "lager", name="Lager", software_packageVersion="4.1")
    document = element("SpdxDocument", "4.1", rootElement=[f"{LAGER}{root}"])
    document |= {"profileConformance": ["core", "software", "simpleLicensing"]}
    named = [{"creationInfo": "_:made", **each} for each in (WORKS, *elements)]
    return {"@context": SPDX3_CONTEXT, "@graph": [MADE, document, whole, *named], **more}
