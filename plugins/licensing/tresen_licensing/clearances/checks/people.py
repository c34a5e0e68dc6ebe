# SPDX-License-Identifier: AGPL-3.0-or-later
"""C08: whether it names customers, or people who did not agree to be public.

Names are those that Tresen knows. Who wrote or signed off a patch is public with it already.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from tresen.sdk import lazy

from tresen_licensing.clearances.checks.records import Check, Found, Line, Names, Subject

_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})"
)
# RFC 2606, RFC 6761 and RFC 8375 keep these for examples and for nobody; forges hide addresses so.
_NOBODYS = re.compile(
    r"(?i)(?:^|\.)(?:example|test|invalid|localhost|local|example\.(?:com|net|org|edu)|home\.arpa"
    r"|noreply\.github\.com)$"
)
_INTERNATIONAL = re.compile(
    r"(?<![\w.+/-])(?:\+|00(?=[1-9]\d{0,2}[ ()/-]))[1-9](?:[ ()/.-]{0,2}\d){7,13}(?!\w)"
)
_NATIONAL = re.compile(r"(?<![\w.+/-])0[1-9]\d{1,4} {0,1}[ /-] {0,1}\d(?:[ -]?\d){3,9}(?!\w|\.\d)")
# Numbers that the Bundesnetzagentur keeps for films, and those of North America.
_NOBODYS_NUMBER = re.compile(
    r"(?:49|0)(?:30|40|69|89|221)(?:23125\d{3}|66969\d{3}|90009\d{3}|99998\d{3}|4710\d{3})$"
    r"|^1?\d{3}55501\d{2}$"
)
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)(?![A-Za-z0-9])"
)
# Of the standard's own examples.
_NOBODYS_IBAN = ("DE89370400440532013000", "GB82WEST12345698765432", "GB29NWBK60161331926819")
_WORD = re.compile(r"\w+(?:['\u2019&-]\w+)*")
_SIGNED = re.compile(r"(?i)^signed-off-by:")


def _clean(subject: Subject) -> Iterable[Found]:
    starts = _by_first(subject.names)
    for line in subject.lines:
        if not line.place.path and _SIGNED.match(line.text):
            continue
        for code in dict.fromkeys(found_in(line, subject.names, starts)):
            yield Found(code, line.place)


Starts = dict[str, list[tuple[tuple[str, ...], str]]]


def _by_first(names: Names) -> Starts:
    """Return names by their first word, so that a text is walked through once."""
    starts: Starts = {}
    for code, group in (("organisation", names.organisations), ("person", names.people)):
        for words in group:
            starts.setdefault(words[0], []).append((words, code))
    return starts


def found_in(line: Line, names: Names, starts: Starts) -> Iterator[str]:
    """Yield the code of each kind of personal data that a line holds."""
    text = line.text
    if "@" in text and any(_is_somebodys(each, names) for each in _ADDRESS.finditer(text)):
        yield "email"
    if _has_number(_IBAN.sub("", text)):
        yield "phone"
    if any(map(_holds_iban, _IBAN.findall(text))):
        yield "iban"
    yield from _named(words_of(text), starts)


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters; an accent may be a sign of its own."""
    return [each.casefold() for each in _WORD.findall(unicodedata.normalize("NFC", text))]


def _named(words: Sequence[str], starts: Starts) -> Iterator[str]:
    for at, word in enumerate(words):
        for name, code in starts.get(word, ()):
            if tuple(words[at : at + len(name)]) == name:
                yield code


def _is_somebodys(found: re.Match[str], names: Names) -> bool:
    return not _NOBODYS.search(found[1]) and found[0].lower() not in names.allowed


def _has_number(text: str) -> bool:
    numbers = (*_INTERNATIONAL.finditer(text), *_NATIONAL.finditer(text))
    return any(_is_number(each[0]) for each in numbers)


def _is_number(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return not _NOBODYS_NUMBER.search(digits.removeprefix("00"))


def _holds_iban(text: str) -> bool:
    """Tell whether an IBAN begins a text in which words in capital letters may follow."""
    groups = text.split(" ")
    return any(is_iban("".join(groups[:end])) for end in range(len(groups), 0, -1))


def is_iban(text: str) -> bool:
    """Tell whether a text is an IBAN by its check digits (ISO 13616), and no example."""
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34 or plain in _NOBODYS_IBAN:
        return False
    return int("".join(str(int(each, 36)) for each in plain[4:] + plain[:4])) % 97 == 1


PEOPLE = Check(
    "C08",
    lazy("It names no customer and no person"),
    lazy("Put invented people in “example” domains in their place, in every patch of the series."),
    {
        "email": lazy("A mail address."),
        "phone": lazy("A phone number."),
        "iban": lazy("The number of a bank account."),
        "organisation": lazy("The name of an organisation that Tresen knows."),
        "person": lazy("The name of a person whom Tresen knows."),
    },
    _clean,
    is_strict=True,
)
