# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files that stand on pages of the documentation, as a reader would write them."""

import re
from pathlib import Path

from architecture.tree import ROOT

FOLDER = ROOT / "docs" / "plugins"
FILE = re.compile(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files_on(page: Path) -> dict[str, str]:
    """Return the text of each file that a page shows, by its path."""
    return dict(FILE.findall(page.read_text("utf-8")))


def how_tos() -> list[Path]:
    """Return the pages that show plugins without their distributions, by name."""
    return [
        page
        for page in sorted(FOLDER.glob("*.md"))
        if any(name.endswith("/hooks.py") for name in files_on(page))
        and "setup.cfg" not in files_on(page)
    ]


def plugins_on(page: Path) -> list[str]:
    """Return the names of the plugins that a page shows."""
    hooks = [name for name in files_on(page) if name.endswith("/hooks.py")]
    return [name.partition("/")[0].removeprefix("tresen_") for name in hooks]
