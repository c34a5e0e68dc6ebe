# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a task can go."""

from tresen.sdk import lazy

DONE = "done"
FAILED = "failed"

TITLES = {DONE: lazy("Done"), FAILED: lazy("Did not work")}
