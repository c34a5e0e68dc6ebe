# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a plugin came out is kept until anything that decides it is another."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ladder.model import HEAD, wheel, write
from tresen.ladder import keeping
from tresen.ladder.candidates import candidate
from tresen.ladder.records import Candidate, Report
from tresen.ladder.service import judge

PICKLE = f"{HEAD}import pickle\npickle.loads(b'')\n"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """Return the folder of a plugin."""
    return write(tmp_path / "tap")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where reports are kept; it is not there yet."""
    return tmp_path / "compiled" / "ladder"


def judged(plugin: Path, folder: Path) -> Report:
    """Return how the plugin comes out."""
    with candidate(str(plugin)) as found:
        return keeping.judged(found, folder)


def kept_in(folder: Path) -> dict[str, Any]:
    """Return what is kept of the plugin."""
    found: dict[str, Any] = json.loads((folder / "tap.json").read_text())
    return found


def test_kept_report_is_the_one_that_was_judged(plugin: Path, folder: Path) -> None:
    (plugin / "tresen_tap" / "more.py").write_text(PICKLE)
    first = judged(plugin, folder)
    with candidate(str(plugin)) as found:
        assert [first, judged(plugin, folder)] == [judge(found)] * 2
    assert first.level == "bronze"


def test_what_is_kept_is_not_judged_again(plugin: Path, folder: Path) -> None:
    judged(plugin, folder)
    kept = kept_in(folder)
    kept["rules"]["changes"] = ["fail", ["CHANGES.md: so it is kept"]]
    (folder / "tap.json").write_text(json.dumps(kept))
    found = judged(plugin, folder)
    details = {each.rule.name: each.details for each in found.findings}["changes"]
    assert (found.level, details) == ("", ("CHANGES.md: so it is kept",))


def changes(package: Path) -> dict[str, Callable[[], object]]:
    """Return what makes the state another one, each of which could change a report."""
    return {
        "a module comes": lambda: (package / "more.py").write_text(PICKLE),
        "it has another time": lambda: os.utime(package / "more.py", (1, 1)),
        "it goes": (package / "more.py").unlink,
        "a page is changed": lambda: (package / "templates" / "panel.html").write_text("<p>2"),
        "a translation is changed": lambda: (package / "locale/de/tap.po").write_text(""),
        "the readme is changed": lambda: (package.parent / "README.md").write_text("# Tap"),
        "the metadata are changed": lambda: (package.parent / "setup.cfg").write_text(
            (package.parent / "setup.cfg").read_text().replace("Ada", "Eva")
        ),
    }


def test_each_change_of_the_plugin_is_another_state(plugin: Path) -> None:
    def state() -> str:
        with candidate(str(plugin)) as found:
            return keeping.state_of(found)

    states = [state()]
    for change in changes(plugin / "tresen_tap").values():
        change()
        states.append(state())
    assert [one for one, next_one in pairwise(states) if one == next_one] == []


def test_each_change_of_the_core_is_another_state(
    plugin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = tmp_path / "core"
    core.mkdir()
    monkeypatch.setattr(keeping, "CORE", core)
    with candidate(str(plugin)) as found:
        before = keeping.state_of(found)
        (core / "sdk.py").write_text("")
        assert keeping.state_of(found) != before


def test_each_change_of_the_record_is_another_state(tmp_path: Path, plugin: Path) -> None:
    class Distribution:
        def __init__(self, record: str | None) -> None:
            self.record = record

        def read_text(self, name: str) -> str | None:
            return {"RECORD": self.record}[name]

    with candidate(str(plugin)) as found:
        given: list[Any] = [None, Distribution(None), Distribution("a"), Distribution("b")]
        states = [keeping.state_of(replace(found, installed=each)) for each in given]
    # One without a RECORD says as little as none.
    assert (states[0] == states[1], len({*states})) == (True, 3)


def test_what_python_compiled_leaves_the_state(plugin: Path) -> None:
    with candidate(str(plugin)) as found:
        before = keeping.state_of(found)
        (plugin / "tresen_tap" / "__pycache__").mkdir()
        (plugin / "tresen_tap" / "__pycache__" / "hooks.pyc").touch()
        assert keeping.state_of(found) == before


def test_changed_plugin_is_judged_again_and_kept(plugin: Path, folder: Path) -> None:
    judged(plugin, folder)
    before = kept_in(folder)["state"]
    (plugin / "tresen_tap" / "more.py").write_text(PICKLE)
    levels = [judged(plugin, folder).level for _time in range(2)]
    assert (levels, kept_in(folder)["state"] == before) == (["bronze"] * 2, False)
    assert [each.name for each in folder.iterdir()] == ["tap.json"]


@pytest.mark.parametrize(
    "said",
    [
        *(b"", b"\xff", b"{}", b"[]", b"null", b"7", b'{"state": 1}'),
        *(b'{"state": "%s"}', b'{"state": "%s", "rules": {}}', b'{"state": "%s", "rules": 1}'),
        b'{"state": "%s", "rules": {"changes": []}}',
    ],
)
def test_file_that_says_something_else_is_not_believed(
    plugin: Path, folder: Path, said: bytes
) -> None:
    with candidate(str(plugin)) as found:
        state, expected = keeping.state_of(found), judge(found)
    folder.mkdir(parents=True)
    (folder / "tap.json").write_bytes(said.replace(b"%s", state.encode()))
    assert (judged(plugin, folder), kept_in(folder)["state"]) == (expected, state)


def test_page_does_without_it_where_nothing_can_be_written(plugin: Path, folder: Path) -> None:
    folder.parent.parent.mkdir(exist_ok=True)
    folder.parent.write_text("no folder")
    assert [judged(plugin, folder).level for _time in range(2)] == ["gold"] * 2


def test_wheel_is_kept_like_a_folder(tmp_path: Path, folder: Path) -> None:
    def found(subject: Candidate) -> str:
        return keeping.judged(subject, folder).level

    with candidate(str(wheel(tmp_path))) as subject:
        assert [found(subject) for _time in range(2)] == [judge(subject).level] * 2
