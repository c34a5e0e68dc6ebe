# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes bills of materials as CycloneDX 1.6, in JSON and XML, with cyclonedx-python-lib."""

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from tresen_licensing import licences
from tresen_licensing.boms.bills import Bill, Part
from tresen_licensing.boms.cyclonedx import DECLARED

if TYPE_CHECKING:
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from cyclonedx.model.component_evidence import ComponentEvidence
    from cyclonedx.model.license import License

MEDIA_TYPES = {"json": "application/vnd.cyclonedx+json", "xml": "application/vnd.cyclonedx+xml"}
VERSION = "1.6"


@dataclass(frozen=True)
class Heading:
    """What a bill is about, who made it and when."""

    name: str
    version: str
    creator: str
    address: str
    made_at: datetime


def serial_of(heading: Heading, parts: Iterable[Part]) -> UUID:
    """Return the serial number: the same content has the same, and any other another one."""
    said = "\n".join([repr(heading), *sorted(map(repr, parts))])
    return uuid5(NAMESPACE_URL, said)


def bom_of(heading: Heading, bill: Bill) -> "Bom":
    """Return a bill as the library has it; its root depends on what the bill says."""
    from cyclonedx.model import XsUri  # noqa: PLC0415 - takes 10 MB
    from cyclonedx.model.bom import Bom, BomMetaData  # noqa: PLC0415
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.model.contact import OrganizationalEntity  # noqa: PLC0415
    from cyclonedx.model.dependency import Dependency  # noqa: PLC0415

    root = Component(
        name=heading.name,
        version=heading.version or None,
        type=ComponentType.APPLICATION,
        bom_ref=_free("root", bill.parts),
    )
    urls = [XsUri(heading.address)] if heading.address else []
    maker = OrganizationalEntity(name=heading.creator, urls=urls)
    found = {each.ref: component_of(each) for each in bill.parts}
    links = [Dependency(root.bom_ref, [Dependency(found[ref].bom_ref) for ref in bill.direct])]
    for each in bill.parts:
        below = [Dependency(found[ref].bom_ref) for ref in each.depends_on]
        links.append(Dependency(found[each.ref].bom_ref, below))
    about = BomMetaData(component=root, manufacturer=maker, timestamp=heading.made_at)
    serial = serial_of(heading, bill.parts)
    return Bom(components=found.values(), metadata=about, dependencies=links, serial_number=serial)


def text_of(bom: "Bom", form: str, complete: Iterable[str] = ()) -> str:
    """Return the bill as text; `form` is json or xml.

    `complete` are the refs of which every dependency is named; of the others it is not known.
    """
    from cyclonedx.output import make_outputter  # noqa: PLC0415 - as above
    from cyclonedx.schema import OutputFormat, SchemaVersion  # noqa: PLC0415

    wanted = OutputFormat.JSON if form == "json" else OutputFormat.XML
    outputter = make_outputter(bom, wanted, SchemaVersion.from_version(VERSION))
    with warnings.catch_warnings():
        # Of a whole whose direct dependencies nobody named, the library warns.
        warnings.simplefilter("ignore", UserWarning)
        text = outputter.output_as_string(indent=2)
    refs, known = [each.bom_ref.value or "" for each in bom.components], set(complete)
    groups = {
        "complete": sorted(known.intersection(refs)),
        "unknown": sorted(set(refs) - known),
    }
    return _with_compositions(text, form, {name: found for name, found in groups.items() if found})


