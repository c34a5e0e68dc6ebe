# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written to a customer of an appointment: a message on the ticket, with the file.

Each letter is in the language of who reads it.
"""

from tresen.sdk import (
    Desk,
    NewMessage,
    Person,
    Ticket,
    _,
    add_message,
    day,
    lazy,
    ngettext,
    speaking_to,
    store_file,
)

from tresen_remote_support import clocks
from tresen_remote_support.appointments import events
from tresen_remote_support.models import RemoteSession

PLANNED, MOVED, CALLED_OFF = "planned", "moved", "called_off"
_BEGINNINGS = {
    PLANNED: lazy("we would like to look at your screen together with you:"),
    MOVED: lazy("our appointment to look at your screen has changed. This counts now:"),
    CALLED_OFF: lazy("our appointment to look at your screen is called off:"),
}


def when(desk: Desk, row: RemoteSession) -> str:
    """Return day and time on the operator's clock, and how long it lasts."""
    if row.planned_from is None or row.planned_to is None:
        return ""
    begins = clocks.on_operators_clock(desk, row.planned_from)
    minutes = int((row.planned_to - row.planned_from).total_seconds() // 60)
    words = {
        "day": day(begins.date(), "full"),
        "time": begins.strftime("%H:%M"),
        "zone": desk.config.time_zone,
        "lasts": ngettext("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes},
    }
    return _("%(day)s, %(time)s (%(zone)s), %(lasts)s") % words


def write(desk: Desk, row: RemoteSession, what: str) -> None:
    """Write on the ticket that a session is planned, moved or called off.

    Raises Refused where nothing can be written on the ticket any more.
    """
    ticket = desk.session.get_one(Ticket, row.ticket_id)
    person = desk.session.get(Person, row.person_id) if row.person_id else None
    with speaking_to(desk, person.language if person else ticket.language):
        file = store_file(desk, events.NAME, events.MEDIA_TYPE, events.write(desk, [row]))
        new = NewMessage(_body(desk, row, person, what), "web", files=((file.id, ""),))
        add_message(desk, ticket, new)


def _body(desk: Desk, row: RemoteSession, person: Person | None, what: str) -> str:
    greeting = _("Hello %(name)s,") % {"name": person.name} if person else _("Hello,")
    address = f"{desk.config.base_url.rstrip('/')}/"
    ending = _("The attached file takes it out of your calendar again.")
    if what != CALLED_OFF:
        ending = _(
            "Nothing has to be installed. At that time we ask for your consent, and nothing of your"
            " screen is seen before you give it. The attached file puts the appointment into your"
            " calendar. If the time does not suit you, call it off at %(address)s, or simply"
            " answer."
        ) % {"address": address}
    parts = (greeting, str(_BEGINNINGS[what]), f"**{when(desk, row)}**", row.purpose, ending)
    return "\n\n".join(parts)
