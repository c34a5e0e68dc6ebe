# SPDX-License-Identifier: AGPL-3.0-or-later
"""The installation that processes are measured in: as a customer has it, without parts for tests.

Libraries look for others and take what they find: with the parts for tests comes PyYAML. So the
core stands in an environment of its own, in place, which is kept for the next run.
"""

import sys
from pathlib import Path

from desk import ROOT, find_uv, fingerprint, run

EXTRAS = "speed,postgres"
ENVIRONMENT = ROOT / "build" / "customer"


def python() -> Path:
    """Return the interpreter of the environment; made anew when any requirement changed."""
    found, stamp = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "made.stamp"
    wanted = fingerprint(EXTRAS)
    if not (found.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted):
        _make(found)
        stamp.write_text(wanted, encoding="utf-8")
    return found


def _make(found: Path) -> None:
    uv = find_uv()
    what = "Making the installation to measure failed"
    made = [uv, "venv", "--python"] if uv else [sys.executable, "-m", "venv"]
    run([*made, *([sys.executable] if uv else []), "--clear", ENVIRONMENT], what)
    tool = [uv, "pip", "install", "-p", found] if uv else [found, "-m", "pip", "install"]
    run([*tool, "-q", "-e", f"{ROOT}[{EXTRAS}]"], what)
