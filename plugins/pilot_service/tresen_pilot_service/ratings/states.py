# SPDX-License-Identifier: AGPL-3.0-or-later
"""The five scores of a rating, and whose ratings count."""

from tresen.sdk import lazy

from tresen_pilot_service import steps

# The best stands first, as on the form.
SCORES = {
    5: lazy("Very content"),
    4: lazy("Rather content"),
    3: lazy("Partly content"),
    2: lazy("Rather not content"),
    1: lazy("Not content at all"),
}

# Who goes on or went on to the end.
COUNTED = (steps.AGREED, steps.ACTIVE, steps.FINISHED)
