# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where duties stand is reckoned from licences, choices and what was met; nothing falls through."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.components.models import Bom
from tresen_licensing.obligations import choices, duties, states
from tresen_licensing.obligations.models import Choice, Obligation
from tresen_licensing.obligations.states import Standing

NOW = datetime(2026, 3, 10, tzinfo=UTC)
BILL = Bom(id=7, version_id=1)
EITHER = "MIT OR Apache-2.0"


def reckoned(
    counts: dict[str, int],
    chosen: dict[str, str] | None = None,
    met: dict[tuple[str, str], int | None] | None = None,
    own: str = "",
) -> Standing:
    """Return the standing; `met` are the bills for which duties were met."""
    said = {
        expression: Choice(expression=expression, chosen=way, chosen_at=NOW)
        for expression, way in (chosen or {}).items()
    }
    rows = {
        (duty, licence): Obligation(duty=duty, licence=licence, bom_id=bom_id, how="So.")
        for (duty, licence), bom_id in (met or {}).items()
    }
    return states.reckon(BILL, counts, said, rows, own)


def told(standing: Standing) -> list[tuple[str, str, int, str]]:
    """Return kind, licence, components and state of each duty."""
    return [(each.kind, each.licence, each.components, each.state) for each in standing.duties]


def test_nothing_owes_nothing() -> None:
    found = reckoned({})
    assert (told(found), found.choices, found.unclear, found.owed) == ([], [], 0, 0)


def test_licences_that_ask_for_nothing_leave_nothing_open() -> None:
    found = reckoned({"CC0-1.0": 3, "Unlicense": 1, "0BSD": 2})
    assert (told(found), found.owed) == ([], 0)


def test_components_are_counted_for_each_licence_over_all_expressions() -> None:
    found = reckoned({"MIT": 3, "MIT AND ISC": 2, "ISC": 1})
    assert told(found) == [
        ("notice", "ISC", 3, "open"),
        ("notice", "MIT", 5, "open"),
        ("text", "ISC", 3, "open"),
        ("text", "MIT", 5, "open"),
    ]


def test_what_is_not_clear_counts_once_however_many_there_are() -> None:
    found = reckoned({"": 40})
    assert (found.unclear, found.owed, told(found)) == (40, 1, [])


@pytest.mark.parametrize(
    ("bom_id", "state", "owed"), [(7, "met", 1), (6, "again", 2), (None, "again", 2)]
)
def test_duty_is_met_for_the_bill_that_was_looked_at(
    bom_id: int | None, state: str, owed: int
) -> None:
    found = reckoned({"MIT": 1}, met={("notice", "MIT"): bom_id})
    assert (told(found), found.owed) == (
        [("notice", "MIT", 1, state), ("text", "MIT", 1, "open")],
        owed,
    )


def test_duty_that_holds_no_more_is_not_shown() -> None:
    found = reckoned({"CC0-1.0": 1}, met={("notice", "MIT"): 7})
    assert told(found) == []


def test_choice_that_nobody_took_asks_for_no_duty_yet() -> None:
    found = reckoned({EITHER: 2})
    (left,) = found.undecided
    assert (told(found), left.ways, left.components, left.choice, found.decided) == (
        *([], ["Apache-2.0", "MIT"], 2, None, []),
    )


def test_choice_that_is_no_way_any_more_has_to_be_taken_again() -> None:
    found = reckoned({EITHER: 2}, chosen={EITHER: "ISC"})
    (left,) = found.undecided
    assert (left.choice and left.choice.chosen, found.decided, found.owed) == ("ISC", [], 1)


def test_choice_of_another_expression_decides_nothing() -> None:
    found = reckoned({EITHER: 1}, chosen={"MIT OR ISC": "MIT"})
    assert [each.expression for each in found.undecided] == [EITHER]


