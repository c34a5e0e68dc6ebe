# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text of a mail divided into what is new, the signature, and what it quotes.

Nothing is thrown away: pages fold what is not new. Line by line in linear time, because a mail of
16 kB takes the libraries for this seconds, and they take the indents of code away.
"""

from tresen.mail.reading.quote_marks import Cut, find_cut, is_quote, is_rule
from tresen.mail.reading.signatures import signature_start
from tresen.mail.records import Split

_MAX_LINES = 5_000
_MAX_CUTS = 20


def split_text(text: str) -> Split:
    """The three pieces; each keeps its lines as they are, without empty ones around."""
    lines = text.split("\n")
    beyond = lines[_MAX_LINES:]
    new, quoted = _divided(lines[:_MAX_LINES])
    start = signature_start(new)
    return Split(_joined(new[:start]), _joined(new[start:]), _joined(quoted + beyond))


def _divided(lines: list[str]) -> tuple[list[str], list[str]]:
    """New and quoted lines; what follows a quote is new when somebody wrote below it."""
    kept: list[str] = []
    quoted: list[str] = []
    rest = lines
    for _ in range(_MAX_CUTS):
        cut = find_cut(rest)
        if cut is None:
            break
        kept += rest[: cut.start]
        mark, after = rest[cut.start : cut.end], rest[cut.end :]
        if _has_text(kept) and not _is_answered(cut, after):
            return kept, quoted + mark + after
        quoted += mark
        rest = after if _has_text(kept) else _without_first_quote(cut, after, quoted)
    return _without_last_quote(kept + rest, quoted)


def _is_answered(cut: Cut, after: list[str]) -> bool:
    """Whether lines marked as quote follow, and below them text that is no signature."""
    size = _quote_size(after)
    tail = after[size:]
    return cut.is_attribution and size > 0 and _has_text(tail[: signature_start(tail)])


def _without_first_quote(cut: Cut, after: list[str], quoted: list[str]) -> list[str]:
    """Below a quote at the very top stands the answer, if it is one quote and not many."""
    size = _quote_size(after) if cut.is_attribution else 0
    tail = after[size:]
    if not size or not _has_text(tail) or any(is_quote(line) for line in tail):
        return after
    quoted += after[:size]
    return tail


def _without_last_quote(lines: list[str], quoted: list[str]) -> tuple[list[str], list[str]]:
    """Quoted lines at the end, without any line that says who wrote them."""
    end = signature_start(lines)
    start = end
    while start and (is_quote(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    if not _has_text(lines[:start]) or not any(is_quote(line) for line in lines[start:end]):
        return lines, quoted
    return lines[:start] + lines[end:], quoted + lines[start:end]


def _quote_size(lines: list[str]) -> int:
    """Lines of the quote at the top, empty ones within and before it included."""
    size = 0
    for number, line in enumerate(lines, start=1):
        if is_quote(line):
            size = number
        elif line.strip():
            break
    return size


def _has_text(lines: list[str]) -> bool:
    return any(line.strip() and not is_quote(line) and not is_rule(line) for line in lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()
