# SPDX-License-Identifier: AGPL-3.0-or-later
"""One-time links: prove a mail address, set a password; sent by mail, used once, soon over.

Only such a link proves an address, and only a proven address sees tickets in the portal (safety
M01). The answer on the page is the same whether somebody has the address or not (U02).
"""

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tresen.access import service
from tresen.access.models import OneTimeLink, hash_token
from tresen.desk import Desk
from tresen.errors import Refused, TooMany
from tresen.hooks import specs
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.people import service as people
from tresen.people.models import EmailAddress, Person, normal_address

# What a link is for.
PASSWORD, PROOF = "password", "proof"
LIFE = {PASSWORD: timedelta(hours=1), PROOF: timedelta(days=3)}
# Links that one address gets, at the most (safety U04).
MOST, WINDOW = 3, timedelta(hours=1)


def send_link(desk: Desk, address: str, purpose: str) -> None:
    """Mail a link to the address when somebody active has it; say nothing either way.

    An address that got its three links within the hour gets no further one.
    """
    found = _address(desk, address)
    if found is None or not found.person.is_active:
        return
    try:
        service.limit(desk, f"link:{found.address}", MOST, WINDOW)
    except TooMany:
        return
    token = secrets.token_urlsafe(32)
    desk.session.add(
        OneTimeLink(
            purpose=purpose,
            token_hash=hash_token(token),
            address_id=found.id,
            created_at=desk.now(),
            expires_at=desk.now() + LIFE[purpose],
        )
    )
    journal.record(desk, "person", found.person_id, f"{purpose}_link_sent")
    desk.tell(specs.link_issued, found, purpose, token)


def sign_up(desk: Desk, name: str, address: str) -> None:
    """Send a proof link to the address; a person is made for it when nobody has it yet."""
    if _address(desk, address) is None:
        people.add_person(desk, name, address)
    send_link(desk, address, PASSWORD)


def living_link(desk: Desk, token: str) -> OneTimeLink:
    """Return the link that may still be used; raises Refused with the way out."""
    link = desk.session.scalar(
        select(OneTimeLink)
        .join(EmailAddress, EmailAddress.id == OneTimeLink.address_id)
        .join(Person, Person.id == EmailAddress.person_id)
        .where(
            OneTimeLink.token_hash == hash_token(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > desk.now(),
            Person.is_active,
        )
    )
    if link is None:
        raise Refused(_("This link was used already or is too old. Please ask for a new one."))
    return link


def use_link(desk: Desk, link: OneTimeLink, password: str) -> Person:
    """Set the password, prove the address, and use up every link of the address."""
    address = desk.session.get_one(
        EmailAddress, link.address_id, options=[joinedload(EmailAddress.person)]
    )
    service.set_password(desk, address.person, password)
    address.proven_at = address.proven_at or desk.now()
    others = select(OneTimeLink).where(
        OneTimeLink.address_id == link.address_id, OneTimeLink.used_at.is_(None)
    )
    for other in desk.session.scalars(others):
        other.used_at = desk.now()
    return address.person


def _address(desk: Desk, address: str) -> EmailAddress | None:
    return desk.session.scalar(
        select(EmailAddress)
        .where(EmailAddress.address == normal_address(address))
        .options(joinedload(EmailAddress.person))
    )
