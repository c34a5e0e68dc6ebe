# SPDX-License-Identifier: AGPL-3.0-or-later
"""GitHub, GitLab and Gitea: proposed once, with the shapes that each of them documents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from forge_server import ForgeServer, Reply
from forges.kinds import FORK, TOPIC, Kind, kinds, pull
from tresen_licensing.forges import records
from tresen_licensing.forges.gitea import Gitea
from tresen_licensing.forges.github import GitHub
from tresen_licensing.forges.gitlab import GitLab
from tresen_licensing.forges.records import Access, Contribution, Sent, Spot, Standing
from tresen_licensing.networks.faults import Fault

Contribute = Callable[..., Contribution]
SHA = "c" * 40


def test_proposal_is_pushed_and_opened(
    kind: Kind, forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    sent = kind.forge(access).propose(contribute())
    given = next(each.given for each in forge.asked if each.path == kind.open)
    words = given["title"], given.get("body") or given.get("description")
    pushed = forge.git(FORK, "log", "-1", "--format=%s", f"refs/heads/{TOPIC}")
    assert (sent, words, pushed) == (
        Sent("5", "https://x.example/5"),
        ("A bollard and a crane", "Hello,\n\nwe use it."),
        "Kran für Kähne",
    )


def test_request_goes_from_our_branch_to_theirs(
    kind: Kind, forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    kind.forge(access).propose(contribute())
    given = [each.given for each in forge.asked if each.path == kind.open][-1]
    ways = given.get("head") or given["source_branch"], given.get("base") or given["target_branch"]
    head = TOPIC if kind.forge is GitLab else f"tresen:{TOPIC}"
    assert ways == (head, "main")


def test_second_proposal_finds_the_first(
    kind: Kind, forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    forge.rows["GET", kind.find] = [kind.opened]
    sent = kind.forge(access).propose(contribute())
    opened = [each for each in forge.asked if each.method == "POST" and each.path == kind.open]
    assert (sent, opened) == (Sent("5", "https://x.example/5"), [])


@pytest.mark.parametrize("status", [409, 422])
def test_race_of_two_opens_one(
    kind: Kind, forge: ForgeServer, access: Access, contribute: Contribute, status: int
) -> None:
    def taken(_asked: Any) -> Reply:
        forge.rows["GET", kind.find] = [kind.opened]
        return Reply(status, {"message": "exists"})

    forge.rows["POST", kind.open] = taken
    assert kind.forge(access).propose(contribute()) == Sent("5", "https://x.example/5")


def test_refusal_to_open_is_told(
    kind: Kind, forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    forge.rows["POST", kind.open] = Reply(422, {"message": "No commits between"})
    with pytest.raises(Fault, match="Our forge refuses it: No commits between"):
        kind.forge(access).propose(contribute())


def test_branch_of_somebody_else_is_not_ours(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    kind = kinds(forge)["gitea"]
    others = [pull(owner="other"), pull(head="feature")]
    forge.rows |= {**kind.rows, ("GET", kind.find): others}
    forge.rows["POST", kind.open] = Reply(201, pull() | {"number": 9})
    assert kind.forge(access).propose(contribute()).number == "9"


def test_fork_that_exists_is_used(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    kind = kinds(forge)["gitea"]
    forge.rows |= {("GET", kind.find): [], ("POST", kind.open): Reply(201, pull())}
    forge.rows["POST", "/api/v1/repos/harbour/pier/forks"] = Reply(409, {"message": "exists"})
    forge.rows["GET", "/api/v1/repos/tresen/pier"] = {"clone_url": forge.url(FORK)}
    assert kind.forge(access).propose(contribute()).number == "5"


def test_fork_of_gitlab_is_made_where_there_is_none(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    kind = kinds(forge)["gitlab"]
    own = {"id": 12, "http_url_to_repo": forge.url(FORK)}
    forge.rows |= {("GET", kind.find): [], ("POST", kind.open): Reply(201, kind.opened)}
    gl = "/api/v4/projects/harbour%2Fpier"
    forge.rows["GET", gl] = {"id": 11, "default_branch": "main"}

    def made(_asked: Any) -> Reply:
        forge.rows["GET", "/api/v4/projects/tresen%2Fpier"] = own
        return Reply(201, own)

    forge.rows["POST", f"{gl}/fork"] = made
    assert (kind.forge(access).propose(contribute()).number, forge.paths("POST")[0]) == (
        "5",
        f"{gl}/fork",
    )


def test_account_that_owns_upstream_needs_no_fork(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    rows = "/api/v1/repos/tresen/pier"
    forge.rows["GET", f"{rows}/pulls?state=open&limit=100&page=1"] = []
    forge.rows["POST", f"{rows}/pulls"] = Reply(201, pull())
    wanted = contribute(repository="tresen/pier", url=forge.url(FORK))
    assert (Gitea(access).propose(wanted).number, forge.paths("POST")) == ("5", [f"{rows}/pulls"])


def test_default_branch_is_asked_for(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    kind = kinds(forge)["github"]
    forge.rows |= {**kind.rows, ("GET", kind.find): []}
    forge.rows["POST", kind.open] = Reply(201, pull())
    forge.rows["GET", "/api/v3/repos/harbour/pier"] = {"default_branch": "trunk"}
    GitHub(access).propose(contribute(branch=""))
    assert forge.asked[-1].given["base"] == "trunk"


def test_public_github_has_an_address_of_its_own(access: Access) -> None:
    ours = GitHub(replace(access, address="https://github.com"))
    assert ours.exchange._api == "https://api.github.com"


REVIEW = "/reviews?per_page=100&page=1"
ASKED = datetime(2026, 3, 12, 10, tzinfo=UTC)


def review(login: str, state: str, **more: Any) -> dict[str, Any]:
    return {
        "id": 31,
        "user": {"login": login},
        "state": state,
        "body": "",
        "submitted_at": "2026-03-12T10:00:00Z",
        **more,
    }


PULLS = [
    ({"state": "open", "merged": False}, [], records.OPEN, ""),
    (
        {"state": "open", "merged": False},
        [review("rita", "CHANGES_REQUESTED"), review("rita", "COMMENTED")],
        records.CHANGES_REQUESTED,
        "",
    ),
    (
        {"state": "open", "merged": False},
        [review("rita", "CHANGES_REQUESTED"), review("rita", "APPROVED")],
        records.OPEN,
        "",
    ),
    (
        {"state": "open", "merged": False},
        [review("rita", "APPROVED"), review("otto", "CHANGES_REQUESTED")],
        records.CHANGES_REQUESTED,
        "",
    ),
    ({"state": "closed", "merged": True, "merge_commit_sha": SHA}, [], records.MERGED, SHA),
    ({"state": "closed", "merged": False, "merge_commit_sha": SHA}, [], records.DECLINED, ""),
]


@pytest.mark.parametrize(("row", "reviews", "state", "commit"), PULLS)
def test_state_of_github(
    forge: ForgeServer,
    access: Access,
    row: dict[str, Any],
    reviews: list[dict[str, Any]],
    state: str,
    commit: str,
) -> None:
    path = "/api/v3/repos/harbour/pier/pulls/5"
    forge.rows["GET", path] = Reply(200, row, {"ETag": 'W/"1"'})
    forge.rows["GET", path + REVIEW] = reviews
    found = GitHub(access).state(Spot("harbour/pier", "5"))
    asked_at = ASKED if state == records.CHANGES_REQUESTED else None
    assert found == Standing(state, commit, etag='W/"1"', asked_at=asked_at)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"state": "REQUEST_CHANGES"}, records.CHANGES_REQUESTED),
        ({"state": "REQUEST_CHANGES", "dismissed": True}, records.OPEN),
        ({"state": "COMMENT"}, records.OPEN),
    ],
)
def test_state_of_gitea(
    forge: ForgeServer, access: Access, given: dict[str, Any], state: str
) -> None:
    path = "/api/v1/repos/harbour/pier/pulls/5"
    forge.rows["GET", path] = {"state": "open", "merged": False}
    reviews = [review("rita", **given)]
    forge.rows["GET", f"{path}/reviews?limit=100&page=1"] = reviews
    asked_at = ASKED if state == records.CHANGES_REQUESTED else None
    found = Gitea(access).state(Spot("harbour/pier", "5"))
    assert found == Standing(state, asked_at=asked_at)


@pytest.mark.parametrize(
    ("row", "state", "commit"),
    [
        ({"state": "opened", "detailed_merge_status": "mergeable"}, records.OPEN, ""),
        (
            {"state": "opened", "detailed_merge_status": "requested_changes"},
            records.CHANGES_REQUESTED,
            "",
        ),
        ({"state": "closed"}, records.DECLINED, ""),
        ({"state": "merged", "merge_commit_sha": SHA, "sha": "d" * 40}, records.MERGED, SHA),
        (
            {"state": "merged", "merge_commit_sha": None, "squash_commit_sha": SHA},
            records.MERGED,
            SHA,
        ),
        ({"state": "merged", "sha": SHA}, records.MERGED, SHA),
    ],
)
def test_state_of_gitlab(
    forge: ForgeServer, access: Access, row: dict[str, Any], state: str, commit: str
) -> None:
    forge.rows["GET", "/api/v4/projects/harbour%2Fpier/merge_requests/5"] = row
    assert GitLab(access).state(Spot("harbour/pier", "5")) == Standing(state, commit)


def test_state_that_did_not_change_costs_one_question(
    kind: Kind, forge: ForgeServer, access: Access
) -> None:
    forge.rows["GET", kind.request] = Reply(304)
    found = kind.forge(access).state(Spot("harbour/pier", "5", '"one"'))
    assert (found.is_known, found.etag, len(forge.asked)) == (False, '"one"', 1)


def said(number: int, login: str, day: int, body: str, at: str = "created_at") -> dict[str, Any]:
    return {
        "id": number,
        "user": {"login": login},
        "body": body,
        "html_url": f"https://x.example/5#{number}",
        at: f"2026-03-{day:02}T10:00:00Z",
    }


def test_words_of_github_stand_in_their_order(forge: ForgeServer, access: Access) -> None:
    repo, page = "/api/v3/repos/harbour/pier", "?per_page=100&page=1"
    forge.rows |= {
        ("GET", f"{repo}/issues/5/comments{page}"): [said(1, "rita", 4, "Why 5 t?")],
        ("GET", f"{repo}/pulls/5/comments{page}"): [said(2, "otto", 2, "A typo.")],
        ("GET", f"{repo}/pulls/5/reviews{page}"): [
            said(3, "rita", 3, "Please split it.", "submitted_at"),
            said(4, "rita", 5, "  ", "submitted_at"),
            said(5, "tresen", 6, "Done.", "submitted_at"),
        ],
    }
    words = GitHub(access).comments(Spot("harbour/pier", "5"))
    assert [(each.key, each.author, each.text, each.is_own) for each in words] == [
        ("line-2", "otto", "A typo.", False),
        ("review-3", "rita", "Please split it.", False),
        ("comment-1", "rita", "Why 5 t?", False),
        ("review-5", "tresen", "Done.", True),
    ]


def test_words_of_gitea_come_with_the_lines_of_reviews(forge: ForgeServer, access: Access) -> None:
    repo, page = "/api/v1/repos/harbour/pier", "?limit=100&page=1"
    one = said(3, "rita", 3, "Please split it.", "submitted_at")
    forge.rows |= {
        ("GET", f"{repo}/issues/5/comments{page}"): [],
        ("GET", f"{repo}/pulls/5/reviews{page}"): [one | {"comments_count": 1}],
        ("GET", f"{repo}/pulls/5/reviews/3/comments{page}"): [said(8, "rita", 2, "Here.")],
    }
    words = Gitea(access).comments(Spot("harbour/pier", "5"))
    assert [(each.key, each.text) for each in words] == [
        ("line-8", "Here."),
        ("review-3", "Please split it."),
    ]


def test_words_of_gitlab_are_those_of_people(forge: ForgeServer, access: Access) -> None:
    base = "/api/v4/projects/harbour%2Fpier/merge_requests/5/notes"
    who = {"name": "Rita Review", "username": "rita"}
    when = {"created_at": "2026-03-12T10:00:00.000Z"}
    forge.rows["GET", f"{base}?sort=asc&order_by=created_at&per_page=100&page=1"] = [
        {"id": 1, "body": "assigned to @x", "author": who, "system": True, **when},
        {"id": 2, "body": "Why 5 t?", "author": who, "system": False, **when},
    ]
    (word,) = GitLab(access).comments(Spot("harbour/pier", "5"))
    assert (word.key, word.author, word.text) == ("note-2", "Rita Review", "Why 5 t?")


def test_long_list_is_read_page_by_page(forge: ForgeServer, access: Access) -> None:
    repo = "/api/v3/repos/harbour/pier"
    rows = [said(number, "rita", 1, "Yes.") for number in range(150)]
    for page, part in ((1, rows[:100]), (2, rows[100:])):
        forge.rows["GET", f"{repo}/issues/5/comments?per_page=100&page={page}"] = part
    for name in ("comments", "reviews"):
        forge.rows["GET", f"{repo}/pulls/5/{name}?per_page=100&page=1"] = []
    assert len(GitHub(access).comments(Spot("harbour/pier", "5"))) == 150
