# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text and the HTML of a mail from the parts that make them up.

What is too long to be shown stays whole as a file beside what is shown.
"""

import html as markup
import re
from dataclasses import dataclass, field

from tresen.mail.reading.bodies import Bodies
from tresen.mail.reading.charsets import decode
from tresen.mail.reading.entities import Entity, Walk, content
from tresen.mail.reading.flowed import unflow
from tresen.mail.reading.limits import MAX_HTML, MAX_TEXT
from tresen.mail.reading.names import file_name
from tresen.mail.reading.plaintext import html_to_text
from tresen.mail.reading.uuencoded import take_out_uuencoded
from tresen.mail.records import Defect, MailPart

_META_CHARSET = re.compile(
    rb"""<meta[^>]{1,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE
)
_BYTES_PER_CHARACTER = 4


@dataclass(slots=True)
class Texts:
    """Text and HTML, and the files found in them or kept because they are too long."""

    text: str = ""
    html: str = ""
    parts: list[MailPart] = field(default_factory=list)


def read_texts(walk: Walk, bodies: Bodies) -> Texts:
    """Both forms of the body; each part is decoded once, be it in both."""
    texts = Texts()
    decoded: dict[int, str] = {}
    for entity in (*bodies.text, *bodies.html):
        if entity.start not in decoded:
            decoded[entity.start] = _decoded(walk, entity, texts.parts)
    texts.text = "\n".join(_as_text(entity, decoded[entity.start]) for entity in bodies.text)
    if any(_is_html(entity) for entity in bodies.html):
        texts.html = "\n".join(_as_html(entity, decoded[entity.start]) for entity in bodies.html)
    return texts


def _decoded(walk: Walk, entity: Entity, parts: list[MailPart]) -> str:
    data = content(walk, entity)
    limit = MAX_HTML if _is_html(entity) else MAX_TEXT
    if len(data) > limit * _BYTES_PER_CHARACTER:
        walk.defects.add(Defect.TEXT_CUT)
        name = file_name(entity.file_name, entity.media_type, len(parts) + 1)
        parts.append(MailPart(name, entity.media_type, data))
    text, fits = decode(data[: limit * _BYTES_PER_CHARACTER], _charset(entity, data))
    if not fits:
        walk.defects.add(Defect.BAD_CHARSET)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _is_html(entity) else _plain(entity, text, parts)


def _plain(entity: Entity, text: str, parts: list[MailPart]) -> str:
    parameters = entity.kind.parameters
    if parameters.get("format", "").lower() == "flowed":
        text = unflow(text, parameters.get("delsp", "").lower() == "yes")
    text, found = take_out_uuencoded(text)
    parts.extend(found)
    return text


def _charset(entity: Entity, data: bytes) -> str:
    named = entity.kind.parameters.get("charset", "")
    if named or not _is_html(entity):
        return named
    meta = _META_CHARSET.search(data[:2_048])
    return meta[1].decode("ascii", "replace") if meta else ""


def _is_html(entity: Entity) -> bool:
    return entity.media_type == "text/html"


def _as_text(entity: Entity, text: str) -> str:
    return html_to_text(text) if _is_html(entity) else text


def _as_html(entity: Entity, text: str) -> str:
    return text if _is_html(entity) else f"<pre>{markup.escape(text)}</pre>"
