# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of duties names licences as SPDX does, and knows all that Tresen itself stands on."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.sdk import provenance_of
from tresen_licensing import licences
from tresen_licensing.components import names
from tresen_licensing.obligations import choices, conflicts, duties
from tresen_licensing.sources import distributions
from tresen_licensing.sources.distributions import Running

PLUGINS = ["tresen-licensing", "tresen-pilot-service", "tresen-remote-support"]
# Licences that their metadata leaves open; somebody read them.
READ = {
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Dual License": "BSD-3-Clause",
    "": "",
}


def test_table_names_licences_as_spdx_does() -> None:
    wrong = [each for each in duties.TABLE if licences.expression_of(each) != each]
    asked = {each for found in duties.TABLE.values() for each in found}
    unknown = sorted(asked - set(duties.TITLES))
    assert (wrong, unknown, set(duties.MEANINGS)) == ([], [], set(duties.TITLES))


def test_table_knows_every_licence_that_our_distributions_carry() -> None:
    found = distributions.installed(["tresen", *PLUGINS])
    said = {Running(each, provenance_of(each), is_own=False).licence for each in found.values()}
    meant = {each: names.suggestion(each) or READ.get(each) for each in said}
    assert [each for each, expression in meant.items() if expression is None] == []
    carried = {
        licence
        for expression in filter(None, meant.values())
        for way in choices.ways(expression)
        for licence in way
    }
    assert [each for each in sorted(carried) if duties.READ in duties.duties_of(each)] == []


@pytest.mark.parametrize(
    ("licence", "asked"),
    [
        ("MIT", {"notice": "", "text": ""}),
        ("CC0-1.0", {}),
        ("Apache-2.0", {"text": "4a", "changes": "4b", "notice": "4c, 4d", "patent": "3"}),
        ("LicenseRef-Ours", {"read": ""}),
        ("Frameworx-1.0", {"read": ""}),
    ],
)
def test_licence_asks_for_its_duties(licence: str, asked: dict[str, str]) -> None:
    assert duties.duties_of(licence) == asked


@pytest.mark.parametrize(
    ("licence", "network", "copyleft"),
    [
        ("GPL-2.0-only", None, "copyleft_work"),
        ("AGPL-3.0-or-later", "13", "copyleft_work"),
        ("LGPL-2.1-only", None, "copyleft_files"),
        ("MPL-2.0", None, "copyleft_files"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", None, "copyleft_files"),
        ("GPL-2.0-only WITH Bison-exception-2.2", None, "copyleft_work"),
    ],
)
def test_copyleft_reaches_as_far_as_the_licence_says(
    licence: str, network: str | None, copyleft: str
) -> None:
    found = duties.duties_of(licence)
    both = [each for each in ("copyleft_files", "copyleft_work") if each in found]
    assert (found.get("network"), both) == (network, [copyleft])


@pytest.mark.parametrize(
    ("expression", "ways"),
    [
        ("MIT", ["MIT"]),
        ("GPL-2.0-only OR MIT", ["GPL-2.0-only", "MIT"]),
        ("MIT OR (MIT AND ISC)", ["MIT"]),
        ("ISC AND (MIT OR Zlib)", ["ISC AND MIT", "ISC AND Zlib"]),
        (
            "GPL-2.0-only WITH Classpath-exception-2.0 OR MIT",
            ["GPL-2.0-only WITH Classpath-exception-2.0", "MIT"],
        ),
        (" AND ".join(f"(LicenseRef-a{n} OR LicenseRef-b{n})" for n in range(7)), []),
        (" OR ".join(f"LicenseRef-{n}" for n in range(30)), None),
    ],
)
def test_expression_leaves_its_ways(expression: str, ways: list[str] | None) -> None:
    found = [choices.text_of(each) for each in choices.ways(expression)]
    assert found == (sorted(f"LicenseRef-{n}" for n in range(30)) if ways is None else ways)


LICENCES = st.sampled_from(["MIT", "ISC", "Zlib", "GPL-2.0-only", "Apache-2.0"])
TREES = st.recursive(
    LICENCES,
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
        lambda found: f"({found[0]} {found[1]} {found[2]})"
    ),
    max_leaves=5,
)


def holds(tree: Any, way: frozenset[str]) -> bool:
    """Tell whether the licences of a way fulfil the tree of an expression."""
    parts = [holds(each, way) for each in tree.args]
    if not parts:
        return str(tree) in way
    return any(parts) if tree.operator.strip() == "OR" else all(parts)