def test_choice_leaves_duties_of_the_chosen_licence_alone() -> None:
    found = reckoned({EITHER: 2}, chosen={EITHER: "MIT"})
    assert ({each.licence for each in found.duties}, [each.ways for each in found.decided]) == (
        {"MIT"},
        [["Apache-2.0", "MIT"]],
    )


def test_expression_with_too_many_ways_stays_undecided() -> None:
    many = " AND ".join(f"(LicenseRef-a{n} OR LicenseRef-b{n})" for n in range(7))
    found = reckoned({many: 1}, chosen={many: "LicenseRef-a0"})
    assert ([each.ways for each in found.undecided], found.owed) == ([[]], 1)


@pytest.mark.parametrize(
    ("own", "pairs"),
    [
        ("", []),
        ("GPL-3.0-or-later", ["GPL-2.0-only / GPL-3.0-or-later"]),
        ("Apache-2.0", ["Apache-2.0 / GPL-2.0-only"]),
        ("MIT", []),
        ("GPL-3.0-only OR MIT", []),
    ],
)
def test_own_licence_takes_part_in_what_does_not_fit(own: str, pairs: list[str]) -> None:
    found = reckoned({"GPL-2.0-only": 4}, own=own)
    clashes = [each for each in found.duties if each.kind == duties.FIT]
    assert [(each.licence, each.components) for each in clashes] == [(pair, 4) for pair in pairs]


def test_conflict_is_settled_like_any_duty() -> None:
    pair = "Apache-2.0 / GPL-2.0-only"
    counts = {"GPL-2.0-only": 1, "Apache-2.0": 2}
    first = reckoned(counts).duties[0]
    after = reckoned(counts, met={("fit", pair): 7}).duties[0]
    assert [(each.kind, each.licence, each.components, each.state) for each in (first, after)] == [
        ("fit", pair, 3, "open"),
        ("fit", pair, 3, "met"),
    ]


def test_weightiest_duties_come_first() -> None:
    found = reckoned({"AGPL-3.0-only": 1, "LicenseRef-Ours": 1, "JSON": 1})
    order = list(dict.fromkeys(each.kind for each in found.duties))
    assert order == [
        *("fit", "read", "network", "source", "copyleft_work"),
        *("notice", "text", "changes", "patent"),
    ]


LICENCES = st.sampled_from(
    ["MIT", "GPL-2.0-only", "Apache-2.0", "AGPL-3.0-only", "LicenseRef-Ours", "CC0-1.0", EITHER, ""]
)


@given(st.dictionaries(LICENCES, st.integers(1, 9)), st.sampled_from(["", "MIT", "Apache-2.0"]))
def test_no_component_falls_through(counts: dict[str, int], chosen: str) -> None:
    found = reckoned(counts, chosen={EITHER: chosen} if chosen else None)
    held: dict[str, int] = {}
    for expression, count in counts.items():
        way = chosen if expression == EITHER else expression
        if way:
            held[way] = held.get(way, 0) + count
    plain = [each for each in found.duties if each.kind != duties.FIT]
    assert {(each.kind, each.licence, each.components) for each in plain} == {
        (duty, licence, count)
        for licence, count in held.items()
        for duty in duties.duties_of(licence)
    }
    assert (found.unclear, [each.components for each in found.undecided]) == (
        counts.get("", 0),
        [] if chosen or EITHER not in counts else [counts[EITHER]],
    )


@given(st.dictionaries(LICENCES, st.integers(1, 9)))
def test_all_that_is_owed_can_be_done(counts: dict[str, int]) -> None:
    clear = {expression: count for expression, count in counts.items() if expression}
    chosen = {each: choices.text_of(choices.ways(each)[0]) for each in clear}
    first = reckoned(clear, chosen=chosen)
    met: dict[tuple[str, str], int | None] = {
        (each.kind, each.licence): BILL.id for each in first.duties
    }
    assert reckoned(clear, chosen=chosen, met=met).owed == 0
