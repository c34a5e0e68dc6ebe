# SPDX-License-Identifier: AGPL-3.0-or-later
"""No ring gets a build before those below it, whatever is tried in whichever order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tresen_pilot_service.builds.states import missing_ring

RINGS = some.integers(0, 4)


@pytest.mark.parametrize(
    ("ring", "in_use", "out", "missing"),
    [
        (0, [0, 1, 2], [], None),
        (1, [0, 1, 2], [], 0),
        (1, [0, 1, 2], [0], None),
        (2, [0, 1, 2], [0], 1),
        (2, [0, 1, 2], [1], 0),
        (2, [2, 3], [], None),
        (3, [2, 3], [0, 1], 2),
        (1, [], [], None),
    ],
)
def test_ring_waits_for_the_lowest_that_is_in_use_and_has_nothing(
    ring: int, in_use: list[int], out: list[int], missing: int | None
) -> None:
    assert missing_ring(ring, in_use, out) == missing


@given(in_use=some.sets(RINGS), tries=some.lists(RINGS, max_size=12))
@settings(max_examples=60, deadline=None)
def test_rings_with_a_build_have_no_gap_below_them(in_use: set[int], tries: list[int]) -> None:
    out: set[int] = set()
    for ring in tries:
        if ring in in_use and missing_ring(ring, in_use, out) is None:
            out.add(ring)
    lower = {ring for ring in in_use if out and ring < max(out)}
    assert lower - out == set()


@given(in_use=some.sets(RINGS, min_size=1))
@settings(max_examples=30, deadline=None)
def test_every_ring_gets_there_when_the_lowest_goes_first(in_use: set[int]) -> None:
    out: list[int] = []
    for ring in sorted(in_use):
        assert missing_ring(ring, in_use, out) is None
        out.append(ring)
    assert out == sorted(in_use)
