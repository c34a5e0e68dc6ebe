# SPDX-License-Identifier: AGPL-3.0-or-later
"""The filter of ticket lists by pilot programme."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, false
from tresen.sdk import Desk, Filter, _, lazy

from tresen_pilot_service import queries

ANY = "any"


def choices(desk: Desk) -> Iterable[tuple[str, str]]:
    """Return what can be chosen: any programme, then each by title."""
    if not desk.actor.may("pilot_service.read"):
        return []
    found = [(str(each.id), each.title) for each in queries.titles(desk)]
    return [(ANY, _("Any pilot")), *found] if found else []


def narrow(desk: Desk, chosen: Select[Any], value: str) -> Select[Any]:
    """Keep to the tickets of the programme; an unknown value leaves none."""
    if not desk.actor.may("pilot_service.read"):
        return chosen.where(false())
    if value == ANY:
        return chosen.where(queries.tickets_in(None))
    if not value.isdecimal() or len(value) > 9:
        return chosen.where(false())
    return chosen.where(queries.tickets_in(int(value)))


PROGRAMME = Filter("pilot_service.programme", lazy("Pilot programme"), choices, narrow)
