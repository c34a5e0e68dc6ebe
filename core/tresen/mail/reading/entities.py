# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree of a mail (RFC 2046): parts by their boundaries, found on the bytes without copying.

The reader of the standard library fails on deep nesting and holds every line as an object.
"""

import re
from dataclasses import dataclass
from itertools import islice

from tresen.mail.reading.headers import Fields, read_fields
from tresen.mail.reading.limits import MAX_DEPTH, MAX_PARTS
from tresen.mail.reading.parameters import Value, read_value
from tresen.mail.reading.transfer import decode_transfer
from tresen.mail.records import Defect

_FIRST_DELIMITER = re.compile(rb"(?:\A|\n)--([^\s-][^\r\n]{0,200})\r*\n")


@dataclass(frozen=True, slots=True)
class Entity:
    """A part and the range of its body in the bytes of the mail; a multipart has children."""

    fields: Fields
    kind: Value
    disposition: Value
    start: int
    end: int
    children: tuple["Entity", ...] = ()

    @property
    def media_type(self) -> str:
        return self.kind.name

    @property
    def file_name(self) -> str:
        return self.disposition.parameters.get("filename") or self.kind.parameters.get("name", "")


@dataclass(slots=True)
class Walk:
    """One reading of one mail: its bytes, the parts that may still be taken, what was wrong."""

    data: bytes
    defects: set[Defect]
    parts_left: int = MAX_PARTS


def read_entity(
    walk: Walk, start: int, end: int, depth: int = 0, default: str = "text/plain"
) -> Entity:
    """The entity in this range with all parts in it; ``default`` is its type if it names none."""
    fields, body = read_fields(walk.data, start, end, walk.defects)
    kind = read_value(fields.raw("content-type"))
    kind = kind if kind.name.count("/") == 1 else Value(_meant(kind, default), kind.parameters)
    entity = Entity(fields, kind, read_value(fields.raw("content-disposition")), body, end)
    if not kind.name.startswith("multipart/"):
        return entity
    if depth >= MAX_DEPTH:
        walk.defects.add(Defect.TOO_DEEP)
        return _as(entity, "application/octet-stream")
    return _taken_apart(walk, entity, depth)


def content(walk: Walk, entity: Entity) -> bytes:
    """The bytes of a leaf with its transfer encoding undone."""
    named = entity.fields.text("content-transfer-encoding")
    encoding = re.split(r"[(;]", named, maxsplit=1)[0].strip("\"' ")
    data, fits = decode_transfer(walk.data[entity.start : entity.end], encoding.lower())
    if not fits:
        walk.defects.add(Defect.BAD_ENCODING)
    return data


def _meant(kind: Value, default: str) -> str:
    """What a type without a slash means: ``text`` is text, anything else is left alone."""
    if not kind.name:
        return default
    return "text/plain" if kind.name == "text" else "application/octet-stream"


def _as(entity: Entity, name: str, *children: Entity) -> Entity:
    kind = Value(name, entity.kind.parameters)
    return Entity(entity.fields, kind, entity.disposition, entity.start, entity.end, children)


def _taken_apart(walk: Walk, entity: Entity, depth: int) -> Entity:
    ranges = _ranges(walk, entity)
    if not ranges:
        return _as(entity, "text/plain")
    children: list[Entity] = []
    default = "message/rfc822" if entity.media_type == "multipart/digest" else "text/plain"
    for start, end in ranges:
        if walk.parts_left <= 0:
            walk.defects.add(Defect.TOO_MANY_PARTS)
            children.append(_rest(start, ranges[-1][1]))
            break
        walk.parts_left -= 1
        children.append(read_entity(walk, start, end, depth + 1, default))
    return _as(entity, entity.media_type, *children)


def _rest(start: int, end: int) -> Entity:
    kind = Value("application/octet-stream", {"name": "rest-of-mail.txt"})
    return Entity(Fields(), kind, Value("attachment"), start, end)


def _ranges(walk: Walk, entity: Entity) -> list[tuple[int, int]]:
    """Start and end of each part; also of parts after a closing delimiter that came too early."""
    found = _delimiters(walk, entity, entity.kind.parameters.get("boundary", "").encode())
    if not found:
        walk.defects.add(Defect.NO_BOUNDARY)
        guess = _FIRST_DELIMITER.search(walk.data, max(entity.start - 1, 0), entity.end)
        found = _delimiters(walk, entity, guess[1] if guess else b"")
    if not found:
        return []
    if len(found) <= MAX_PARTS and not any(match[1] for match in found):
        walk.defects.add(Defect.NOT_CLOSED)
    ends = [match.start() for match in found[1:]] + [entity.end]
    return [
        _trimmed(walk.data, match.end() + 1, end, end == entity.end)
        for match, end in zip(found, ends, strict=True)
        if not (match[1] and (end == entity.end or not walk.data[match.end() : end].strip()))
    ]


def _delimiters(walk: Walk, entity: Entity, boundary: bytes) -> list[re.Match[bytes]]:
    """The delimiter lines in the entity; they belong to it also where inner parts repeat them."""
    if not boundary.strip():
        return []
    pattern = rb"\n--" + re.escape(boundary.rstrip()) + rb"(--)?[ \t]*\r*(?=\n|\Z)"
    start = max(entity.start - 1, 0)
    found = re.compile(pattern).finditer(walk.data, start, entity.end)
    return list(islice(found, MAX_PARTS + 2))


def _trimmed(data: bytes, start: int, end: int, is_open: bool) -> tuple[int, int]:
    """The line break before a delimiter belongs to the delimiter, not to the part."""
    start = min(start, end)
    return start, end - 1 if not is_open and end > start and data[end - 1] == 13 else end
