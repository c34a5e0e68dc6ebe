# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails with one-time links: to set a password, to prove an address (safety M01, U03)."""

from tresen.access.links import PASSWORD
from tresen.desk import Desk
from tresen.i18n import _, speaking_to
from tresen.mail.models import OutboundMail
from tresen.mail.outbound import NewMail, Receiver, queue
from tresen.mail.sendable import is_sendable
from tresen.people.models import EmailAddress


def queue_link(desk: Desk, address: EmailAddress, purpose: str, token: str) -> OutboundMail | None:
    """Queue the mail with the link; return None where no mail can go to the address."""
    if not is_sendable(address.address):
        return None
    person = address.person
    with speaking_to(desk, person.language):
        subject, text = _words(desk, purpose, token)
    return queue(
        desk,
        NewMail(
            purpose="reset" if purpose == PASSWORD else "proof",
            subject=subject,
            text=text,
            receivers=[Receiver(address.address, person.name)],
        ),
    )


def _words(desk: Desk, purpose: str, token: str) -> tuple[str, str]:
    values = {
        # The base address is the configured one, never what a request says (safety U01).
        "link": f"{desk.config.base_url.rstrip('/')}/link/{token}",
        "operator": desk.config.operator,
    }
    if purpose == PASSWORD:
        subject = _("Choose a password for %(operator)s")
        text = _(
            "Use this link to choose a password. It works once, within an hour:\n\n"
            "%(link)s\n\n"
            "If you did not ask for it, ignore this mail; nothing has changed.\n"
        )
    else:
        subject = _("Confirm your address for %(operator)s")
        text = _(
            "Use this link to confirm that this address is yours. It works once, within three "
            "days:\n\n%(link)s\n\n"
            "If you did not ask for it, ignore this mail; nothing has changed.\n"
        )
    return subject % values, text % values
