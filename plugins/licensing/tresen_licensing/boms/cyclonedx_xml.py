# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns a bill of CycloneDX in XML into the same bill in JSON, as far as we read it."""

from typing import Any

_SPACE = "http://cyclonedx.org/schema/bom/"


def is_bill(root: Any) -> bool:
    """Tell whether an element is the root of a bill of CycloneDX."""
    return str(root.tag).startswith(f"{{{_SPACE}") and str(root.tag).endswith("}bom")


def version_of(root: Any) -> str:
    """Return the version of the format, which stands in the name of its namespace."""
    return str(root.tag).removeprefix(f"{{{_SPACE}").partition("}")[0]


def as_json(root: Any) -> dict[str, Any]:
    """Return the bill as its JSON says it: components, dependencies and serial number."""
    whole = _child(_child(root, "metadata"), "component")
    return {
        "serialNumber": root.get("serialNumber"),
        "metadata": {"component": _component(whole)} if whole is not None else {},
        "components": [_component(each) for each in _children(_child(root, "components"))],
        "dependencies": [
            {"ref": each.get("ref"), "dependsOn": [one.get("ref") for one in _children(each)]}
            for each in _children(_child(root, "dependencies"))
        ],
    }


def _component(one: Any) -> dict[str, Any]:
    evidence = _child(one, "evidence")
    copied = [{"text": each.text} for each in _children(_child(evidence, "copyright"))]
    return {
        "type": one.get("type"),
        "bom-ref": one.get("bom-ref"),
        **{name: _text(one, name) for name in _TEXTS},
        **{role: {"name": _text(_child(one, role), "name")} for role in ("supplier", _MAKER)},
        "hashes": [
            {"alg": each.get("alg"), "content": (each.text or "").strip()}
            for each in _children(_child(one, "hashes"))
        ],
        "licenses": _licences(one),
        "components": [_component(each) for each in _children(_child(one, "components"))],
        "evidence": {"licenses": _licences(evidence), "copyright": copied},
        "properties": [
            {"name": each.get("name"), "value": each.text}
            for each in _children(_child(one, "properties"))
        ],
    }


_MAKER = "manufacturer"
_TEXTS = ("name", "group", "version", "purl", "copyright", "publisher")


def _licences(one: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in _children(_child(one, "licenses")):
        role = each.get("acknowledgement")
        if _name(each) == "expression":
            found.append({"expression": each.text, "acknowledgement": role})
            continue
        text = _child(each, "text")
        attached = {} if text is None else {"content": text.text, "encoding": text.get("encoding")}
        said = {"id": _text(each, "id"), "name": _text(each, "name"), "text": attached}
        found.append({"license": {**said, "acknowledgement": role}})
    return found


def _name(one: Any) -> str:
    return str(one.tag).rpartition("}")[2]


def _children(one: Any) -> list[Any]:
    # A comment's tag is a function.
    return [] if one is None else [each for each in one if isinstance(each.tag, str)]


def _child(one: Any, name: str) -> Any:
    return next((each for each in _children(one) if _name(each) == name), None)


def _text(one: Any, name: str) -> str | None:
    found = _child(one, name)
    return None if found is None else found.text
