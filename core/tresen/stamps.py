# SPDX-License-Identifier: AGPL-3.0-or-later
"""What files are known by, size and time, and notes that are kept of what was found in them."""

import os
from collections.abc import Iterator
from pathlib import Path


def stamps(folder: str, endings: tuple[str, ...] = ("",)) -> Iterator[str]:
    """Yield a line for each file below a folder with one of the endings, but for Python's own."""
    with os.scandir(folder) as entries:
        for each in entries:
            if each.is_dir():
                yield from stamps(each.path, endings) if each.name != "__pycache__" else ()
            elif each.name.endswith(endings):
                facts = each.stat()
                yield f"{each.path}:{facts.st_size}:{facts.st_mtime_ns}\n"


def keep(file: Path, text: str) -> None:
    """Write a note that other processes read, whole or not at all; raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    new.write_text(text, encoding="utf-8")
    new.replace(file)
