# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forges with a REST API, in the shapes that each of them documents."""

from dataclasses import dataclass, field
from typing import Any

from forge_server import ForgeServer, Reply
from tresen_licensing.forges.gitea import Gitea
from tresen_licensing.forges.github import GitHub
from tresen_licensing.forges.gitlab import GitLab
from tresen_licensing.forges.rest import Rest

FORK = "tresen/pier.git"
TOPIC = "contribution/cd-2026-0001"
BRANCH = "contribution%2Fcd-2026-0001"


@dataclass(frozen=True)
class Kind:
    """A forge: its class, and the paths of its API that a test needs."""

    forge: type[Rest]
    find: str
    open: str
    request: str
    rows: dict[tuple[str, str], Any] = field(default_factory=dict)
    opened: dict[str, Any] = field(default_factory=dict)


def pull(head: str = TOPIC, owner: str = "tresen", **more: Any) -> dict[str, Any]:
    branch = {"ref": head, "repo": {"owner": {"login": owner}}}
    return {"number": 5, "html_url": "https://x.example/5", "head": branch, **more}


def kinds(forge: ForgeServer) -> dict[str, Kind]:
    fork = {"clone_url": forge.url(FORK), "full_name": "tresen/pier"}
    gh, gt = "/api/v3/repos/harbour/pier", "/api/v1/repos/harbour/pier"
    gl, own = "/api/v4/projects/harbour%2Fpier", "/api/v4/projects/tresen%2Fpier"
    merge = {"iid": 5, "web_url": "https://x.example/5"}
    return {
        "github": Kind(
            GitHub,
            f"{gh}/pulls?state=open&head=tresen%3A{BRANCH}",
            f"{gh}/pulls",
            f"{gh}/pulls/5",
            {("POST", f"{gh}/forks"): Reply(202, fork)},
            pull(),
        ),
        "gitea": Kind(
            Gitea,
            f"{gt}/pulls?state=open&limit=100&page=1",
            f"{gt}/pulls",
            f"{gt}/pulls/5",
            {("POST", f"{gt}/forks"): Reply(202, fork)},
            pull(),
        ),
        "gitlab": Kind(
            GitLab,
            f"{gl}/merge_requests?state=opened&source_branch={BRANCH}&author_username=tresen",
            "/api/v4/projects/12/merge_requests",
            f"{gl}/merge_requests/5",
            {
                ("GET", own): {"id": 12, "http_url_to_repo": forge.url(FORK)},
                ("GET", gl): {"id": 11, "default_branch": "main"},
            },
            merge,
        ),
    }
