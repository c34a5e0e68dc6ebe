# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commits are written as patches that give the same tree again, or refused."""

from collections.abc import Iterator

import pytest
from dulwich.object_store import BaseObjectStore
from dulwich.repo import Repo
from gits import Repository
from hypothesis import given, settings
from hypothesis import strategies as st
from tresen.sdk import Refused
from tresen_licensing.patches.applying import apply_series
from tresen_licensing.patches.posted import patches_of, title_of
from tresen_licensing.patches.series import PatchText, read_series
from tresen_licensing.patches.writing import mailbox_of


@pytest.fixture
def store(repo: Repository) -> Iterator[BaseObjectStore]:
    """Return the objects of the repository, as they are while the test goes on."""
    with Repo(str(repo.folder)) as opened:
        yield opened.object_store


@pytest.fixture
def base(repo: Repository) -> str:
    """Return the first commit."""
    return repo.text("rev-parse", "HEAD")


def written(store: BaseObjectStore, base: str, head: str) -> tuple[PatchText, ...]:
    """Write the commits, read them again, and return them."""
    found = read_series([mailbox_of(store, base, head)])
    assert found.base == base
    return found.patches


def test_series_gives_the_same_tree_and_the_patches_of_git(
    repo: Repository, store: BaseObjectStore, base: str
) -> None:
    repo.commit({"src/quay.py": b"BERTHS = 4\n"}, "Add a berth\n\nBoats wait.")
    head = repo.commit({"README": None, "docs/new.md": b"New\n"}, "Move the words")
    ours, gits = written(store, base, head), read_series([repo.series(base)]).patches
    assert [each.patch_id for each in ours] == [each.patch_id for each in gits]
    assert apply_series(store, base, ours).tree == repo.tree()
    told = [(each.subject, each.author_address, each.signed_off, each.authored_at) for each in ours]
    assert told == [
        (each.subject, each.author_address, each.signed_off, each.authored_at) for each in gits
    ]


@pytest.mark.parametrize(
    "message", ["Größere Öffnung für Anlieger", "A" * 200, "Subject: odd", "Plain\n\nÄußerst nah."]
)
def test_words_come_back_as_they_were(
    repo: Repository, store: BaseObjectStore, base: str, message: str
) -> None:
    repo.git("config", "user.name", "x")
    (repo.folder / "README").write_bytes("Größe\n".encode())
    repo.git("commit", "-q", "-a", "-m", message, "--author", "Jörg Öhm <joerg@kunde.example>")
    (patch,) = written(store, base, repo.text("rev-parse", "HEAD"))
    title = message.partition("\n")[0]
    assert (patch.subject, patch.author_name) == (title, "Jörg Öhm")


def test_mode_of_a_program_and_a_link_come_along(
    repo: Repository, store: BaseObjectStore, base: str
) -> None:
    (repo.folder / "run").write_bytes(b"#!/bin/sh\n")
    (repo.folder / "run").chmod(0o755)
    (repo.folder / "link").symlink_to("run")
    head = repo.commit({}, "Run it")
    assert apply_series(store, base, written(store, base, head)).tree == repo.tree()


def test_merge_is_refused(repo: Repository, store: BaseObjectStore, base: str) -> None:
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"side": b"1\n"}, "Side")
    repo.git("checkout", "-q", "main")
    repo.commit({"main": b"1\n"}, "Main")
    repo.git("merge", "-q", "--no-edit", "side")
    with pytest.raises(Refused, match="is a merge: rebase the branch first"):
        mailbox_of(store, base, repo.text("rev-parse", "HEAD"))


def test_branch_that_does_not_come_out_of_the_base_is_refused(
    repo: Repository, store: BaseObjectStore, base: str
) -> None:
    head = repo.commit({"README": b"x\n"}, "Second")
    repo.git("checkout", "-q", "--orphan", "other")
    other = repo.commit({"other": b"1\n"}, "Other")
    for start, end, words in [
        (base, other, "does not come out of"),
        (head, head, "has no commit after"),
        (base, "f" * 40, "is not there: send all of the branch"),
        (base, repo.tree(), "is no commit"),
    ]:
        with pytest.raises(Refused, match=words):
            mailbox_of(store, start, end)


@pytest.mark.parametrize(
    ("body", "message"),
    [(b"\x00\x01\xff" * 9, "A picture"), (b"x\n", "Begin\n\nFrom here on\nFrom the quay")],
)
def test_what_plain_patches_cannot_say_is_refused(
    repo: Repository, store: BaseObjectStore, base: str, body: bytes, message: str
) -> None:
    head = repo.commit({"picture": body}, message)
    with pytest.raises(Refused, match="Plain patches cannot say these commits"):
        mailbox_of(store, base, head)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(alphabet="ab\n\t é", max_size=30), min_size=1, max_size=3, unique=True))
def test_any_text_comes_back_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str]
) -> None:
    from gits import repository  # noqa: PLC0415 - beside the fixtures, which are made once

    repo = repository(tmp_path_factory.mktemp("any") / "repo")
    base = head = repo.text("rev-parse", "HEAD")
    for number, each in enumerate(bodies):
        head = repo.commit({"README": f"{number}{each}".encode()}, f"Change {number}")
    with Repo(str(repo.folder)) as opened:
        patches = written(opened.object_store, base, head)
        assert apply_series(opened.object_store, base, patches).tree == repo.tree()


MAIL = (
    b"Return-Path: <dora@tresen.example>\r\n"
    b"Received: from inner.host (10.1.2.3)\r\n by mx.example; Mon, 2 Mar 2026 10:00:01 +0100\r\n"
    b"From: Dora Developer <dora@tresen.example>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\n"
    b"Subject: [PATCH 1/2] Add a\r\n berth\r\nX-Mailer: git\r\n\r\n"
)
DIFF = (
    b"---\r\n\r\ndiff --git a/README b/README\r\n--- a/README\r\n+++ b/README\r\n"
    b"@@ -1 +1 @@\r\n-Harbour\r\n+Port\r\n-- \r\n2.40\r\n"
)


def test_way_of_a_mail_stays_behind() -> None:
    (body,) = patches_of(MAIL + DIFF)
    head, _gap, rest = body.replace(b"\r\n", b"\n").partition(b"\n\n")
    names = sorted(line.partition(b":")[0] for line in head.split(b"\n") if b": " in line)
    assert names == [b"Date", b"From", b"Subject"]
    assert (b"10.1.2.3" in body, b"diff --git a/README" in rest) == (False, True)
    assert title_of(MAIL + DIFF) == "[PATCH 1/2] Add a berth"


@pytest.mark.parametrize("raw", [b"", MAIL + b"Hello\r\n", b"\x00\xff", MAIL])
def test_mail_without_a_patch_has_none(raw: bytes) -> None:
    assert patches_of(raw) == []
