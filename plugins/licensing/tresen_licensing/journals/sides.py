# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who speaks in a journal: our own house, the customer, somebody outside, or Tresen by itself."""

from tresen.sdk import Actor, lazy

COMPANY, CUSTOMER, OUTSIDE, TRESEN = "company", "customer", "outside", "tresen"

SIDES = {
    COMPANY: lazy("Our house"),
    CUSTOMER: lazy("The customer"),
    OUTSIDE: lazy("Outside"),
    TRESEN: lazy("Tresen"),
}


def side_of(actor: Actor) -> str:
    """Return the side of who acts."""
    return {"agent": COMPANY, "customer": CUSTOMER}.get(actor.kind, TRESEN)
