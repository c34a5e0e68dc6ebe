# SPDX-License-Identifier: AGPL-3.0-or-later
"""What remote support asks and tells other plugins: whose hours and minutes are wider, which
contract covers a session, and how long one took.

They answer with dictionaries, and with `optionalhook=True`, so that nobody has to import anybody.
"""

from datetime import datetime
from typing import Any

from tresen.sdk import Desk, Ticket, hookspec


@hookspec(since="0.1", stability="provisional")
def remote_support_policies(desk: Desk, ticket: Ticket, moment: datetime) -> list[dict[str, Any]]:
    """Asked before a session about a ticket is requested, offered or begun, for when it is held.

    Asked where hours or quota of the settings stand against it. Each answer widens what they allow;
    none can narrow it, and none replaces the customer's consent. Keys: `title`, in whose name;
    `hours`, ServiceHours in which a session may be held as well, or None; `minutes_left`, how many
    minutes its quota still holds, or None for one without limit; without this key it says nothing
    of minutes. Others may be added. Of several quotas, the one that holds most counts. Who raises
    widens nothing.
    Used by: pilot_service.
    """
    return []


@hookspec(since="0.1", stability="provisional")
def remote_support_contracts(desk: Desk, ticket: Ticket, moment: datetime) -> list[dict[str, Any]]:
    """Asked which contracts of the customer speak of support for a ticket's matter at a moment.

    Asked when a session begins, which keeps the first that covers it, and before that where the
    settings want a contract: without one that covers it, it is refused with every `reason`. Keys:
    `title`, as people know the contract, with its number where it has one; `is_covering`, True
    where it covers remote support at the moment; `reason`, a sentence, why it does not; `way_out`,
    what helps. Others may be added. An answer without a title counts for nothing.
    Used by: licensing, pilot_service.
    """
    return []


@hookspec(since="0.1", stability="provisional")
def remote_support_documented(desk: Desk, ticket: Ticket, facts: dict[str, Any]) -> None:
    """Told that it was written down what was done in a session, and again at each correction.

    Keys of `facts`: `reference`, which stays the same; `agent_id`, or None; `started_at`, in UTC;
    `minutes`; `summary`, which the customer reads, too; `result`, one of "solved", "not_solved" and
    "goes_on". Others may be added. What a listener that raises wrote is undone; the note stays.
    Used by: pilot_service.
    """
