# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of a running distribution against what its maker published."""

from tresen.sdk import lazy

UNMODIFIED, CHANGED, IN_PLACE, UNKNOWN = "unmodified", "changed", "in_place", "unknown"

TITLES = {
    UNMODIFIED: lazy("unmodified"),
    CHANGED: lazy("changed here"),
    IN_PLACE: lazy("runs from a working copy"),
    UNKNOWN: lazy("unknown"),
}
