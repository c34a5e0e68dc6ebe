# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states of an appointment and the steps that each side may take."""

from tresen.sdk import lazy

# The customer asks for one, or an agent offers one; the other side confirms or declines.
REQUESTED, OFFERED = "requested", "offered"
CONFIRMED, DECLINED, CANCELLED, HELD = "confirmed", "declined", "cancelled", "held"

TITLES = {
    REQUESTED: lazy("Asked for"),
    OFFERED: lazy("Offered"),
    CONFIRMED: lazy("Confirmed"),
    DECLINED: lazy("Declined"),
    CANCELLED: lazy("Cancelled"),
    HELD: lazy("Held"),
}

# What still lies ahead.
OPEN = (REQUESTED, OFFERED, CONFIRMED)

# What takes an agent's time.
BLOCKING = (OFFERED, CONFIRMED)

# To which state each side may take it; whoever asked or offered can only call it off. That it was
# held is no mere step: minutes are booked with it.
AGENT_STEPS: dict[str, tuple[str, ...]] = {
    REQUESTED: (CONFIRMED, DECLINED),
    OFFERED: (CANCELLED,),
    CONFIRMED: (CANCELLED,),
}
CUSTOMER_STEPS: dict[str, tuple[str, ...]] = {
    REQUESTED: (CANCELLED,),
    OFFERED: (CONFIRMED, DECLINED),
    CONFIRMED: (CANCELLED,),
}

# What stands on the button that leads there.
VERBS = {
    CONFIRMED: lazy("Confirm"),
    DECLINED: lazy("Decline"),
    CANCELLED: lazy("Cancel the appointment"),
}
