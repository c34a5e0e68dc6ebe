# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lets the server forget mails that are stored: mark, move or delete them.

A server that refuses, because there is no such folder or it may not be written to, keeps no mail
from being stored: what it said is reported, and it is asked again in the next round.
"""

from collections.abc import Callable, Sequence

from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError
from sqlalchemy import select

from tresen.desk import Core, desk_for
from tresen.mail import outcomes
from tresen.mail.imap import Account, is_place, listed
from tresen.mail.models import KEPT, InboundMail, Mailbox

# Mails stored last that are looked after again.
LOOKED_AFTER = 500


def forget(client: IMAPClient, account: Account, uids: Sequence[int]) -> str:
    """Let the server forget these mails; return what it said if it refused, empty if it did not.

    A line that breaks is no refusal: it raises.
    """
    return _refusal(lambda: _forget(client, account, uids))


def _refusal(act: Callable[[], None]) -> str:
    try:
        act()
    except (IMAPClientAbortError, ProtocolError):
        raise
    except IMAPClientError as error:
        return f"{KEPT}{error}"
    return ""


def forget_earlier(core: Core, client: IMAPClient, account: Account, validity: int) -> str:
    """Let the server forget what it should have forgotten; return what it said, empty if it did.

    A crash between the commit and this kept it from that (F02), or it refused.

    The mailbox must lie where it was opened, and have been read as far as the mail: a number
    alone says nothing about a mail that nobody has fetched.
    """
    with desk_for(core) as desk:
        stored = desk.session.scalars(
            select(InboundMail.uid)
            .join(Mailbox, Mailbox.id == InboundMail.mailbox_id)
            .where(
                *is_place(account),
                Mailbox.uid_validity == validity,
                InboundMail.mailbox_id == account.mailbox_id,
                InboundMail.uid_validity == validity,
                InboundMail.uid <= Mailbox.last_uid,
                InboundMail.reason.not_like(f"%{outcomes.CUT}%"),
            )
            .order_by(InboundMail.uid.desc())
            .limit(LOOKED_AFTER)
        ).all()
    uids = sorted(uid for uid in stored if uid)
    if not uids:
        return ""
    # Those marked as deleted are done with where nothing can remove them: no MOVE, no UIDPLUS.
    wanted = "UNSEEN" if account.after_fetch == "seen" else "UNDELETED"
    left = client.search(["UID", listed(uids), wanted])
    return forget(client, account, left) or _refusal(
        lambda: _expunge_earlier(client, account, uids)
    )


def _expunge_earlier(client: IMAPClient, account: Account, uids: Sequence[int]) -> None:
    """Remove what was marked as deleted before the line broke."""
    if account.after_fetch == "seen" or not client.has_capability("UIDPLUS"):
        return
    if marked := client.search(["UID", listed(uids), "DELETED"]):
        client.uid_expunge(marked)


def _forget(client: IMAPClient, account: Account, uids: Sequence[int]) -> None:
    if not uids:
        return
    if account.after_fetch == "seen":
        client.add_flags(uids, [SEEN], silent=True)
    elif account.after_fetch == "delete":
        _delete(client, uids)
    elif client.has_capability("MOVE"):
        client.move(uids, account.after_fetch)
    else:
        client.copy(uids, account.after_fetch)
        _delete(client, uids)


def _delete(client: IMAPClient, uids: Sequence[int]) -> None:
    client.add_flags(uids, [DELETED], silent=True)
    # Without UIDPLUS (RFC 4315) only all deleted mails can be expunged, others' too: left to them.
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
