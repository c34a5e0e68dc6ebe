# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an exit review can decide."""

from tresen.sdk import lazy

GO, CONDITIONS, PROLONG, STOP = "go", "conditions", "prolong", "stop"

DECISIONS = {
    GO: lazy("Go"),
    CONDITIONS: lazy("Go with conditions"),
    PROLONG: lazy("Prolong"),
    STOP: lazy("Stop"),
}

# What participants read.
MEANINGS = {
    GO: lazy("The product goes into regular use."),
    CONDITIONS: lazy("The product goes into regular use, with conditions."),
    PROLONG: lazy("The pilot goes on for longer."),
    STOP: lazy("The pilot ends without the product going into use."),
}

# After these, participants move to regular support.
ACCEPTED = (GO, CONDITIONS)
