# SPDX-License-Identifier: AGPL-3.0-or-later
"""A part of a diff says where a file comes from and goes to, however git writes it."""

from pathlib import Path

import pytest
from dulwich.patch import parse_unified_diff
from gits import Repository, repository
from tresen_licensing.patches.paths import sides

Sides = list[tuple[bytes | None, bytes | None]]


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path / "repo")


def of_last(repo: Repository, *more: str) -> Sides:
    diff = repo.git("diff", *more, "HEAD~1", "HEAD")
    return [sides(each) for each in parse_unified_diff(diff)]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"README": b"x\n"}, [(b"README", b"README")]),
        ({"new.txt": b"x\n"}, [(None, b"new.txt")]),
        ({"README": None}, [(b"README", None)]),
        ({"src/quay.py": b"x\n"}, [(b"src/quay.py", b"src/quay.py")]),
        ({"a/b/c": b"x\n"}, [(None, b"a/b/c")]),
        ({"empty": b""}, [(None, b"empty")]),
        ({"with space.txt": b"x\n"}, [(None, b"with space.txt")]),
    ],
)
def test_sides_of_a_change(
    repo: Repository, files: dict[str, bytes | None], expected: Sides
) -> None:
    repo.commit(files, "Change")
    assert of_last(repo) == expected


def test_sides_of_a_renamed_file(repo: Repository) -> None:
    repo.git("mv", "README", "src/READ.me")
    repo.commit({}, "Rename")
    assert of_last(repo, "-M") == [(b"README", b"src/READ.me")]


def test_sides_of_a_renamed_and_changed_file(repo: Repository) -> None:
    repo.commit({"long": b"".join(b"%d\n" % n for n in range(20))}, "Long")
    repo.git("mv", "long", "longer")
    repo.commit({"longer": b"".join(b"%d\n" % n for n in range(21))}, "Longer")
    assert of_last(repo, "-M") == [(b"long", b"longer")]


def test_sides_of_a_copied_file(repo: Repository) -> None:
    repo.commit({"copy": (repo.folder / "src/quay.py").read_bytes()}, "Copy")
    assert of_last(repo, "-C", "--find-copies-harder") == [(b"src/quay.py", b"copy")]


def test_sides_of_a_file_that_may_run_now(repo: Repository) -> None:
    (repo.folder / "README").chmod(0o755)
    repo.commit({}, "Let it run")
    assert of_last(repo) == [(b"README", b"README")]
