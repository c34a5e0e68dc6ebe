# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes plugins for tests: real packages with real metadata in a folder on the path."""

import importlib
from dataclasses import dataclass
from pathlib import Path

HOOK = "from tresen.sdk import hookimpl\n\n@hookimpl\n"
TABLE = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from tresen.sdk import PluginTables
class Base(PluginTables, DeclarativeBase):
    plugin = {base!r}
class Thing(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    {column}
"""

MANIFEST = """
area = "2.3"
tested = "0.1"
maturity = "stable"
[title]
en = "Tap"
de = "Hahn"
[summary]
en = "It drips."
de = "Er tropft."
"""


@dataclass
class Workshop:
    """Writes plugins into a folder on the path, as pip would leave them."""

    folder: Path

    def make(
        self, name: str, hooks: str, *, doc: str = "A plugin.", needs: str = "tresen", **files: str
    ) -> None:
        """Write the package `tresen_<name>` with its hooks and its metadata."""
        package = self.folder / f"tresen_{name}"
        package.mkdir()
        (package / "__init__.py").write_text(f'"""{doc}"""\n' if doc else "")
        (package / "hooks.py").write_text(hooks)
        for path, text in files.items():
            (package / path).parent.mkdir(parents=True, exist_ok=True)
            (package / path).write_text(text)
        info = self.folder / f"tresen_{name}-1.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: tresen-{name}\nVersion: 1\n"
        (info / "METADATA").write_text(f"{head}Requires-Dist: {needs}\n")
        points = f"[tresen.plugins]\n{name} = tresen_{name}.hooks\n"
        (info / "entry_points.txt").write_text(points)
        (info / "RECORD").write_text(f"{info.name}/RECORD,,\n")
        importlib.invalidate_caches()