@given(TREES)
def test_each_way_fulfils_the_expression_and_none_asks_for_more_than_another(tree: str) -> None:
    found = choices.ways(licences.expression_of(tree))
    fulfilled = [holds(licences.parsed(tree), way) for way in found]
    longer = [(one, other) for one in found for other in found if one < other]
    assert (fulfilled, longer, bool(found)) == ([True] * len(found), [], True)


@given(TREES, st.sets(LICENCES))
def test_whoever_fulfils_the_expression_goes_one_of_its_ways(tree: str, held: set[str]) -> None:
    ways = choices.ways(licences.expression_of(tree))
    assert any(way <= held for way in ways) == holds(licences.parsed(tree), frozenset(held))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Apache-2.0", "GPL-2.0-only", conflicts.PATENTS),
        ("AGPL-3.0-or-later", "GPL-2.0-only", conflicts.NEWER),
        ("GPL-2.0-only", "LGPL-3.0-only", conflicts.NEWER),
        ("EPL-2.0", "GPL-3.0-or-later", conflicts.OTHER_COPYLEFT),
        ("BSD-4-Clause", "GPL-2.0-or-later", conflicts.CREDIT),
        ("Apache-1.1", "GPL-3.0-only", conflicts.NAMES),
        ("AGPL-3.0-only", "JSON", conflicts.LIMITS),
        ("AGPL-3.0-only", "SSPL-1.0", conflicts.SERVICE),
    ],
)
def test_what_does_not_fit_is_named_with_its_reason(one: str, other: str, reason: object) -> None:
    (found,) = conflicts.conflicts([other, "MIT", one])
    assert (found.one, found.other, found.reason) == (one, other, reason)


@pytest.mark.parametrize(
    "licences_held",
    [
        ["MIT", "BSD-3-Clause", "Apache-2.0", "AGPL-3.0-or-later", "MPL-2.0", "LGPL-2.1-only"],
        ["GPL-2.0-or-later", "Apache-2.0", "GPL-3.0-only", "AGPL-3.0-only"],
        ["GPL-2.0-only", "LGPL-2.1-only", "MPL-2.0", "MIT"],
    ],
)
def test_what_fits_together_is_left_alone(licences_held: list[str]) -> None:
    assert conflicts.conflicts(licences_held) == []


def test_rules_name_licences_as_spdx_does() -> None:
    named = {each for rule in conflicts.RULES for each in rule.one | rule.other}
    assert [each for each in sorted(named) if licences.expression_of(each) != each] == []


GPL2, GPL3, LGPL = "GPL-2.0-only", "GPL-3.0-only", "LGPL-2.1-or-later"
WAYS = [
    ("ISC", ["ISC"]),
    ("ISC AND MIT", ["ISC AND MIT"]),
    ("MIT AND ISC", ["ISC AND MIT"]),
    ("MIT OR MIT", ["MIT"]),
    ("MIT AND MIT", ["MIT"]),
    ("MIT OR ISC OR Zlib", ["ISC", "MIT", "Zlib"]),
    ("MIT AND ISC AND Zlib", ["ISC AND MIT AND Zlib"]),
    ("MIT AND (ISC OR MIT)", ["MIT"]),
    ("(MIT OR ISC) AND (MIT OR Zlib)", ["MIT", "ISC AND Zlib"]),
    ("(MIT AND ISC) OR (Zlib AND ISC)", ["ISC AND MIT", "ISC AND Zlib"]),
    (f"{GPL2} OR {GPL3}", [GPL2, GPL3]),
    (f"{LGPL} OR ({LGPL} AND MIT)", [LGPL]),
    ("LicenseRef-a OR MIT", ["LicenseRef-a", "MIT"]),
    ("DocumentRef-x:LicenseRef-y", ["DocumentRef-x:LicenseRef-y"]),
]


@pytest.mark.parametrize(("expression", "ways"), WAYS, ids=[each[0] for each in WAYS])
def test_ways_are_the_shortest_first(expression: str, ways: list[str]) -> None:
    assert [choices.text_of(each) for each in choices.ways(expression)] == ways


def test_number_of_ways_is_bounded() -> None:
    most = " OR ".join(f"LicenseRef-{number:02}" for number in range(choices.MOST_WAYS))
    more = f"{most} OR LicenseRef-more"
    assert [len(choices.ways(each)) for each in (most, more)] == [choices.MOST_WAYS, 0]


def test_duties_stand_by_weight() -> None:
    found = duties.in_order(["patent", "text", "network", "read"])
    assert found == ["read", "network", "text", "patent"]
