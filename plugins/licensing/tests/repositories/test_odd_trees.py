# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trees and commits that no working copy holds are written as `git archive` writes them."""

import gzip
import hashlib
from pathlib import Path

import pytest
from dulwich.repo import Repo
from gits import Repository, repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen_licensing.repositories.tarballs import Archive, archive

LATEST = 0o77777777777
DATE = "1772442000 +0100"
# A tree by name: text, program, link, nothing in a folder, or a folder.
LEAVES = st.sampled_from(["100644", "100755", "120000", "160000", "empty"])
NAMES = st.text("ab.ü \n", min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))
TREES = st.recursive(LEAVES, lambda below: st.dictionaries(NAMES, below, max_size=3), max_leaves=8)
Plan = dict[str, object]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a repository in which objects are written one by one."""
    return repository(tmp_path_factory.mktemp("odd") / "repo")


def tree(repo: Repository, plan: Plan) -> str:
    """Write a tree as it is planned and return its id."""
    blob = repo.text("hash-object", "-w", "--stdin", given=b"README")
    rows = []
    for name, what in plan.items():
        if isinstance(what, dict) or what == "empty":
            below = tree(repo, what if isinstance(what, dict) else {})
            rows.append(f"040000 tree {below}\t{name}\0")
        elif what == "160000":
            rows.append(f"160000 commit {'4' * 40}\t{name}\0")
        else:
            rows.append(f"{what} blob {blob}\t{name}\0")
    return repo.text("mktree", "-z", "--missing", given="".join(rows).encode())


def commit(repo: Repository, tree_id: str, date: str = DATE) -> str:
    """Write a commit of a tree, whatever its date, and return its id."""
    who = f"Dora <dora@tresen.example> {date}"
    body = f"tree {tree_id}\nauthor {who}\ncommitter {who}\n\nOdd\n".encode()
    return repo.text("hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=body)


def made(repo: Repository, head: str) -> Archive:
    """Return the archive of a commit."""
    with Repo(str(repo.folder)) as opened:
        return archive(opened.object_store, head)


def said(repo: Repository, head: str) -> bytes:
    """Return what git itself writes."""
    return repo.git("-c", "tar.umask=0002", "archive", "--format=tar", head)


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"a": "empty"},
        {"a": "empty", "b": "100644"},
        {"a": {"b": "empty"}, "c": "100644"},
        {"a": {"b": "empty", "c": "100644"}},
        {"a": {"b": {"c": {"d": "empty"}}}, "e": {"f": {"g": "120000"}}},
        {"a": {"b": "160000"}},
        {"a": "160000", "b": "empty"},
        {"a\nb": "100644", "a\tb": "100755", "\\": "120000", " ": "100644"},
        {"ä" * 60: {"ö" * 60: "100644"}, "ü" * 60: "120000"},
    ],
)
def test_folder_without_a_file_is_left_out_as_git_does(odd: Repository, plan: Plan) -> None:
    head = commit(odd, tree(odd, plan))
    assert gzip.decompress(made(odd, head).packed) == said(odd, head)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=st.dictionaries(NAMES, TREES, max_size=4))
def test_any_tree_is_written_as_git_does(odd: Repository, plan: Plan) -> None:
    head = commit(odd, tree(odd, plan))
    assert gzip.decompress(made(odd, head).packed) == said(odd, head)


@pytest.mark.parametrize("seconds", [0, 1, LATEST - 1, LATEST, LATEST + 1, 253_402_300_799])
@pytest.mark.parametrize("zone", ["+0000", "-1200"])
def test_any_moment_is_written_as_git_does(odd: Repository, seconds: int, zone: str) -> None:
    head = commit(odd, tree(odd, {"a": "100644"}), f"{seconds} {zone}")
    assert gzip.decompress(made(odd, head).packed) == said(odd, head)


def test_fingerprint_is_that_of_the_bytes_that_git_gives(odd: Repository) -> None:
    head = commit(odd, tree(odd, {"a": "empty", "b": "100644"}), f"{LATEST + 9} +0000")
    assert made(odd, head).sha512 == hashlib.sha512(said(odd, head)).hexdigest()


def test_name_of_the_repository_makes_no_difference(odd: Repository, tmp_path: Path) -> None:
    other = repository(tmp_path / "another")
    plan: Plan = {"a": {"b": "empty", "c": "100755"}}
    heads = [commit(each, tree(each, plan)) for each in (odd, other)]
    assert made(odd, heads[0]) == made(other, heads[1])
