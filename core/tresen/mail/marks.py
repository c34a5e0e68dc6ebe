# SPDX-License-Identifier: AGPL-3.0-or-later
"""What became of replies on their way out, told at the message itself: who sends must see it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import url_for
from sqlalchemy import and_, bindparam, select

from tresen.desk import Desk
from tresen.hooks.records import MessageMark
from tresen.i18n import _
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.mail.reasons import reply_told

LOST = ("failed", "bounced")
_mail, _recipient = OutboundMail.__table__.c, OutboundRecipient.__table__.c
_lost = and_(_recipient.mail_id == _mail.id, _recipient.state.in_(LOST))
_SENT = (
    select(
        *(_mail.id, _mail.message_id, _mail.state, _mail.attempts, _mail.last_reply),
        *(_recipient.address, _recipient.reply),
    )
    .select_from(OutboundMail.__table__.outerjoin(OutboundRecipient.__table__, _lost))
    .where(_mail.message_id.in_(bindparam("message_ids", expanding=True)), _mail.purpose == "reply")
    .order_by(_mail.id, _recipient.id)
)


def marks(desk: Desk, message_ids: Sequence[int]) -> list[MessageMark]:
    """Return a mark for each reply that still waits or did not reach somebody; one query."""
    rows = desk.session.read(_SENT, message_ids=list(message_ids)).all()
    found = [_mark(list(of_mail)) for _id, of_mail in groupby(rows, key=lambda row: row.id)]
    return [mark for mark in found if mark is not None]


def _mark(rows: Sequence[Any]) -> MessageMark | None:
    mail = rows[0]
    if mail.address is not None:
        return MessageMark(mail.message_id, "failed", _told_lost(rows), _retry_url(mail))
    if mail.state == "failed":
        sentence = _("This mail could not be sent: %(reply)s") % {
            "reply": reply_told(mail.last_reply)
        }
        return MessageMark(mail.message_id, "failed", sentence, _retry_url(mail))
    if mail.state != "waiting":
        return None
    if not mail.attempts:
        return MessageMark(mail.message_id, "waiting", _("Waiting to be sent."))
    sentence = _("Not sent yet, it will be tried again: %(reply)s") % {
        "reply": reply_told(mail.last_reply)
    }
    return MessageMark(mail.message_id, "waiting", sentence)


def _told_lost(rows: Sequence[Any]) -> str:
    parts = [
        f"{row.address} ({reply_told(row.reply)})" if row.reply else row.address for row in rows
    ]
    return _("This mail did not reach %(addresses)s.") % {"addresses": ", ".join(parts)}


def _retry_url(mail: Any) -> str:
    # A bounce came after the mail was sent: sending it once more needs another address.
    return url_for("mail.retry", mail_id=mail.id) if mail.state == "failed" else ""
