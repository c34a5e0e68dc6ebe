# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decides by a file's own bytes how it may be handed to a browser.

Why: the type that a sender declares is a wish. Only four kinds of raster image are ever shown in a
page; everything else is a download that no browser runs.
"""

import struct
from dataclasses import dataclass

from tresen.web.file_names import content_disposition
from tresen.web.word_sets import word_set

MAX_PIXELS = 40_000_000
_UNKNOWN = "application/octet-stream"
# Types that may be named in a download because no browser runs them; HTML, SVG and XML may not.
_NAMED = word_set(
    "application/pgp-encrypted application/pgp-signature "
    "application/pkcs7-mime application/pkcs7-signature "
    "application/pdf application/zip application/gzip application/json application/msword "
    "application/rtf application/vnd.ms-excel application/vnd.ms-outlook "
    "application/vnd.ms-powerpoint application/x-7z-compressed "
    "application/vnd.oasis.opendocument.spreadsheet application/vnd.oasis.opendocument.text "
    "application/vnd.openxmlformats-officedocument.presentationml.presentation "
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document "
    "audio/mpeg audio/ogg message/rfc822 text/calendar text/csv text/plain video/mp4 video/webm "
    "image/png image/jpeg image/gif image/webp"
)


@dataclass(frozen=True, slots=True)
class Image:
    """The media type and size in pixels of a raster image, read from its header."""

    media_type: str
    width: int
    height: int

    @property
    def is_showable(self) -> bool:
        """Whether a browser may be asked to decode it."""
        return 0 < self.width * self.height <= MAX_PIXELS


def image_of(data: bytes) -> Image | None:
    """Recognise PNG, JPEG, GIF or WebP by its bytes; the image is not decoded."""
    try:
        for read in (_png, _gif, _webp, _jpeg):
            if image := read(data):
                return image
    except (struct.error, IndexError):
        return None
    return None


def file_headers(
    name: str, declared: str, data: bytes, *, may_show: bool = False
) -> dict[str, str]:
    """Return the headers under which the file `data` is handed out.

    `declared` is the sender's media type, believed only if it is a harmless one; `may_show` asks
    for showing in a page, granted to images alone. The whole response is a sandbox of its own.
    """
    image = image_of(data)
    is_inline = may_show and image is not None and image.is_showable
    return {
        "Content-Type": _media_type(declared, image),
        "Content-Disposition": content_disposition(name, is_inline=is_inline),
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        # The mail frame has an opaque origin, for which "same-origin" would refuse its own images.
        "Cross-Origin-Resource-Policy": "cross-origin" if is_inline else "same-origin",
    }


def _media_type(declared: str, image: Image | None) -> str:
    if image is not None:
        return image.media_type
    plain = declared.partition(";")[0].strip().lower()
    if plain not in _NAMED or plain.startswith("image/"):
        return _UNKNOWN
    return f"{plain}; charset=utf-8" if plain.startswith("text/") else plain


def _png(data: bytes) -> Image | None:
    """W3C PNG specification, 5.2 and 11.2.1: signature, then the IHDR chunk."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        return None
    return Image("image/png", *struct.unpack_from(">II", data, 16))


def _gif(data: bytes) -> Image | None:
    """GIF89a specification, 17 and 18: signature, then the logical screen's size."""
    if data[:6] not in {b"GIF87a", b"GIF89a"}:
        return None
    return Image("image/gif", *struct.unpack_from("<HH", data, 6))


def _webp(data: bytes) -> Image | None:
    """RFC 9649, 2.5 to 2.7: the first chunk tells the kind and with it where the size stands."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
    elif kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    else:
        return None
    return Image("image/webp", width, height)


def _jpeg(data: bytes) -> Image | None:
    """ITU-T T.81, B.1: walk the marker segments up to the frame header, which holds the size."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Image("image/jpeg", width, height)
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None
