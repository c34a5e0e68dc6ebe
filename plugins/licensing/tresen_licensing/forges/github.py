# SPDX-License-Identifier: AGPL-3.0-or-later
"""GitHub: a pull request from the account's fork (REST API, version 2022-11-28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from tresen_licensing.forges.records import (
    CHANGES_REQUESTED,
    DECLINED,
    MERGED,
    OPEN,
    Contribution,
    Sent,
    Spot,
    Standing,
    Word,
)
from tresen_licensing.forges.rest import Rest, in_order, moment

PUBLIC_HOST, PUBLIC_API = "github.com", "https://api.github.com"
# Reviews that decide; a comment does not take an earlier decision back.
DECIDING = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")


class GitHub(Rest):
    """GitHub, its own or an Enterprise Server."""

    api = "/api/v3"
    objection = "CHANGES_REQUESTED"

    def _api(self) -> str:
        host = urlsplit(self.access.address).hostname
        return PUBLIC_API if host == PUBLIC_HOST else self.api

    def _find(self, wanted: Contribution) -> Sent | None:
        head = quote(f"{self.access.account}:{wanted.topic}", safe="")
        rows = self.exchange.get(f"{_repo(wanted.repository)}/pulls?state=open&head={head}")
        return next((_sent(row) for row in rows), None)

    def _fork(self, wanted: Contribution) -> str:
        if wanted.repository.partition("/")[0] == self.access.account:
            return wanted.url
        made = self.exchange.ask("POST", f"{_repo(wanted.repository)}/forks", {})
        return str(made.data["clone_url"])

    def _open(self, wanted: Contribution) -> Sent:
        given = {
            "title": wanted.title,
            "body": wanted.text,
            "head": f"{self.access.account}:{wanted.topic}",
            "base": wanted.branch or self._default(wanted.repository),
            "maintainer_can_modify": True,
        }
        return _sent(self.exchange.ask("POST", f"{_repo(wanted.repository)}/pulls", given).data)

    def _default(self, repository: str) -> str:
        return str(self.exchange.get(_repo(repository))["default_branch"])

    def state(self, spot: Spot) -> Standing:
        """Return how upstream stands to it; asks for reviews only where something changed."""
        path = f"{_repo(spot.repository)}/pulls/{spot.number}"
        answer = self.exchange.ask("GET", path, etag=spot.etag)
        if answer.data is None:
            return Standing(etag=spot.etag, is_known=False)
        row, etag = answer.data, answer.headers.get("ETag", "")
        if row.get("merged"):
            return Standing(MERGED, str(row.get("merge_commit_sha") or ""), etag=etag)
        if row.get("state") == "closed":
            return Standing(DECLINED, etag=etag)
        asked_at = self._asked_at(self._all(f"{path}/reviews"))
        return Standing(CHANGES_REQUESTED if asked_at else OPEN, etag=etag, asked_at=asked_at)

    def comments(self, spot: Spot) -> Sequence[Word]:
        """Return what was said of it: below it, at its lines, and with reviews."""
        repo, number = _repo(spot.repository), spot.number
        below = self._all(f"{repo}/issues/{number}/comments")
        return in_order(
            [
                *(self._word("comment", each, at="created_at", address=URL) for each in below),
                *self._in_reviews(f"{repo}/pulls/{number}"),
            ]
        )

    def _in_reviews(self, path: str) -> list[Word]:
        lines = self._all(f"{path}/comments")
        reviews = self._all(f"{path}/reviews")
        return [
            *(self._word("line", each, at="created_at", address=URL) for each in lines),
            *(self._word("review", each, at="submitted_at", address=URL) for each in reviews),
        ]

    def _asked_at(self, reviews: Sequence[dict[str, Any]]) -> datetime | None:
        """Return when changes were asked for by a last decision; None where nobody asks."""
        last = {
            str((each.get("user") or {}).get("login")): each
            for each in reviews
            if each.get("state") in (*DECIDING, self.objection) and not each.get("dismissed")
        }
        asked = [each for each in last.values() if each.get("state") == self.objection]
        return max((moment(each.get("submitted_at")) for each in asked), default=None)

    def _say(self, spot: Spot, text: str) -> None:
        path = f"{_repo(spot.repository)}/issues/{spot.number}/comments"
        self.exchange.ask("POST", path, {"body": text})


URL = "html_url"


def _repo(repository: str) -> str:
    return f"/repos/{quote(repository)}"


def _sent(row: dict[str, Any]) -> Sent:
    return Sent(str(row["number"]), str(row[URL]))
