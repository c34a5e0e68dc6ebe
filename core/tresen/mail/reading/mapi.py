# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of MAPI properties inside a TNEF attribute, after MS-OXTNEF section 2.1.3.4.

Only the few that hold text, names and files are kept; all others are stepped over.
"""

import struct
from dataclasses import dataclass, field

from tresen.mail.reading.charsets import decode

_KEPT = {
    0x1000: "body",
    0x1009: "rtf",
    0x1013: "html",
    0x3701: "attachment",
    0x3704: "name",
    0x3707: "long_name",
    0x370E: "media_type",
    0x3712: "content_id",
}
_SIZES = {
    0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4,
    0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8, 0x0048: 16,
}  # fmt: skip
_VARIABLE = frozenset({0x000D, 0x001E, 0x001F, 0x0102})
_UNICODE, _BINARY = 0x001F, 0x0102
_OBJECT, _IID_SIZE = 0x000D, 16
_MULTIPLE = 0x1000
_FIRST_NAMED = 0x8000
_MAX_VALUES = 10_000


@dataclass(slots=True)
class Properties:
    """The kept properties: name to type and bytes."""

    values: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def data(self, name: str) -> bytes:
        """The bytes of a property; empty where there is none."""
        return self.values.get(name, (0, b""))[1]

    def content(self, name: str) -> bytes:
        """The bytes of a file; those of an object stand behind the id of its interface."""
        kind, data = self.values.get(name, (0, b""))
        return data[_IID_SIZE:] if kind == _OBJECT else data

    def text(self, name: str, charset: str) -> str:
        """A property as text; strings without Unicode are in the charset of the message."""
        kind, data = self.values.get(name, (0, b""))
        codec = {_UNICODE: "utf-16-le", _BINARY: ""}.get(kind, charset)
        return decode(data, codec)[0].rstrip("\ufffd\0") if data else ""


@dataclass(slots=True)
class _Reader:
    data: bytes
    offset: int = 0

    def number(self, layout: str = "<I") -> int:
        value: int = struct.unpack_from(layout, self.data, self.offset)[0]
        self.offset += struct.calcsize(layout)
        return value

    def take(self, length: int) -> bytes:
        """Bytes that are padded to four; ValueError where they are cut off."""
        value = self.data[self.offset : self.offset + length]
        if len(value) < length:
            raise ValueError("a property is cut off")
        self.offset += length + -length % 4
        return value


def read_properties(data: bytes) -> Properties:
    """The kept properties in these bytes, as many as there are before the data break off."""
    properties, reader = Properties(), _Reader(data)
    try:
        for _ in range(min(reader.number(), _MAX_VALUES)):
            _read_one(reader, properties)
    except (struct.error, ValueError):
        return properties
    return properties


def _read_one(reader: _Reader, properties: Properties) -> None:
    kind, number = reader.number("<H"), reader.number("<H")
    if number >= _FIRST_NAMED:
        _skip_name(reader)
    base = kind & ~_MULTIPLE
    if base not in _SIZES and base not in _VARIABLE:
        raise ValueError("an unknown type of property")
    count = reader.number() if kind & _MULTIPLE or base in _VARIABLE else 1
    for _ in range(min(count, _MAX_VALUES)):
        value = reader.take(_SIZES[base] if base in _SIZES else reader.number())
        if number in _KEPT:
            properties.values.setdefault(_KEPT[number], (base, value))


def _skip_name(reader: _Reader) -> None:
    """A named property: its GUID, then a number or a name in UTF-16."""
    reader.offset += 16
    is_string = reader.number()
    reader.take(reader.number()) if is_string else reader.number()