def component_of(part: Part) -> "Component":
    """Return a part as the library has it."""
    from cyclonedx.model import HashAlgorithm, HashType, Property  # noqa: PLC0415 - as above
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
    from cyclonedx.model.contact import OrganizationalEntity  # noqa: PLC0415
    from packageurl import PackageURL  # noqa: PLC0415

    said = dict(_said(part))
    return Component(
        name=part.name,
        type=ComponentType(part.kind),
        bom_ref=part.ref,
        group=part.group or None,
        version=part.version or None,
        purl=PackageURL.from_string(part.purl) if part.purl else None,
        supplier=OrganizationalEntity(name=part.supplier) if part.supplier else None,
        copyright=part.copyright[0] if len(part.copyright) == 1 else None,
        hashes=[HashType(alg=HashAlgorithm(alg), content=text) for alg, text in part.hashes],
        licenses=[_licence(text, role) for role, text in said.items()],
        evidence=_evidence(part),
        properties=(
            [Property(name=DECLARED, value=part.declared)]
            if part.declared and "declared" not in said
            else []
        ),
    )


def _with_compositions(text: str, form: str, groups: Mapping[str, Sequence[str]]) -> str:
    """Add how complete the dependencies are, which the library does not write yet."""
    if form == "json":
        whole = json.loads(text)
        whole["compositions"] = [
            {"aggregate": name, "dependencies": refs} for name, refs in groups.items()
        ]
        return json.dumps(whole, indent=2, ensure_ascii=False)
    from lxml import etree  # noqa: PLC0415 - no page needs it

    root = etree.fromstring(text.encode())
    space = f"{{{root.nsmap[None]}}}"
    added = etree.SubElement(root, f"{space}compositions")
    for name, refs in groups.items():
        one = etree.SubElement(added, f"{space}composition")
        etree.SubElement(one, f"{space}aggregate").text = name
        below = etree.SubElement(one, f"{space}dependencies")
        for ref in refs:
            etree.SubElement(below, f"{space}dependency", ref=ref)
    return str(etree.tostring(root, encoding="unicode", pretty_print=True))


def _free(ref: str, parts: Iterable[Part]) -> str:
    taken = {each.ref for each in parts}
    while ref in taken:
        ref += "-"
    return ref


def _said(part: Part) -> Iterator[tuple[str, str]]:
    """Yield what stands among the licences: CycloneDX 1.6 has no expression beside another one."""
    both = {"declared": part.declared, "concluded": part.concluded}
    plain = {role: text for role, text in both.items() if text}
    if len(plain) == 2 and any(map(_is_expression, plain.values())):
        del plain["declared"]
    yield from plain.items()


def _is_expression(text: str) -> bool:
    from cyclonedx.spdx import is_supported_id  # noqa: PLC0415 - as above

    return not is_supported_id(text) and bool(licences.expression_of(text))


def _licence(text: str, role: str) -> "License":
    from cyclonedx.model.license import (  # noqa: PLC0415 - as above
        DisjunctiveLicense,
        LicenseAcknowledgement,
        LicenseExpression,
    )
    from cyclonedx.spdx import is_supported_id  # noqa: PLC0415

    word = LicenseAcknowledgement(role)
    if is_supported_id(text):
        return DisjunctiveLicense(id=text, acknowledgement=word)
    if _is_expression(text):
        return LicenseExpression(text, acknowledgement=word)
    return DisjunctiveLicense(name=text, acknowledgement=word)


def _evidence(part: Part) -> "ComponentEvidence | None":
    """Return what was found beside the licences: their texts, and more than one copyright."""
    from cyclonedx.model import AttachedText, Copyright  # noqa: PLC0415 - as above
    from cyclonedx.model.component_evidence import ComponentEvidence  # noqa: PLC0415
    from cyclonedx.model.license import DisjunctiveLicense  # noqa: PLC0415
    from cyclonedx.spdx import is_supported_id  # noqa: PLC0415

    copied = [Copyright(text=each) for each in part.copyright] if len(part.copyright) > 1 else []
    texts = [
        DisjunctiveLicense(
            id=name if is_supported_id(name) else None,
            name=None if is_supported_id(name) else name,
            text=AttachedText(content=text),
        )
        for name, text in part.texts
    ]
    return ComponentEvidence(copyright=copied, licenses=texts) if copied or texts else None
