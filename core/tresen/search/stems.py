# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words to stems, German and English at once, the same for both databases.

A text may be in either language and often in both, so each word is indexed under both stems; a
question is stemmed the same way and matches whichever was meant.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

WORD = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")
LONGEST_WORD = 60
# More of a text is not indexed: a log file in a mail must not fill the index.
MOST_WORDS = 20_000

_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def stems(text: str) -> str:
    """Return the stems of a text, separated by spaces, ready for either index."""
    found: list[str] = []
    for match in WORD.finditer(_composed(text)):
        if len(found) >= MOST_WORDS:
            break
        found += word_stems(match.group()[:LONGEST_WORD])
    return " ".join(found)


def question_words(text: str) -> list[str]:
    """Return the words of a question, each once, in their order."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(_composed(text))))


@lru_cache(maxsize=50_000)
def word_stems(word: str) -> tuple[str, ...]:
    """Return the stems that may stand for a word, German and English.

    An umlaut is found by its base letter and by its transcription: Müller is Muller and Mueller.
    """
    parts: list[str] = []
    for written in dict.fromkeys((fold(word), fold(word.lower().translate(_TRANSCRIBED)))):
        found = re.split(r"[.-]", written)
        parts += found if len(found) == 1 else [*found, "".join(found)]
    stemmers = _stemmers()
    return tuple(dict.fromkeys(fold(s.stemWord(part)) for part in parts for s in stemmers if part))


@cache
def _stemmers() -> tuple[Any, ...]:
    import snowballstemmer  # noqa: PLC0415 - only who searches or writes needs it

    return tuple(snowballstemmer.stemmer(language) for language in ("german", "english"))


def _composed(text: str) -> str:
    """The text with its accents on their letters: two dots of their own would end a word."""
    return unicodedata.normalize("NFC", text)


def fold(word: str) -> str:
    """Return the word in lower case, umlauts as their base letters, without accents."""
    word = word.lower().replace("ß", "ss")
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
