# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares the texts that a package uses with those that its catalogues translate.

Babel extracts them from code and templates as it would for translators, so that a text which
nobody translated is found by a test and not by a reader.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
POLITE = re.compile(r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b")
# Where German writes "they", "she" and "their" with a capital letter too.
SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+|\n)$")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
ADDRESS = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
TEMPLATES = {"trimmed": "true", "extensions": "jinja2.ext.do", "silent": "false"}


class Text(NamedTuple):
    """A text as catalogues name it: its context, where it has one, and its English singular."""

    context: str | None
    message: str


def used(package: Path) -> dict[Text, str]:
    """Return every text that the package's code and templates use, with the file that does."""
    found: dict[Text, str] = {}
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
            for text in _extracted(path):
                found.setdefault(text, path.relative_to(package).as_posix())
    return found


def translated(package: Path, language: str) -> dict[Text, Any]:
    """Return what the package's catalogues say: a text, or one for each number."""
    found: dict[Text, Any] = {}
    for file in sorted((package / "locale" / language).glob("*.po")):
        found |= _entries(file)
    return found


def missing(package: Path, language: str, *others: Path) -> dict[Text, str]:
    """Return the texts that neither the package nor `others` translate into the language."""
    have = {text for folder in (package, *others) for text in translated(folder, language)}
    return {text: file for text, file in used(package).items() if text not in have}


def needless(package: Path) -> set[Text]:
    """Return what "de@du" says just as "de" does, or of a text that nobody uses."""
    polite, familiar = translated(package, "de"), translated(package, "de@du")
    return {text for text, said in familiar.items() if polite.get(text) in (None, said)}


def misfitting(package: Path, language: str) -> set[Text]:
    """Return the texts that name something else than the English text does, as in `%(name)s`.

    Those with a number are left out: a singular may do without it.
    """
    return {
        text
        for text, said in translated(package, language).items()
        if isinstance(said, str)
        and set(PLACEHOLDER.findall(said)) != set(PLACEHOLDER.findall(text.message))
    }


def unused(package: Path, language: str) -> set[Text]:
    """Return what the catalogues translate although neither code nor templates say it."""
    return set(translated(package, language)) - set(used(package))


def contradicted(package: Path, language: str) -> set[Text]:
    """Return what two catalogues of the language translate differently: one is never read."""
    last = translated(package, language)
    return {
        text
        for file in (package / "locale" / language).glob("*.po")
        for text, said in _entries(file).items()
        if last[text] != said
    }


def is_polite(message: str, said: Any) -> bool:
    """Tell whether a German text addresses its reader as "Sie".

    Within a sentence the capital letter says so. At its beginning "Sie" may be "they" or "she":
    there it addresses the reader if the English text does.
    """
    return any(
        ADDRESS.search(message) or not SENTENCE_START.search(form[: found.start()])
        for form in ([said] if isinstance(said, str) else said)
        for found in POLITE.finditer(form)
    )


def unfamiliar(package: Path) -> set[Text]:
    """Return the texts that say "Sie" to the reader of "de@du": none there, or still polite."""
    said = translated(package, "de") | translated(package, "de@du")
    return {text for text, words in said.items() if is_polite(text.message, words)}


def _is_whole(said: Any) -> bool:
    return all(said) if isinstance(said, tuple) else bool(said)


def _entries(file: Path) -> dict[Text, Any]:
    found: dict[Text, Any] = {}
    with file.open("rb") as stream:
        for message in read_po(stream, abort_invalid=True):
            if message.id and not message.fuzzy and _is_whole(message.string):
                key = message.id if isinstance(message.id, str) else message.id[0]
                found[Text(message.context, key)] = message.string
    return found


def _extracted(path: Path) -> Iterator[Text]:
    method = "python" if path.suffix == ".py" else "jinja2"
    options = {} if method == "python" else TEMPLATES
    for _line, found, _comments, context in extract_from_file(
        method, path, keywords=KEYWORDS, options=options
    ):
        message = found if isinstance(found, str) else found[0]
        # A text that is put together at run time has no name to look for.
        if message:
            yield Text(context, message)
