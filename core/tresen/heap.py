# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps the garbage collector away from what a start brings into memory.

A start makes half a million objects that stay for as long as the process lives. Python would
look through all of them a hundred times meanwhile, and at each great collection after that.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Collect nothing within, and never look again at what stands in memory at the end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()
