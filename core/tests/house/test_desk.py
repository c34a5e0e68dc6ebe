# SPDX-License-Identifier: AGPL-3.0-or-later
"""desk.py on a small project of the same shape: what it prints, installs, keeps and refuses.

The project builds itself without the network, so that every step here is a real one.
"""

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

BACKEND = '''
"""A build backend of twenty lines: an editable wheel with one command."""
import pathlib, zipfile

def get_requires_for_build_editable(config_settings=None):
    return []

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    info = "tresen-1.dist-info"
    core = pathlib.Path(__file__).resolve().parent / "core"
    files = {
        "tresen.pth": f"{core}\\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\\nName: tresen\\nVersion: 1\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{info}/entry_points.txt": "[console_scripts]\\ntresen = tresen:main\\n",
    }
    record = "".join(f"{name},,\\n" for name in files) + f"{info}/RECORD,,\\n"
    name = "tresen-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)
    return name
'''
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
COLD = ["environment", "packages", "browser files"]
WARM = ["browser files"]
MAIN = """
import sys

def main():
    print("served with", sys.argv[1:])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the real desk.py and a distribution that needs nothing."""
    package = tmp_path / "core" / "tresen"
    package.mkdir(parents=True)
    shutil.copy(ROOT / "desk.py", tmp_path)
    (tmp_path / "backend.py").write_text(BACKEND)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = tresen\n")
    (package / "__init__.py").write_text(MAIN)
    (package / "assets.py").write_text("print('nothing to fetch')\n")
    return tmp_path


def run_desk(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run desk.py in `folder` off the network; npm counts as present, so that none is fetched."""
    tools = folder / "bin"
    tools.mkdir(exist_ok=True)
    for name in ("npm", "git"):
        (tools / name).write_text("#!/bin/sh\n")
        (tools / name).chmod(0o755)
    settings = {
        "PATH": f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "HOME": str(folder),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **environment,
    }
    return subprocess.run(
        [sys.executable, "desk.py", *words],
        cwd=folder,
        env=settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def write_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> None:
    """Write a wheel that an offline pip can install."""
    info = f"{name}-{version}.dist-info"
    texts = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    texts[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*texts, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in texts.items():
            wheel.writestr(path, text)


def titles(output: str) -> list[str]:
    """Return the titles of the step lines in `output`, checking that each has its seconds."""
    lines = [line for line in output.splitlines() if line.endswith(" s")]
    assert all(float(line.split()[-2]) >= 0 for line in lines)
    return [line[:14].strip() for line in lines]


def test_demo_installs_once_and_starts_warm_without_installing(project: Path) -> None:
    cold = run_desk(project, "demo", "--port", "0")
    assert (cold.returncode, cold.stderr) == (0, "")
    assert titles(cold.stdout) == COLD
    assert cold.stdout.splitlines()[-1] == "served with ['demo', '--port', '0']"
    warm = run_desk(project, "demo")
    assert titles(warm.stdout) == WARM
    assert warm.stdout.splitlines()[-1] == "served with ['demo']"


def test_demo_installs_again_when_a_requirement_file_changes(project: Path) -> None:
    first = project / "plugins" / "first"
    first.mkdir(parents=True)
    shutil.copy(project / "pyproject.toml", first)
    shutil.copy(project / "setup.cfg", first)
    text = BACKEND.replace("tresen-1", "tresen_first-1").replace(
        "Name: tresen", "Name: tresen-first"
    )
    (first / "backend.py").write_text(text.replace('"tresen.pth"', '"first.pth"'))
    run_desk(project, "demo")
    for name in ("setup.cfg", "pyproject.toml", "plugins/first/setup.cfg"):
        with (project / name).open("a") as file:
            file.write("# changed\n")
        assert titles(run_desk(project, "demo").stdout) == COLD
    assert titles(run_desk(project, "demo").stdout) == WARM


def test_test_hands_its_words_to_tox_and_drops_old_environments(project: Path) -> None:
    wheels = {"PIP_FIND_LINKS": str(project)}
    write_wheel(project, "tox", "4.99", {"tox.py": "import sys; print('tox', sys.argv[1:])"})
    write_wheel(project, "tox_uv", "1.99", {})
    (project / ".tox").mkdir()
    cold = run_desk(project, "test", "-e", "core", **wheels)
    assert titles(cold.stdout) == ["environment", "tox", "browser files"]
    assert cold.stdout.splitlines()[-1] == "tox ['-e', 'core']"
    assert not (project / ".tox").exists()
    (project / ".tox").mkdir()
    warm = run_desk(project, "test", **wheels)
    assert titles(warm.stdout) == WARM
    assert (project / ".tox").exists()


def test_a_failing_step_ends_with_a_sentence_and_keeps_the_whole_output(project: Path) -> None:
    (project / "core" / "tresen" / "assets.py").write_text("raise SystemExit('npm is missing')\n")
    failed = run_desk(project, "demo")
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[-1] == "browser files   failed"
    log = project / ".venv" / "desk.log"
    assert failed.stderr == (
        "Fetching the browser files failed. The last lines were:\n"
        f"    npm is missing\nAll of it is in {log}.\n"
    )
    assert log.read_text() == "npm is missing\n"


def test_no_network_is_named_as_the_reason(project: Path) -> None:
    failed = run_desk(project, "test")
    assert failed.returncode == 1
    sentence = "Installing tox failed. The package index could not be reached: "
    assert failed.stderr.startswith(f"{sentence}check the network. The last lines were:\n")


def test_missing_ensurepip_names_the_command_that_adds_it(project: Path) -> None:
    hidden = project / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['ensurepip'] = None\n")
    failed = run_desk(project, "demo", PYTHONPATH=str(hidden))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1] == (
        "This Python cannot make environments, because ensurepip is missing. "
        f"On Debian and Ubuntu this adds it: apt install python{version}-venv"
    )


def test_missing_git_is_named_before_the_tests_start(project: Path) -> None:
    failed = run_desk(project, "test", PATH=str(project / "nowhere"))
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == ("The tests need git, to know which files are ours: apt install git\n")


@pytest.mark.parametrize(
    ("words", "code"), [((), 0), (("help",), 0), (("--help",), 0), (("serve",), 2)]
)
def test_other_words_print_the_verbs(project: Path, words: tuple[str, ...], code: int) -> None:
    done = run_desk(project, *words)
    assert done.returncode == code
    said = done.stderr if code else done.stdout
    assert [line.split()[2] for line in said.splitlines()] == ["demo", "test", "setup"]


def test_an_older_python_gets_a_sentence(project: Path) -> None:
    ast.parse((ROOT / "desk.py").read_text(), feature_version=(3, 7))
    (project / "old.py").write_text(
        "import runpy, sys\nsys.version_info = (3, 9, 2)\nrunpy.run_path('desk.py')\n"
    )
    done = subprocess.run(
        [sys.executable, "old.py"], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Tresen needs Python 3.11 or newer and this is 3.9. "
        "Run the same command with a newer one, for example python3.11 desk.py.\n"
    )


def test_a_broken_uv_on_the_path_is_passed_over(project: Path) -> None:
    (project / "bin").mkdir()
    (project / "bin" / "uv").write_text("#!/bin/sh\nexit 127\n")
    (project / "bin" / "uv").chmod(0o755)
    assert run_desk(project, "demo").returncode == 0
    assert (project / ".venv" / "bin" / "pip").exists()
