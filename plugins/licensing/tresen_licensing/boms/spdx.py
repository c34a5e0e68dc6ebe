# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads SPDX 2.2 and 2.3 in each of its forms, by the rules of the library spdx-tools."""

from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

from tresen.sdk import Refused, _

from tresen_licensing.boms import spdx_rdf
from tresen_licensing.boms.bills import LIBRARY, SPDX, Bill, Pairs, Part, line, lines

if TYPE_CHECKING:
    from spdx_tools.spdx.model import Document, Package

# The library compares every package with every other: past so many, half an hour.
MOST_COMPARED = 3_000
# What the library raises where a value is of another kind than it has to be.
STUMBLES = (AttributeError, LookupError, TypeError, ValueError)
# What SPDX calls the purpose of a package, as CycloneDX calls its kind.
_KINDS = {
    "APPLICATION": "application",
    "CONTAINER": "container",
    "DEVICE": "device",
    "FILE": "file",
    "FIRMWARE": "firmware",
    "FRAMEWORK": "framework",
    "OPERATING_SYSTEM": "operating-system",
}
_HASHES = {
    "MD5": "MD5",
    "SHA1": "SHA-1",
    "SHA256": "SHA-256",
    "SHA384": "SHA-384",
    "SHA512": "SHA-512",
    "SHA3_256": "SHA3-256",
    "SHA3_384": "SHA3-384",
    "SHA3_512": "SHA3-512",
    "BLAKE3": "BLAKE3",
}


def from_json(found: Mapping[str, Any]) -> Bill:
    """Return what a document in JSON says; raises Refused for what SPDX does not take."""
    _demand_version(line(found.get("spdxVersion")))
    from spdx_tools.spdx.parser.error import SPDXParsingError  # noqa: PLC0415 - takes 10 MB
    from spdx_tools.spdx.parser.jsonlikedict import json_like_dict_parser  # noqa: PLC0415

    try:
        return _bill(json_like_dict_parser.JsonLikeDictParser().parse(dict(found)))
    except SPDXParsingError as error:
        raise _refusal(error.get_messages()) from error
    except STUMBLES as error:
        # Where a list or a text stands in the place of an object, the library stumbles.
        raise _refusal([str(error)]) from error


def from_xml(body: bytes) -> Bill:
    """Return what a document in XML says, which `documents.xml_of` has looked at before."""
    import xmltodict  # noqa: PLC0415 - as above
    from spdx_tools.spdx.parser.xml.xml_parser import LIST_LIKE_FIELDS  # noqa: PLC0415

    found = xmltodict.parse(body, force_list=LIST_LIKE_FIELDS).get("Document")
    if not isinstance(found, dict):
        raise Refused(_("The file is XML, but neither CycloneDX nor SPDX."))
    for each in found.get("packages") or ():
        # XML has no truth but in words.
        if isinstance(each, dict) and each.get("filesAnalyzed") in ("true", "false"):
            each["filesAnalyzed"] = each["filesAnalyzed"] == "true"
    return from_json(found)


def from_rdf(body: bytes) -> Bill:
    """Return what a document in RDF/XML says, which `documents.xml_of` has looked at before."""
    from spdx_tools.spdx.parser.error import SPDXParsingError  # noqa: PLC0415 - as above
    from spdx_tools.spdx.parser.rdf import rdf_parser  # noqa: PLC0415

    graph = spdx_rdf.graph_of(body)
    _demand_version(spdx_rdf.version_of(graph))
    try:
        return _bill(rdf_parser.translate_graph_to_document(graph))
    except SPDXParsingError as error:
        raise _refusal(error.get_messages()) from error
    except STUMBLES as error:
        raise _refusal([str(error)]) from error


def from_tags(text: str) -> Bill:
    """Return what a document of tags and values says."""
    said = next(
        (each for each in text.splitlines() if each.startswith("SPDXVersion:")), "SPDXVersion:"
    )
    _demand_version(said.partition(":")[2].strip())
    from spdx_tools.spdx.parser.error import SPDXParsingError  # noqa: PLC0415 - as above
    from spdx_tools.spdx.parser.tagvalue.parser import Parser  # noqa: PLC0415

    try:
        # The library's grammar talks to the terminal, and would write tables beside itself.
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            found = Parser(debug=False, write_tables=False).parse(text)
    except SPDXParsingError as error:
        raise _refusal(error.get_messages()) from error
    return _bill(found)


