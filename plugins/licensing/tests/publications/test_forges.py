# SPDX-License-Identifier: AGPL-3.0-or-later
"""A look at a repository reads commit and tree over git's own protocol, as strangers do."""

import hashlib
import shutil
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from dulwich.protocol import pkt_line
from gits import Repository, repository
from sites import PATIENT, Environment, Site, Start
from tresen_licensing.publications import kinds
from tresen_licensing.publications.readings import read
from tresen_licensing.publications.records import Reading, Wanted

Ask = Callable[..., Reading]


@pytest.fixture
def told(tmp_path: Path) -> Repository:
    """Return a repository with two commits and a tag on the first."""
    made = repository(tmp_path / "told")
    made.git("tag", "-a", "-m", "First", "v1")
    made.commit({"README": b"Harbour\n\nFour berths.\n"}, "Say so")
    return made


@pytest.fixture
def ask(site: Site, told: Repository, tmp_path: Path) -> Ask:
    """Return a function that looks at the repository on the site."""
    address = site.publish("/berth.git", told, tmp_path / "berth.git")

    def go(revision: str = "main", tree: str = "", **more: str) -> Reading:
        wanted = Wanted(kinds.FORGE, address, revision, tree=tree or told.tree(), **more)
        return read(wanted, PATIENT)

    return go


def test_branch_shows_commit_and_tree(ask: Ask, told: Repository) -> None:
    head = told.text("rev-parse", "HEAD")
    digest = hashlib.sha256(told.git("cat-file", "commit", head)).hexdigest()
    assert ask() == Reading(kinds.HELD, told.tree(), head, kinds.TREE, digest)


@pytest.mark.parametrize("name", ["v1", "main~1"])
def test_tag_and_commit_show_the_first_tree(ask: Ask, told: Repository, name: str) -> None:
    commit = told.text("rev-parse", f"{name}^{{commit}}")
    asked = name if name == "v1" else told.text("rev-parse", "HEAD")
    found = ask(asked, told.tree(asked))
    known = commit if name == "v1" else asked
    assert (found.outcome, found.commit) == (kinds.HELD, known)


def test_another_tree_is_told_apart(ask: Ask, told: Repository) -> None:
    found = ask("v1")
    assert (found.outcome, found.tree) == (kinds.OTHER, told.tree("v1"))


def test_branch_that_is_not_there_is_gone(ask: Ask) -> None:
    assert ask("release") == Reading(kinds.GONE)


def test_commit_that_is_given_out_no_more_leads_to_what_the_branch_shows(
    ask: Ask, told: Repository
) -> None:
    found = ask(tree="6" * 40, commit="5" * 40)
    assert (found.outcome, found.tree) == (kinds.OTHER, told.tree())


def test_commit_that_is_given_out_no_more_is_gone_with_its_branch(ask: Ask) -> None:
    assert ask("release", commit="5" * 40) == Reading(kinds.GONE)


def test_commit_is_found_again_though_another_branch_shows_it(ask: Ask, told: Repository) -> None:
    found = ask("release", commit=told.text("rev-parse", "HEAD"))
    assert (found.outcome, found.tree) == (kinds.HELD, told.tree())


def test_repository_that_was_deleted_is_gone(ask: Ask, site: Site) -> None:
    site.repositories.clear()
    assert ask() == Reading(kinds.GONE)


def test_repository_that_wants_a_password_is_gone(ask: Ask, site: Site) -> None:
    site.repositories.clear()
    site.answer("/berth.git/info/refs", b"", "401 Unauthorized", WWW_Authenticate="Basic")
    assert ask() == Reading(kinds.GONE)


def test_server_that_fails_is_silent(ask: Ask, site: Site) -> None:
    site.repositories.clear()
    site.answer("/berth.git/info/refs", b"", "503 Service Unavailable")
    assert ask() == Reading(kinds.SILENT)


