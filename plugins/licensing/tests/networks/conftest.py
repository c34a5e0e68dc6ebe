# SPDX-License-Identifier: AGPL-3.0-or-later
"""A web site on this machine, which is asked."""

from collections.abc import Iterator

import pytest
from sites import Site, served


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a web site on this machine."""
    with served() as made:
        yield made
