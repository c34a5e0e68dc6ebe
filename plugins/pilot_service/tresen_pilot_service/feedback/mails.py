# SPDX-License-Identifier: AGPL-3.0-or-later
"""A participant's mail whose subject begins with a kind of feedback is taken as such.

The word must be the first one: what is behind Re: or Fwd: was written about something else.
"""

import re
import unicodedata

from tresen.sdk import Desk, Message, Ticket

from tresen_pilot_service.feedback import service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation

# What says no kind is a question to whoever does the triage.
_WORDS = {
    states.QUESTION: ("feedback", "rückmeldung", "rueckmeldung", "question", "frage"),
    states.DEFECT: ("defect", "bug", "error", "fehler", "defekt", "mangel"),
    states.USABILITY: ("usability", "usability problem", "bedienung", "bedienproblem"),
    states.WISH: ("wish", "feature request", "suggestion", "idea", "wunsch", "vorschlag", "idee"),
    states.PRAISE: ("praise", "lob"),
}
KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words}

_BEGINNING = re.compile(
    r"\s*(?:\[\s*(?P<boxed>[^\[\]:]{1,40}?)\s*\]\s*:?|(?P<plain>[^\[\]:]{1,40}?)\s*:)\s*(?P<rest>.*)",
    re.DOTALL,
)
_TITLE_LIMIT = 200


def read_subject(subject: str) -> tuple[str, str] | None:
    """Return kind and title of feedback, or None for a subject that begins with no such word."""
    found = _BEGINNING.fullmatch(unicodedata.normalize("NFC", subject))
    if found is None:
        return None
    word = " ".join((found["boxed"] or found["plain"] or "").casefold().split())
    kind = KIND_OF.get(word)
    if kind is None:
        return None
    return kind, (found["rest"].strip() or subject.strip())[:_TITLE_LIMIT]


def note_new_ticket(
    desk: Desk, participation: Participation, ticket: Ticket, message: Message
) -> Feedback | None:
    """Take a participant's new ticket as feedback, if it came by mail and says so."""
    found = read_subject(ticket.subject) if ticket.channel == "mail" else None
    if found is None:
        return None
    kind, title = found
    values = {
        "kind": kind,
        "title": title,
        "text": message.body,
        "channel": states.MAIL,
        "person_id": ticket.requester_id,
        "ticket_id": ticket.id,
    }
    return service.give(desk, participation, participation.programme, values)
