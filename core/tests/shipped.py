# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plugins of this repository: tests of made-up ones pass them over, whichever are installed."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = tuple(sorted(path.parent.name for path in ROOT.glob("plugins/*/setup.cfg")))
