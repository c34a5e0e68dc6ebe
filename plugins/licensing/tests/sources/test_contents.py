# SPDX-License-Identifier: AGPL-3.0-or-later
"""The source of a distribution is what runs: as published, edited, added; secrets left out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from dulwich.repo import Repo
from tresen_licensing.sources import states
from tresen_licensing.sources.contents import Contents, contents_of, folder_of
from tresen_licensing.sources.distributions import Running

Install = Callable[..., Running]
Again = Callable[..., Running]
CODE, TEMPLATE = "tresen_kettle/__init__.py", "tresen_kettle/templates/index.html"
METADATA = "tresen_kettle-2.1.dist-info/METADATA"
PACKAGE = "kettle_of_tests/__init__.py"


def contents(one: Running, *shut: Path, others: tuple[Path, ...] = ()) -> Contents:
    return contents_of(one, others, shut)


def test_installed_source_is_what_its_record_lists(install: Install) -> None:
    found = contents(install())
    assert (sorted(found.files), found.differing) == (sorted([CODE, TEMPLATE, METADATA]), ())


@pytest.mark.parametrize("name", ["RECORD", "INSTALLER", "direct_url.json"])
def test_notes_of_the_installer_are_none_of_the_source(install: Install, name: str) -> None:
    found = contents(install(url="https://forge.example/kettle.whl", archive_info={}))
    assert f"tresen_kettle-2.1.dist-info/{name}" not in found.files


def test_scripts_and_compiled_files_are_none_of_the_source(install: Install, site: Path) -> None:
    install()
    record = site / "tresen_kettle-2.1.dist-info" / "RECORD"
    made = ["../../bin/kettle,,", "tresen_kettle/__pycache__/__init__.cpython-311.pyc,,"]
    record.write_text(record.read_text() + "\n" + "\n".join(made))
    assert sorted(contents(install()).files) == sorted([CODE, TEMPLATE, METADATA])


def test_edited_file_is_named_and_taken_as_it_runs(
    install: Install, again: Again, site: Path
) -> None:
    install()
    (site / CODE).write_text("ANSWER = 43\n")
    found = contents(again())
    assert (found.differing, found.files[CODE].read_text()) == ((CODE,), "ANSWER = 43\n")


def test_added_file_is_named_and_taken_along(install: Install, again: Again, site: Path) -> None:
    install()
    (site / "tresen_kettle" / "whistle.py").write_text("LOUD = True\n")
    found = contents(again())
    added = "tresen_kettle/whistle.py"
    assert (found.differing, added in found.files) == ((added,), True)


def test_removed_file_is_named_as_one_that_is_not_there(
    install: Install, again: Again, site: Path
) -> None:
    install()
    (site / TEMPLATE).unlink()
    found = contents(again())
    assert (again().origin.state, found.differing, TEMPLATE in found.files) == (
        *(states.CHANGED, (TEMPLATE,), False),
    )


@pytest.mark.parametrize("name", [".env", "secret.key", "tls.pem", "tresen.sqlite3"])
def test_added_secret_is_left_out_and_named_to_agents_alone(
    install: Install, again: Again, site: Path, name: str
) -> None:
    install()
    (site / "tresen_kettle" / name).write_text("hush")
    found = contents(again())
    path = f"tresen_kettle/{name}"
    assert (path in found.files, found.differing, found.left_out) == (False, (), (path,))


def test_data_folder_in_a_package_is_left_out(install: Install, again: Again, site: Path) -> None:
    install()
    data = site / "tresen_kettle" / "data"
    data.mkdir()
    (data / "people.txt").write_text("Ada")
    found = contents(again(), data)
    assert (found.left_out, "tresen_kettle/data/people.txt" in found.files) == (
        *(("tresen_kettle/data/people.txt",), False),
    )


def test_symbolic_link_leads_out_of_no_package(
    install: Install, again: Again, site: Path, tmp_path: Path
) -> None:
    install()
    (tmp_path / "outside.txt").write_text("hush")
    (site / "tresen_kettle" / "link.txt").symlink_to(tmp_path / "outside.txt")
    assert "tresen_kettle/link.txt" not in contents(again()).files


def test_distribution_without_a_record_has_its_packages(
    install: Install, again: Again, site: Path
) -> None:
    install()
    (site / "tresen_kettle-2.1.dist-info" / "RECORD").unlink()
    found = contents(again())
    assert (again().origin.state, sorted(found.files)) == (states.UNKNOWN, [CODE, TEMPLATE])


def test_distribution_without_a_record_says_nothing_of_differences(
    install: Install, again: Again, site: Path
) -> None:
    install()
    (site / "tresen_kettle-2.1.dist-info" / "RECORD").unlink()
    (site / CODE).write_text("ANSWER = 43\n")
    assert contents(again()).differing == ()


def test_single_module_without_a_record_is_its_own_source(
    install: Install, again: Again, site: Path
) -> None:
    install()
    info = site / "tresen_kettle-2.1.dist-info"
    (info / "RECORD").unlink()
    (info / "top_level.txt").write_text("kettle\n")
    (site / "kettle.py").write_text("ANSWER = 42\n")
    assert list(contents(again()).files) == ["kettle.py"]


def test_commit_of_an_installation_from_a_repository_is_told(install: Install) -> None:
    vcs = {"vcs": "git", "commit_id": "4cf5e1c0"}
    found = contents(install(url="https://forge.example/kettle", vcs_info=vcs))
    assert found.commit == "4cf5e1c0"


def test_source_in_place_is_what_the_working_copy_tracks(in_place: Running, copy: Path) -> None:
    found = contents(in_place)
    with Repo(str(copy)) as repo:
        head = repo.head().decode()
    assert (sorted(found.files), found.commit, found.differing) == (
        *([PACKAGE, "setup.cfg"], head, ()),
    )


def test_source_in_place_is_read_from_the_files_and_not_from_the_commit(
    in_place: Running, copy: Path
) -> None:
    (copy / "kettle" / PACKAGE).write_text("ANSWER = 43\n")
    found = contents(in_place)
    assert (found.files[PACKAGE].read_text(), found.differing) == ("ANSWER = 43\n", (PACKAGE,))


def test_secret_in_a_working_copy_is_left_out(in_place: Running, copy: Path) -> None:
    (copy / "kettle" / "kettle_of_tests" / ".env").write_text("PASSWORD=hush")
    found = contents(in_place)
    name = "kettle_of_tests/.env"
    assert (found.left_out, found.differing, name in found.files) == ((name,), (), False)


def test_what_another_distribution_brings_is_left_to_it(in_place: Running, copy: Path) -> None:
    found = contents(in_place, others=(copy / "kettle" / "kettle_of_tests",))
    assert (list(found.files), found.left_out) == (["setup.cfg"], ())


def test_source_in_place_without_git_is_the_packages_and_what_lies_beside_them(
    in_place: Running, copy: Path
) -> None:
    (copy / ".git").rename(copy / "not-git")
    (copy / "kettle" / "notes.txt").write_text("milk, tea\n")
    (copy / "kettle" / "README.md").write_text("# Kettle\n")
    found = contents(in_place)
    assert (sorted(found.files), found.commit, found.differing) == (
        *(["README.md", PACKAGE, "setup.cfg"], "", ()),
    )


def test_folder_in_place_is_read_from_its_address(in_place: Running, copy: Path) -> None:
    assert folder_of(in_place.distribution) == copy / "kettle"


def test_folder_with_a_space_is_read_from_its_address(install: Install) -> None:
    one = install(url="file:///srv/our%20kettle", dir_info={"editable": True})
    assert folder_of(one.distribution) == Path("/srv/our kettle")


@pytest.mark.parametrize(
    "direct",
    [
        {},
        {"url": "file:///srv/kettle", "dir_info": {}},
        {"url": "file:///srv/kettle.whl", "archive_info": {}},
        {"url": "https://forge.example/kettle", "vcs_info": {"commit_id": "4c"}},
    ],
)
def test_what_was_installed_runs_in_no_folder(install: Install, direct: dict[str, object]) -> None:
    assert folder_of(install(**direct).distribution) is None
