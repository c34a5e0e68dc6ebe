# SPDX-License-Identifier: AGPL-3.0-or-later
"""GitHub: a pull request from the account's fork (REST API, version 2022-11-28)."""

from collections.abc import Sequence
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
from tresen_licensing.forges.rest import Rest, in_order

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
        return Standing(self._asked(self._all(f"{path}/reviews")), etag=etag)

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

    def _asked(self, reviews: Sequence[dict[str, Any]]) -> str:
        """Return whether somebody's last decision asks for changes."""
        last = {
            str((each.get("user") or {}).get("login")): each.get("state")
            for each in reviews
            if each.get("state") in (*DECIDING, self.objection) and not each.get("dismissed")
        }
        return CHANGES_REQUESTED if self.objection in last.values() else OPEN


URL = "html_url"


def _repo(repository: str) -> str:
    return f"/repos/{quote(repository)}"


def _sent(row: dict[str, Any]) -> Sent:
    return Sent(str(row["number"]), str(row[URL]))