def _demand_version(said: str) -> None:
    if said not in ("SPDX-2.2", "SPDX-2.3"):
        words = {"version": said[:20] or "SPDX ?"}
        text = _("%(version)s is not read here, but SPDX-2.2 and SPDX-2.3.")
        raise Refused(text % words)


def _refusal(messages: Iterable[object]) -> Refused:
    words = {"fault": " ".join(map(str, messages))[:400]}
    return Refused(_("SPDX does not take the file: %(fault)s") % words)


def _bill(found: "Document") -> Bill:
    size = len(found.packages) + len(found.files) + len(found.relationships)
    if size <= MOST_COMPARED:
        from spdx_tools.spdx.validation import document_validator  # noqa: PLC0415 - as above

        if faults := document_validator.validate_full_spdx_document(found):
            raise _refusal(each.validation_message for each in faults[:3])
        remarks: tuple[str, ...] = ()
    else:
        remarks = (_("The file is too large to be compared with every rule of SPDX."),)
    about, version = found.creation_info, found.creation_info.spdx_version.removeprefix("SPDX-")
    described, depends = _relations(found)
    named = {each.spdx_id for each in found.packages}
    root = next(iter(described), "") if len(described) == 1 else ""
    root = root if root in named and len(named) > 1 else ""
    texts = {
        each.license_id or "": each.extracted_text or "" for each in found.extracted_licensing_info
    }
    parts = tuple(_part(each, depends, texts) for each in found.packages if each.spdx_id != root)
    direct = tuple(sorted(depends.get(root, set()) & named)) if root else ()
    return Bill(SPDX, version, parts, line(about.document_namespace), direct, remarks)


def _relations(found: "Document") -> tuple[list[str], dict[str, set[str]]]:
    """Return what the document is about, and what depends on what."""
    described: list[str] = []
    depends: dict[str, set[str]] = {}
    for each in found.relationships:
        one, kind = each.spdx_element_id, each.relationship_type.name
        target = str(each.related_spdx_element_id)
        if kind == "DESCRIBES" and target not in described:
            described.append(target)
        elif kind in ("DEPENDS_ON", "CONTAINS"):
            depends.setdefault(one, set()).add(target)
        elif kind in ("DEPENDENCY_OF", "CONTAINED_BY"):
            depends.setdefault(target, set()).add(one)
    return described, depends


def _part(one: "Package", depends: Mapping[str, set[str]], known: Mapping[str, str]) -> Part:
    declared, concluded = _licence(one.license_declared), _licence(one.license_concluded)
    purpose = one.primary_package_purpose
    purls = [each.locator for each in one.external_references if each.reference_type == "purl"]
    hashes = {(_HASHES.get(each.algorithm.name, ""), each.value) for each in one.checksums}
    return Part(
        ref=one.spdx_id,
        name=line(one.name),
        kind=_KINDS.get(purpose.name, LIBRARY) if purpose else LIBRARY,
        version=line(one.version),
        purl=line(purls[0]) if purls else "",
        supplier=line(getattr(one.supplier, "name", "")),
        declared=declared,
        concluded=concluded,
        copyright=lines(_plain(one.copyright_text)),
        hashes=tuple(sorted(each for each in hashes if each[0])),
        depends_on=tuple(sorted(depends.get(one.spdx_id, ()))),
        texts=_texts(f"{declared} {concluded}", known),
    )


def _licence(said: object) -> str:
    # NONE says that there is none, NOASSERTION that nobody looked.
    return "NONE" if type(said).__name__ == "SpdxNone" else _plain(said)


def _plain(said: object) -> str:
    is_said = said is not None and type(said).__name__ not in ("SpdxNone", "SpdxNoAssertion")
    return str(said).strip() if is_said else ""


def _texts(said: str, known: Mapping[str, str]) -> Pairs:
    words = set(said.replace("(", " ").replace(")", " ").split())
    return tuple(sorted((name, known[name].strip()) for name in words if known.get(name)))
