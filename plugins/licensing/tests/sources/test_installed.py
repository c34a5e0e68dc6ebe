# SPDX-License-Identifier: AGPL-3.0-or-later
"""A really installed distribution: pip writes the RECORD, somebody edits a file, the source shows.

No index is asked: the wheel is built from a folder with what is here already.
"""

import io
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from tresen.sdk import provenance_of
from tresen_licensing.sources import archives, states
from tresen_licensing.sources.contents import contents_of
from tresen_licensing.sources.distributions import Running

PROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "kettle-of-tests"
version = "2.1"
license = "AGPL-3.0-or-later"

[project.scripts]
kettle = "kettle_of_tests:boil"

[tool.setuptools]
packages = ["kettle_of_tests"]
"""
CODE = "kettle_of_tests/__init__.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small project."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "kettle_of_tests").mkdir()
    (folder / CODE).write_text("def boil() -> int:\n    return 100\n")
    return folder


@pytest.fixture(scope="module")
def untouched(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which pip installed the project."""
    folder = tmp_path_factory.mktemp("installed")
    words = ["-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"]
    command = [sys.executable, *words, "--prefix", str(folder), str(project)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def found_in(folder: Path) -> Running:
    (info,) = folder.rglob("*.dist-info")
    one = Distribution.at(info)
    return Running(one, provenance_of(one), is_own=True)


def files_of(folder: Path) -> dict[str, str]:
    one = found_in(folder)
    body = archives.packed(one, contents_of(one, [], []))
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as tar:
        read = {each.name: tar.extractfile(each) for each in tar.getmembers()}
        return {name: file.read().decode() for name, file in read.items() if file}


def test_installed_by_pip_it_is_unmodified(untouched: Path) -> None:
    one = found_in(untouched)
    assert (one.origin.state, one.origin.differing, one.licence) == (
        *(states.UNMODIFIED, (), "AGPL-3.0-or-later"),
    )


def test_its_archive_holds_its_code_and_not_what_pip_wrote(untouched: Path) -> None:
    names = {name.removeprefix("kettle-of-tests-2.1/") for name in files_of(untouched)}
    notes = {name for name in names if name.rpartition("/")[2] in ("RECORD", "INSTALLER")}
    assert (CODE in names, notes, {name for name in names if "bin/" in name}) == (
        *(True, set(), set()),
    )


def test_its_archive_names_no_folder_of_this_machine(untouched: Path, project: Path) -> None:
    assert str(project) not in "".join(files_of(untouched).values())


def test_edit_in_the_installation_is_found_and_packed(untouched: Path, tmp_path: Path) -> None:
    folder = tmp_path / "edited"
    shutil.copytree(untouched, folder)
    (code,) = folder.rglob(CODE)
    code.write_text("def boil() -> int:\n    return 212\n")
    one = found_in(folder)
    packed = files_of(folder)[f"kettle-of-tests-2.1/{CODE}"]
    assert (one.origin.state, one.origin.differing) == (states.CHANGED, (CODE,))
    assert packed == "def boil() -> int:\n    return 212\n"
