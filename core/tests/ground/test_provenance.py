# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a distribution comes from, told from what the installer wrote down beside it."""

import base64
import hashlib
import json
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from tresen.provenance import CHANGED, IN_PLACE, UNKNOWN, UNMODIFIED, provenance_of

CODE = b"ANSWER = 42\n"
HEAD = "Metadata-Version: 2.4\nName: tresen-kettle\nVersion: 2.1\n"


def recorded(path: str, body: bytes) -> str:
    """Return the line of RECORD, as the packaging specification writes it."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(body)}"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder in which the distribution is installed as it was made."""
    package = tmp_path / "tresen_kettle"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").write_bytes(CODE)
    (package / "templates" / "index.html").write_bytes(b"<p>")
    info = tmp_path / "tresen_kettle-2.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(HEAD)
    lines = (
        recorded("tresen_kettle/__init__.py", CODE),
        recorded("tresen_kettle/templates/index.html", b"<p>"),
        "tresen_kettle-2.1.dist-info/RECORD,,",
    )
    (info / "RECORD").write_text("\n".join(lines))
    return tmp_path


def installed(site: Path) -> Distribution:
    return Distribution.at(site / "tresen_kettle-2.1.dist-info")


def with_metadata(site: Path, *lines: str) -> Distribution:
    (site / "tresen_kettle-2.1.dist-info" / "METADATA").write_text(HEAD + "\n".join(lines))
    return installed(site)


def with_address(site: Path, address: dict[str, object]) -> Distribution:
    (site / "tresen_kettle-2.1.dist-info" / "direct_url.json").write_text(json.dumps(address))
    return installed(site)


def test_what_was_installed_is_unmodified(site: Path) -> None:
    found = provenance_of(installed(site))
    assert (found.name, found.version, found.state) == ("tresen-kettle", "2.1", UNMODIFIED)
    assert found.differing == ()


def test_what_the_interpreter_wrote_is_no_change(site: Path) -> None:
    cache = site / "tresen_kettle" / "__pycache__"
    cache.mkdir()
    (cache / "__init__.cpython-311.pyc").write_bytes(b"\0")
    assert provenance_of(installed(site)).state == UNMODIFIED


def test_one_changed_letter_is_seen(site: Path) -> None:
    (site / "tresen_kettle" / "__init__.py").write_bytes(CODE.replace(b"42", b"43"))
    found = provenance_of(installed(site))
    assert (found.state, found.differing) == (CHANGED, ("tresen_kettle/__init__.py",))


def test_removed_and_added_files_are_seen(site: Path) -> None:
    (site / "tresen_kettle" / "templates" / "index.html").unlink()
    (site / "tresen_kettle" / "patch.py").write_bytes(b"")
    found = provenance_of(installed(site))
    assert found.differing == ("tresen_kettle/patch.py", "tresen_kettle/templates/index.html")


def test_files_of_another_package_beside_it_are_not_its_own(site: Path) -> None:
    (site / "tresen_kettle_lid").mkdir()
    (site / "tresen_kettle_lid" / "__init__.py").write_bytes(b"")
    assert provenance_of(installed(site)).differing == ()


def test_working_copy_cannot_be_compared(site: Path) -> None:
    (site / "tresen_kettle" / "__init__.py").write_bytes(b"")
    place = {"url": "file:///srv/kettle", "dir_info": {"editable": True}}
    found = provenance_of(with_address(site, place))
    assert (found.state, found.differing) == (IN_PLACE, ())
    assert found.source_url == "file:///srv/kettle"


def test_address_and_commit_of_an_installation_from_a_forge_are_told(site: Path) -> None:
    place = {"url": "https://forge.example/kettle", "vcs_info": {"vcs": "git", "commit_id": "ab1"}}
    found = provenance_of(with_address(site, place))
    assert (found.source_url, found.commit) == ("https://forge.example/kettle", "ab1")


def test_commit_of_a_fork_stands_beside_the_forks_address(site: Path) -> None:
    with_metadata(site, "Project-URL: Source, https://forge.example/kettle")
    place = {"url": "https://fork.example/kettle", "vcs_info": {"vcs": "git", "commit_id": "ab1"}}
    found = provenance_of(with_address(site, place))
    assert (found.source_url, found.commit) == ("https://fork.example/kettle", "ab1")


def test_without_a_record_nobody_says_unmodified(site: Path) -> None:
    (site / "tresen_kettle-2.1.dist-info" / "RECORD").unlink()
    found = provenance_of(installed(site))
    assert (found.state, found.differing) == (UNKNOWN, ())


@pytest.mark.parametrize(
    ("label", "is_source"),
    [
        ("Source", True),
        ("source code", True),
        ("Repository", True),
        ("GitHub", True),
        ("Issues", False),
        ("Homepage", False),
    ],
)
def test_source_is_known_by_its_usual_names(site: Path, label: str, is_source: bool) -> None:
    found = provenance_of(with_metadata(site, f"Project-URL: {label}, https://forge.example/k"))
    assert found.source_url == ("https://forge.example/k" if is_source else "")


def test_declared_source_comes_before_the_address_of_the_archive(site: Path) -> None:
    with_metadata(site, "Project-URL: Source, https://forge.example/kettle")
    found = provenance_of(with_address(site, {"url": "file:///wheels/kettle.whl"}))
    assert found.source_url == "https://forge.example/kettle"


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (("License-Expression: AGPL-3.0-or-later",), "AGPL-3.0-or-later"),
        (("License: EUPL-1.2",), "EUPL-1.2"),
        (("License: old words", "License-Expression: MIT"), "MIT"),
        ((), ""),
    ],
)
def test_licence_is_the_expression_where_one_is_given(
    site: Path, lines: tuple[str, ...], licence: str
) -> None:
    assert provenance_of(with_metadata(site, *lines)).licence == licence
