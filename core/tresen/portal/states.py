# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a customer reads for the state of a request: what it means for them, no internal terms."""

from tresen.i18n import lazy
from tresen.tickets.states import (
    CLOSED,
    NEW,
    OPEN,
    SOLVED,
    WAITING_CUSTOMER,
    WAITING_INTERNAL,
    WAITING_THIRD_PARTY,
)

TITLES = {
    NEW: lazy("Received"),
    OPEN: lazy("In progress"),
    WAITING_CUSTOMER: lazy("Waiting for you"),
    WAITING_THIRD_PARTY: lazy("In progress"),
    WAITING_INTERNAL: lazy("In progress"),
    SOLVED: lazy("Solved"),
    CLOSED: lazy("Closed"),
}
