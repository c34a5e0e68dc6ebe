# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of a mail: attachments, inline images, mails in the mail, what winmail.dat hides.

Each comes with a name and all of its bytes; a file found twice is better than one lost.
"""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from tresen.mail.reading.entities import Entity, Walk, content
from tresen.mail.reading.headers import read_fields
from tresen.mail.reading.names import file_name
from tresen.mail.reading.tnef import is_tnef, read_tnef
from tresen.mail.records import Defect, MailPart

_CID = re.compile(r"""cid:([^"'\s<>)\\]{1,500})""", re.IGNORECASE)


@dataclass(slots=True)
class Files:
    """The parts, and the body that a winmail.dat may hold instead of the mail."""

    parts: list[MailPart] = field(default_factory=list)
    text: str = ""
    html: str = ""


def read_files(walk: Walk, entities: list[Entity]) -> Files:
    """All files with their contents decoded."""
    files = Files()
    for number, entity in enumerate(entities, start=1):
        part = _part(walk, entity, number)
        if is_tnef(part.media_type, part.file_name):
            _take_apart(walk, part, files)
        else:
            files.parts.append(part)
    return files


def mark_inline(parts: tuple[MailPart, ...], html: str) -> tuple[MailPart, ...]:
    """The parts, those that the HTML shows by their Content-ID marked (RFC 2392)."""
    if not any(part.content_id for part in parts):
        return parts
    shown = {unquote(found).lower() for found in _CID.findall(html)}
    return tuple(
        replace(part, is_inline=True) if part.content_id.lower() in shown else part
        for part in parts
    )


def _part(walk: Walk, entity: Entity, number: int) -> MailPart:
    name = file_name(_given_name(walk, entity), entity.media_type, number)
    content_id = entity.fields.text("content-id").strip("<> ")[:500]
    return MailPart(name, entity.media_type[:200], content(walk, entity), content_id)


def _given_name(walk: Walk, entity: Entity) -> str:
    """The name given, else the subject of a mail in the mail."""
    if entity.file_name:
        return entity.file_name
    if entity.media_type in {"message/rfc822", "message/global"}:
        return _subject_of(walk, entity)
    return ""


def _subject_of(walk: Walk, entity: Entity) -> str:
    inner = content(walk, entity)[: 64 << 10]
    subject = read_fields(inner, 0, len(inner), set())[0].text("subject")
    return f"{subject.replace('/', '-')[:150]}.eml" if subject else ""


def _take_apart(walk: Walk, part: MailPart, files: Files) -> None:
    found = read_tnef(part.content)
    if not found.is_whole:
        walk.defects.add(Defect.BAD_TNEF)
        files.parts.append(part)
    files.parts.extend(found.parts)
    files.text = files.text or found.text
    files.html = files.html or found.html
