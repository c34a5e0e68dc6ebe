# SPDX-License-Identifier: AGPL-3.0-or-later
"""The filter of ticket lists by overdue targets of pilots."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, false
from tresen.sdk import Desk, Filter, _, lazy

from tresen_pilot_service.targets import queries

ANY = "any"


def choices(desk: Desk) -> Iterable[tuple[str, str]]:
    """Return what can be overdue."""
    if not desk.actor.may("pilot_service.read"):
        return []
    kinds = [(kind, str(title)) for kind, title in queries.TITLES.items()]
    return [(ANY, _("Answer or solution")), *kinds]


def narrow(desk: Desk, chosen: Select[Any], value: str) -> Select[Any]:
    """Keep to tickets of which this is overdue; an unknown value leaves none."""
    known = value == ANY or value in queries.TITLES
    if not known or not desk.actor.may("pilot_service.read"):
        return chosen.where(false())
    return chosen.where(queries.overdue(desk.now(), "" if value == ANY else value))


OVERDUE = Filter("pilot_service.overdue", lazy("Pilot target overdue"), choices, narrow)
