# SPDX-License-Identifier: AGPL-3.0-or-later
"""Named places where a test may kill the process, to prove that nothing is lost or doubled there.

Without the variable TRESEN_KILL a place costs one comparison. `TRESEN_KILL=intake.after_store:3`
ends the process at the third visit as SIGKILL would: nothing is flushed, nobody is told.
"""

import os

KILLED = 137


_point, _visits_left = "", 0


def arm(setting: str) -> None:
    """Choose the place, `name` or `name:visit`; an empty setting chooses none."""
    global _point, _visits_left  # noqa: PLW0603 - one choice for one process, in tests only
    _point, _, visit = setting.partition(":")
    _visits_left = int(visit or 1)


def hit(point: str) -> None:
    """End the process if a test asked for it at this visit of the place."""
    global _visits_left  # noqa: PLW0603 - as above
    if point != _point:
        return
    _visits_left -= 1
    if _visits_left == 0:
        os._exit(KILLED)


arm(os.environ.get("TRESEN_KILL", ""))
