# SPDX-License-Identifier: AGPL-3.0-or-later
"""Applied in memory, patches give the tree that git itself makes of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from dulwich.repo import Repo
from gits import Repository, repository
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen_licensing.patches.applying import Applied, PatchError, apply_series, conflicts
from tresen_licensing.patches.series import read_series

Files = dict[str, bytes | None]
Apply = Callable[[str, bytes], Applied]
BODIES = st.lists(st.sampled_from([b"a", b"b", b"\xff", b"", b"+"]), max_size=8).map(b"\n".join)
CHANGES = st.dictionaries(st.sampled_from(["README", "src/quay.py", "n/e/w"]), BODIES, min_size=1)


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path / "repo")


@pytest.fixture
def apply(repo: Repository) -> Apply:
    def go(base: str, mailbox: bytes) -> Applied:
        with Repo(str(repo.folder)) as opened:
            return apply_series(opened.object_store, base, read_series([mailbox]).patches)

    return go


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(CHANGES, min_size=1, max_size=3))
def test_tree_is_the_one_that_git_makes(
    repo: Repository, apply: Apply, steps: list[dict[str, bytes]]
) -> None:
    base = repo.text("rev-parse", "HEAD")
    for number, files in enumerate(steps):
        repo.commit({**files, f"mark-{base[:8]}-{number}": b"x\n"}, f"Step {number}")
    assert apply(base, repo.series(base, "--binary")).tree == repo.tree()


@pytest.mark.parametrize(
    "files",
    [
        {"README": None},
        {"README": b"no newline at the end"},
        {"src/deep/new.py": b"x = 1\n"},
        {"picture.png": bytes(range(256))},
        {"empty": b""},
    ],
)
def test_each_kind_of_change_is_applied(repo: Repository, apply: Apply, files: Files) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit(files, "Change")
    assert apply(base, repo.series(base, "--binary")).tree == repo.tree()


@pytest.mark.parametrize("body", [b"one\r\ntwo\r\n", b"one\r\ntwo\n", b"one\ntwo\r\n", b"\r\n\r\n"])
def test_ends_of_lines_of_a_file_stay_its_own(repo: Repository, apply: Apply, body: bytes) -> None:
    base = repo.commit({"windows.ini": b"[a]\r\nb=1\r\nc=2\r\n"}, "Settings")
    repo.commit({"windows.ini": b"[a]\r\n" + body, "new.ini": body}, "Change")
    assert apply(base, repo.series(base)).tree == repo.tree()


def test_changed_picture_is_applied_by_its_difference(repo: Repository, apply: Apply) -> None:
    base = repo.commit({"picture.png": bytes(range(256)) * 40}, "Picture")
    repo.commit({"picture.png": bytes(range(256)) * 40 + b"\x00more"}, "Another")
    assert apply(base, repo.series(base, "--binary")).tree == repo.tree()


def test_renamed_file_and_its_right_to_run_are_applied(repo: Repository, apply: Apply) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.git("mv", "README", "run.sh")
    (repo.folder / "run.sh").chmod(0o755)
    repo.commit({}, "Rename")
    assert apply(base, repo.series(base, "-M")).tree == repo.tree()


def test_commit_is_the_same_wherever_it_is_made(
    repo: Repository, apply: Apply, tmp_path: Path
) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Change\n\nWith words.")
    mailbox = repo.series(base)
    other = repository(tmp_path / "other")
    other.git("am", "-q", "--committer-date-is-author-date", given=mailbox)
    assert apply(base, mailbox).head == other.text("rev-parse", "HEAD")


def test_objects_that_came_out_can_be_read(repo: Repository, apply: Apply) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Change")
    made = apply(base, repo.series(base))
    assert made.store[made.head.encode()].as_raw_string().splitlines()[0] == (
        f"tree {made.tree}".encode()
    )


def test_repository_itself_is_not_written(repo: Repository, apply: Apply) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Change")
    mailbox = repo.series(base)
    repo.git("reset", "-q", "--hard", base)
    before = repo.text("count-objects", "-v")
    apply(base, mailbox)
    assert repo.text("count-objects", "-v") == before


def test_patch_that_does_not_fit_is_named(repo: Repository, apply: Apply) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"src/quay.py": b"BERTHS = 4\n"}, "One")
    repo.commit({"README": b"x\n"}, "Two")
    mailbox = repo.series(base)
    repo.git("reset", "-q", "--hard", base)
    moved = repo.commit({"README": b"Other\n"}, "Moved on")
    with pytest.raises(PatchError) as failed:
        apply(moved, mailbox)
    assert (failed.value.position, failed.value.path) == (2, "README")


@pytest.mark.parametrize("files", [{"new.txt": b"theirs\n"}, {"new.txt": b""}])
def test_new_file_does_not_replace_another(repo: Repository, apply: Apply, files: Files) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"new.txt": b"ours\n"}, "New")
    mailbox = repo.series(base)
    repo.git("reset", "-q", "--hard", base)
    moved = repo.commit(files, "Theirs")
    with pytest.raises(PatchError):
        apply(moved, mailbox)


def test_base_that_is_not_there_is_no_patch_error(repo: Repository, apply: Apply) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Change")
    with pytest.raises(KeyError):
        apply("1" * 40, repo.series(base))


def test_conflicts_are_listed_and_the_rest_is_tried_on(repo: Repository) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"src/quay.py": b"BERTHS = 4\n", "new.txt": b"new\n"}, "One")
    repo.commit({"README": b"x\n", "new.txt": b"newer\n"}, "Two")
    mailbox = repo.series(base)
    repo.git("reset", "-q", "--hard", base)
    moved = repo.commit({"README": b"Other\n", "src/quay.py": b"BERTHS = 9\n"}, "Moved on")
    with Repo(str(repo.folder)) as opened:
        found = conflicts(opened.object_store, moved, read_series([mailbox]).patches)
    assert found == [(1, "src/quay.py"), (2, "README")]


def test_without_conflicts_nothing_is_listed(repo: Repository) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Change")
    patches = read_series([repo.series(base)]).patches
    with Repo(str(repo.folder)) as opened:
        assert conflicts(opened.object_store, base, patches) == []


def test_conflicts_on_an_unknown_commit_are_no_conflicts(repo: Repository) -> None:
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"README": b"x\n"}, "Change")
    patches = read_series([repo.series(base)]).patches
    with Repo(str(repo.folder)) as opened, pytest.raises(KeyError):
        conflicts(opened.object_store, "1" * 40, patches)


def within(repo: Repository, *words: str) -> str:
    """Commit a change of another repository within this one; return the commit before."""
    base = repo.text("rev-parse", "HEAD")
    repo.git("update-index", *words)
    repo.git("commit", "-q", "-m", "Change what is within", "-m", "Signed-off-by: D <d@x.example>")
    return base


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_another_repository_within_is_added_moved_and_removed(
    repo: Repository, apply: Apply, steps: int
) -> None:
    base = within(repo, "--add", "--cacheinfo", f"160000,{'4' * 40},lib/quay")
    if steps > 1:
        within(repo, "--cacheinfo", f"160000,{'5' * 40},lib/quay")
    if steps > 2:
        within(repo, "--force-remove", "lib/quay")
    assert apply(base, repo.series(base)).tree == repo.tree()


def test_change_beside_another_repository_leaves_it_as_it_is(
    repo: Repository, apply: Apply
) -> None:
    within(repo, "--add", "--cacheinfo", f"160000,{'4' * 40},lib/quay")
    (repo.folder / "lib/quay").mkdir(parents=True)
    base = repo.text("rev-parse", "HEAD")
    repo.commit({"lib/other.py": b"x = 1\n", "README": b"Harbour\n"}, "Change")
    assert apply(base, repo.series(base)).tree == repo.tree()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"-Subproject commit " + b"4" * 40, b"-Subproject commit " + b"6" * 40),
        (b"+Subproject commit " + b"5" * 40, b"+Subproject commit main"),
        (b"lib/quay", b"lib/quay/inside"),
    ],
)
def test_patch_of_another_repository_that_does_not_fit_is_named(
    repo: Repository, apply: Apply, old: bytes, new: bytes
) -> None:
    within(repo, "--add", "--cacheinfo", f"160000,{'4' * 40},lib/quay")
    base = within(repo, "--cacheinfo", f"160000,{'5' * 40},lib/quay")
    with pytest.raises(PatchError) as error:
        apply(base, repo.series(base).replace(old, new))
    assert error.value.position == 1
