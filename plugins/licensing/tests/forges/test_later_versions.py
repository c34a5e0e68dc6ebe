# SPDX-License-Identifier: AGPL-3.0-or-later
"""A later version takes the place of the first one at GitHub, GitLab and Gitea."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from forge_server import ForgeServer, Reply
from forges.kinds import FORK, TOPIC, Kind
from tresen.sdk import Refused
from tresen_licensing.forges.gitea import Gitea
from tresen_licensing.forges.gitlab import GitLab
from tresen_licensing.forges.records import Access, Contribution, Sent

Contribute = Callable[..., Contribution]


def found_again(kind: Kind, forge: ForgeServer) -> str:
    """Let the forge find the request; return where it is told what is new."""
    forge.rows["GET", kind.find] = [kind.opened]
    where = kind.request.replace("/pulls/", "/issues/") + "/comments"
    if kind.forge is GitLab:
        where = f"{kind.request}/notes"
    size = "limit" if kind.forge is Gitea else "per_page"
    forge.rows["POST", where] = Reply(201, {"id": 1})
    sort = "?sort=asc&order_by=created_at&" if kind.forge is GitLab else "?"
    forge.rows["GET", f"{where}{sort}{size}=100&page=1"] = []
    for more in ("comments", "reviews"):
        forge.rows["GET", f"{kind.request}/{more}?{size}=100&page=1"] = []
    return where


def test_next_version_is_pushed_over_the_first_and_told(
    kind: Kind, forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    first = kind.forge(access).propose(contribute())
    before = forge.git(FORK, "rev-parse", f"refs/heads/{TOPIC}")
    where = found_again(kind, forge)
    wanted = contribute(version=2, news=" Five. ", before=first)
    fewer = replace(wanted, patches=wanted.patches[:1])
    sent = kind.forge(access).propose(fewer)
    told = [each.given for each in forge.asked if (each.method, each.path) == ("POST", where)]
    count = forge.git(FORK, "rev-list", "--count", f"main..refs/heads/{TOPIC}")
    opened = [each for each in forge.asked if (each.method, each.path) == ("POST", kind.open)]
    assert (sent, told, count, len(opened)) == (first, [{"body": "Five."}], "1", 1)
    assert forge.git(FORK, "rev-parse", f"refs/heads/{TOPIC}") != before


def test_next_version_of_what_is_not_open_is_refused(
    kind: Kind, forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    with pytest.raises(Refused, match="no request of it is open"):
        kind.forge(access).propose(contribute(version=2, news="Five.", before=Sent("5")))
    assert forge.paths("POST") == []