def test_server_that_fails_in_the_middle_is_silent(ask: Ask, site: Site) -> None:
    kept = site.repositories["/berth.git"]

    def half(environment: Environment, start: Start) -> Iterable[bytes]:
        if environment["PATH_INFO"].endswith("/git-upload-pack"):
            start("502 Bad Gateway", [("Content-Length", "0")])
            return []
        return kept(environment, start)

    site.repositories["/berth.git"] = half
    assert ask() == Reading(kinds.SILENT)


def test_page_in_its_place_is_not_readable_as_a_repository(ask: Ask, site: Site) -> None:
    site.repositories.clear()
    site.answer("/berth.git/info/refs", b"<html>", Content_Type="text/html")
    assert ask() == Reading(kinds.UNREADABLE)


def test_commit_is_read_though_its_pack_is_large(
    ask: Ask, site: Site, told: Repository, tmp_path: Path
) -> None:
    noise = hashlib.shake_256(b"berth").digest(400_000)
    told.commit({"chart.bin": noise}, "Add a chart")
    shutil.rmtree(tmp_path / "berth.git")
    site.publish("/berth.git", told, tmp_path / "berth.git")
    found = ask()
    assert (found.outcome, found.tree) == (kinds.HELD, told.tree())


def test_repository_moved_within_the_host_is_followed(ask: Ask, site: Site) -> None:
    kept = site.repositories.pop("/berth.git")
    site.repositories["/quay.git"] = kept
    old, new = "/berth.git/info/refs", "/quay.git/info/refs?service=git-upload-pack"
    site.answer(old, b"", "301 Moved Permanently", Location=site.address(new))
    assert ask().outcome == kinds.HELD


@pytest.mark.parametrize(
    "pack",
    [
        b"",
        b"PACK",
        b"HTTP" + bytes(40),
        b"PACK" + bytes(8) + b"\x1f" + b"no zlib",
        # A blob, a commit that is none, and one that unfolds far beyond any commit.
        b"PACK" + bytes(8) + b"\x31" + zlib.compress(b"x"),
        b"PACK" + bytes(8) + b"\x11" + zlib.compress(b"x"),
        b"PACK" + bytes(8) + b"\x11" + zlib.compress(bytes(1_000_000)),
        b"PACK" + bytes(8) + b"\xff" * 60_000,
    ],
    ids=["nothing", "head", "other", "torn", "blob", "no commit", "bomb", "endless head"],
)
def test_pack_that_holds_no_commit_is_not_readable(
    ask: Ask, site: Site, told: Repository, pack: bytes
) -> None:
    kept = site.repositories["/berth.git"]

    def forged(environment: Environment, start: Start) -> Iterable[bytes]:
        if not environment["PATH_INFO"].endswith("/git-upload-pack"):
            return kept(environment, start)
        start("200 OK", [("Content-Type", "application/x-git-upload-pack-result")])
        lines = (b"shallow " + told.text("rev-parse", "HEAD").encode(), b"", b"NAK\n")
        return [pkt_line(each or None) for each in (*lines, b"\x01" + pack)] + [b"0000"]

    site.repositories["/berth.git"] = forged
    assert ask() == Reading(kinds.UNREADABLE)


def test_commit_with_another_id_than_was_asked_for_is_not_believed(
    ask: Ask, site: Site, told: Repository
) -> None:
    kept = site.repositories["/berth.git"]

    def forged(environment: Environment, start: Start) -> Iterable[bytes]:
        if not environment["PATH_INFO"].endswith("/git-upload-pack"):
            return kept(environment, start)
        start("200 OK", [("Content-Type", "application/x-git-upload-pack-result")])
        first = zlib.compress(told.git("cat-file", "commit", "HEAD~1"))
        pack = b"PACK" + bytes(8) + b"\x11" + first
        lines = (b"shallow " + b"1" * 40, None, b"NAK\n", b"\x01" + pack)
        return [*map(pkt_line, lines), b"0000"]

    site.repositories["/berth.git"] = forged
    assert ask() == Reading(kinds.UNREADABLE)
