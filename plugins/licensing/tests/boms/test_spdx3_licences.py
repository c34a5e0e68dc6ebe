# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licences of SPDX 3 are elements that are joined; they become expressions, and bounds are kept."""

from typing import Any

import pytest
from bills_of_tests import LAGER, SPDX3_CRANE, as_bytes, element, relation, spdx3
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing import licences
from tresen_licensing.boms import reading, spdx3_licences
from tresen_licensing.boms.bills import Part

MIT, ISC = "https://spdx.org/licenses/MIT", "http://spdx.org/licenses/ISC"
BOTH, EITHER = (f"expandedlicensing_{each}LicenseSet" for each in ("Conjunctive", "Disjunctive"))
LATER = "expandedlicensing_OrLaterOperator"
WITH = "expandedlicensing_WithAdditionOperator"
EXCEPTION = "https://spdx.org/licenses/Classpath-exception-2.0"
OURS = element(
    "expandedlicensing_CustomLicense",
    "LicenseRef-Ours",
    name="Ours",
    simplelicensing_licenseText="Lift well.\n",
)
NAMED = element(
    "expandedlicensing_CustomLicense",
    "terms",
    name="The Harbour Licence",
    simplelicensing_licenseText="Moor well.",
)


def plain(ref: str, text: str, **fields: Any) -> dict[str, Any]:
    """Return a licence as an expression."""
    return element(
        "simplelicensing_LicenseExpression", ref, simplelicensing_licenseExpression=text, **fields
    )


def joined(kind: str, ref: str, *members: str) -> dict[str, Any]:
    """Return a set of licences."""
    refs = [each if ":" in each else f"{LAGER}{each}" for each in members]
    return element(kind, ref, expandedlicensing_member=refs)


def later(ref: str, subject: str) -> dict[str, Any]:
    """Return a licence or any later version of it."""
    return element(LATER, ref, expandedlicensing_subjectLicense=subject)


def added(ref: str, subject: str, addition: str) -> dict[str, Any]:
    """Return a licence with an exception."""
    subjects = {"expandedlicensing_subjectExtendableLicense": subject}
    return element(WITH, ref, **subjects, expandedlicensing_subjectAddition=addition)


def read(*elements: dict[str, Any]) -> Part:
    """Return the crane as it is read beside these elements."""
    (found,) = reading.read(as_bytes(spdx3(SPDX3_CRANE, *elements))).parts
    return found


def declared(ref: str, *elements: dict[str, Any]) -> Part:
    """Return the crane whose declared licence is this element."""
    return read(*elements, relation("hasDeclaredLicense", "crane", ref))


@pytest.mark.parametrize(
    ("ref", "elements", "said"),
    [
        (MIT, (), "MIT"),
        (ISC, (), "ISC"),
        ("https://spdx.org/licenses/MIT.html", (), "MIT"),
        ("https://www.spdx.org/licenses/GPL-2.0-only/", (), "GPL-2.0-only"),
        ("https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoneLicense", (), "NONE"),
        ("https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense", (), ""),
        ("a", (plain("a", " MIT  OR ISC "),), "MIT OR ISC"),
        ("a", (plain("a", "AGPLv3"),), "AGPLv3"),
        ("a", (joined(BOTH, "a", MIT, ISC),), "MIT AND ISC"),
        ("a", (joined(EITHER, "a", MIT, ISC),), "MIT OR ISC"),
        (
            "a",
            (joined(BOTH, "a", "b", "c"), joined(EITHER, "b", MIT, ISC), plain("c", "0BSD")),
            "(MIT OR ISC) AND 0BSD",
        ),
        ("a", (later("a", "https://spdx.org/licenses/GPL-2.0-only"),), "GPL-2.0-or-later"),
        ("a", (later("a", "https://spdx.org/licenses/Apache-2.0"),), "Apache-2.0+"),
        (
            "a",
            (added("a", "https://spdx.org/licenses/GPL-2.0-only", EXCEPTION),),
            "GPL-2.0-only WITH Classpath-exception-2.0",
        ),
        (
            "a",
            (
                added("a", f"{LAGER}b", EXCEPTION),
                later("b", "https://spdx.org/licenses/GPL-2.0-only"),
            ),
            "GPL-2.0-or-later WITH Classpath-exception-2.0",
        ),
        ("LicenseRef-Ours", (OURS,), "LicenseRef-Ours"),
        ("terms", (NAMED,), "The Harbour Licence"),
        ("gone", (), ""),
        ("a", (joined(BOTH, "a", MIT, "gone"),), "MIT"),
    ],
)
def test_licence_becomes_an_expression(
    ref: str, elements: tuple[dict[str, Any], ...], said: str
) -> None:
    assert declared(ref, *elements).declared == said


def test_addition_of_the_file_itself_has_its_name() -> None:
    addition = element(
        "expandedlicensing_CustomLicenseAddition",
        "own",
        name="Own exception",
        expandedlicensing_additionText="But.",
    )
    found = declared("a", added("a", MIT, f"{LAGER}own"), addition)
    assert found.declared == "MIT WITH Own exception"


def test_listed_licence_that_the_file_repeats_keeps_its_text() -> None:
    one = element("expandedlicensing_ListedLicense", "MIT", simplelicensing_licenseText="Do.")
    found = declared(MIT, {**one, "spdxId": MIT})
    assert (found.declared, found.texts) == ("MIT", (("MIT", "Do."),))


