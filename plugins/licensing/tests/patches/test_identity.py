# SPDX-License-Identifier: AGPL-3.0-or-later
"""The id of a patch is the one that git gives it, whatever the patch holds."""

from pathlib import Path

import pytest
from gits import Repository, repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen_licensing.patches.identity import stable_id

LINES = st.lists(
    st.text(alphabet=" \tab-+@\\#é", max_size=6).map(str.encode), min_size=1, max_size=6
)
BODIES = st.builds(
    lambda lines, ends: b"\n".join(lines) + (b"\n" if ends else b""), LINES, st.booleans()
)
WORLDS = st.dictionaries(st.sampled_from(["a.txt", "b/c.txt", "d e.txt"]), BODIES, min_size=1)


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path / "repo")


def gits_own(repo: Repository, diff: bytes) -> str:
    said = repo.text("patch-id", "--stable", given=diff)
    return said.partition(" ")[0]


def last_diff(repo: Repository, *more: str) -> bytes:
    return repo.git("diff", *more, "HEAD~1", "HEAD")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(WORLDS, WORLDS)
def test_id_is_the_one_that_git_gives(
    repo: Repository, before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    for files in (before, after):
        repo.git("rm", "-rfq", "--ignore-unmatch", ".")
        repo.git("commit", "-q", "--allow-empty", "-m", "Clear")
        repo.commit(dict(files), "Write")
    diff = repo.git("diff", "HEAD~2", "HEAD")
    assert stable_id(diff) == gits_own(repo, diff)


@pytest.mark.parametrize(
    "files",
    [
        {"new.txt": b"one\ntwo\n"},
        {"README": None},
        {"README": b"Harbour"},
        {"README": b"Harbour\n\n\n--- a\n+++ b\n"},
        {"picture.png": bytes(range(256))},
        {"README": b"x\n", "src/quay.py": b"BERTHS = 4\n"},
        {"empty": b""},
        {"empty": b"", "new.txt": b"x\n", "also": b""},
    ],
)
def test_id_of_each_kind_of_change(repo: Repository, files: dict[str, bytes | None]) -> None:
    repo.commit(files, "Change")
    diff = last_diff(repo)
    assert stable_id(diff) == gits_own(repo, diff)


def test_id_of_a_binary_patch(repo: Repository) -> None:
    repo.commit({"picture.png": bytes(range(256))}, "Picture")
    diff = last_diff(repo, "--binary", "--full-index")
    assert stable_id(diff) == gits_own(repo, diff)


def test_id_of_a_renamed_file(repo: Repository) -> None:
    repo.git("mv", "README", "READ.me")
    repo.commit({"READ.me": b"Harbour\nNorth\n"}, "Rename")
    diff = last_diff(repo, "-M10%")
    assert stable_id(diff) == gits_own(repo, diff)


def test_id_stays_when_lines_above_are_others(repo: Repository) -> None:
    ten = [f"line {number}\n".encode() for number in range(10)]
    repo.commit({"long": b"".join(ten)}, "Long")
    repo.commit({"long": b"".join([*ten[:-1], b"other\n"])}, "Other")
    first = last_diff(repo)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.commit({"long": b"".join([b"above\n", *ten])}, "Above")
    repo.commit({"long": b"".join([b"above\n", *ten[:-1], b"other\n"])}, "Other")
    assert (stable_id(last_diff(repo)), first == last_diff(repo)) == (stable_id(first), False)


def test_text_without_a_diff_has_no_id() -> None:
    assert stable_id(b"Just words.\n") == ""


def test_what_follows_the_last_hunk_does_not_count(repo: Repository) -> None:
    repo.commit({"README": b"x\n"}, "Change")
    diff = last_diff(repo)
    assert stable_id(diff + b"-- \n2.39.0\n") == stable_id(diff)
