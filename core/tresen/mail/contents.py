# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a mail stands on a ticket: the new text, the folded rest, raw HTML, files.

Everything is kept; what hides or cleans is decided anew whenever it is shown.
"""

from typing import Any

from tresen.desk import Desk
from tresen.files import service as files
from tresen.i18n import _
from tresen.mail.identifiers import cut_id
from tresen.mail.records import Mail, MailPart
from tresen.mail.request_links import without_tokens
from tresen.mail.senders import sender_name
from tresen.people.models import Person
from tresen.tickets.records import NewMessage
from tresen.web.file_names import clean_file_name
from tresen.web.media import file_headers


def message_of(desk: Desk, mail: Mail, sender: Person | None, **given: Any) -> NewMessage:
    """Return the mail as a message; `given` overrides fields of NewMessage."""
    body, quoted = _divided(mail)
    fields: dict[str, Any] = {
        "body": without_tokens(body),
        "quoted": without_tokens(quoted),
        "html": without_tokens(mail.html) or None,
        "format": "text",
        "channel": "mail",
        "is_inbound": True,
        "author_id": sender.id if sender else None,
        "author_name": sender_name(mail) or _("Unknown sender"),
        "author_address": mail.sender.email[:320] if mail.sender else "",
        "recipients": recipients_of(mail),
        "internet_message_id": cut_id(mail.message_id),
        "files": tuple(_stored(desk, part) for part in mail.parts),
    }
    return NewMessage(**(fields | given))


def subject_of(mail: Mail) -> str:
    """Return the subject, or words that say there is none."""
    return mail.subject.strip() or _("(No subject)")


def recipients_of(mail: Mail) -> dict[str, list[str]]:
    """Return to and cc as written; with Reply-To where it differs, so that agents see it (M19)."""
    found = {
        "to": [address.email for address in mail.to],
        "cc": [address.email for address in mail.cc],
        "reply_to": [a.email for a in mail.reply_to if not mail.sender or a != mail.sender],
    }
    return {name: addresses for name, addresses in found.items() if addresses}


def _divided(mail: Mail) -> tuple[str, str]:
    rest = "\n\n".join(part for part in (mail.split.signature, mail.split.quoted) if part.strip())
    if mail.split.new.strip():
        return mail.split.new, rest
    # Nothing but a quote: better the whole of it than an empty entry.
    return mail.text.strip() or _("(The mail holds no text.)"), ""


def _stored(desk: Desk, part: MailPart) -> tuple[int, str]:
    name = clean_file_name(part.file_name)
    media_type = file_headers(name, part.media_type, part.content)["Content-Type"]
    file = files.store_file(desk, name, media_type[:120], part.content)
    return file.id, part.content_id.strip("<>")[:255]
