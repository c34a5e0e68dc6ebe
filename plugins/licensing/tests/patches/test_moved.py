# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patches are put on files that went on since, wherever their lines stand, and nowhere else."""

from collections.abc import Mapping

import pytest
from dulwich.patch import parse_unified_diff
from tresen_licensing.patches import moved
from tresen_licensing.patches.moved import changed_lines, fitted, outcome
from tresen_licensing.patches.series import PatchText

Files = Mapping[bytes, bytes]
OLD = b"".join(b"line %d\n" % number for number in range(1, 10))
CHANGE = b"""\
diff --git a/pier b/pier
index 1111111..2222222 100644
--- a/pier
+++ b/pier
@@ -4,3 +4,3 @@
 line 4
-line 5
+line 5, deep
 line 6
"""
TWO_HUNKS = b"""\
diff --git a/pier b/pier
index 1111111..2222222 100644
--- a/pier
+++ b/pier
@@ -1,2 +1,3 @@
 line 1
+line 1a
 line 2
@@ -8,2 +9,3 @@
 line 8
+line 8a
 line 9
"""
ADDED = b"""\
diff --git a/crane b/crane
new file mode 100644
index 0000000..2222222
--- /dev/null
+++ b/crane
@@ -0,0 +1 @@
+lifts
"""
REMOVED = b"""\
diff --git a/crane b/crane
deleted file mode 100644
index 2222222..0000000
--- a/crane
+++ /dev/null
@@ -1 +0,0 @@
-lifts
"""
RENAMED = b"""\
diff --git a/pier b/quay
similarity index 100%
rename from pier
rename to quay
"""


def patch(diff: bytes) -> PatchText:
    about = {"patch_id": "", "paths": (), "added": 0, "removed": 0}
    return PatchText("Change", "", "A", "a@b.example", None, (), diff, **about)


def put(diff: bytes, old: bytes) -> bytes | None:
    (found,) = parse_unified_diff(diff)
    return fitted(found, old)


def made(files: Files, *diffs: bytes) -> dict[bytes, bytes | None] | None:
    return outcome(files.get, [patch(diff) for diff in diffs])


@pytest.mark.parametrize("above", [0, 1, 2, 50])
def test_hunk_follows_its_lines_down(above: int) -> None:
    begin = b"new\n" * above
    assert put(CHANGE, begin + OLD) == begin + OLD.replace(b"line 5\n", b"line 5, deep\n")


def test_hunk_follows_its_lines_up() -> None:
    old = OLD.replace(b"line 1\nline 2\n", b"")
    assert put(CHANGE, old) == old.replace(b"line 5\n", b"line 5, deep\n")


def test_nearest_of_several_places_is_taken() -> None:
    found = put(CHANGE, OLD + b"between\n" + OLD)
    assert found == OLD.replace(b"line 5\n", b"line 5, deep\n") + b"between\n" + OLD


@pytest.mark.parametrize(
    "old",
    [
        b"",
        OLD.replace(b"line 4\n", b"line four\n"),
        OLD.replace(b"line 5\n", b"line five\n"),
        OLD.replace(b"line 6\n", b"line six\n"),
        OLD.replace(b"line 5\n", b"line 5\nnew\n"),
        OLD.replace(b"line 4\nline 5\n", b"line 5\nline 4\n"),
    ],
)
def test_lines_that_changed_are_not_forgiven(old: bytes) -> None:
    assert put(CHANGE, old) is None


def test_each_hunk_moves_by_itself() -> None:
    old = b"new\n" + OLD.replace(b"line 5\n", b"line 5\nmore\nmore\n")
    found = put(TWO_HUNKS, old)
    wanted = old.replace(b"line 1\n", b"line 1\nline 1a\n")
    assert found == wanted.replace(b"line 8\n", b"line 8\nline 8a\n")


def test_one_hunk_that_fits_nowhere_spoils_all() -> None:
    assert put(TWO_HUNKS, OLD.replace(b"line 9\n", b"line nine\n")) is None


def test_places_that_are_tried_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moved, "MOST_PLACES", 2)
    assert put(CHANGE, b"line 4\n" * 5 + OLD) is None


def test_last_line_without_an_end_stays_so() -> None:
    diff = CHANGE.replace(b" line 6\n", b" line 6\n\\ No newline at end of file\n")
    old = b"line 4\nline 5\nline 6"
    assert put(diff, old) == b"line 4\nline 5, deep\nline 6"


def test_new_file_is_made_where_there_is_none() -> None:
    assert made({}, ADDED) == {b"crane": b"lifts\n"}


def test_new_file_does_not_take_the_place_of_another() -> None:
    assert made({b"crane": b"other\n"}, ADDED) is None


def test_file_that_goes_has_to_be_what_it_was() -> None:
    told = [made({b"crane": body}, REMOVED) for body in (b"lifts\n", b"lifts\nmore\n", b"x\n")]
    assert told == [{b"crane": None}, None, None]


def test_file_that_is_not_there_cannot_change() -> None:
    assert [made({}, diff) for diff in (CHANGE, REMOVED, RENAMED)] == [None] * 3


def test_renamed_file_goes_and_comes() -> None:
    assert made({b"pier": OLD}, RENAMED) == {b"pier": None, b"quay": OLD}


def test_later_patches_stand_on_earlier_ones() -> None:
    wanted = OLD.replace(b"line 5\n", b"line 5, deep\n")
    assert made({b"pier": OLD}, CHANGE, RENAMED) == {b"pier": None, b"quay": wanted}


def test_file_that_came_and_went_is_gone() -> None:
    assert made({}, ADDED, REMOVED) == {b"crane": None}


@pytest.mark.parametrize(
    ("diff", "lines"),
    [
        (CHANGE, {b"pier": [b"-line 5", b"+line 5, deep"]}),
        (TWO_HUNKS, {b"pier": [b"+line 1a", b"+line 8a"]}),
        (ADDED, {b"crane": [b"+lifts"]}),
        (REMOVED, {b"crane": [b"-lifts"]}),
        (RENAMED, {}),
        (b"", {}),
        (CHANGE + ADDED, {b"pier": [b"-line 5", b"+line 5, deep"], b"crane": [b"+lifts"]}),
    ],
)
def test_changed_lines_are_told_without_their_surroundings(
    diff: bytes, lines: dict[bytes, list[bytes]]
) -> None:
    assert changed_lines(diff) == lines
