# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gitea and Forgejo: a pull request from the account's fork (REST API, version 1)."""

from urllib.parse import quote

from tresen_licensing.forges.exchange import TAKEN
from tresen_licensing.forges.github import URL, GitHub
from tresen_licensing.forges.records import Contribution, Sent, Word
from tresen_licensing.networks.faults import Fault


class Gitea(GitHub):
    """A Gitea or Forgejo; what it tells of a request reads as GitHub's."""

    api = "/api/v1"
    size = "limit"
    objection = "REQUEST_CHANGES"

    def _api(self) -> str:
        return self.api

    def _find(self, wanted: Contribution) -> Sent | None:
        """Look among the open ones, since it cannot be asked by branch everywhere."""
        for row in self._all(f"/repos/{quote(wanted.repository)}/pulls?state=open"):
            head = row.get("head") or {}
            owner = ((head.get("repo") or {}).get("owner") or {}).get("login")
            if head.get("ref") == wanted.topic and owner == self.access.account:
                return Sent(str(row["number"]), str(row[URL]))
        return None

    def _fork(self, wanted: Contribution) -> str:
        owner, _slash, name = wanted.repository.partition("/")
        if owner == self.access.account:
            return wanted.url
        try:
            made = self.exchange.ask("POST", f"/repos/{quote(wanted.repository)}/forks", {})
            return str(made.data["clone_url"])
        except Fault as fault:
            if fault.status not in TAKEN:
                raise
        own = f"/repos/{quote(self.access.account)}/{quote(name)}"
        return str(self.exchange.get(own)["clone_url"])

    def _in_reviews(self, path: str) -> list[Word]:
        """Return what was said with reviews, and at the lines that each is about."""
        found: list[Word] = []
        for review in self._all(f"{path}/reviews"):
            found.append(self._word("review", review, at="submitted_at", address=URL))
            if review.get("comments_count"):
                lines = self._all(f"{path}/reviews/{review['id']}/comments")
                found += [self._word("line", each, at="created_at", address=URL) for each in lines]
        return found
