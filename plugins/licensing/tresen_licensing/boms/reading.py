# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a bill of materials in any of its formats, and looks at what no schema looks at."""

from collections.abc import Iterator
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from tresen.sdk import Refused, _, ngettext

from tresen_licensing.boms import (
    cyclonedx,
    cyclonedx_xml,
    documents,
    spdx,
    spdx3,
    spdx_rdf,
    spdx_yaml,
)
from tresen_licensing.boms.bills import Bill, Part


def read(body: bytes) -> Bill:
    """Return what the file says; raises Refused with a sentence for what is no bill.

    Purls are in their canonical form, and every part has a ref.
    """
    kind = documents.kind_of(body)
    bill = {"json": _from_json, "xml": _from_xml, "text": _from_text}[kind](body)
    if len(bill.parts) > documents.MOST_PARTS:
        words = {"count": len(bill.parts), "most": documents.MOST_PARTS}
        raise Refused(_("The file names %(count)s components; at most %(most)s are taken.") % words)
    return _checked(bill)


def _from_json(body: bytes) -> Bill:
    found = documents.json_of(body)
    if found.get("bomFormat") == "CycloneDX":
        return cyclonedx.from_json(found)
    if "spdxVersion" in found:
        return spdx.from_json(found)
    if "@context" in found or "@graph" in found:
        return spdx3.from_json(found)
    raise Refused(_("The file is JSON, but neither CycloneDX nor SPDX."))


def _from_xml(body: bytes) -> Bill:
    root = documents.xml_of(body)
    if cyclonedx_xml.is_bill(root):
        return cyclonedx.from_xml(root)
    return spdx.from_rdf(body) if spdx_rdf.is_graph(root) else spdx.from_xml(body)


def _from_text(body: bytes) -> Bill:
    text = documents.text_of(body)
    documents.demand_fit(text)
    if spdx_yaml.is_document(text):
        return spdx.from_json(spdx_yaml.values_of(text))
    if "SPDXVersion:" not in text:
        raise Refused(_("The file is neither CycloneDX nor SPDX."))
    return spdx.from_tags(text)


def _checked(bill: Bill) -> Bill:
    parts = tuple(_with_refs(bill.parts))
    known = {each.ref for each in parts}
    remarks = [*bill.remarks, *_about_purls(bill.parts, parts), *_about_links(bill, parts, known)]
    kept = tuple(_with_links(each, known) for each in parts)
    direct = tuple(each for each in bill.direct if each in known)
    return replace(bill, parts=kept, direct=direct, remarks=tuple(remarks))


def _with_refs(parts: tuple[Part, ...]) -> Iterator[Part]:
    """Yield the parts with a ref and a canonical purl; raises Refused for a ref of two parts."""
    said = [each.ref for each in parts if each.ref]
    taken = set(said)
    if len(taken) != len(said):
        twice = next(each for number, each in enumerate(said) if each in said[:number])
        raise Refused(_("Two components have the same reference “%(ref)s”.") % {"ref": twice[:200]})
    for number, each in enumerate(parts, start=1):
        purl = canonical(each.purl)
        ref = each.ref or purl or f"{each.name}@{each.version}"
        if not each.ref and ref in taken:
            ref = f"{ref}#{number}"
        taken.add(ref)
        yield replace(each, ref=ref, purl=purl)


def canonical(purl: str) -> str:
    """Return a package URL in its canonical form; empty for what is none."""
    # Read where a file comes in, not in every web process.
    from packageurl import PackageURL  # noqa: PLC0415 - as above

    try:
        return PackageURL.from_string(purl).to_string() if purl else ""
    except ValueError:
        return ""


def _with_links(part: Part, known: set[str]) -> Part:
    return replace(part, depends_on=tuple(each for each in part.depends_on if each in known))


def _about_purls(before: tuple[Part, ...], after: tuple[Part, ...]) -> Iterator[str]:
    pairs = zip(before, after, strict=True)
    lost = sum(1 for one, other in pairs if one.purl and not other.purl)
    if lost:
        text = ngettext(
            "One package URL is none and was left out.",
            "%(num)s package URLs are none and were left out.",
            lost,
        )
        yield text % {"num": lost}


def _about_links(bill: Bill, parts: tuple[Part, ...], known: set[str]) -> Iterator[str]:
    links = [*bill.direct, *(ref for each in parts for ref in each.depends_on)]
    loose = sum(1 for each in links if each not in known)
    if loose:
        text = ngettext(
            "One dependency leads to something that the file does not name.",
            "%(num)s dependencies lead to something that the file does not name.",
            loose,
        )
        yield text % {"num": loose}
    try:
        TopologicalSorter({each.ref: each.depends_on for each in parts}).prepare()
    except CycleError as error:
        words = {"names": " → ".join(str(each) for each in error.args[1][:6])}
        yield _("Some components depend on each other in a circle: %(names)s.") % words
