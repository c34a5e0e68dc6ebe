# SPDX-License-Identifier: AGPL-3.0-or-later
"""The box on an organisation's page: its minutes of the month, and the way to another quota."""

from tresen.sdk import Desk, Organisation, Panel, Place, lazy

from tresen_remote_support.policy import queries, rules


def organisation_panels(desk: Desk, organisation: Organisation) -> list[Panel]:
    """Return what a customer used of this month's minutes."""
    values = {
        "organisation": organisation,
        "account": queries.account(desk, organisation.id, desk.now()),
        "may_change": desk.actor.may(rules.BEYOND),
    }
    template = "remote_support/policy/quota.html"
    return [Panel(Place.SIDE, lazy("Remote support"), template, values, weight=65)]
