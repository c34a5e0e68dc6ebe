# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which contracts of a customer cover remote support about a ticket, as other plugins know them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tresen.sdk import Desk, Ticket, read_settings

from tresen_remote_support import hookspecs, queries

# As long as what the session keeps of it (RemoteSession.contract).
LONGEST = 200


@dataclass(frozen=True)
class Contract:
    """A contract as another plugin tells of it; `reason` and `way_out` where it does not cover."""

    title: str
    is_covering: bool
    reason: str = ""
    way_out: str = ""


def is_needed(desk: Desk) -> bool:
    """Tell whether the settings ask for a contract."""
    return bool(read_settings(desk, queries.SETTINGS)["contract_needed"])


def known(desk: Desk, ticket: Ticket, moment: datetime) -> list[Contract]:
    """Return what other plugins know of contracts; what has no title is none."""
    found = desk.gather(hookspecs.remote_support_contracts, ticket, moment)
    return [_contract(each) for each in found if str(each.get("title", "")).strip()]


def covering(desk: Desk, ticket: Ticket, moment: datetime) -> str:
    """Return by which contract a session is covered, the first that is told; empty for none."""
    titles = (each.title for each in known(desk, ticket, moment) if each.is_covering)
    return next(titles, "")


def _contract(given: dict[str, Any]) -> Contract:
    return Contract(
        title=str(given["title"]).strip()[:LONGEST],
        is_covering=given.get("is_covering") is True,
        reason=str(given.get("reason") or ""),
        way_out=str(given.get("way_out") or ""),
    )
