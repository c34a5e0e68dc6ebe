# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plugin of the tutorial really works: its files are taken from the page and its tests run.

A tutorial whose code nobody runs loses a reader at the first renamed function.
"""

import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from house.examples import FOLDER, files_on

PAGE = FOLDER / "first-plugin.md"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """Return a folder that holds the page's files, installed as pip would leave them."""
    for name, text in files_on(PAGE).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    setup = ConfigParser(interpolation=None)
    setup.read(tmp_path / "setup.cfg", encoding="utf-8")
    info = tmp_path / "tresen_callbacks-0.1.0.dist-info"
    info.mkdir()
    requirement = setup["options"]["install_requires"].strip()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {setup['metadata']['name']}\nVersion: 0.1.0\n"
        f"Requires-Dist: {requirement}\n"
    )
    points = setup["options.entry_points"]["tresen.plugins"].strip()
    (info / "entry_points.txt").write_text(f"[tresen.plugins]\n{points}\n")
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_first_plugin_passes_its_own_tests(plugin: Path) -> None:
    done = run(plugin, "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "tests")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout
