# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the content files hold, as frozen records: the firm, its customers, the scenarios.

They know no database, so that content is judged and told without one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Language = Literal["de", "en"]
By = Literal["customer", "agent", "note", "handover"]


@dataclass(frozen=True)
class TeamText:
    """A team of the firm."""

    key: str
    name: str
    note: str


@dataclass(frozen=True)
class Agent:
    """Somebody who answers; `form` is f or m and decides between Frau and Herr.

    Who is `away` now holds no open ticket.
    """

    key: str
    name: str
    form: str
    role: str
    teams: tuple[str, ...]
    address: str
    administrator: bool = False
    away: bool = False


@dataclass(frozen=True)
class ProductText:
    """A product with its versions, the oldest first."""

    key: str
    name: str
    origin: str
    licence: str
    note: str
    versions: tuple[str, ...]


@dataclass(frozen=True)
class SnippetText:
    """A text that agents insert: of `team` or of `agent` by their keys, else everybody's."""

    title: str
    kind: str
    body: str
    language: Language | None = None
    team: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Contact:
    """Somebody at a customer who asks."""

    name: str
    form: str
    role: str
    language: Language
    address: str
    title: str = ""

    @property
    def first_name(self) -> str:
        """The given name."""
        return self.name.split()[0]

    @property
    def family_name(self) -> str:
        """Everything after the given name."""
        return self.name.split(" ", 1)[1]


@dataclass(frozen=True)
class Installed:
    """A product as it runs at a customer: in which version, on which host and system."""

    product: str
    version: str
    host: str
    system: str


@dataclass(frozen=True)
class Customer:
    """An organisation with its contacts and installations; `weight` says how much it asks."""

    key: str
    name: str
    country: str
    city: str
    sector: str
    domain: str
    weight: int
    contacts: tuple[Contact, ...]
    installed: tuple[Installed, ...]


@dataclass(frozen=True)
class Step:
    """One step of a scenario's thread, `after` so much working time.

    `state` is where the ticket stands when an agent has answered; `raw` text gets no greeting.
    """

    by: By
    text: str
    after: timedelta = timedelta(0)
    state: str = ""
    team: str = ""
    agent: str = ""
    file: str = ""
    raw: bool = False


@dataclass(frozen=True)
class Case:
    """One way a scenario happens: its subject, the slots of its texts, and where it can."""

    subject: str
    slots: Mapping[str, str]
    product: str
    sectors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A thread that happens in several cases; impact and urgency run from 1 to 4."""

    key: str
    language: Language
    impact: int
    urgency: int
    tags: tuple[str, ...]
    channels: tuple[str, ...]
    cases: tuple[Case, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Content:
    """Everything that the content files say."""

    name: str
    city: str
    support: str
    teams: tuple[TeamText, ...]
    agents: tuple[Agent, ...]
    products: tuple[ProductText, ...]
    customers: tuple[Customer, ...]
    scenarios: tuple[Scenario, ...]
    snippets: tuple[SnippetText, ...]


@dataclass(frozen=True)
class Attachment:
    """A small made file."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Event:
    """One thing that happens to a told ticket, with its finished text.

    `agent` is who acts or, in a customer's message by phone, who wrote it down.
    """

    at: datetime
    by: By
    text: str
    quoted: str = ""
    channel: str = "mail"
    state: str = ""
    team: str = ""
    agent: str = ""
    contact: Contact | None = None
    attachment: Attachment | None = None


@dataclass(frozen=True)
class Story:
    """A ticket as it is to be told: who, what, and its events in the order of time."""

    scenario: Scenario
    case: Case
    subject: str
    customer: Customer
    contact: Contact
    installed: Installed | None
    channel: str
    colleague: Contact | None
    events: tuple[Event, ...]
    closed_at: datetime | None = None
    # The story that this one reports a second time.
    repeats: "Story | None" = None

    @property
    def opened_at(self) -> datetime:
        """When the first message came."""
        return self.events[0].at
