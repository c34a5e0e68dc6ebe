# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door keeps its shape, or says in the release notes that it changes.

What plugins and programs count on stands in `shape.json`; see decision 0014.
"""

import copy
import json
from pathlib import Path

import pytest
from architecture import shape
from architecture.shape import Shape, bare, digest, dropped, kept, objection

COMMAND = 'python core/tests/architecture/shape.py "a sentence from changes/"'
ENDING = {"since": "0.0", "ends": "0.1", "instead": "page_panels"}
LATER = {"since": "0.1", "ends": "9.0", "instead": "page_panels"}


@pytest.fixture
def before() -> Shape:
    """Return the kept file, of which a test may change its own copy."""
    return copy.deepcopy(kept())


def test_door_has_the_shape_that_was_announced() -> None:
    found = shape.shape()
    changed = [part for part in found if found[part] != kept()["shape"].get(part)]
    assert changed == [], f"Add a fragment to changes/ that says what changed, then: {COMMAND}"
    assert found == kept()["shape"]


def test_sentence_of_the_shape_stands_in_the_release_notes() -> None:
    assert kept()["announced"] in shape.announcements()


def test_file_holds_the_shape_that_its_mark_names() -> None:
    assert kept()["digest"] == digest(kept()["shape"]), f"Do not edit it; run {COMMAND}"


def test_one_changed_thing_is_one_changed_line(before: Shape) -> None:
    lines = shape.FILE.read_text("utf-8").splitlines()
    before["shape"]["records"]["Panel"][1] = "title: bytes"
    after = json.dumps(before, indent=1, ensure_ascii=False).splitlines()
    assert sum(old != new for old, new in zip(lines, after, strict=True)) == 1


def test_changed_shape_needs_a_sentence_of_its_own(before: Shape) -> None:
    after = before["shape"] | {"sdk": []}
    said = objection(before, after, before["announced"])
    assert said == f"That sentence announced the previous shape: {before['announced']}"


def test_same_shape_may_be_kept_again_with_its_sentence(before: Shape) -> None:
    assert objection(before, before["shape"], before["announced"]) == ""


@pytest.mark.parametrize("sentence", ["", " ", "…", "Nobody was ever told that pigs fly."])
def test_sentence_that_nobody_can_read_is_refused(before: Shape, sentence: str) -> None:
    said = objection(before, before["shape"], sentence)
    assert said == "Write the sentence into a fragment of changes/ first, word for word."


def test_refused_shape_leaves_the_file_as_it_is() -> None:
    was = shape.FILE.read_bytes()
    with pytest.raises(SystemExit, match="Write the sentence into a fragment"):
        shape.write("Nobody was ever told that pigs fly.")
    assert shape.FILE.read_bytes() == was


def test_shape_is_written_with_sentence_and_mark(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found, sentence = shape.shape(), kept()["announced"]
    monkeypatch.setattr(shape, "FILE", tmp_path / "shape.json")
    shape.write(sentence)
    assert kept() == {"announced": sentence, "digest": digest(found), "shape": found}


def test_stable_hook_is_not_dropped_before_it_ends(before: Shape) -> None:
    hooks = before["shape"]["hooks"]
    after = {name: hook for name, hook in hooks.items() if name != "page_panels"}
    assert dropped(hooks, after) == ["page_panels"]
    hooks["page_panels"]["deprecated"] = LATER
    assert dropped(hooks, after) == ["page_panels"]
    said = objection(before, before["shape"] | {"hooks": after}, "Light and dark")
    assert said.startswith(("Deprecate first", "Write the sentence"))


def test_hook_whose_end_has_come_and_a_provisional_one_may_go(before: Shape) -> None:
    hooks = before["shape"]["hooks"]
    hooks["page_panels"]["deprecated"] = ENDING
    gone = ("page_panels", "demo_filled")
    assert dropped(hooks, {name: hooks[name] for name in hooks if name not in gone}) == []


@pytest.mark.parametrize(
    ("ending", "found"),
    [({}, ["page_panels(page)"]), ({"page": LATER}, ["page_panels(page)"]), ({"page": ENDING}, [])],
)
def test_argument_of_a_stable_hook_is_not_dropped_before_it_ends(
    before: Shape, ending: Shape, found: list[str]
) -> None:
    hooks = before["shape"]["hooks"]
    hooks["page_panels"]["ending"] = ending
    after = copy.deepcopy(hooks)
    after["page_panels"]["arguments"].remove("page: Page")
    assert dropped(hooks, after) == found


def test_kinds_of_the_snapshot_are_those_of_the_grammar() -> None:
    found = {name: hook["kind"] for name, hook in kept()["shape"]["hooks"].items()}
    some = ("permissions", "page_panels", "ticket_route", "before_mail_taken", "ticket_opened")
    assert [found[name] for name in some] == ["list", "part", "question", "guard", "event"]


def test_texts_are_no_part_of_the_shape_but_fields_called_like_them_are() -> None:
    document = {"info": 1, "schemas": {"A": {"description": "x", "properties": {"tags": {}}}}}
    assert bare(document) == {"schemas": {"A": {"properties": {"tags": {}}}}}
