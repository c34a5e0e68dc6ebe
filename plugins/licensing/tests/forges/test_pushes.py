# SPDX-License-Identifier: AGPL-3.0-or-later
"""A contribution is pushed to real repositories over git's own HTTP, and stands on its base."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from forge_server import ForgeServer
from forges.conftest import UPSTREAM
from forges.kinds import FORK, TOPIC
from gits import Repository
from tresen.sdk import Refused
from tresen_licensing.forges import histories, pushes
from tresen_licensing.forges.agit import AGit
from tresen_licensing.forges.histories import fetched
from tresen_licensing.forges.records import Access, Contribution, Sent
from tresen_licensing.networks.faults import Fault

Contribute = Callable[..., Contribution]
REF = f"refs/heads/{TOPIC}"
# What Gitea's own hook says, and writes down of what came.
HOOK = """\
#!/bin/sh
cat > pushed
i=0
while [ "$i" -lt "$GIT_PUSH_OPTION_COUNT" ]; do
  eval "echo \\"\\$GIT_PUSH_OPTION_$i\\"" >> options
  i=$((i + 1))
done
echo "Visit the existing pull request:"
echo "  {address}/harbour/pier/pulls/3"
"""


def test_push_puts_the_patches_on_their_base(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    wanted = contribute()
    pushes.push(access, wanted, forge.url(FORK), REF)
    subjects = forge.git(FORK, "log", "--format=%s|%an|%P", REF, "-2").splitlines()
    tree = forge.git(FORK, "show", f"{REF}:crane")
    assert ([each.split("|")[:2] for each in subjects], tree, wanted.base in subjects[1]) == (
        [["Kran für Kähne", "Dora Developer"], ["Add a bollard", "Dora Developer"]],
        "hebt 5 t, für Kähne",
        True,
    )


def test_last_commit_bears_the_trailer(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    pushes.push(access, contribute(), forge.url(FORK), REF)
    read = "--format=%(trailers:key=Contribution-Id,valueonly)"
    told = [forge.git(FORK, "log", read, "-1", each) for each in (REF, f"{REF}~1")]
    assert told == ["CD-2026-0001", ""]


def test_tree_is_the_one_that_the_patches_give(
    forge: ForgeServer, access: Access, contribute: Contribute, upstream: Repository
) -> None:
    pushes.push(access, contribute(), forge.url(FORK), REF)
    assert forge.git(FORK, "rev-parse", f"{REF}^{{tree}}") == upstream.tree("ours")


def test_push_twice_leaves_one_branch_as_it_is(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    heads = []
    for _each in range(2):
        pushes.push(access, contribute(), forge.url(FORK), REF)
        heads.append(forge.git(FORK, "rev-parse", REF))
    assert heads[0] == heads[1]


def test_push_works_though_upstream_went_on(
    forge: ForgeServer, access: Access, contribute: Contribute, upstream: Repository
) -> None:
    upstream.commit({"lamp": b"on\n"}, "Light a lamp")
    upstream.git("push", "-q", str(forge.folder / UPSTREAM), "main")
    pushes.push(access, contribute(), forge.url(FORK), REF)
    assert forge.git(FORK, "rev-list", "--count", REF) == "4"


def test_base_that_upstream_does_not_have_is_told(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    with pytest.raises(Refused, match="does not hold the base 444444444444"):
        pushes.push(access, contribute(base="4" * 40), forge.url(FORK), REF)


def test_patch_that_does_not_apply_is_told(
    forge: ForgeServer, access: Access, contribute: Contribute, upstream: Repository
) -> None:
    wanted = contribute(base=upstream.text("rev-parse", "main~1"))
    with pytest.raises(Refused, match="Patch 1 does not apply to pier"):
        pushes.push(access, wanted, forge.url(FORK), REF)


def test_repository_that_is_not_there_is_told(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    with pytest.raises(Fault, match="knows no such repository"):
        pushes.push(access, contribute(url=forge.url("nobody/none.git")), forge.url(FORK), REF)


def test_branch_that_is_not_there_is_told(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    with pytest.raises(Fault, match="has no branch stable"):
        pushes.push(access, contribute(branch="stable"), forge.url(FORK), REF)


def test_server_that_refuses_a_push_is_told(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    hook = forge.folder / FORK / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho 'not you'\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Fault, match=r"Our forge refuses it: .*hook declined"):
        pushes.push(access, contribute(), forge.url(FORK), REF)


def test_private_network_is_refused_without_leave(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    public = replace(access, let_in=frozenset(), address="https://forge.example")
    with pytest.raises(Refused, match="leads into a private network"):
        pushes.push(public, contribute(url="https://127.0.0.1/pier.git"), "https://x.example", REF)


def test_token_goes_to_its_own_server_alone(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    elsewhere = replace(access, address="https://other.example")
    pushes.push(elsewhere, contribute(), forge.url(FORK), REF)
    heard = {"authorization" in each.headers for each in forge.asked}
    pushes.push(access, contribute(), forge.url(FORK), REF)
    assert (heard, "authorization" in forge.asked[-1].headers) == ({False}, True)


def test_history_comes_with_its_tags(
    forge: ForgeServer, access: Access, contribute: Contribute, upstream: Repository
) -> None:
    upstream.git("tag", "-a", "-m", "First", "v1.0")
    upstream.git("push", "-q", "--tags", str(forge.folder / UPSTREAM))
    with fetched(access, forge.url(UPSTREAM), "") as history:
        told = history.head, dict(history.tags)
    head = upstream.text("rev-parse", "main")
    assert told == (head, {"v1.0": head})


def test_history_that_is_too_long_is_cut(
    forge: ForgeServer,
    access: Access,
    contribute: Contribute,
    upstream: Repository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(histories, "DEPTH", 1)
    with fetched(access, forge.url(UPSTREAM), "main") as history:
        first = upstream.text("rev-parse", "main~1").encode()
        told = history.head.encode() in history.store, first in history.store
    assert told == (True, False)


def test_history_that_is_too_large_is_refused(
    forge: ForgeServer, access: Access, contribute: Contribute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "MOST_BYTES", 100)
    with (
        pytest.raises(Fault, match="cannot be read or written"),
        fetched(access, forge.url(UPSTREAM), "main"),
    ):
        pass


def take_by_agit(forge: ForgeServer) -> None:
    """Let upstream answer a push as a Gitea does that opens request 3, and keep what it got."""
    hook = forge.folder / UPSTREAM / "hooks" / "pre-receive"
    hook.write_text(HOOK.replace("{address}", forge.address))
    hook.chmod(0o755)


def test_agit_opens_a_request_by_a_push_with_options(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    take_by_agit(forge)
    sent = AGit(access).propose(contribute())
    options = (forge.folder / UPSTREAM / "options").read_text().splitlines()
    pushed = (forge.folder / UPSTREAM / "pushed").read_text().split()[2]
    assert (sent, options, pushed) == (
        Sent("3", f"{forge.address}/harbour/pier/pulls/3"),
        [
            f"topic={TOPIC}",
            "title=A bollard and a crane",
            "description=Hello, we use it.",
            "force-push=true",
        ],
        "refs/for/main",
    )


def test_agit_that_says_no_address_is_asked_for_it(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    page = "/api/v1/repos/harbour/pier/pulls?state=open&limit=100&page=1"
    other = {"number": 1, "html_url": "https://x.example/1", "head": {"ref": "feature"}}
    own = {"number": 7, "html_url": "https://x.example/7", "head": {"ref": f"tresen/{TOPIC}"}}
    forge.rows["GET", page] = [other, own]
    sent = AGit(access).propose(contribute())
    assert (sent, forge.git(UPSTREAM, "log", "-1", "--format=%s", "refs/for/main")) == (
        Sent("7", "https://x.example/7"),
        "Kran für Kähne",
    )


def test_agit_tells_what_is_new_in_a_later_version(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    take_by_agit(forge)
    forge.rows["GET", "/api/v1/repos/harbour/pier/issues/3/comments?limit=100&page=1"] = []
    forge.rows["GET", "/api/v1/repos/harbour/pier/pulls/3/reviews?limit=100&page=1"] = []
    forge.rows["POST", "/api/v1/repos/harbour/pier/issues/3/comments"] = {"id": 1}
    sent = AGit(access).propose(contribute(version=2, news="Less.", before=Sent("3")))
    told = [each.given for each in forge.asked if each.method == "POST" and "/api/" in each.path]
    assert (sent.number, told) == ("3", [{"body": "Less."}])


def test_agit_without_an_answer_is_followed_by_hand(
    forge: ForgeServer, access: Access, contribute: Contribute
) -> None:
    page = "/api/v1/repos/harbour/pier/pulls?state=open&limit=100&page=1"
    forge.rows["GET", page] = []
    assert AGit(access).propose(contribute()) == Sent()
