# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes to a ``Mail``, whatever a stranger sent: it never raises and loses no part.

Runs in the child process of ``parser``; nothing here may touch the database or import Flask.
"""

from dataclasses import replace

from tresen.mail.reading.bodies import sort_out
from tresen.mail.reading.bounces import read_bounces
from tresen.mail.reading.entities import Walk, read_entity
from tresen.mail.reading.envelope import made_up_id, read_envelope
from tresen.mail.reading.files import mark_inline, read_files
from tresen.mail.reading.limits import MAX_HTML, MAX_TEXT
from tresen.mail.reading.plaintext import html_to_text
from tresen.mail.reading.quotes import split_html
from tresen.mail.reading.reply import split_text
from tresen.mail.reading.texts import read_texts
from tresen.mail.records import Defect, Mail, MailPart


def parse(raw: bytes) -> Mail:
    """The mail in these bytes; what was wrong with it stands in its defects.

    Raises nothing but MemoryError, which the child process reports as such.
    """
    try:
        return _parsed(raw)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a mail that no rule foresaw is still shown, as a file
        return _unreadable(raw)


def _parsed(raw: bytes) -> Mail:
    data = _with_line_feeds(raw)
    walk = Walk(data, set())
    root = read_entity(walk, len(data) - len(data.lstrip(b"\xef\xbb\xbf\r\n")), len(data))
    mail = read_envelope(root.fields, raw, walk.defects)
    bodies = sort_out(root)
    texts = read_texts(walk, bodies)
    files = read_files(walk, bodies.files)
    html = texts.html or files.html
    text = texts.text if texts.text.strip() else files.text or html_to_text(html)
    parts = mark_inline((*files.parts, *texts.parts), html)
    return _with_body(mail, text, html, parts, walk.defects)


def _with_line_feeds(raw: bytes) -> bytes:
    """Some programs of the eighties end lines with a carriage return alone."""
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _with_body(
    mail: Mail, text: str, html: str, parts: tuple[MailPart, ...], defects: set[Defect]
) -> Mail:
    if len(text) > MAX_TEXT or len(html) > MAX_HTML:
        defects.add(Defect.TEXT_CUT)
    text, html = text[:MAX_TEXT], html[:MAX_HTML]
    html_new, html_quoted = split_html(html)
    return replace(
        mail,
        text=text,
        html=html,
        html_new=html_new,
        html_quoted=html_quoted,
        split=split_text(text),
        parts=parts,
        bounces=read_bounces(parts, text, mail),
        defects=tuple(sorted(defects)),
    )


def _unreadable(raw: bytes) -> Mail:
    part = MailPart("mail.eml", "message/rfc822", raw)
    return Mail(made_up_id(raw), parts=(part,), defects=(Defect.UNREADABLE,))