def test_declared_and_concluded_are_told_apart() -> None:
    found = read(
        plain("a", "AGPLv3"),
        relation("hasDeclaredLicense", "crane", "a"),
        relation("hasConcludedLicense", "crane", MIT),
        relation("hasDeclaredLicense", "lager", ISC),
    )
    assert (found.declared, found.concluded) == ("AGPLv3", "MIT")


def test_two_licences_of_one_package_are_both_meant() -> None:
    found = read(
        plain("a", "MIT OR ISC"),
        relation("hasDeclaredLicense", "crane", "a", "https://spdx.org/licenses/0BSD"),
        relation("hasDeclaredLicense", "crane", "a"),
    )
    assert found.declared == "(MIT OR ISC) AND 0BSD"


def test_texts_of_licences_come_along() -> None:
    found = declared("a", joined(BOTH, "a", "LicenseRef-Ours", "terms"), OURS, NAMED)
    assert (found.declared, found.texts) == (
        "LicenseRef-Ours AND The Harbour Licence",
        (("LicenseRef-Ours", "Lift well."), ("The Harbour Licence", "Moor well.")),
    )


@pytest.mark.parametrize("is_inside", [True, False])
def test_texts_of_an_expression_are_found_by_its_words(is_inside: bool) -> None:
    pair = {"type": "DictionaryEntry", "key": "LicenseRef-a", "value": f"{LAGER}text"}
    text = element("simplelicensing_SimpleLicensingText", "text", simplelicensing_licenseText="Do.")
    beside = () if is_inside else ({**pair, "@id": "_:pair"},)
    said = [pair if is_inside else "_:pair"]
    one = plain("a", "LicenseRef-a OR LicenseRef-b", simplelicensing_customIdToUri=said)
    assert read_beside(one, text, *beside).texts == (("LicenseRef-a", "Do."),)


def read_beside(*elements: dict[str, Any]) -> Part:
    """Return the crane of which the element `a` is the licence; none is made by anybody."""
    document = spdx3(SPDX3_CRANE, relation("hasDeclaredLicense", "crane", "a"))
    document["@graph"] += elements
    (found,) = reading.read(as_bytes(document)).parts
    return found


@pytest.mark.parametrize(
    "elements",
    [
        (joined(BOTH, "a", "a", MIT),),
        (joined(BOTH, "a", "b", MIT), joined(EITHER, "b", "a", MIT)),
        (later("a", f"{LAGER}a"),),
        (joined(BOTH, "a", "b", MIT), added("b", f"{LAGER}c", EXCEPTION), later("c", f"{LAGER}c")),
    ],
)
def test_licence_that_contains_itself_is_refused(elements: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(Refused) as refusal:
        declared("a", *elements)
    assert refusal.value.sentence.endswith("” contains itself, or others more than 32 levels deep.")


def test_licence_that_doubles_at_every_step_is_refused() -> None:
    steps = [joined(BOTH, f"s{each}", f"s{each + 1}", f"s{each + 1}") for each in range(30)]
    with pytest.raises(Refused) as refusal:
        declared("s0", *steps, plain("s30", "MIT OR ISC"))
    assert refusal.value.sentence == (
        f"With the licence “{LAGER}s20” the expressions become too long to be read."
    )


def test_all_licences_together_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spdx3_licences, "MOST", 10)
    with pytest.raises(Refused) as refusal:
        declared("a", joined(BOTH, "a", "b", "c"), plain("b", "MIT"), plain("c", "ISC"))
    assert refusal.value.sentence == (
        f"With the licence “{LAGER}a” the expressions become too long to be read."
    )


@pytest.mark.parametrize("kind", [BOTH, EITHER])
def test_set_of_one_is_refused_as_the_model_says(kind: str) -> None:
    with pytest.raises(Refused) as refusal:
        declared("a", joined(kind, "a", MIT))
    assert refusal.value.sentence == (
        "SPDX 3.0.1 does not take the file: “expandedlicensing_member” is missing in "
        f"{kind} “{LAGER}a”"
    )


TREES = st.recursive(
    st.sampled_from(["MIT", "ISC", "0BSD", "Zlib"]),
    lambda inner: st.tuples(st.sampled_from([BOTH, EITHER]), inner, inner),
    max_leaves=6,
)


def elements_of(tree: Any, ref: str) -> list[dict[str, Any]]:
    """Return the elements that say the same as the tree; the first has this name."""
    if isinstance(tree, str):
        return [plain(ref, tree)]
    kind, one, other = tree
    return [
        joined(kind, ref, f"{ref}0", f"{ref}1"),
        *elements_of(one, f"{ref}0"),
        *elements_of(other, f"{ref}1"),
    ]


def said(tree: Any) -> str:
    """Return the tree as an expression with every bracket."""
    if isinstance(tree, str):
        return tree
    word = "AND" if tree[0] == BOTH else "OR"
    return f"({said(tree[1])} {word} {said(tree[2])})"


@given(TREES)
@settings(max_examples=30, deadline=None)
def test_elements_and_expression_mean_the_same(tree: Any) -> None:
    found = declared("x", *elements_of(tree, "x")).declared
    assert licences.expression_of(found) == licences.expression_of(said(tree))
