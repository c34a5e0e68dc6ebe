# SPDX-License-Identifier: AGPL-3.0-or-later
"""Does to the workshop what pip does to an environment: puts other versions in."""

import importlib
from pathlib import Path
from zipfile import ZipFile

from hooks.workshop import Workshop


def metadata(name: str, number: str, *needs: str) -> str:
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}"]
    return "\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs), ""])


def install(workshop: Workshop, name: str, number: str, *needs: str) -> None:
    """Leave a distribution in that version, its entry points and code as they are.

    Installed as `tresen`, it is what the whole process takes for the core's version.
    """
    folder = next(workshop.folder.glob(f"{name}-*.dist-info"), None)
    target = workshop.folder / f"{name}-{number}.dist-info"
    if folder is None:
        target.mkdir()
    else:
        folder.rename(target)
    (target / "METADATA").write_text(metadata(name, number, *needs))
    importlib.invalidate_caches()


def write_wheel(folder: Path, name: str, number: str, *needs: str) -> None:
    """Write a wheel that says what it needs; the plan opens no other file of it."""
    folder.mkdir(exist_ok=True)
    stem = f"{name.replace('-', '_')}-{number}"
    with ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{stem}.dist-info/METADATA", metadata(name, number, *needs))
