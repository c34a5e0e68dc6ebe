# SPDX-License-Identifier: AGPL-3.0-or-later
"""How it can go when a change set is put on its base."""

from tresen.sdk import lazy

NO_HISTORY, NO_BASE, NO_FIT, APPLIED = "no_history", "no_base", "no_fit", "applied"

TITLES = {
    NO_HISTORY: lazy("Upstream's history is not known here"),
    NO_BASE: lazy("The base is not in upstream's history"),
    NO_FIT: lazy("The patches do not fit"),
    APPLIED: lazy("The patches fit"),
}
TONES = {NO_HISTORY: "amber", NO_BASE: "red", NO_FIT: "red", APPLIED: "green"}
