# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads SPDX 3.0.1 (JSON-LD) by the classes that spdx-python-model makes of SPDX's own model.

The library knows each class, field, type and word; what it looks at only where it writes (what
must not be left out), and what it passes over (an id of two elements), is looked at here. A context
is compared with the one known address and never fetched.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tresen.sdk import Refused, _, ngettext

from tresen_licensing.boms.bills import LIBRARY, SPDX, Bill, Part, line, lines
from tresen_licensing.boms.spdx3_licences import Licences

if TYPE_CHECKING:
    from spdx_python_model.bindings.v3_0_1.model import SHACLObject

VERSION = "3.0.1"
CONTEXT = f"https://spdx.org/rdf/{VERSION}/spdx-context.jsonld"
_TERMS = f"https://spdx.org/rdf/{VERSION}/terms/"
# What SPDX calls the purpose of a package, as CycloneDX calls its kind.
_KINDS = {
    "application": "application",
    "container": "container",
    "data": "data",
    "device": "device",
    "deviceDriver": "device-driver",
    "file": "file",
    "firmware": "firmware",
    "framework": "framework",
    "model": "machine-learning-model",
    "operatingSystem": "operating-system",
    "platform": "platform",
}
_HASHES = {
    "blake2b256": "BLAKE2b-256",
    "blake2b384": "BLAKE2b-384",
    "blake2b512": "BLAKE2b-512",
    "blake3": "BLAKE3",
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
    "sha3_256": "SHA3-256",
    "sha3_384": "SHA3-384",
    "sha3_512": "SHA3-512",
}
# What the library raises where a type, a word or a value stands in a wrong place.
_STUMBLES = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError),
    *(TypeError, ValueError),
)
# What a dependency only of those who build it does not bring to a customer.
_ELSEWHERE = ("design", "development", "test")
# What stands for no element, or for one that nobody looked for.
_NOTHING = (f"{_TERMS}Core/NoneElement", f"{_TERMS}Core/NoAssertionElement")


def from_json(found: Mapping[str, Any]) -> Bill:
    """Return what a document says; raises Refused for what the model of SPDX does not take."""
    _demand_context(found.get("@context"))
    graph = found.get("@graph")
    if graph is None:
        graph = [{name: each for name, each in found.items() if name != "@context"}]
    if not isinstance(graph, list):
        raise refusal(_("“@graph” holds no list of elements"))
    _demand_once(graph)
    elements = _decoded(graph)
    for each in elements.values():
        _demand_whole(each)
    return _bill(elements)


def refusal(fault: str) -> Refused:
    """Return the refusal of a document that SPDX's model does not take."""
    words = {"version": VERSION, "fault": fault[:400]}
    return Refused(_("SPDX %(version)s does not take the file: %(fault)s") % words)


def _demand_context(said: object) -> None:
    only = said[0] if isinstance(said, list) and len(said) == 1 else said
    if only != CONTEXT:
        words = {"context": line(said)[:200], "known": CONTEXT}
        text = _(
            "The file is explained by the context “%(context)s”, which is not fetched: SPDX 3 is "
            "read with “%(known)s” alone."
        )
        raise Refused(text % words)


def _demand_once(graph: Sequence[object]) -> None:
    """Raise Refused for an id that two elements have, of which the library drops one."""
    taken: set[str] = set()
    waiting = list(graph)
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
            for name in {str(one[key]) for key in ("spdxId", "@id") if key in one}:
                if name in taken:
                    words = {"ref": name[:200]}
                    raise Refused(_("Two elements have the same id “%(ref)s”.") % words)
                taken.add(name)
        elif isinstance(one, list):
            waiting += one


def _decoded(graph: Sequence[object]) -> "dict[str, SHACLObject]":
    """Return every element, those inside others too, by its id; without one by a number."""
    # Read where a file comes in, not in every web process: 30 MB.
    from spdx_python_model.bindings.v3_0_1 import model  # noqa: PLC0415 - as above

    class Known(model.SHACLObjectSet):  # type: ignore[misc] # its types are left out
        """Keeps each element once; the library's own asks 250 classes about each."""

        def add_index(self, obj: "SHACLObject") -> None:
            """Keep the element under its id."""
            self.obj_by_id[obj.get_id() or f"#{len(self.obj_by_id)}"] = obj

    known = Known()
    state = model.DecodeState(known)
    try:
        for each in graph:
            # Elements refer to each other by their ids; the library's links would be followed
            # through the whole file.
            model.SHACLObject.decode(model.JSONLDDecoder(each), state)
    except _STUMBLES as error:
        raise refusal(line(error.args[0] if error.args else error)) from error
    return dict(known.obj_by_id)


def _demand_whole(one: "SHACLObject") -> None:
    """Raise Refused for an element without what the model says it has to have."""
    for each in type(one)._OBJ_PY_PROPS.values():  # noqa: SLF001 - the model, told nowhere else
        value = getattr(one, each.pyname)
        is_left_out = each.prop.elide(value) or not each.prop.check_min_count(
            value, each.min_count or 0
        )
        if each.min_count and is_left_out:
            named = {"name": each.compact or each.pyname, "kind": one.get_compact_type() or ""}
            words = {**named, "ref": one.get_id() or "?"}
            raise refusal(_("“%(name)s” is missing in %(kind)s “%(ref)s”") % words)


