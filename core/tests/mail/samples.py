# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builds mails for the tests, good ones and poisonous ones."""

import base64
from collections.abc import Iterable

HEAD = b"From: Ada Example <ada@example.com>\nMessage-ID: <1@example.com>\n"
DATE = b"Date: Mon, 23 Nov 2026 10:00:00 +0100\n"


def mail(body: bytes = b"Hello\n", *fields: bytes) -> bytes:
    """A whole mail with these further fields."""
    return HEAD + DATE + b"".join(field + b"\n" for field in fields) + b"\n" + body


def multipart(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"frontier") -> bytes:
    """A multipart entity; each part brings its own header and empty line."""
    lines = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\n\n'
    return head + lines + b"--" + boundary + b"--\n"


def mail_of(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    """A mail that is a multipart."""
    return HEAD + DATE + multipart(*parts, kind=kind)


def plain(text: bytes) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\n\n" + text


def html(text: bytes) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\n\n" + text


def attached(name: bytes, content: bytes, media_type: bytes = b"application/pdf") -> bytes:
    """A file in base64."""
    return (
        b"Content-Type: " + media_type + b"\n"
        b'Content-Disposition: attachment; filename="' + name + b'"\n'
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)
    )


def nested(depth: int) -> bytes:
    """Multiparts in multiparts, none of them closed."""
    levels = (
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )
    return HEAD + b"".join(levels) + b"\nin the middle\n"


def with_recipients(count: int) -> bytes:
    names = (b'"Doe, J. %d" <user%d@example.org>' % (n, n) for n in range(count))
    return mail(b"Hello\n", b"To: " + b",\n ".join(names))


def with_encoded_words(count: int, gap: bytes) -> bytes:
    return mail(b"Hello\n", b"Subject: " + gap.join([b"=?utf-8?q?=C3=A4?="] * count))


def poisons() -> Iterable[tuple[str, bytes]]:
    """Mails that cost other readers minutes, gigabytes or their life."""
    yield "empty", b""
    yield "one-byte", b"\n"
    yield "encoded-words-apart", with_encoded_words(20_000, b"\n ")
    yield "encoded-words-joined", with_encoded_words(20_000, b"")
    yield "recipients", with_recipients(10_000)
    yield "nesting", nested(2_000)
    yield "nested-mails", HEAD + b"Content-Type: message/rfc822\n\n" * 2_000
    yield "parts", mail_of(*[attached(b"x", b"x")] * 20_000)
    yield "delimiters", HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 500_000
    yield "fields", b"".join(b"X-Field-%d: x\n" % n for n in range(100_000)) + b"\nHello\n"
    yield "parameters", mail(b"", b"Content-Type: text/plain" + b"; a=b" * 100_000)
    yield "quotes-in-from", b"From: " + b'"(' * 200_000 + b"\n\nHello\n"
    yield "deep-html", HEAD + html(b"<div>" * 100_000 + b"Hello")
    yield "tables-in-tables", HEAD + html(b"<table><tr><td>" * 20_000 + b"Hello")
    yield "links", HEAD + html(b"<a href=http://example.com>x</a> " * 50_001)
    yield "deep-quotes", HEAD + html(b"<p>Hi</p>" + b"<blockquote type=cite>" * 20_000 + b"x")
    yield "attributions", mail((b"On 2024 x@example.com " + b"a " * 100 + b"\n") * 5_000)
    yield "one-long-line", mail(b"On " + b"a " * 500_000)
    yield "uuencoded", mail(b"begin 644 x\n" * 80_000 + b"end\n")
    yield "empty-lines", mail(b"\n" * 1_000_000)
    yield "soft-breaks", mail(b"a \n" * 330_000, b"Content-Type: text/plain; format=flowed")
    yield "rules", mail(b"--\nx\n" * 2_500)
    yield "commas", b"From: " + b"a," * 500_000 + b"\n\nHello\n"
    yield "colons", b"From: " + b"a:" * 500_000 + b"\n\nHello\n"
    yield "brackets", mail(b"x", b"Content-Transfer-Encoding: " + b"(" * 64_000)
    yield "dashes", HEAD + b"Content-Type: multipart/mixed\n\n" + (b"--x" + b" " * 500_000) * 20
    yield "no-line-feeds", mail(b"Hello\n").replace(b"\n", b"\r")
    yield "zeros", bytes(1_000_000)


def large(size: int) -> bytes:
    """A mail of about this many bytes, nearly all of it one file in base64."""
    line = base64.b64encode(bytes(range(57))) + b"\n"
    head = (
        b"Content-Disposition: attachment; filename=big.bin\nContent-Transfer-Encoding: base64\n\n"
    )
    return mail_of(plain(b"See the file.\n"), head + line * (size // len(line)))
