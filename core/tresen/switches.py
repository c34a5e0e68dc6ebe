# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which plugins an administrator switched off; a text file in the data folder.

A file, because a switch has to work when a plugin keeps Tresen from starting at all: it is read
before any plugin is imported, and an editor can change it.
"""

from pathlib import Path

FILE_NAME = "plugins-off.txt"
_HEAD = (
    "# Plugins that are not imported, one in each line; `tresen plugins enable` takes one out.\n"
)


def switched_off(data_dir: Path) -> frozenset[str]:
    """Return the names of the plugins that are switched off."""
    file = data_dir / FILE_NAME
    if not file.exists():
        return frozenset()
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def switch(data_dir: Path, name: str, *, on: bool) -> bool:
    """Switch a plugin on or off from the next start on; return whether that changed anything."""
    before = switched_off(data_dir)
    after = before - {name} if on else before | {name}
    if after == before:
        return False
    data_dir.mkdir(parents=True, exist_ok=True)
    fresh = data_dir / f"{FILE_NAME}.new"
    fresh.write_text(_HEAD + "".join(f"{each}\n" for each in sorted(after)), encoding="utf-8")
    # Renamed, so that a process that starts meanwhile reads the old list or the new one.
    fresh.replace(data_dir / FILE_NAME)
    return True
