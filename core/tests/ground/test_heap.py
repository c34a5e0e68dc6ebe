# SPDX-License-Identifier: AGPL-3.0-or-later
"""While a start lasts nothing is collected, and what it brought is never looked through again."""

import gc
from collections.abc import Iterator

import pytest
from tresen.heap import undisturbed


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    """Leave the collector as every other test expects it."""
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_collected_within() -> None:
    with undisturbed():
        within = gc.isenabled()
    assert (within, gc.isenabled()) == (False, True)


def test_what_stands_in_memory_at_the_end_is_left_alone() -> None:
    gc.unfreeze()
    with undisturbed():
        made = [[number] for number in range(1_000)]
    assert gc.get_freeze_count() > len(made)


def test_start_within_a_start_leaves_the_end_to_the_outer_one() -> None:
    gc.unfreeze()
    with undisturbed():
        with undisturbed():
            pass
        within = (gc.isenabled(), gc.get_freeze_count())
    assert within == (False, 0)
    assert gc.isenabled()


def test_start_that_fails_gives_the_collector_back() -> None:
    with pytest.raises(RuntimeError), undisturbed():
        raise RuntimeError
    assert gc.isenabled()
