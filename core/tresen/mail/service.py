# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verbs of administrators and agents: mailboxes, held mails, mails that did not go out."""

from dataclasses import dataclass, replace

from sqlalchemy import select, update

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.mail import bells, outcomes, results
from tresen.mail.dialogue import is_loopback
from tresen.mail.models import InboundMail, Mailbox, OutboundMail
from tresen.mail.secret_refs import is_secret_ref
from tresen.mail.sendable import sendable
from tresen.people.models import normal_address

SECURITIES = ("tls", "starttls", "none")
LOGIN_METHODS = ("password", "xoauth2")


@dataclass(frozen=True, slots=True)
class MailboxValues:
    """What an administrator says about a mailbox; an empty host means it is fed by a door."""

    address: str
    name: str = ""
    team_id: int | None = None
    host: str = ""
    port: int = 993
    security: str = "tls"
    login: str = ""
    login_method: str = "password"
    secret_ref: str = ""
    folder: str = "INBOX"
    after_fetch: str = "seen"
    takes_subaddresses: bool = False


def add_mailbox(desk: Desk, values: MailboxValues) -> Mailbox:
    """Add a mailbox; raises Refused for what could not be fetched safely."""
    desk.demand("mail.administer")
    values = replace(values, address=_free_address(desk, values))
    _check(values)
    box = Mailbox(created_at=desk.now())
    _fill(box, values)
    desk.session.add(box)
    desk.session.flush()
    journal.record(desk, "mailbox", box.id, "added", {"address": (None, box.address)})
    return box


def change_mailbox(desk: Desk, box: Mailbox, values: MailboxValues) -> None:
    """Change a mailbox; where its server or folder changes, it is read from the start again.

    Raises Refused for what could not be fetched safely, and for another mailbox's address.
    """
    desk.demand("mail.administer")
    values = replace(values, address=_free_address(desk, values, box.id))
    _check(values)
    before = (box.host, box.login, box.folder)
    changes = {
        name: (getattr(box, name), getattr(values, name))
        for name in MailboxValues.__dataclass_fields__
        if getattr(box, name) != getattr(values, name)
    }
    _fill(box, values)
    if before != (box.host, box.login, box.folder):
        _forget_place(desk, box)
    if changes:
        journal.record(desk, "mailbox", box.id, "changed", changes)


def set_active(desk: Desk, box: Mailbox, *, is_active: bool) -> None:
    """Pause a mailbox or take it up again; what waits on its server waits."""
    desk.demand("mail.administer")
    if box.is_active != is_active:
        box.is_active = is_active
        journal.record(desk, "mailbox", box.id, "resumed" if is_active else "paused")


def replay(desk: Desk, row: InboundMail) -> None:
    """Let a held or ignored mail be read again; raises Refused for one that is on a ticket."""
    desk.demand("mail.read")
    if row.outcome not in (outcomes.HELD, outcomes.IGNORED):
        raise Refused(_("Mail %(id)s is on a ticket or still waits.") % {"id": row.id})
    journal.record(desk, "inbound_mail", row.id, "replayed", {"reason": (row.reason, None)})
    outcomes.replay(row)
    bells.ring_after_commit(desk, bells.INBOUND)


def ignore(desk: Desk, row: InboundMail) -> None:
    """Set a held mail aside; its bytes stay. Raises Refused for one that is not held."""
    desk.demand("mail.read")
    if row.outcome != outcomes.HELD:
        raise Refused(_("Mail %(id)s is not held.") % {"id": row.id})
    journal.record(desk, "inbound_mail", row.id, "ignored", {"reason": (row.reason, None)})
    outcomes.ignore(row, f"by-hand: {desk.actor.name}")


def retry_delivery(desk: Desk, mail_id: int) -> None:
    """Try a mail again now, to those whom it did not reach.

    Raises Missing for one that went out, Refused for one whose secret text is deleted.
    """
    desk.demand("mail.read")
    row = desk.session.get(OutboundMail, mail_id)
    if row is None or row.state not in ("failed", "waiting"):
        raise Missing(_("There is no mail %(id)s that waits or has failed.") % {"id": mail_id})
    if row.purpose in results.SECRET and not row.text:
        raise Refused(_("The link in this mail was deleted when it failed: ask for a new one."))
    results.retry(desk, row)
    journal.record(desk, "outbound_mail", row.id, "retried")


def _forget_place(desk: Desk, box: Mailbox) -> None:
    """Numbers of the old place mean other mails in the new one, even under one UIDVALIDITY."""
    box.uid_validity, box.last_uid = None, 0
    desk.session.execute(
        update(InboundMail)
        .where(InboundMail.mailbox_id == box.id, InboundMail.uid.is_not(None))
        .values(uid_validity=None, uid=None)
        .execution_options(synchronize_session="fetch")
    )


def _fill(box: Mailbox, values: MailboxValues) -> None:
    for name in MailboxValues.__dataclass_fields__:
        setattr(box, name, getattr(values, name))


def _free_address(desk: Desk, values: MailboxValues, own_id: int | None = None) -> str:
    address = normal_address(sendable(values.address))
    found = desk.session.scalar(select(Mailbox.id).where(Mailbox.address == address))
    if found not in (None, own_id):
        raise Refused(_("There is a mailbox %(address)s already.") % {"address": address})
    return address


def _check(values: MailboxValues) -> None:
    if values.security not in SECURITIES or values.login_method not in LOGIN_METHODS:
        raise Refused(_("Security is tls, starttls or none; login is password or xoauth2."))
    if not values.host:
        return
    if values.security == "none" and not is_loopback(values.host):
        raise Refused(_("%(host)s is another machine: use tls.") % {"host": values.host})
    if not is_secret_ref(values.secret_ref):
        raise Refused(_("Name the secret as env:TRESEN_MAIL_… or file:name, never the secret."))
    if not 0 < values.port < 65_536:
        raise Refused(_("%(port)s is no port.") % {"port": values.port})
