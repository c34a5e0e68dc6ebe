# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether an advisory names a version, by the algorithm and the examples of the OSV schema."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_of_osv import affected, record
from tresen_licensing.advisories import orders, osv, ranges
from tresen_licensing.advisories.states import CLEAR, NAMED, UNKNOWN

NUMBERS = st.tuples(*[st.integers(0, 30)] * 3)
# The schema's example of two ranges: [1.0.0, 1.0.2) and [3.0.0, 3.2.5).
TWO = [
    {"introduced": "1.0.0"},
    {"fixed": "1.0.2"},
    {"introduced": "3.0.0"},
    {"fixed": "3.2.5"},
]
# The schema's example of a last version that is affected.
LAST = [{"introduced": "0"}, {"last_affected": "2.1.214"}]


def said(entry: dict[str, Any], version: str) -> str:
    """Return what an affected package says of a version."""
    (found,) = osv.read(record(affected=[entry])).affected
    return ranges.verdict(found, version)


def semver(*events: dict[str, str]) -> dict[str, Any]:
    """Return a package of npm with a range of these events."""
    return affected(*events, ecosystem="npm", kind="SEMVER")


@pytest.mark.parametrize("version", ["0.0.1", "99.0.0", "1.0.0-alpha", "trunk", ""])
def test_unfixed_names_every_version_there_is(version: str) -> None:
    assert said(semver({"introduced": "0"}), version) == NAMED


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        *(("0.0.0-0", NAMED), ("1.0.1", NAMED), ("1.0.2-rc.1", NAMED), ("v1.0.1", NAMED)),
        *(("1.0.2", CLEAR), ("1.0.2+build", CLEAR), ("1.10.0", CLEAR)),
        *(("", UNKNOWN), ("trunk", UNKNOWN), ("1.0.0.0", UNKNOWN), ("1" * 500, UNKNOWN)),
    ],
)
def test_fixed_names_what_was_before(version: str, verdict: str) -> None:
    assert said(semver({"introduced": "0"}, {"fixed": "1.0.2"}), version) == verdict


@pytest.mark.parametrize("events", [TWO, TWO[::-1]])
@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        *(("0.9.9", CLEAR), ("1.0.0", NAMED), ("1.0.1", NAMED), ("1.0.2", CLEAR)),
        *(("2.5.0", CLEAR), ("3.0.0", NAMED), ("3.2.4", NAMED), ("3.2.5", CLEAR)),
    ],
)
def test_two_ranges_in_any_order_name_both(
    events: list[dict[str, str]], version: str, verdict: str
) -> None:
    assert said(semver(*events), version) == verdict


@pytest.mark.parametrize(
    ("version", "verdict"), [("2.1.213", NAMED), ("2.1.214", NAMED), ("2.1.215", CLEAR)]
)
def test_last_affected_is_named_itself(version: str, verdict: str) -> None:
    found = affected(*LAST, ecosystem="Maven", name="com.h2database:h2")
    assert said(found, version) == verdict


@pytest.mark.parametrize(
    ("limits", "version", "verdict"),
    [
        (["2.0.0"], "1.5.0", NAMED),
        (["2.0.0"], "2.0.0", CLEAR),
        (["1.0.0", "3.0.0"], "2.5.0", NAMED),
        (["1.0.0", "*"], "9.0.0", NAMED),
    ],
)
def test_nothing_is_named_behind_every_limit(limits: list[str], version: str, verdict: str) -> None:
    events = [{"introduced": "0"}, *({"limit": each} for each in limits)]
    assert said(semver(*events), version) == verdict


@settings(max_examples=60, deadline=None)
@given(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["npm", "PyPI", "Maven", "RubyGems", "NuGet"]))
def test_named_is_what_lies_between(
    introduced: tuple[int, ...], fixed: tuple[int, ...], version: tuple[int, ...], where: str
) -> None:
    first, last = sorted([introduced, fixed])
    texts = [".".join(map(str, each)) for each in (first, last, version)]
    kind = "SEMVER" if where == "npm" else "ECOSYSTEM"
    events = [{"introduced": texts[0]}, {"fixed": texts[1]}]
    name = "a:b" if where == "Maven" else "a"
    found = said(affected(*events, ecosystem=where, name=name, kind=kind), texts[2])
    assert found == (NAMED if first <= version < last else CLEAR)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(sorted(orders.ORDERS)))
def test_any_words_get_an_answer(version: str, other: str, ecosystem: str) -> None:
    events = [{"introduced": "0"}, {"fixed": f"1{other}"}]
    found = osv.Affected(
        ecosystem,
        frozenset(),
        (osv.Range("ECOSYSTEM", tuple(pair for each in events for pair in each.items())),),
        frozenset(),
    )
    assert ranges.verdict(found, version) in (NAMED, CLEAR, UNKNOWN)


@pytest.mark.parametrize(
    ("ecosystem", "lower", "higher"),
    [
        ("PyPI", "1.0rc1", "1.0"),
        ("PyPI", "1.9", "1.10.post1"),
        ("npm", "1.0.0-alpha.2", "1.0.0-alpha.10"),
        ("Go", "v0.0.0-20200101000000-abcdefabcdef", "v0.1.0"),
        ("Maven", "1.0-SNAPSHOT", "1.0"),
        ("Maven", "42.7.9", "42.7.10"),
        ("RubyGems", "1.0.a", "1.0"),
        ("NuGet", "1.0.0", "1.0.0.1"),
    ],
)
def test_ecosystems_order_in_their_own_way(ecosystem: str, lower: str, higher: str) -> None:
    order = orders.order_of("ECOSYSTEM", ecosystem)
    assert order is not None
    assert [order(lower) < order(higher), order(higher) < order(lower)] == [True, False]


@pytest.mark.parametrize("ecosystem", ["Packagist", "CRAN", "ConanCenter", "Lager", ""])
def test_version_that_nothing_orders_is_unknown(ecosystem: str) -> None:
    found = affected({"introduced": "1"}, {"fixed": "2"}, ecosystem=ecosystem, versions=["1.0"])
    assert [said(found, each) for each in ("1.0", "1.5", "3.0")] == [NAMED, UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(
    ("version", "verdict"), [("1.0", NAMED), ("1.0.0", NAMED), ("2.0", CLEAR), ("", UNKNOWN)]
)
def test_list_alone_names_what_stands_in_it(version: str, verdict: str) -> None:
    assert said(affected(ranges=[], versions=["0.9", "1.0"]), version) == verdict


@pytest.mark.parametrize(
    ("versions", "verdict"), [([], UNKNOWN), (["1.0"], NAMED), (["2.0"], CLEAR)]
)
def test_commits_are_not_compared(versions: list[str], verdict: str) -> None:
    found = affected({"introduced": "0"}, {"fixed": "a" * 40}, kind="GIT", versions=versions)
    assert said(found, "1.0") == verdict


def test_package_without_versions_is_unknown() -> None:
    assert said(affected(ranges=[]), "1.0") == UNKNOWN


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([CLEAR, UNKNOWN, NAMED], NAMED),
        ([CLEAR, UNKNOWN], UNKNOWN),
        ([CLEAR], CLEAR),
        ([], CLEAR),
    ],
)
def test_weightiest_answer_counts(found: list[str], verdict: str) -> None:
    assert ranges.weightiest(found) == verdict
