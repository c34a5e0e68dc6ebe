# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opens a file from outside as JSON, XML or text; refuses by a sentence what would do harm.

The limits are ours, since neither format has any: a bill nests components a few levels deep.
"""

import json
import re
from typing import Any, NoReturn

from tresen.sdk import Refused, _

# Levels of nesting, and parts of one bill.
DEEPEST, MOST_PARTS = 64, 100_000
# What no database keeps and no XML may hold: control characters, and halves of pairs.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(body: bytes) -> str:
    """Return `json`, `xml` or `text`; raises Refused for a file without a byte."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if not start:
        raise Refused(_("The file is empty: choose another one."))
    if body.startswith(UTF16) or start == b"<":
        return "xml"
    return "json" if start in b"{[" else "text"


def text_of(body: bytes) -> str:
    """Return the file as text; raises Refused for another encoding than UTF-8."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = {"place": error.start}
        raise Refused(
            _("The file is not written in UTF-8: byte %(place)s fits no character.") % words
        ) from error
    return text


def json_of(body: bytes) -> dict[str, Any]:
    """Return the object that a JSON file holds; raises Refused for anything else."""
    text = text_of(body)
    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=_no_number)
    except RecursionError as error:
        raise too_deep() from error
    except ValueError as error:
        words = {"fault": str(error)}
        raise Refused(_("The file is no JSON: %(fault)s") % words) from error
    if not isinstance(found, dict):
        raise Refused(_("The file holds no object of JSON, in braces."))
    walk(found)
    return found


def xml_of(body: bytes) -> Any:
    """Return the root of an XML file; raises Refused for entities, and for what is no XML."""
    # Read where a file comes in, not in every web process.
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - as above
    from defusedxml.ElementTree import DefusedXMLParser, ParseError  # noqa: PLC0415
    from lxml import etree  # noqa: PLC0415

    guard = DefusedXMLParser(target=_Depth(), forbid_dtd=True)
    safe = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        guard.feed(body)
        guard.close()
        return etree.fromstring(body, safe)
    except DefusedXmlException as error:
        raise Refused(
            _("The file declares entities or a document type, which no bill of materials needs.")
        ) from error
    except (ParseError, etree.XMLSyntaxError, ValueError, LookupError) as error:
        words = {"fault": str(error)}
        raise Refused(_("The file is no XML: %(fault)s") % words) from error


def demand_fit(text: str) -> None:
    """Raise Refused for control characters and halves of characters."""
    if _UNFIT.search(text):
        raise Refused(_("The file holds control characters, which stand for no text."))


class _Depth:
    """Counts how deep elements are nested; keeps nothing of them."""

    def __init__(self) -> None:
        self.depth = 0

    def start(self, _tag: str, _attributes: object) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep()

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def data(self, _text: str) -> None:
        """Pass over text."""

    def close(self) -> None:
        """Return nothing: only the depth counts."""


def too_deep() -> Refused:
    words = {"most": DEEPEST}
    return Refused(_("The file is nested more than %(most)s levels deep.") % words)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(_("The file says “%(name)s” twice in one object.") % {"name": twice[:100]})
    return found


def _no_number(text: str) -> NoReturn:
    raise Refused(_("The file holds %(word)s, which is no number of JSON.") % {"word": text})


def walk(whole: Any) -> None:
    """Look at every value, without recursion: the file decides how deep it is."""
    waiting = [(whole, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            demand_fit(value)
        elif isinstance(value, dict | list):
            if depth > DEEPEST:
                raise too_deep()
            below = value.values() if isinstance(value, dict) else value
            waiting += ((each, depth + 1) for each in below)
            if isinstance(value, dict):
                demand_fit("".join(value))
