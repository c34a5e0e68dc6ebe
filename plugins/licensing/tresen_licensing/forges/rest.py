# SPDX-License-Identifier: AGPL-3.0-or-later
"""What forges with a REST API have in common: find, fork, push, open; and pages of a list."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from tresen.sdk import Refused, _

from tresen_licensing.forges import pushes
from tresen_licensing.forges.exchange import TAKEN, Exchange
from tresen_licensing.forges.records import Access, Contribution, Sent, Spot, Word
from tresen_licensing.networks.faults import Fault

# As many of a list are read.
PAGE, MOST_PAGES = 100, 5


class Rest(ABC):
    """A forge that is asked over its REST API."""

    api: ClassVar[str]
    # How the forge calls the size of a page.
    size: ClassVar[str] = "per_page"

    def __init__(self, access: Access) -> None:
        """Take where the forge is and as whom it is asked."""
        self.access = access
        self.exchange = Exchange(access, self._api())

    def propose(self, wanted: Contribution) -> Sent:
        """Push a branch to the account's fork and open a request from there, once.

        A later version is pushed over the one before; below the request is said what is new.
        """
        found = self._find(wanted)
        if wanted.version > 1:
            return self._renewed(wanted, found)
        if found:
            return found
        pushes.push(self.access, wanted, self._fork(wanted), f"refs/heads/{wanted.topic}")
        try:
            return self._open(wanted)
        except Fault as fault:
            # Somebody was faster, or the answer to the first try was lost.
            found = self._find(wanted) if fault.status in TAKEN else None
            if found is None:
                raise
            return found

    def _renewed(self, wanted: Contribution, found: Sent | None) -> Sent:
        if found is None:
            words = {"forge": self.access.title}
            raise Refused(_("On %(forge)s no request of it is open: ask how it stands.") % words)
        pushes.push(self.access, wanted, self._fork(wanted), f"refs/heads/{wanted.topic}")
        self._tell(Spot(wanted.repository, found.number), wanted.news)
        return found

    def _tell(self, spot: Spot, news: str) -> None:
        """Say what is new, unless it was said already: the answer to that may have been lost."""
        said = {each.text.strip() for each in self.comments(spot) if each.is_own}
        if news.strip() not in said:
            self._say(spot, news.strip())

    def _api(self) -> str:
        return self.api

    @abstractmethod
    def comments(self, spot: Spot) -> Sequence[Word]:
        """Return what was said of it, the first first."""

    @abstractmethod
    def _say(self, spot: Spot, text: str) -> None:
        """Say something below the request."""

    @abstractmethod
    def _find(self, wanted: Contribution) -> Sent | None:
        """Return the open request of this contribution, if there is one."""

    @abstractmethod
    def _fork(self, wanted: Contribution) -> str:
        """Return the address of the account's fork, which is made where there is none."""

    @abstractmethod
    def _open(self, wanted: Contribution) -> Sent:
        """Open the request."""

    def _all(self, path: str) -> list[dict[str, Any]]:
        """Return the rows of a list, of several pages."""
        found: list[dict[str, Any]] = []
        mark = "&" if "?" in path else "?"
        for page in range(1, MOST_PAGES + 1):
            rows = self.exchange.get(f"{path}{mark}{self.size}={PAGE}&page={page}")
            found += [each for each in rows or [] if isinstance(each, dict)]
            if len(rows or []) < PAGE:
                break
        return found

    def _word(self, kind: str, row: dict[str, Any], *, at: str, address: str) -> Word:
        """Return what somebody said, from the row of a list; GitHub and Gitea tell it alike."""
        author = str((row.get("user") or {}).get("login") or "")
        return Word(
            key=f"{kind}-{row['id']}",
            author=author[:200],
            written_at=moment(row.get(at)),
            text=str(row.get("body") or ""),
            address=str(row.get(address) or "")[:500],
            is_own=author == self.access.account,
        )


def moment(text: Any) -> datetime:
    """Return a moment that a forge wrote; what cannot be read is long ago."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = datetime(1970, 1, 1, tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def in_order(words: Sequence[Word]) -> list[Word]:
    """Return what was said, the first first and nothing without words."""
    said = [each for each in words if each.text.strip()]
    return sorted(said, key=lambda each: (each.written_at, each.key))
