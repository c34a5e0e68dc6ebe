# SPDX-License-Identifier: AGPL-3.0-or-later
"""A session in which files may be moved."""

from collections.abc import Callable

import pytest
from tresen_remote_support import scopes
from tresen_remote_support.models import RemoteSession

Ask = Callable[..., RemoteSession]


@pytest.fixture
def requested(ask: Ask) -> RemoteSession:
    """Return a session that asks for seeing the screen and for moving files."""
    return ask(scope=scopes.line([scopes.VIEW, scopes.FILES]))
