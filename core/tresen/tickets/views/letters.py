# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages as the template shows them: safe text or a mail frame, files, what became of them."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup

from tresen.desk import Desk
from tresen.files.models import StoredFile
from tresen.hooks import specs
from tresen.hooks.records import MessageMark
from tresen.i18n import _
from tresen.tickets import states, timeline
from tresen.tickets.models import Message, Ticket
from tresen.tickets.views.addresses import urls_by
from tresen.tickets.views.rows import initials
from tresen.web.markdown import MarkdownLinks, markdown_to_html
from tresen.web.plain_text import FoldTitles, text_to_html

TICKET_NUMBER = re.compile(r"#(\d{3,12})\b", re.ASCII)
# Characters of a mail's text from which its frame is taller.
MEDIUM_MAIL, LONG_MAIL = 500, 1800
# Parts and first lines of mails that programs signed or encrypted (RFC 8551, RFC 3156, RFC 9580).
SEALED = {"application/pkcs7-mime", "application/pgp-encrypted"}
SIGNED = {"application/pkcs7-signature", "application/pgp-signature"}
SEALED_TEXT, SIGNED_TEXT = "-----BEGIN PGP MESSAGE-----", "-----BEGIN PGP SIGNED MESSAGE-----"


def letters(desk: Desk, ticket: Ticket, thread: timeline.Thread, read: int) -> list[dict[str, Any]]:
    """Return the messages of one page; ticket numbers in all of them are looked up at once."""
    marks = _marks(desk, thread.messages)
    links = _ticket_links(desk, thread.messages)
    quote = _quotes(ticket) if desk.actor.may("tickets.work") else None
    return [
        _letter(ticket, message, links)
        | {
            "is_new": read < message.id and message.author_id != desk.actor.person_id,
            "frame": _frame(ticket, message) if message.id in thread.with_html else None,
            "delivery": marks.get(message.id),
            "quote": quote(message) if quote else None,
        }
        for message in thread.messages
    ]


def body_of(message: Message, links: MarkdownLinks) -> Markup:
    """Return the message's own words as safe HTML."""
    if message.format == "markdown":
        return markdown_to_html(message.body, links)
    return text_to_html(message.body, _titles())


def attachment(file: StoredFile, url: str) -> dict[str, Any]:
    """Return a file as the template shows it; `picture` is there for what may be shown."""
    picture = {"url": f"{url}?show=1", "width": file.width, "height": file.height}
    return {
        "name": file.name,
        "size": file.size,
        "url": url,
        "picture": picture if file.width else None,
    }


def frame_size(message: Message) -> str:
    """Return how tall the frame of a mail is: short, medium or long; what it quotes is folded."""
    length = len(message.body)
    return "long" if length > LONG_MAIL else "medium" if length > MEDIUM_MAIL else "short"


def _letter(ticket: Ticket, message: Message, links: MarkdownLinks) -> dict[str, Any]:
    name = message.author.name if message.author else message.author_name
    return {
        "id": message.id,
        "kind": message.kind,
        "is_inbound": message.is_inbound,
        "author": {"name": name or message.author_address, "initials": initials(name)},
        "address": message.author_address,
        "via": states.CHANNELS.get(message.channel, message.channel),
        "created_at": message.created_at,
        "is_authenticated": message.is_authenticated,
        "protection": _protection(message),
        "recipients": _recipients(message),
        "body": body_of(message, links),
        "quoted": text_to_html(message.quoted, _titles()) if message.quoted else "",
        "signature": "",
        "files": _files(ticket, message),
    }


def _quotes(ticket: Ticket) -> Callable[[Message], dict[str, str]]:
    number = ticket.number
    url = urls_by("quote", "tickets.page", number=number, _anchor="composer")
    words_url = urls_by("message_id", "tickets.quote", number=number)
    return lambda message: {"url": url(message.id), "words_url": words_url(message.id)}


def _frame(ticket: Ticket, message: Message) -> dict[str, str]:
    url = url_for("tickets.frame", number=ticket.number, message_id=message.id)
    return {"url": url, "size": frame_size(message), "images_url": f"{url}?images=1"}


def _files(ticket: Ticket, message: Message) -> list[dict[str, Any]]:
    return [
        attachment(
            part.file,
            url_for("tickets.download", number=ticket.number, public_id=part.file.public_id),
        )
        for part in message.files
        # What stands inside the mail's HTML is shown there.
        if not part.content_id
    ]


def _protection(message: Message) -> str:
    """Return sealed, signed or nothing; Tresen neither opens nor checks, and says so (M22)."""
    if not message.is_inbound:
        return ""
    found = {part.file.media_type for part in message.files}
    if found & SEALED or SEALED_TEXT in message.body:
        return "sealed"
    return "signed" if found & SIGNED or SIGNED_TEXT in message.body else ""


def _recipients(message: Message) -> str:
    parts = []
    for field, title in (("to", _("To")), ("cc", _("Cc"))):
        if addresses := message.recipients.get(field):
            parts.append(f"{title}: {', '.join(addresses)}")
    return " · ".join(parts)


def _marks(desk: Desk, messages: Sequence[Message]) -> dict[int, dict[str, str]]:
    found: list[MessageMark] = desk.gather(specs.message_marks, list(messages))
    return {
        mark.message_id: {
            "state": mark.state,
            "text": mark.sentence,
            "retry_url": mark.retry_url,
        }
        for mark in found
    }


def _ticket_links(desk: Desk, messages: Sequence[Message]) -> MarkdownLinks:
    texts = [message.body for message in messages if message.format == "markdown"]
    numbers = {int(number) for text in texts for number in TICKET_NUMBER.findall(text)}
    known = timeline.visible_numbers(desk, numbers)
    return MarkdownLinks(
        lambda asked: {
            number: url_for("tickets.page", number=number) for number in known & set(asked)
        }
    )


def _titles() -> FoldTitles:
    return FoldTitles(quote=_("Quoted text"), signature=_("Signature"))
