# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file that says which plugins stay out, as the command and as an editor write it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.switches import FILE_NAME, switch, switched_off


def test_nothing_is_off_where_there_is_no_file(tmp_path: Path) -> None:
    assert switched_off(tmp_path / "not" / "yet") == frozenset()


def test_switching_off_makes_the_folder_and_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert switch(folder, "tap", on=False) is True
    assert switched_off(folder) == {"tap"}
    assert [file.name for file in folder.iterdir()] == [FILE_NAME]


def test_switching_where_it_stands_changes_nothing(tmp_path: Path) -> None:
    assert switch(tmp_path, "tap", on=True) is False
    switch(tmp_path, "tap", on=False)
    before = (tmp_path / FILE_NAME).stat().st_ino
    assert switch(tmp_path, "tap", on=False) is False
    assert (tmp_path / FILE_NAME).stat().st_ino == before


def test_what_an_editor_wrote_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("# why: ticket 10233\n\n  tap  \nsink\n# oven\n")
    assert switched_off(tmp_path) == {"tap", "sink"}


def test_other_names_stay_when_one_goes(tmp_path: Path) -> None:
    for name in ("sink", "tap", "oven"):
        switch(tmp_path, name, on=False)
    switch(tmp_path, "sink", on=True)
    assert (tmp_path / FILE_NAME).read_text().splitlines()[1:] == ["oven", "tap"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans())))
def test_the_last_word_about_a_plugin_counts(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("switches")
    for name, on in steps:
        switch(folder, name, on=on)
    last = dict(steps)
    assert switched_off(folder) == {name for name, on in last.items() if not on}
