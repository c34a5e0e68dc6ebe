# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changes many tickets at once: each through the verbs of one, and all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.i18n import _
from tresen.tickets import queries, service
from tresen.tickets.models import Ticket

MOST = 200


@dataclass(frozen=True)
class Wanted:
    """What is to change, as the bulk bar sends it; empty is no change, `none` is nobody."""

    state: str = ""
    owner: str = ""
    team: str = ""
    priority: str = ""
    tag: str = ""

    def changes(self) -> dict[str, Any]:
        """Return the fields to change; raises Refused for what is no number."""
        found: dict[str, Any] = {"state": self.state} if self.state else {}
        for name, value in (("owner_id", self.owner), ("team_id", self.team)):
            if value:
                found[name] = None if value == "none" else _number(value)
        if self.priority:
            found["priority"] = _number(self.priority)
        return found


def change_all(desk: Desk, ticket_ids: Sequence[int], wanted: Wanted) -> int:
    """Change the tickets; return how many were chosen.

    Raises Refused, and then nothing may be kept, when none is chosen, when nothing is to change,
    when the actor may not see one, or when one may not change; the sentence names that one.
    """
    changes, tags = wanted.changes(), tuple(wanted.tag.split())
    if not ticket_ids:
        raise Refused(_("No ticket is selected."))
    if not changes and not tags:
        raise Refused(_("Choose what to change first."))
    tickets = _tickets(desk, ticket_ids)
    for ticket in tickets:
        try:
            service.change(desk, ticket, changes)
        except Refused as refused:
            raise Refused(
                _("Nothing was changed, because of ticket %(number)s: %(reason)s")
                % {"number": ticket.number, "reason": refused.sentence}
            ) from refused
        service.add_tags(desk, ticket, tags)
    return len(tickets)


def _tickets(desk: Desk, ticket_ids: Sequence[int]) -> Sequence[Ticket]:
    wanted = set(ticket_ids)
    if len(wanted) > MOST:
        raise Refused(_("At most %(most)s tickets can be changed at once.") % {"most": MOST})
    found = desk.session.scalars(
        queries.visible(desk).where(Ticket.id.in_(wanted)).order_by(Ticket.id)
    ).all()
    if len(found) != len(wanted):
        raise Refused(_("Nothing was changed: a selected ticket is no longer here for you."))
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(_("“%(text)s” cannot be chosen.") % {"text": text})
    return int(text)
