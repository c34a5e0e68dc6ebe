# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small world made once for a module; what a test does at its bench is undone after it."""

from collections.abc import Iterator

import pytest
from tickets.bench import Bench, Room, furnished, seated


@pytest.fixture(scope="module")
def room(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Return the world; only for modules that use no database of each test's own."""
    with furnished(migrated_database, tmp_path_factory.mktemp("room")) as made:
        yield made


@pytest.fixture
def bench(room: Room) -> Iterator[Bench]:
    """Return a desk in that world whose transaction is rolled back in the end."""
    with seated(room) as found:
        yield found
