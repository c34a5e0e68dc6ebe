# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rule of two (invariant 4): two anchors with the same tree, of which one is not ours."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen_licensing.publications import kinds, rules
from tresen_licensing.publications.rules import Seen

TODAY = date(2026, 3, 2)
TREE, OTHER_TREE = "6" * 40, "5" * 40

ANCHORS = st.builds(
    Seen,
    tree=st.sampled_from([TREE, OTHER_TREE, ""]),
    outcome=st.sampled_from(list(kinds.OUTCOMES)),
    is_ours=st.booleans(),
    held_on=st.none() | st.integers(0, 60).map(lambda days: TODAY - timedelta(days=days)),
    is_withdrawn=st.booleans(),
)


def spelled_out(anchors: Sequence[Seen]) -> bool:
    """Return the rule once more, in the words of the design."""
    same = [
        each
        for each in anchors
        if each.tree == TREE
        and not each.is_withdrawn
        and (
            each.outcome == kinds.HELD
            or (
                each.outcome == kinds.SILENT
                and each.held_on is not None
                and each.held_on + timedelta(days=28) >= TODAY
            )
        )
    ]
    return len(same) >= 2 and any(not each.is_ours for each in same)


@given(st.lists(ANCHORS, max_size=5))
def test_rule_holds_for_any_anchors(anchors: list[Seen]) -> None:
    held, foreign = rules.counted(anchors, TREE, TODAY)
    assert (held >= rules.LEAST and foreign >= rules.LEAST_FOREIGN) == spelled_out(anchors)


@given(st.lists(ANCHORS, max_size=5), ANCHORS)
def test_another_anchor_never_takes_away(anchors: list[Seen], more: Seen) -> None:
    before, after = (rules.counted(each, TREE, TODAY) for each in (anchors, [*anchors, more]))
    assert (after[0] >= before[0], after[1] >= before[1]) == (True, True)


@given(st.lists(ANCHORS, max_size=5))
def test_without_a_tree_nothing_is_shown(anchors: list[Seen]) -> None:
    assert rules.counted(anchors, "", TODAY) == (0, 0)


@given(ANCHORS)
def test_what_is_lost_was_seen_once_and_holds_no_more(anchor: Seen) -> None:
    once = anchor.held_on is not None and not anchor.is_withdrawn
    is_lost = rules.is_lost(anchor, TREE, TODAY)
    assert is_lost == (once and not rules.holds(anchor, TREE, TODAY))


@pytest.mark.parametrize(("days", "holds"), [(0, True), (28, True), (29, False)])
def test_silence_counts_for_four_weeks(days: int, holds: bool) -> None:
    anchor = Seen(TREE, kinds.SILENT, False, TODAY - timedelta(days=days))
    assert (rules.holds(anchor, TREE, TODAY), rules.is_lost(anchor, TREE, TODAY)) == (
        holds,
        not holds,
    )


def test_silence_of_what_was_never_seen_counts_for_nothing() -> None:
    anchor = Seen(TREE, kinds.SILENT, False)
    assert (rules.holds(anchor, TREE, TODAY), rules.is_lost(anchor, TREE, TODAY)) == (False, False)


@pytest.mark.parametrize(
    "outcome", [kinds.PENDING, kinds.OTHER, kinds.GONE, kinds.UNREADABLE, kinds.REFUSED]
)
def test_nothing_but_the_same_source_counts(outcome: str) -> None:
    assert not rules.holds(Seen(TREE, outcome, False, TODAY), TREE, TODAY)
