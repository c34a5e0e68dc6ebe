# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files are known by size and time, and a note is there whole or not at all."""

import os
from pathlib import Path

import pytest
from tresen.stamps import keep, stamps


@pytest.mark.parametrize(
    ("endings", "names"), [(("",), ["a.py", "b.txt", "c.py"]), ((".py",), ["a.py", "c.py"])]
)
def test_each_file_with_an_ending_is_named(
    tmp_path: Path, endings: tuple[str, ...], names: list[str]
) -> None:
    for name in ("a.py", "b.txt", "in/c.py", "__pycache__/d.py", "in/__pycache__/e.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, ns=(7, 7))
    found = sorted(Path(each).name for each in stamps(str(tmp_path), endings))
    assert found == [f"{name}:1:7\n" for name in names]


def test_note_is_replaced_whole(tmp_path: Path) -> None:
    for text in ("first", "größer"):
        keep(tmp_path / "notes" / "fit", text)
    kept = [(each.name, each.read_text("utf-8")) for each in (tmp_path / "notes").iterdir()]
    assert kept == [("fit", "größer")]


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("no folder")
    with pytest.raises(OSError, match="notes"):
        keep(tmp_path / "notes" / "fit", "x")
