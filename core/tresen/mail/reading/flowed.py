# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text of ``format=flowed`` (RFC 3676) with its soft line breaks undone.

Without it every line of such a mail stands broken at column 72, and quotes fall apart.
"""


def unflow(text: str, deletes_space: bool) -> str:
    """The paragraphs on one line each; quote marks and the signature line stay."""
    lines: list[list[str]] = []
    depth_before, is_soft = 0, False
    for raw in text.split("\n"):
        line = raw.lstrip(">")
        depth = len(raw) - len(line)
        line = line.removeprefix(" ")
        if is_soft and depth == depth_before and line != "-- ":
            lines[-1].append(line)
        else:
            lines.append([">" * depth + " " * bool(depth), line])
        is_soft, depth_before = line.endswith(" ") and line != "-- ", depth
        if is_soft and deletes_space:
            lines[-1][-1] = line[:-1]
    return "\n".join("".join(pieces) for pieces in lines)
