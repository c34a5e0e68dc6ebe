# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes to upstream and what comes back: plain values, without the database behind them."""

from dataclasses import dataclass
from datetime import datetime

from tresen_licensing.patches.series import PatchText

OPEN, CHANGES_REQUESTED, MERGED, DECLINED = "open", "changes_requested", "merged", "declined"


@dataclass(frozen=True)
class Access:
    """Where a forge is and as whom it is asked; the token stands in no text of this object."""

    title: str
    address: str = ""
    account: str = ""
    token: str = ""
    # Hosts that may be asked though they are not public, and without encryption.
    let_in: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        """Return what a log may hold."""
        return f"Access({self.title!r}, {self.address!r})"


@dataclass(frozen=True)
class Sent:
    """What came of proposing: what upstream calls it, where it is, what was written here."""

    number: str = ""
    address: str = ""
    ticket_id: int | None = None
    file_id: int | None = None


@dataclass(frozen=True)
class Contribution:
    """What is proposed: words, patches and the commit that they stand on.

    `repository` is what the forge calls upstream ("owner/name"), or the address of a mailing list;
    `url` is where its history is fetched from. From version 2 on, `news` says what is new in it and
    `before` what came of the version before.
    """

    reference: str
    title: str
    text: str
    repository: str
    url: str
    branch: str
    base: str
    patches: tuple[PatchText, ...]
    version: int = 1
    news: str = ""
    before: Sent | None = None

    @property
    def topic(self) -> str:
        """The branch on which it is pushed: always the same, so that nothing is opened twice."""
        return f"contribution/{self.reference.lower()}"


@dataclass(frozen=True)
class Spot:
    """A proposal as a forge finds it again; `etag` is what it said of it last."""

    repository: str
    number: str
    etag: str = ""


@dataclass(frozen=True)
class Standing:
    """How upstream stands to a proposal; `is_known` is false where it says the same as last time.

    `commit` is where it was merged, `reason` what was said to decline it; `asked_at` is when
    changes were asked for last, None where the forge does not tell.
    """

    state: str = OPEN
    commit: str = ""
    reason: str = ""
    etag: str = ""
    is_known: bool = True
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Word:
    """What somebody said of a proposal; `key` names it at the forge, `is_own` if it was us."""

    key: str
    author: str
    written_at: datetime
    text: str
    address: str = ""
    is_own: bool = False
