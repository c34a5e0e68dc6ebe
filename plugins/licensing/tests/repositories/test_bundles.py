# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upstream's history comes in as a bundle of git; a broken one is said and changes nothing."""

from contextlib import suppress

import pytest
from gits import Repository
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from tresen.sdk import Desk, Refused
from tresen_licensing.developments.models import Development
from tresen_licensing.repositories import outcomes, queries, service
from tresen_licensing.repositories.bundles import read_bundle
from tresen_licensing.repositories.models import Mirror, MirrorPack

ONE = "1" * 40


def counted(desk: Desk) -> tuple[int, int]:
    """Return how many mirrors and packs there are."""
    return (
        desk.session.scalar(select(func.count(Mirror.id))) or 0,
        desk.session.scalar(select(func.count(MirrorPack.id))) or 0,
    )


def test_bundle_of_git_is_read(repo: Repository) -> None:
    first = repo.text("rev-parse", "HEAD")
    second = repo.commit({"README": b"x\n"}, "Second")
    found = read_bundle(repo.bundle("HEAD", "main", f"^{first}"))
    assert (found.heads, found.stands_on, found.pack[:4]) == (
        {"HEAD": second, "refs/heads/main": second},
        (first,),
        b"PACK",
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no bundle"),
        (b"# v1 git bundle\n\nPACK", "no bundle"),
        (b"%PDF-1.7", "no bundle"),
        (b"# v2 git bundle\n", "broken"),
        (b"# v2 git bundle\nno id here refs/heads/main\n\nPACK", "broken"),
        (b"# v2 git bundle\n" + b"a" * 1_100_000 + b"\n\nPACK", "broken"),
        (b"# v3 git bundle\n@filter=blob:none\n\nPACK", "filter=blob:none"),
        (b"# v3 git bundle\n@object-format=sha256\n\nPACK", "object-format=sha256"),
    ],
)
def test_what_is_no_bundle_is_said(body: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_bundle(body)


def test_third_version_of_bundles_is_read() -> None:
    body = f"# v3 git bundle\n@object-format=sha1\n{ONE} refs/heads/main\n\nPACK".encode()
    assert read_bundle(body).heads == {"refs/heads/main": ONE}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(Refused):
        assert read_bundle(b"# v2 git bundle\n" + body).pack is not None


def test_branches_are_remembered_and_changes_tried(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    mirror = queries.mirror(agent_desk, upstream.upstream_url)
    assert mirror is not None
    heads = queries.heads_of(agent_desk, mirror.id)
    (row,) = agent_desk.session.scalars(select(service.Attempt))
    assert (heads, row.outcome) == (
        {"refs/heads/main": repo.text("rev-parse", "main")},
        outcomes.APPLIED,
    )


def test_bundle_that_builds_on_what_is_known_adds_to_it(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    first = repo.text("rev-parse", "main")
    second = repo.commit({"docs/new.md": b"new\n"}, "Second")
    mirror = service.take_bundle(agent_desk, upstream, repo.bundle("main", f"^{first}"))
    assert (queries.heads_of(agent_desk, mirror.id), counted(agent_desk)) == (
        {"refs/heads/main": second},
        (1, 2),
    )


def test_same_bundle_again_adds_nothing_new(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    service.take_bundle(agent_desk, upstream, repo.bundle("main"))
    assert counted(agent_desk) == (1, 1)


def test_bundle_that_builds_on_what_is_unknown_is_refused(
    agent_desk: Desk, development: Development, repo: Repository
) -> None:
    development.upstream_url = "https://forge.example/quay"
    first = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Second")
    with pytest.raises(Refused, match=f"builds on {first[:12]}"):
        service.take_bundle(agent_desk, development, repo.bundle("main", f"^{first}"))


def test_mirror_is_shared_by_developments(
    agent_desk: Desk, upstream: Development, development: Development, repo: Repository
) -> None:
    development.upstream_url = upstream.upstream_url + "/"
    service.take_bundle(agent_desk, development, repo.bundle("main"))
    assert counted(agent_desk) == (1, 1)


def test_address_of_upstream_is_needed(
    agent_desk: Desk, development: Development, repo: Repository
) -> None:
    with pytest.raises(Refused, match="where upstream's repository is"):
        service.take_bundle(agent_desk, development, repo.bundle("main"))


@pytest.mark.parametrize("at", [-1, -30, 120])
def test_pack_with_a_turned_byte_is_refused_whole(
    agent_desk: Desk, upstream: Development, repo: Repository, at: int
) -> None:
    repo.commit({"README": b"y\n" * 500}, "More")
    body = bytearray(repo.bundle("main"))
    body[at] ^= 0xFF
    agent_desk.commit()
    with pytest.raises(Refused):
        service.take_bundle(agent_desk, upstream, bytes(body))
    agent_desk.rollback()
    assert counted(agent_desk) == (1, 1)


def test_branch_without_its_commit_is_refused(
    agent_desk: Desk, upstream: Development, repo: Repository
) -> None:
    body = repo.bundle("main")
    tip = repo.text("rev-parse", "main").encode()
    with pytest.raises(Refused, match=r"refs/heads/main.* is not there"):
        service.take_bundle(agent_desk, upstream, body.replace(tip, b"1" * 40, 1))


def test_too_large_a_history_is_refused_unread(
    agent_desk: Desk, upstream: Development, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_MEGABYTE", 1)
    with pytest.raises(Refused, match="more than 100 MB"):
        service.take_bundle(agent_desk, upstream, b"x" * 101)
