# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns what SPDX 3 says of licences into expressions: each operator is an element of its own.

A file may join elements in circles, or so that each step doubles the text; both are refused.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tresen.sdk import Refused, _

from tresen_licensing.boms.bills import Pairs, line

# Characters of one expression and of all together, and operators inside each other.
LONGEST, MOST, DEEPEST = 10_000, 50_000_000, 32
_LISTED = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([A-Za-z0-9.+-]+?)(?:\.html)?/?")
_OWN = re.compile(r"(?:.*[/#:])?((?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+)")
_INDIVIDUALS = {"NoneLicense": "NONE", "NoAssertionLicense": ""}
_ROLES = {"hasDeclaredLicense": "declared", "hasConcludedLicense": "concluded"}
_SETS = {
    "expandedlicensing_ConjunctiveLicenseSet": " AND ",
    "expandedlicensing_DisjunctiveLicenseSet": " OR ",
}


class Licences:
    """The licences of a document; `loose` are ids of licences that it does not name."""

    def __init__(self, elements: Mapping[str, Any], links: Iterable[Any]) -> None:
        self.elements = elements
        self.loose: set[str] = set()
        self._total = 0
        self._said: dict[str, tuple[str, dict[str, str]]] = {}
        self._of: dict[tuple[str, str], list[str]] = {}
        for each in links:
            role = _ROLES.get(str(each.relationshipType).rpartition("/")[2])
            if role:
                of = self._of.setdefault((_id(each.from_), role), [])
                of += [ref for ref in map(_id, each.to) if ref not in of]

    def of(self, ref: str) -> tuple[str, str, Pairs]:
        """Return what is declared and concluded of a package, and the texts that came along."""
        (declared, some), (concluded, more) = (
            self._joined(self._of.get((ref, role), ())) for role in ("declared", "concluded")
        )
        return declared, concluded, tuple(sorted((some | more).items()))

    def _joined(self, refs: Iterable[str]) -> tuple[str, dict[str, str]]:
        found = [self._expression(each, 0) for each in refs]
        said = [text for text, _texts in found if text]
        texts = {name: text for _said, each in found for name, text in each.items()}
        return (said[0] if len(said) == 1 else " AND ".join(map(_bound, said))), texts

    def _expression(self, ref: str, depth: int) -> tuple[str, dict[str, str]]:
        """Return an element as an expression, with the texts of its licences by their names."""
        if ref in self._said:
            return self._said[ref]
        if depth > DEEPEST:
            words = {"ref": ref[:200], "most": DEEPEST}
            text = _(
                "The licence “%(ref)s” contains itself, or others more than %(most)s levels deep."
            )
            raise Refused(text % words)
        said, texts = self._read(ref, self.elements.get(ref), depth)
        self._total += len(said)
        if len(said) > LONGEST or self._total > MOST:
            words = {"ref": ref[:200]}
            text = _("With the licence “%(ref)s” the expressions become too long to be read.")
            raise Refused(text % words)
        self._said[ref] = said, texts
        return said, texts

    def _read(self, ref: str, one: Any, depth: int) -> tuple[str, dict[str, str]]:
        kind = one.get_compact_type() if one is not None else ""
        if kind in _SETS:
            found = [
                self._expression(_id(each), depth + 1) for each in one.expandedlicensing_member
            ]
            said = _SETS[kind].join(_bound(text) for text, _texts in found if text)
            return said, {name: text for _said, each in found for name, text in each.items()}
        if kind == "expandedlicensing_OrLaterOperator":
            said, texts = self._expression(_id(one.expandedlicensing_subjectLicense), depth + 1)
            return _or_later(said), texts
        if kind == "expandedlicensing_WithAdditionOperator":
            subject = _id(one.expandedlicensing_subjectExtendableLicense)
            said, texts = self._expression(subject, depth + 1)
            addition = _id(one.expandedlicensing_subjectAddition)
            return f"{said} WITH {self._name(addition)}", texts
        if kind == "simplelicensing_LicenseExpression":
            return self._plain(one)
        return self._one(ref, one)

    def _plain(self, one: Any) -> tuple[str, dict[str, str]]:
        texts = {}
        for each in one.simplelicensing_customIdToUri:
            pair = self.elements.get(each) if isinstance(each, str) else each
            meant = self.elements.get(getattr(pair, "value", None) or "")
            if text := getattr(meant, "simplelicensing_licenseText", None):
                texts[line(getattr(pair, "key", ""))] = text.strip()
        return line(one.simplelicensing_licenseExpression), texts

    def _one(self, ref: str, one: Any) -> tuple[str, dict[str, str]]:
        """Return a single licence, which need not stand in the file where all the world has it."""
        individual = ref.rpartition("/")[2]
        if ref.startswith("https://spdx.org/rdf/") and individual in _INDIVIDUALS:
            return _INDIVIDUALS[individual], {}
        if one is None and not _LISTED.fullmatch(ref):
            self.loose.add(ref)
            return "", {}
        name = self._name(ref)
        text = getattr(one, "simplelicensing_licenseText", None)
        return name, {name: text.strip()} if text and text.strip() else {}

    def _name(self, ref: str) -> str:
        """Return what a licence or an addition is called: by SPDX, by the file, by its address."""
        known = _LISTED.fullmatch(ref) or _OWN.fullmatch(ref)
        return known[1] if known else line(getattr(self.elements.get(ref), "name", "")) or ref


def _id(said: Any) -> str:
    return said if isinstance(said, str) else (said.get_id() or "" if said is not None else "")


def _bound(text: str) -> str:
    return f"({text})" if " AND " in text or " OR " in text else text


def _or_later(said: str) -> str:
    return f"{said.removesuffix('-only')}-or-later" if said.endswith("-only") else f"{said}+"
