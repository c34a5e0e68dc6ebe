# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operator's own rule: senders whose mail is of no use to anybody here.

An ignored mail is kept, listed under this rule and can be replayed; nothing is dropped.
"""

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.mail.records import Mail
from tresen.people.models import normal_address
from tresen.settings import service as settings

SETTINGS = "mail"


def refuse_ignored(desk: Desk, mail: Mail) -> None:
    """Raise Refused when the sender's address or domain is among the ignored ones."""
    if mail.sender is None:
        return
    address = normal_address(mail.sender.email)
    names = _names_of(address)
    if ignored := names & _ignored(desk):
        # A key: it is stored, and told to each reader in theirs.
        raise Refused(f"ignored-sender: {min(ignored, key=len)}")


def _names_of(address: str) -> set[str]:
    """Return what may stand in the list for the address: itself, its domain, those above it."""
    labels = address.rpartition("@")[2].split(".")
    domains = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    return {address} | domains


def _ignored(desk: Desk) -> set[str]:
    listed = str(settings.read(desk, SETTINGS)["ignored_senders"])
    return {normal_address(line).lstrip("@") for line in listed.splitlines() if line.strip()}
