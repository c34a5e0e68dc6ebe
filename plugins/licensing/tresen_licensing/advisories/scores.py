# SPDX-License-Identifier: AGPL-3.0-or-later
"""How grave an advisory is: the score of its vector, or the word that its source has for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tresen_licensing.advisories import states
from tresen_licensing.advisories.osv import Record

# Types of vectors, the ones that we show first; of several of one type, the highest score counts.
TYPES = ("CVSS_V3", "CVSS_V4", "CVSS_V2")
# What others call the ratings of CVSS.
_WORDS = {"moderate": states.MEDIUM, "important": states.HIGH, "negligible": states.LOW}


@dataclass(frozen=True)
class Gravity:
    """Score, 0.0 to 10.0, with its vector, and a rating of `states`; empty where nobody said it."""

    score: float | None
    vector: str
    rating: str


def gravity(record: Record) -> Gravity:
    """Return how grave an advisory is; a vector that is none counts as not said."""
    for kind in TYPES:
        found = _scored(kind, [score for each, score in record.vectors if each == kind])
        if found:
            score, vector = max(found)
            return Gravity(score, vector, states.rating(score))
    words = [record.rating, *(score for kind, score in record.vectors if kind not in TYPES)]
    said = next((each.lower() for each in words if each), "")
    rating = _WORDS.get(said, said)
    return Gravity(None, "", rating if rating in states.RATINGS else "")


def _scored(kind: str, vectors: Sequence[str]) -> list[tuple[float, str]]:
    # Reckoned once, where an advisory comes in.
    from cvss import CVSS2, CVSS3, CVSS4, CVSSError  # noqa: PLC0415 - as above

    readers: dict[str, Callable[[str], float]] = {
        "CVSS_V2": lambda text: float(CVSS2(text).base_score),
        "CVSS_V3": lambda text: float(CVSS3(text).base_score),
        "CVSS_V4": lambda text: float(CVSS4(text).base_score),
    }
    found = []
    for each in vectors:
        try:
            found.append((readers[kind](each), each))
        except (CVSSError, ValueError, ArithmeticError, KeyError):
            continue
    return found
