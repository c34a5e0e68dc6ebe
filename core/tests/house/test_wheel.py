# SPDX-License-Identifier: AGPL-3.0-or-later
"""No wheel of the core is built without what browsers load: it would show bare pages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from architecture.tree import ROOT
from house.test_stranger import needs_builders

VENDOR = Path("core") / "tresen" / "static" / "vendor"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return the core's sources as a bare clone has them, without the browser files."""
    folder = tmp_path / "clone"
    leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "vendor")
    shutil.copytree(ROOT / "core" / "tresen", folder / "core" / "tresen", ignore=leave_out)
    shutil.copytree(ROOT / "LICENSES", folder / "LICENSES")
    for name in ("setup.cfg", "setup.py", "pyproject.toml", "README.md", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    return folder


def build(clone: Path, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    """Build a wheel beside the clone with what this environment has; fetch nothing."""
    how = ("--no-deps", "--no-build-isolation", "--no-index", "-w", clone.parent / "wheels")
    return subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *how, clone],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def wheels(clone: Path) -> list[Path]:
    return sorted((clone.parent / "wheels").glob("*.whl"))


@needs_builders
@pytest.mark.timeout(300)
def test_wheel_without_browser_files_and_lock_is_refused(clone: Path) -> None:
    (clone / "package-lock.json").unlink()
    done = build(clone)
    assert (done.returncode != 0, wheels(clone)) == (True, [])
    sentence = "The browser files are missing and there is no package-lock.json to fetch them by"
    assert sentence in done.stdout + done.stderr


@needs_builders
@pytest.mark.timeout(300)
def test_wheel_of_a_bare_clone_without_npm_is_refused(clone: Path) -> None:
    # An empty script stands for an npm that fetches nothing, wherever a real one lies.
    tools = clone.parent / "tools"
    tools.mkdir()
    (tools / "npm").write_text("#!/bin/sh\necho 'no network here' >&2\nexit 1\n")
    (tools / "npm").chmod(0o755)
    done = build(clone, f"{tools}{os.pathsep}{os.environ['PATH']}")
    assert (done.returncode != 0, wheels(clone)) == (True, [])
    sentence = "The wheel would lack its browser files. npm could not fetch the browser files:"
    assert f"{sentence} no network here" in done.stdout + done.stderr


@needs_builders
@pytest.mark.timeout(300)
def test_wheel_of_sources_with_browser_files_holds_them(clone: Path) -> None:
    (clone / "package-lock.json").unlink()
    shutil.copytree(ROOT / VENDOR, clone / VENDOR)
    done = build(clone)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = wheels(clone)
    inside = {Path(name).name for name in ZipFile(wheel).namelist() if "/static/vendor/" in name}
    assert inside == {path.name for path in (ROOT / VENDOR).iterdir()}
