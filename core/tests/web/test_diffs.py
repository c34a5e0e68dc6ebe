# SPDX-License-Identifier: AGPL-3.0-or-later
"""A diff in a text is found whole, by the lines that it says it has, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tresen.web.diffs import diff_length, sign_of

HEAD = ["diff --git a/a.py b/a.py", "index 0123456..789abcd 100644"]
NAMES = ["--- a/a.py", "+++ b/a.py"]
HUNK = ["@@ -1,3 +1,3 @@ def go():", " one", "-two", "+2", " three"]


@pytest.mark.parametrize(
    ("lines", "length"),
    [
        ([*NAMES, *HUNK], 7),
        ([*HEAD, *NAMES, *HUNK, "", "-- ", "2.47.0"], 9),
        ([*NAMES, *HUNK, *HUNK, "words"], 12),
        # What looks like a signature, a quote or the next file is a line of the hunk.
        ([*NAMES, "@@ -1,3 +0,0 @@", "-- ", "-> a", "--- a", "after"], 6),
        ([*NAMES, "@@ -1 +1 @@", "-a", "\\ No newline at end of file", "+b", "\\ No", "x"], 7),
        ([*NAMES, "@@ -0,0 +1 @@", "+a", "+b"], 4),
        ([*NAMES, "@@ -1,2 +1,2 @@", "", "", ""], 5),
        # Broken by a mail program: the rest is words again.
        ([*NAMES, "@@ -1,4 +1,4 @@", " a long line that was", "wrapped", " b"], 4),
        ([*NAMES, "@@ -1,9 +1,9 @@", " a"], 4),
        (["diff --git a/x b/y", "similarity index 100%", "rename from x", "rename to y", ""], 4),
        (["diff --git a/x b/x", "old mode 100644", "new mode 100755"], 3),
        (["diff --git a/p.png b/p.png", "Binary files a/p.png and b/p.png differ"], 2),
        (["diff --git a/x b/x", *NAMES], 1),
    ],
)
def test_diff_is_found_whole(lines: list[str], length: int) -> None:
    assert diff_length(lines, 0) == length


@pytest.mark.parametrize(
    "lines",
    [
        ["words"],
        [""],
        NAMES,
        [*NAMES, "@@ -1 +1"],
        ["--- a", "words", "@@ -1 +1 @@"],
        ["---", "+++", "@@ -1 +1 @@"],
        ["-- ", "Anna"],
        ["@@ -1 +1 @@", "-a", "+b"],
        [*NAMES, "@@ -1234567890 +1 @@", "-a"],
    ],
)
def test_what_is_no_diff(lines: list[str]) -> None:
    assert diff_length(lines, 0) == 0


def test_diff_begins_where_it_is_asked_for() -> None:
    lines = ["words", *NAMES, *HUNK, *HEAD, *NAMES, *HUNK]
    assert [diff_length(lines, at) for at in (0, 1, 8)] == [0, 7, 9]


@pytest.mark.parametrize(
    ("line", "sign"),
    [("+a", "+"), ("-a", "-"), (" a", ""), ("", ""), ("--- a", ""), ("+++ a", ""), ("@@", "")],
)
def test_sign_of_a_line(line: str, sign: str) -> None:
    assert sign_of(line) == sign


@given(st.lists(st.sampled_from([*HEAD, *NAMES, *HUNK, "", "-- ", "\\ x", "@@ -9,9 +9,9 @@"])))
def test_diff_never_reaches_past_the_text(lines: list[str]) -> None:
    assert [0 <= diff_length(lines, at) <= len(lines) - at for at in range(len(lines))] == [
        True
    ] * len(lines)
