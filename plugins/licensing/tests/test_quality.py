# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licensing reaches gold on the quality ladder, and is exempt from three rules."""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1]


def test_licensing_reaches_gold() -> None:
    words = ["-m", "tresen", "plugins", "check", str(FOLDER), "--json", "--level", "gold"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    (report,) = json.loads(done.stdout)
    exempt = [rule["rule"] for rule in report["rules"] if rule["state"] == "exempt"]
    assert (done.returncode, report["level"], exempt) == (
        *(0, "gold", ["source", "settings", "security_contact"]),
    )
