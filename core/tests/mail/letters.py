# SPDX-License-Identifier: AGPL-3.0-or-later
"""Raw mails for tests, and the way of one through intake to its outcome."""

import itertools
from collections.abc import Iterable
from email.message import EmailMessage

from sqlalchemy import select
from tresen.desk import Core, desk_for
from tresen.mail.inbound import process
from tresen.mail.intake import Arrival, take_in
from tresen.mail.models import InboundMail, Mailbox
from tresen.mail.reading.parser import Parser

SUPPORT = "support@tresen.example"
_numbers = itertools.count(1)


def letter(
    sender: str = "Karla Kundin <karla@kunde.example>",
    subject: str = "Nothing prints",
    body: str = "It was fine yesterday.",
    **headers: str,
) -> bytes:
    """A mail to support; `headers` are more fields, with _ for -."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, headers.pop("To", SUPPORT), subject
    mail["Message-ID"] = headers.pop("Message_ID", f"<letter-{next(_numbers)}@kunde.example>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail.as_bytes()


def add_mailbox(core: Core, address: str = SUPPORT, **given: object) -> int:
    """Add a mailbox that is fed by pipe; return its id."""
    with desk_for(core, write=True) as desk:
        box = Mailbox(address=address, created_at=desk.now(), **given)
        desk.session.add(box)
        desk.session.flush()
        return box.id


def store_all(core: Core, raws: Iterable[bytes], mailbox_id: int | None = None) -> None:
    take_in(core, [Arrival(raw, "pipe", mailbox_id=mailbox_id) for raw in raws])


def receive(core: Core, parser: Parser, *raws: bytes, **place: object) -> list[InboundMail]:
    """Store the mails, settle them, and return the rows of all mails so far."""
    for raw in raws:
        take_in(core, [Arrival(raw, "pipe", **place)])  # type: ignore[arg-type] # fields of Arrival
    while process(core, parser):
        pass
    with desk_for(core) as desk:
        return list(desk.session.scalars(select(InboundMail).order_by(InboundMail.id)))
