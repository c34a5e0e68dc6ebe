# SPDX-License-Identifier: AGPL-3.0-or-later
"""A working copy tells what is tracked, what is new, and what its commit has otherwise."""

from pathlib import Path

import pytest
from dulwich import porcelain
from dulwich.repo import Repo
from tresen_licensing.sources.working_copies import WorkingCopy, blob_id, working_copy

PACKAGE = "kettle_of_tests/__init__.py"


def read(copy: Path, *packages: str) -> WorkingCopy:
    """Return what lies below the project folder; fails where nothing is tracked there."""
    folder = copy / "kettle"
    found = working_copy(folder, [folder / each for each in packages or ("kettle_of_tests",)])
    assert found is not None
    return found


def head_of(copy: Path) -> str:
    with Repo(str(copy)) as repo:
        return repo.head().decode()


def test_tracked_files_are_named_from_the_project_folder_on(copy: Path) -> None:
    assert read(copy).names == (PACKAGE, "setup.cfg")


def test_root_of_the_working_copy_has_every_file(copy: Path) -> None:
    found = working_copy(copy, [])
    assert found is not None
    assert found.names == (".gitignore", "README.md", f"kettle/{PACKAGE}", "kettle/setup.cfg")


def test_commit_is_that_which_is_checked_out(copy: Path) -> None:
    assert read(copy).commit == head_of(copy)


def test_what_is_as_committed_does_not_differ(copy: Path) -> None:
    assert read(copy).differing() == []


def test_edited_file_differs(copy: Path) -> None:
    (copy / "kettle" / PACKAGE).write_text("ANSWER = 43\n")
    assert read(copy).differing() == [PACKAGE]


def test_edited_and_staged_file_differs_until_it_is_committed(copy: Path) -> None:
    file = copy / "kettle" / PACKAGE
    file.write_text("ANSWER = 43\n")
    porcelain.add(str(copy), [str(file)])
    before = read(copy).differing()
    porcelain.commit(str(copy), message=b"Edit", author=b"A <a@b.c>", committer=b"A <a@b.c>")
    assert (before, read(copy).differing()) == ([PACKAGE], [])


def test_new_file_of_a_package_runs_and_differs(copy: Path) -> None:
    (copy / "kettle" / "kettle_of_tests" / "whistle.py").write_text("LOUD = True\n")
    found = read(copy)
    new = "kettle_of_tests/whistle.py"
    assert (new in found.names, found.differing()) == (True, [new])


def test_new_file_beside_the_packages_is_none_of_the_source(copy: Path) -> None:
    (copy / "kettle" / "notes.txt").write_text("milk, tea\n")
    assert "notes.txt" not in read(copy).names


@pytest.mark.parametrize("name", ["whistle.pyc", "build/whistle.py"])
def test_ignored_file_of_a_package_is_none_of_the_source(copy: Path, name: str) -> None:
    file = copy / "kettle" / "kettle_of_tests" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("LOUD = True\n")
    assert read(copy).names == (PACKAGE, "setup.cfg")


def test_symbolic_link_of_a_package_is_not_followed(copy: Path) -> None:
    (copy / "kettle" / "kettle_of_tests" / "link.py").symlink_to(copy / "README.md")
    assert read(copy).names == (PACKAGE, "setup.cfg")


def test_removed_file_differs_and_is_not_there(copy: Path) -> None:
    (copy / "kettle" / "setup.cfg").unlink()
    found = read(copy)
    assert (found.names, found.differing()) == ((PACKAGE,), ["setup.cfg"])


def test_edits_elsewhere_in_the_working_copy_do_not_count(copy: Path) -> None:
    (copy / "README.md").write_text("# Bathroom\n")
    assert read(copy).differing() == []


def test_copy_without_a_commit_differs_in_everything(tmp_path: Path) -> None:
    file = tmp_path / "kettle" / "setup.cfg"
    file.parent.mkdir()
    file.write_text("[metadata]\n")
    porcelain.init(str(tmp_path))
    porcelain.add(str(tmp_path), [str(file)])
    found = working_copy(tmp_path / "kettle", [])
    assert found is not None
    assert (found.commit, found.differing()) == ("", ["setup.cfg"])


def test_folder_outside_of_any_working_copy_is_none(tmp_path: Path) -> None:
    assert working_copy(tmp_path, []) is None


def test_folder_that_a_working_copy_does_not_track_is_none(copy: Path) -> None:
    # A home folder under git does not make the source of all that lies in it.
    (copy / "elsewhere").mkdir()
    (copy / "elsewhere" / "kettle.py").write_text("ANSWER = 42\n")
    assert working_copy(copy / "elsewhere", []) is None


def test_folder_with_a_like_name_is_not_taken_along(copy: Path) -> None:
    (copy / "kettle-old").mkdir()
    (copy / "kettle-old" / "setup.cfg").write_text("[metadata]\n")
    porcelain.add(str(copy), [str(copy / "kettle-old" / "setup.cfg")])
    assert read(copy).names == (PACKAGE, "setup.cfg")


def test_names_beyond_ascii_are_kept(copy: Path) -> None:
    file = copy / "kettle" / "kettle_of_tests" / "größe.py"
    file.write_text("L = 1\n")
    porcelain.add(str(copy), [str(file)])
    assert "kettle_of_tests/größe.py" in read(copy).names


def test_bytes_are_named_as_git_names_them() -> None:
    # The empty blob, whose name every git knows.
    assert blob_id(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
