# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a recording stands, and in which ways somebody can look at it."""

from tresen.sdk import lazy

from tresen_remote_support.recordings.models import Recording

RUNNING, KEPT, DELETED = "running", "kept", "deleted"
TITLES = {
    RUNNING: lazy("Being recorded"),
    KEPT: lazy("Kept"),
    DELETED: lazy("Deleted"),
}
TONES = {RUNNING: "red"}

WATCHED, DOWNLOADED = "watched", "downloaded"
HOW = {
    WATCHED: lazy("watched it"),
    DOWNLOADED: lazy("downloaded it"),
}


def state_of(row: Recording) -> str:
    """Return where a recording stands."""
    if row.deleted_at is not None:
        return DELETED
    return RUNNING if row.ended_at is None else KEPT
