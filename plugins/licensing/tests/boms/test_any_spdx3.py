# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever SPDX 3 names comes back, and whatever stands in a document is read or refused."""

import json
from typing import Any

from bills_of_tests import LAGER, SPDX3_CRANE, as_bytes, element, relation, spdx3
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.boms import reading

WORDS = st.text("abcXYZ019 äß漢&<>", min_size=1, max_size=12).filter(str.strip)
LINKS = st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=5)


@given(names=st.dictionaries(st.sampled_from("abc"), WORDS, min_size=1), links=LINKS)
@settings(max_examples=30, deadline=None)
def test_what_a_document_names_is_read_again(
    names: dict[str, str], links: set[tuple[str, str]]
) -> None:
    packages = [element("software_Package", ref, name=name) for ref, name in names.items()]
    known = sorted(each for each in links if set(each) <= set(names))
    found = reading.read(
        as_bytes(spdx3(*packages, *(relation("dependsOn", *each) for each in known)))
    )
    assert {each.ref: (each.name, each.depends_on) for each in found.parts} == {
        f"{LAGER}{ref}": (
            " ".join(name.split()),
            tuple(f"{LAGER}{other}" for one, other in known if one == ref),
        )
        for ref, name in names.items()
    }


ATOMS = st.sampled_from([None, True, 7, 0.5, "", "crane", f"{LAGER}crane", "_:made", [], {}])
ANY = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["type", "spdxId", "@id", "name", "from", "to", "creationInfo"]),
            st.one_of(inner, st.sampled_from(["Relationship", "software_Package", "Hash"])),
            max_size=4,
        ),
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(["name", "verifiedUsing", "suppliedBy", "spdxId", "type", "extension"])


@given(more=st.dictionaries(FIELDS, ANY, max_size=2), beside=st.lists(ANY, max_size=2))
@settings(max_examples=60, deadline=None)
def test_any_elements_are_read_or_refused(more: dict[str, Any], beside: list[Any]) -> None:
    document = spdx3({**SPDX3_CRANE, **more})
    document["@graph"] += beside
    try:
        outcome = type(reading.read(json.dumps(document).encode())).__name__
    except Refused as refusal:
        outcome = type(refusal).__name__
    assert outcome in ("Bill", "Refused")
