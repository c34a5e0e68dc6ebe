# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads CycloneDX 1.4 to 1.7, JSON and XML, once the format's own schema has taken it.

The schemas are those that cyclonedx-python-lib ships. Its reader makes some thirty objects of each
component, which takes half a minute for a large bill; what we keep is read from the JSON itself.
"""

import binascii
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from typing import Any

from tresen.sdk import Refused, _

from tresen_licensing import licences
from tresen_licensing.boms import cyclonedx_xml
from tresen_licensing.boms.bills import CYCLONEDX, LIBRARY, Bill, Pairs, Part, line, lines

VERSIONS = ("1.4", "1.5", "1.6", "1.7")
# Where an expression says what is concluded, what was declared stands in this property.
DECLARED = "tresen:licence:declared"
# Characters of a licence's text.
LONGEST_TEXT = 200_000
_PREFIX = "http://cyclonedx.org/schema/"
# What the schema of a bill refers to.
_BESIDE = ("spdx", "cryptography-defs", "jsf-0.82")

Value = Mapping[str, Any]


def from_json(found: Value) -> Bill:
    """Return what a bill in JSON says; raises Refused for what its schema does not take."""
    version = _version(line(found.get("specVersion")))
    fault = next(_validator(version).iter_errors(found), None)
    if fault is not None:
        raise refusal(version, "/".join(map(str, fault.instance_path)), fault.message)
    return _bill(found, version)


def from_xml(root: Any) -> Bill:
    """Return what a bill in XML says; raises Refused for what its schema does not take."""
    version = _version(cyclonedx_xml.version_of(root))
    schema = _schema(version)
    if not schema.validate(root):
        fault = schema.error_log[0]
        raise refusal(version, _("line %(number)s") % {"number": fault.line}, fault.message)
    return _bill(cyclonedx_xml.as_json(root), version)


def refusal(version: str, place: str, fault: str) -> Refused:
    """Return the refusal of a bill that its schema does not take."""
    words = {"version": version, "place": place or "/", "fault": fault[:400]}
    text = _("CycloneDX %(version)s does not take the file: %(fault)s (at %(place)s)")
    return Refused(text % words)


def _version(said: str) -> str:
    if said not in VERSIONS:
        words = {"version": said[:20] or "?", "first": VERSIONS[0], "last": VERSIONS[-1]}
        text = _("CycloneDX %(version)s is not read here, but %(first)s to %(last)s.")
        raise Refused(text % words)
    return said


def _shipped(name: str) -> Traversable:
    return files("cyclonedx.schema") / "_res" / name


@cache
def _validator(version: str) -> Any:
    # Read where a file comes in, not in every web process.
    from jsonschema_rs import Draft7, Draft7Validator, Registry  # noqa: PLC0415 - as above

    named = {f"{_PREFIX}{each}.SNAPSHOT.schema.json": each for each in _BESIDE}
    known = [(url, _schema_json(f"{each}.SNAPSHOT.schema.json")) for url, each in named.items()]
    registry = Registry(known, draft=Draft7)
    whole = _schema_json(f"bom-{version}.SNAPSHOT.schema.json")
    return Draft7Validator(whole, registry=registry, validate_formats=True)


def _schema_json(name: str) -> Any:
    return json.loads(_shipped(name).read_text("utf-8"))


@cache
def _schema(version: str) -> Any:
    from lxml import etree  # noqa: PLC0415 - as above

    # The schema names the one beside it by its path.
    with as_file(_shipped("")) as folder:
        return etree.XMLSchema(file=str(folder / f"bom-{version}.SNAPSHOT.xsd"))


def _bill(found: Value, version: str) -> Bill:
    whole = (found.get("metadata") or {}).get("component") or {}
    depends: dict[str, set[str]] = {}
    for each in found.get("dependencies") or ():
        depends.setdefault(line(each["ref"]), set()).update(map(line, each.get("dependsOn") or ()))
    root = line(whole.get("bom-ref"))
    parts = tuple(_part(each, depends) for each in _flat(found, whole))
    direct = tuple(sorted(depends.get(root, ()))) if root else ()
    return Bill(CYCLONEDX, version, parts, line(found.get("serialNumber")), direct)


def _flat(found: Value, whole: Value) -> Iterator[Value]:
    """Yield every component, those inside others too; the documents' own check bounds the depth."""
    waiting = [*(whole.get("components") or ()), *(found.get("components") or ())][::-1]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += (one.get("components") or ())[::-1]


def _part(one: Value, depends: Mapping[str, Iterable[str]]) -> Part:
    ref, evidence = line(one.get("bom-ref")), one.get("evidence") or {}
    said = _said(one.get("licenses") or ())
    noted = {each.get("name"): each.get("value") for each in one.get("properties") or ()}
    copied = [one.get("copyright"), *(each["text"] for each in evidence.get("copyright") or ())]
    return Part(
        ref=ref,
        name=line(one["name"]),
        kind=one.get("type") or LIBRARY,
        group=line(one.get("group")),
        version=line(one.get("version")),
        purl=line(one.get("purl")),
        supplier=_supplier(one),
        declared=said["declared"] or line(noted.get(DECLARED)),
        concluded=said["concluded"],
        copyright=lines("\n".join(filter(None, copied))),
        hashes=tuple(sorted({(each["alg"], each["content"]) for each in one.get("hashes") or ()})),
        depends_on=tuple(sorted(depends.get(ref, ()))) if ref else (),
        texts=_texts([*(one.get("licenses") or ()), *(evidence.get("licenses") or ())]),
    )


def _supplier(one: Value) -> str:
    for role in ("supplier", "manufacturer"):
        if name := line((one.get(role) or {}).get("name")):
            return name
    return line(one.get("publisher"))


def _said(choices: Iterable[Value]) -> dict[str, str]:
    """Return what is declared and what is concluded; without a word about it, it is declared."""
    found: dict[str, list[str]] = {"declared": [], "concluded": []}
    for each in choices:
        one = each.get("license") or each
        name = line(one.get("expression") or one.get("id") or one.get("name"))
        role = one.get("acknowledgement") or "declared"
        if name and name not in found[role]:
            found[role].append(name)
    return {role: _together(names) for role, names in found.items()}


def _together(names: list[str]) -> str:
    """Return several licences as one text: all hold, as long as nobody says that one may choose."""
    if len(names) < 2 or not all(map(licences.expression_of, names)):
        return "; ".join(names)
    return " AND ".join(f"({each})" if " OR " in each.upper() else each for each in names)


def _texts(choices: Iterable[Value]) -> Pairs:
    found: dict[str, str] = {}
    for each in choices:
        one = each.get("license") or {}
        name, text = line(one.get("id") or one.get("name")), _attached(one.get("text") or {})
        if name and text:
            found.setdefault(name, text)
    return tuple(sorted(found.items()))


def _attached(text: Value) -> str:
    """Return an attached text; one that is no text, or longer than any licence, is left out."""
    content = text.get("content") or ""
    if text.get("encoding") == "base64":
        try:
            content = b64decode(content, validate=True).decode()
        except (binascii.Error, ValueError):
            return ""
    plain = content.replace("\r\n", "\n").strip()
    return plain if len(plain) <= LONGEST_TEXT and "\x00" not in plain else ""
