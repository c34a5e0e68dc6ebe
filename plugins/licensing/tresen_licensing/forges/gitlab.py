# SPDX-License-Identifier: AGPL-3.0-or-later
"""GitLab: a merge request from the account's fork (REST API, version 4)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

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
from tresen_licensing.networks.faults import Fault


class GitLab(Rest):
    """A GitLab, such as openCode's."""

    api = "/api/v4"

    def _find(self, wanted: Contribution) -> Sent | None:
        asked = f"state=opened&source_branch={quote(wanted.topic, safe='')}"
        whose = f"author_username={quote(self.access.account, safe='')}"
        path = f"{_project(wanted.repository)}/merge_requests?{asked}&{whose}"
        return next((_sent(row) for row in self.exchange.get(path)), None)

    def _fork(self, wanted: Contribution) -> str:
        return str(self._own(wanted)["http_url_to_repo"])

    def _own(self, wanted: Contribution) -> dict[str, Any]:
        """Return the project from which it is proposed: the fork, or upstream itself."""
        name = wanted.repository.rpartition("/")[2]
        try:
            found: dict[str, Any] = self.exchange.get(_project(f"{self.access.account}/{name}"))
        except Fault as fault:
            if fault.status != HTTPStatus.NOT_FOUND:
                raise
            found = self.exchange.ask("POST", f"{_project(wanted.repository)}/fork", {}).data
        return found

    def _open(self, wanted: Contribution) -> Sent:
        target = self.exchange.get(_project(wanted.repository))
        given = {
            "source_branch": wanted.topic,
            "target_branch": wanted.branch or target["default_branch"],
            "target_project_id": target["id"],
            "title": wanted.title,
            "description": wanted.text,
            "allow_collaboration": True,
        }
        own = self._own(wanted)["id"]
        return _sent(self.exchange.ask("POST", f"/projects/{own}/merge_requests", given).data)

    def state(self, spot: Spot) -> Standing:
        """Return how upstream stands to it."""
        answer = self.exchange.ask("GET", _request(spot), etag=spot.etag)
        if answer.data is None:
            return Standing(etag=spot.etag, is_known=False)
        row, etag = answer.data, answer.headers.get("ETag", "")
        if row.get("state") == "merged":
            return Standing(MERGED, _merged_in(row), etag=etag)
        if row.get("state") == "closed":
            return Standing(DECLINED, etag=etag)
        is_asked = row.get("detailed_merge_status") == "requested_changes"
        return Standing(CHANGES_REQUESTED if is_asked else OPEN, etag=etag)

    def comments(self, spot: Spot) -> Sequence[Word]:
        """Return what people said of it; what GitLab itself notes is left out."""
        path = f"{_request(spot)}/notes?sort=asc&order_by=created_at"
        rows = [each for each in self._all(path) if not each.get("system")]
        return in_order([self._note(each) for each in rows])

    def _say(self, spot: Spot, text: str) -> None:
        self.exchange.ask("POST", f"{_request(spot)}/notes", {"body": text})

    def _note(self, row: dict[str, Any]) -> Word:
        author = row.get("author") or {}
        return Word(
            key=f"note-{row['id']}",
            author=str(author.get("name") or "")[:200],
            written_at=moment(row.get("created_at")),
            text=str(row.get("body") or ""),
            is_own=author.get("username") == self.access.account,
        )


def _project(repository: str) -> str:
    return f"/projects/{quote(repository, safe='')}"


def _request(spot: Spot) -> str:
    return f"{_project(spot.repository)}/merge_requests/{spot.number}"


def _merged_in(row: dict[str, Any]) -> str:
    """Return the commit in which it arrived, however it was merged."""
    names = ("merge_commit_sha", "squash_commit_sha", "sha")
    return next((str(row[name]) for name in names if row.get(name)), "")


def _sent(row: dict[str, Any]) -> Sent:
    return Sent(str(row["iid"]), str(row["web_url"]))
