# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the forms of several slices read alike."""

from typing import Any


def identity(value: Any) -> int | None:
    """Return the chosen row's id, None for the empty choice."""
    return int(value) if value not in (None, "", "None") else None
