# SPDX-License-Identifier: AGPL-3.0-or-later
"""What it takes to open a ticket and to add a message: the doors hand these to the service."""

from dataclasses import dataclass, field
from datetime import datetime

# The name of what the operator decides about tickets.
SETTINGS = "tickets"


@dataclass(frozen=True)
class NewTicket:
    """A request as a door (mail, portal, phone, REST) brings it; unknown things stay None.

    `is_routed` is False where a person saw the team and left it out: then no team is found for it.
    """

    subject: str
    channel: str
    requester_id: int | None = None
    organisation_id: int | None = None
    team_id: int | None = None
    owner_id: int | None = None
    product_id: int | None = None
    installation_id: int | None = None
    mailbox_id: int | None = None
    impact: int = 2
    urgency: int = 2
    language: str | None = None
    tags: tuple[str, ...] = ()
    is_routed: bool = True


@dataclass(frozen=True)
class NewMessage:
    """A message as a door brings it; the author is the actor unless `author_id` says another.

    `files` are (stored file id, content id or empty) pairs; `recipients` maps to, cc and bcc to
    lists of addresses; an empty mapping is the customer's side, one with an empty `to` nobody.
    Until `held_until` a reply waits, so that it can be taken back.
    """

    body: str
    channel: str
    kind: str = "reply"
    format: str = "markdown"
    is_inbound: bool = False
    quoted: str = ""
    html: str | None = None
    author_id: int | None = None
    author_name: str = ""
    author_address: str = ""
    recipients: dict[str, list[str]] = field(default_factory=dict)
    internet_message_id: str | None = None
    is_authenticated: bool | None = None
    files: tuple[tuple[int, str], ...] = ()
    held_until: datetime | None = None


@dataclass(frozen=True)
class Written:
    """What stands in a composer; `to` and `cc` are lines, None where nothing was said of them.

    `files` are the ids of all stored files that wait with it.
    """

    kind: str
    body: str
    to: str | None = None
    cc: str | None = None
    state: str = ""
    files: tuple[int, ...] = ()
