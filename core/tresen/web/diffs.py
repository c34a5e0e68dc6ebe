# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds unified diffs in plain text, as patches in mails bear them.

Why: code reads badly as prose, and its lines look like quotes and signatures. The format is that
of the GNU diffutils manual, "Detailed Description of Unified Format", with the lines that git puts
above it (git-diff, "Generating patch text with -p").
"""

import re
from collections.abc import Iterator, Sequence

_HUNK = re.compile(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@", re.ASCII)
_GIT = "diff --git "
_ABOUT = (
    "index ",
    "old mode ",
    "new mode ",
    "new file mode ",
    "deleted file mode ",
    "similarity index ",
    "dissimilarity index ",
    "rename from ",
    "rename to ",
    "copy from ",
    "copy to ",
    "Binary files ",
)
# How much of the old and of the new file a line of a hunk stands for, by its first character;
# programs that cut blanks at the end leave nothing of an empty line.
_COUNTS = {" ": (1, 1), "": (1, 1), "-": (1, 0), "+": (0, 1), "\\": (0, 0)}


def diff_length(lines: Sequence[str], start: int) -> int:
    """Return how many lines from `start` on are the diff of one file; 0 where none begins."""
    at = _after_git(lines, start)
    if not _names_files(lines, at):
        return at - start
    at += 2
    while end := _after_hunk(lines, at):
        at = end
    return at - start


def in_diffs(lines: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Yield each line after whether it stands in a diff."""
    left = 0
    for at, line in enumerate(lines):
        left = left or diff_length(lines, at)
        yield left > 0, line
        left = max(0, left - 1)


def sign_of(line: str) -> str:
    """Return "+" or "-" for a line that a diff adds or takes away, otherwise nothing."""
    is_name = line.startswith(("+++ ", "--- "))
    return line[:1] if line[:1] in {"+", "-"} and not is_name else ""


def _after_git(lines: Sequence[str], at: int) -> int:
    if not lines[at].startswith(_GIT):
        return at
    at += 1
    while at < len(lines) and lines[at].startswith(_ABOUT):
        at += 1
    return at


def _names_files(lines: Sequence[str], at: int) -> bool:
    """Say whether both names and a hunk follow; a rule of three dashes alone is none."""
    if len(lines) < at + 3 or not lines[at].startswith("--- "):
        return False
    return lines[at + 1].startswith("+++ ") and _HUNK.match(lines[at + 2]) is not None


def _after_hunk(lines: Sequence[str], at: int) -> int:
    """Return where the hunk ends that begins at `at`, by the lines that it says it has; 0 if none.

    One that a mail program has broken ends at the first line that cannot belong to it.
    """
    found = _HUNK.match(lines[at]) if at < len(lines) else None
    if found is None:
        return 0
    old, new = (1 if count is None else int(count) for count in found.groups())
    at += 1
    while at < len(lines) and (old > 0 or new > 0 or lines[at].startswith("\\")):
        counts = _COUNTS.get(lines[at][:1])
        if counts is None:
            break
        old, new, at = old - counts[0], new - counts[1], at + 1
    return at
