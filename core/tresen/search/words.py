# SPDX-License-Identifier: AGPL-3.0-or-later
"""A question as each database's word index wants it.

Every word of the question must occur; a word occurs as one of its stems or as the beginning of
a longer word, which is how German compounds are found by their first part.
"""

from tresen.search.stems import fold, question_words, word_stems

# More words than this narrow nothing any more and only cost (safety I15).
MOST_WORDS = 8
# Shorter beginnings match half the index.
SHORTEST_PREFIX = 3


def fts5_question(question: str, kind: str, part: str) -> str:
    """Return the question for SQLite's `search_text MATCH`, empty for one without a word.

    `part` is title or body. The kind is asked of the index too: of a common word it then reads
    only what is of that kind.
    """
    words = " AND ".join(_fts5(word) for word in _words(question))
    return f'{{kind}} : "{kind}" AND {{{part}_stems}} : ({words})' if words else ""


def tsquery(question: str) -> str:
    """Return the question for PostgreSQL's `to_tsquery`, empty for one without a word."""
    return " & ".join(_tsquery(word) for word in _words(question))


def tsquery_of_kind(kind: str) -> str:
    """Return the kind as a finished tsquery; no word that is written begins with its sign."""
    return f"'={kind}'"


def _words(question: str) -> list[str]:
    return question_words(question)[:MOST_WORDS]


def _fts5(word: str) -> str:
    found = [f'"{stem}"' for stem in word_stems(word)]
    found += [f'"{start}"*' for start in _starts(word)]
    return f"({' OR '.join(found)})"


def _tsquery(word: str) -> str:
    found = [f"'{stem}'" for stem in word_stems(word)]
    found += [f"'{start}':*" for start in _starts(word)]
    return f"({' | '.join(found)})"


def _starts(word: str) -> list[str]:
    folded = fold(word)
    return [folded] if folded.isalnum() and len(folded) >= SHORTEST_PREFIX else []