def _bill(elements: "Mapping[str, SHACLObject]") -> Bill:
    from spdx_python_model.bindings.v3_0_1 import model  # noqa: PLC0415 - as above

    documents = [each for each in elements.values() if isinstance(each, model.SpdxDocument)]
    if len(documents) > 1:
        raise refusal(_("it holds more than one SpdxDocument"))
    packages = {
        ref: each for ref, each in elements.items() if isinstance(each, model.software_Package)
    }
    links = [each for each in elements.values() if isinstance(each, model.Relationship)]
    depends, licences = _depends(links), Licences(elements, links)
    root = _root(documents, elements, packages)
    parts = tuple(
        _part(each, elements, licences, depends) for ref, each in packages.items() if ref != root
    )
    direct = tuple(sorted(depends.get(root, set()) & set(packages))) if root else ()
    serial = line(documents[0].get_id()) if documents else ""
    return Bill(SPDX, VERSION, parts, serial, direct, tuple(_about(licences)))


def _about(licences: Licences) -> Iterator[str]:
    if loose := len(licences.loose):
        text = ngettext(
            "One licence leads to something that the file does not name.",
            "%(num)s licences lead to something that the file does not name.",
            loose,
        )
        yield text % {"num": loose}


def _root(
    documents: "Sequence[SHACLObject]",
    elements: "Mapping[str, SHACLObject]",
    packages: "Mapping[str, SHACLObject]",
) -> str:
    """Return the package that the document is about, where that is one, and not the only one."""
    waiting, seen, found = list(documents), set(documents), set()
    while waiting:
        # The root of a document may be a bill, whose root is the package.
        for ref in map(ref_of, getattr(waiting.pop(), "rootElement", ())):
            below = elements.get(ref)
            if ref in packages:
                found.add(ref)
            elif below is not None and below not in seen:
                seen.add(below)
                waiting.append(below)
    return found.pop() if len(found) == 1 and len(packages) > 1 else ""


def _depends(links: "Iterable[Any]") -> dict[str, set[str]]:
    depends: dict[str, set[str]] = {}
    for each in links:
        kind, scope = word_of(each.relationshipType), word_of(getattr(each, "scope", None))
        if kind in ("dependsOn", "contains") and scope not in _ELSEWHERE:
            targets = set(map(ref_of, each.to)).difference(_NOTHING)
            depends.setdefault(ref_of(each.from_), set()).update(targets)
    return depends


def _part(
    one: Any,
    elements: "Mapping[str, SHACLObject]",
    licences: Licences,
    depends: Mapping[str, set[str]],
) -> Part:
    ref = ref_of(one)
    if not line(one.name):
        raise refusal(_("“%(name)s” is missing in %(kind)s “%(ref)s”") % _nameless(one))
    declared, concluded, texts = licences.of(ref)
    hashes = {
        (_HASHES.get(word_of(each.algorithm), ""), each.hashValue.lower())
        for each in _inside(one.verifiedUsing, elements)
        if hasattr(each, "algorithm") and hasattr(each, "hashValue")
    }
    return Part(
        ref=ref,
        name=line(one.name),
        kind=_kind(one),
        version=line(one.software_packageVersion),
        purl=line(one.software_packageUrl) or _purl(_inside(one.externalIdentifier, elements)),
        supplier=line(getattr(elements.get(ref_of(one.suppliedBy)), "name", "")),
        declared=declared,
        concluded=concluded,
        copyright=lines(one.software_copyrightText),
        hashes=tuple(sorted(each for each in hashes if each[0])),
        depends_on=tuple(sorted(depends.get(ref, ()))),
        texts=texts,
    )


def _nameless(one: Any) -> dict[str, str]:
    return {"name": "name", "kind": one.get_compact_type() or "", "ref": ref_of(one)}


def _kind(one: Any) -> str:
    usual = {"ai_AIPackage": "machine-learning-model", "dataset_DatasetPackage": "data"}
    said = _KINDS.get(word_of(one.software_primaryPurpose))
    return said or usual.get(one.get_compact_type() or "", LIBRARY)


def _purl(said: Iterable[Any]) -> str:
    kinds = ((word_of(each.externalIdentifierType), each.identifier) for each in said)
    return next((line(text) for kind, text in kinds if kind == "packageUrl"), "")


def _inside(said: Iterable[Any], elements: "Mapping[str, SHACLObject]") -> Iterator[Any]:
    """Yield what stands in an element, or what it refers to."""
    found = (elements.get(each) if isinstance(each, str) else each for each in said)
    return (each for each in found if each is not None)


def ref_of(said: Any) -> str:
    """Return the id of an element, whether it stands there itself or its id does."""
    return said if isinstance(said, str) else (said.get_id() or "" if said is not None else "")


def word_of(said: str | None) -> str:
    """Return the last word of an address of SPDX's vocabulary."""
    return (said or "").rpartition("/")[2]
