# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the mails that came in and went out hold of a person.

Raw mail cannot be blotted, so that of a person's mails, and of all that name the person, goes as a
whole; that the mail came and what became of it stays (docs/decisions/0017).
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, delete, exists, false, func, or_, select

from tresen.desk import Desk
from tresen.files import privacy as files
from tresen.files import service as blobs
from tresen.hooks.records import DataSet
from tresen.i18n import lazy
from tresen.journal.queries import traces_of
from tresen.mail.models import AutomaticMail, InboundMail, OutboundMail, OutboundRecipient
from tresen.people.models import Person
from tresen.privacy import Traces, rows_of
from tresen.tickets import privacy as tickets
from tresen.tickets.models import Message

# What stands in the place of a raw mail that is gone.
GONE = b""


def data_of(desk: Desk, person: Person) -> list[DataSet]:
    """Return the mails from the person and those to the person, as they are listed."""
    addresses = _addresses(person)
    by_message = InboundMail.message_id.in_(select(Message.id).where(tickets.written_by(person)))
    to_person = OutboundMail.id.in_(_mails_to(addresses))
    received = OutboundRecipient.address.in_(addresses)
    automatic = func.lower(AutomaticMail.address).in_(addresses)
    sent = rows_of(desk, InboundMail, or_(by_message, _from(person)))
    return [
        DataSet(lazy("Mails from the person"), sent),
        DataSet(lazy("Mails to the person"), rows_of(desk, OutboundMail, to_person)),
        DataSet(lazy("Received as"), rows_of(desk, OutboundRecipient, received)),
        DataSet(lazy("Automatic mails"), rows_of(desk, AutomaticMail, automatic)),
    ]


def erase(desk: Desk, person: Person) -> None:
    """Let raw mails go, and take the person out of what was sent and is still to be sent."""
    traces = traces_of(desk, person)
    _forget_inbound(desk, person, traces)
    _forget_outbound(desk, person, traces)
    addresses = _addresses(person)
    desk.session.execute(
        delete(AutomaticMail).where(func.lower(AutomaticMail.address).in_(addresses))
    )


def _forget_inbound(desk: Desk, person: Person, traces: Traces) -> None:
    named = tickets.messages_naming(desk, person, traces)
    # What is still to be read came from somebody whom nobody knows yet (safety F42).
    is_read = InboundMail.outcome != "pending"
    chosen = select(InboundMail).where(or_(InboundMail.message_id.in_(named), _from(person)))
    rows = desk.session.scalars(chosen.where(is_read)).all()
    digests = {row.sha256 for row in rows}
    gone = blobs.store_blob(desk, GONE) if rows else ""
    for row in rows:
        row.sha256, row.sender, row.envelope_from = gone, "", None
        row.subject, row.reason = traces.blot(row.subject), traces.blot(row.reason)
        if row.outcome == "held":
            row.outcome, row.reason = "ignored", "erased"
    desk.session.flush()
    files.remove_bytes(desk, digests - {gone})


def _forget_outbound(desk: Desk, person: Person, traces: Traces) -> None:
    addresses = _addresses(person)
    for row in _sent(desk, person, addresses):
        row.subject, row.text = traces.blot(row.subject), traces.blot(row.text)
        row.sender, row.last_reply = traces.blot(row.sender), traces.blot(row.last_reply)
        if row.html is not None and row.html != traces.blot(row.html):
            row.html = None
    desk.session.flush()
    desk.session.execute(
        delete(OutboundRecipient).where(func.lower(OutboundRecipient.address).in_(addresses))
    )
    left = exists().where(
        OutboundRecipient.mail_id == OutboundMail.id, OutboundRecipient.state == "waiting"
    )
    lost = select(OutboundMail).where(OutboundMail.state == "waiting", ~left)
    for row in desk.session.scalars(lost).all():
        row.state = "suppressed"
    desk.session.flush()


def _sent(desk: Desk, person: Person, addresses: list[str]) -> Sequence[OutboundMail]:
    around = OutboundMail.ticket_id.in_(tickets.tickets_of(person))
    chosen = select(OutboundMail).where(or_(around, OutboundMail.id.in_(_mails_to(addresses))))
    return desk.session.scalars(chosen).all()


def _mails_to(addresses: list[str]) -> Select[int]:
    return select(OutboundRecipient.mail_id).where(
        func.lower(OutboundRecipient.address).in_(addresses)
    )


def _from(person: Person) -> ColumnElement[bool]:
    """Return the condition over InboundMail that it came from one of the person's addresses."""
    addresses = _addresses(person)
    shown = (InboundMail.sender.icontains(each, autoescape=True) for each in addresses)
    return or_(false(), func.lower(InboundMail.envelope_from).in_(addresses), *shown)


def _addresses(person: Person) -> list[str]:
    return [each.address for each in person.addresses]
