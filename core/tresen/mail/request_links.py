# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signed link in a reply, by which the customer reads and answers the request in the portal.

Whoever has the link is taken for the person it was written for. So it stands only in a mail that
goes to that person alone, and is cut out of mails that come back with it (decision 0018).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from tresen.desk import Desk
from tresen.i18n import _, speaking_to
from tresen.mail.outbound import Receiver
from tresen.people import queries as people
from tresen.settings import service as settings
from tresen.tickets.links import ticket_link
from tresen.tickets.models import Participant, Ticket

SETTINGS = "mail"
_TOKEN = re.compile(r"(/requests/by-link/)[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Words:
    """The sentence with the link, for each of the two parts of a mail."""

    text: str
    html: str


def words_for(desk: Desk, ticket: Ticket, receivers: Sequence[Receiver]) -> Words | None:
    """Return what a reply to these receivers says of the link; None where it says nothing.

    Nothing where more than one gets the mail, or somebody who takes no part in the ticket.
    """
    if len(receivers) != 1 or not settings.read(desk, SETTINGS)["links_in_replies"]:
        return None
    person = people.person_by_address(desk, receivers[0].address)
    if person is None or person.role != "customer" or not _takes_part(desk, ticket, person.id):
        return None
    link = ticket_link(desk, ticket.id, person.id)
    with speaking_to(desk, ticket.language):
        sentence = _("Here you can follow your request: %(link)s")
    anchor = Markup('<a href="{0}">{0}</a>').format(link)
    shown = Markup("<p>{}</p>").format(escape(sentence) % {"link": anchor})
    return Words(sentence % {"link": link}, shown)


def without_tokens(text: str) -> str:
    """Return what came in without the tokens of links that it quotes: others read it, too."""
    return _TOKEN.sub(r"\1…", text)


def _takes_part(desk: Desk, ticket: Ticket, person_id: int) -> bool:
    if ticket.requester_id == person_id:
        return True
    return desk.session.get(Participant, (ticket.id, person_id)) is not None
