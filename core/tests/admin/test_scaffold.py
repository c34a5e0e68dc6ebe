# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plugin out of the scaffold is green, typed and bronze before anybody wrote a line of it.

It is installed as pip would leave it, and its tests run in a process of their own.
"""

import json
import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tresen import __version__
from tresen.admin import cli, scaffold
from tresen.errors import Refused
from tresen.testing.browser import find_chromium

TITLES = ("--title", "Water meter", "--title-de", "Wasserzähler")
ANSWERED = (
    *TITLES,
    *("--author", "Ada Adler", "--source-url", "https://forge.tresen.test/water"),
)


def new(*words: str) -> Result:
    return CliRunner().invoke(cli.plugins, ["new", *words])


def installed(folder: Path) -> Path:
    """Write beside a plugin's package what pip would have written."""
    setup = ConfigParser(interpolation=None)
    setup.read(folder / "setup.cfg", encoding="utf-8")
    name = setup["metadata"]["name"]
    info = folder / f"{name.replace('-', '_')}-0.1.0.dist-info"
    info.mkdir()
    needs = setup["options"]["install_requires"].strip()
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\nRequires-Dist: {needs}\n"
    (info / "METADATA").write_text(head, encoding="utf-8")
    points = setup["options.entry_points"]["tresen.plugins"].strip()
    (info / "entry_points.txt").write_text(f"[tresen.plugins]\n{points}\n", encoding="utf-8")
    return folder


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def failing(folder: Path) -> set[str]:
    said = CliRunner().invoke(cli.plugins, ["check", str(folder), "--json"])
    (report,) = json.loads(said.output)
    return {rule["rule"] for rule in report["rules"] if rule["state"] == "fail"}


@pytest.mark.timeout(400)
def test_new_plugin_passes_its_own_tests_with_no_edit(tmp_path: Path) -> None:
    folder = tmp_path / "meter"
    assert new("water_meter", "--folder", str(folder), *TITLES).exit_code == 0
    words = ("-q", "-n", "0", "-p", "no:cacheprovider", "-p", "no:randomly")
    done = run(installed(folder), "pytest", *words)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    told = "35 passed" if find_chromium() else "34 passed, 1 skipped"
    assert done.stdout.splitlines()[-1].startswith(f"{told} in ")


def test_new_plugin_is_bronze_and_says_what_silver_asks_of_its_author(tmp_path: Path) -> None:
    folder = tmp_path / "meter"
    new("water_meter", "--folder", str(folder))
    said = CliRunner().invoke(cli.plugins, ["check", str(folder)])
    assert (said.exit_code, said.output.splitlines()[0]) == (0, "water_meter 0.1.0: bronze")
    assert failing(folder) == {
        *("security_contact", "own_words"),
        *("unmodified", "second_maintainer"),
    }


def test_new_plugin_has_the_shape_of_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "meter"
    new("water_meter", "--folder", str(folder), *ANSWERED)
    package = folder / "tresen_water_meter"
    assert sorted(path.name for path in package.glob("*.py")) == [
        *("__init__.py", "forms.py", "hooks.py", "jobs.py", "models.py"),
        *("queries.py", "rest.py", "service.py", "views.py"),
    ]
    assert sorted(path.name for path in folder.iterdir()) == [
        *(".copier-answers.yml", ".gitignore", "README.md", "pyproject.toml"),
        *("setup.cfg", "tests", "tox.ini", "tresen_water_meter"),
    ]


def test_answers_stand_where_they_belong(tmp_path: Path) -> None:
    folder = tmp_path / "meter"
    new("water_meter", "--folder", str(folder), *ANSWERED)
    setup = ConfigParser(interpolation=None)
    setup.read(folder / "setup.cfg", encoding="utf-8")
    series = ".".join(__version__.split(".")[:2])
    assert dict(setup["metadata"])["author"] == "Ada Adler"
    assert setup["metadata"]["project_urls"].strip() == "Source = https://forge.tresen.test/water"
    assert setup["options"]["install_requires"].strip() == f"tresen>={series},<1"
    manifest = (folder / "tresen_water_meter" / "plugin.toml").read_text("utf-8")
    assert 'de = "Wasserzähler"' in manifest
    assert f'tested = "{series}"' in manifest


def test_no_mark_of_the_template_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "meter"
    new("water_meter", "--folder", str(folder))
    left = [
        path.name
        for path in folder.rglob("*")
        if path.is_file()
        and any(mark in path.read_text("utf-8") for mark in ("[[", "[%", ".jinja"))
    ]
    assert left == []


def test_template_hides_no_file_that_a_wheel_would_leave_out() -> None:
    # The patterns of package data match no name that begins with a dot.
    assert [path.name for path in scaffold.TEMPLATE.rglob(".*")] == []


def test_folder_is_named_like_the_distribution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = new("water_meter")
    assert said.output == (
        "Made tresen-water-meter. Next: pip install -e tresen-water-meter && tresen upgrade\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["tresen-water-meter"]


@pytest.mark.parametrize("name", ["Water", "water-meter", "1water", "wäßrig", ""])
def test_name_that_no_plugin_may_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as refused:
        scaffold.make_plugin(name, tmp_path / "meter", {})
    assert refused.value.sentence == (
        f"The name {name!r} is not a lower-case identifier, such as call_backs."
    )
    assert not (tmp_path / "meter").exists()


def test_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused) as refused:
        scaffold.make_plugin("water", tmp_path, {})
    assert refused.value.sentence == f"{tmp_path} is not empty."
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_copier_is_asked_for_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Python itself does for a module that may not be found.
    monkeypatch.setitem(sys.modules, "copier", None)
    with pytest.raises(Refused) as refused:
        scaffold.make_plugin("water", tmp_path / "meter", {})
    assert refused.value.sentence == scaffold.NEEDED


def test_copier_stays_out_of_web_processes() -> None:
    code = "import sys, tresen.app; sys.exit('copier' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
