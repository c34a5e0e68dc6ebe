# SPDX-License-Identifier: AGPL-3.0-or-later
"""A commit as a tar has the very bytes that git gives it."""

import gzip
import hashlib
import os
from pathlib import Path

import pytest
from dulwich.repo import Repo
from gits import Repository, repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen_licensing.repositories.tarballs import Archive, archive

NAME = st.text("abcdefgh.-_ü", min_size=1, max_size=40).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(NAME, min_size=1, max_size=6).map("/".join)


def made(repo: Repository) -> Archive:
    with Repo(str(repo.folder)) as opened:
        return archive(opened.object_store, repo.text("rev-parse", "HEAD"))


def said(repo: Repository) -> bytes:
    """Return what git itself writes."""
    return repo.git("-c", "tar.umask=0002", "archive", "--format=tar", "HEAD")


def test_tar_is_the_one_that_git_writes(repo: Repository) -> None:
    found, expected = made(repo), said(repo)
    assert (gzip.decompress(found.packed), found.sha512) == (
        expected,
        hashlib.sha512(expected).hexdigest(),
    )


@pytest.mark.parametrize(
    "path",
    [
        "a" * 100,
        "a" * 101,
        "b" * 60 + "/" + "c" * 60,
        "b" * 155 + "/" + "c" * 100,
        "b" * 156 + "/" + "c" * 99,
        "b" * 50 + "/" + "c" * 120 + "/d",
        "d" * 98 + "/e",
        "d" * 99 + "/e",
        "d" * 100 + "/e",
    ],
)
def test_long_paths_stand_where_git_puts_them(repo: Repository, path: str) -> None:
    repo.commit({path: b"x\n"}, "Long")
    assert gzip.decompress(made(repo).packed) == said(repo)


@pytest.mark.parametrize("target", ["README", "x" * 100, "x" * 101])
def test_links_and_programs_are_kept(repo: Repository, target: str) -> None:
    (repo.folder / "link").symlink_to(target)
    (repo.folder / "run.sh").write_bytes(b"#!/bin/sh\n")
    (repo.folder / "run.sh").chmod(0o755)
    repo.commit({}, "Link")
    assert gzip.decompress(made(repo).packed) == said(repo)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 7168, 8704, 9216, 20_000])
def test_end_is_filled_to_whole_blocks(repo: Repository, size: int) -> None:
    repo.commit({"body": b"x" * size}, "Body")
    assert gzip.decompress(made(repo).packed) == said(repo)


def test_repository_within_is_an_empty_folder(repo: Repository) -> None:
    commit = repo.text("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},within")
    repo.git("commit", "-q", "-m", "Within")
    assert gzip.decompress(made(repo).packed) == said(repo)


def test_repositories_within_are_named_with_their_commits(repo: Repository) -> None:
    commit = repo.text("rev-parse", "HEAD")
    for path, named in (("within", commit), ("deep/down/größe", "4" * 40)):
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{named},{path}")
    repo.git("commit", "-q", "-m", "Within")
    packed = made(repo)
    assert (sorted(packed.submodules), gzip.decompress(packed.packed)) == (
        [("deep/down/größe", "4" * 40), ("within", commit)],
        said(repo),
    )


def test_tree_without_another_repository_names_none(repo: Repository) -> None:
    assert made(repo).submodules == ()


def test_attributes_leave_nothing_out(repo: Repository) -> None:
    repo.commit({".gitattributes": b"secret export-ignore\n", "secret": b"x\n"}, "Attributes")
    assert b"secret\0" in gzip.decompress(made(repo).packed)


def test_same_commit_gives_the_same_bytes(repo: Repository, tmp_path: Path) -> None:
    assert made(repo) == made(repository(tmp_path / "other"))


def test_what_is_missing_is_no_archive(repo: Repository) -> None:
    with Repo(str(repo.folder)) as opened, pytest.raises(KeyError):
        archive(opened.object_store, repo.tree())


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=PATHS, body=st.binary(max_size=1500))
def test_any_path_is_written_as_git_does(tmp_path: Path, path: str, body: bytes) -> None:
    repo = Repository(tmp_path / "any")
    if not repo.folder.exists():
        repository(repo.folder)
    repo.git("rm", "-r", "-q", "-f", ".")
    repo.commit({f"x/{path}": body, "anchor": os.urandom(4)}, "Any")
    assert gzip.decompress(made(repo).packed) == said(repo)
