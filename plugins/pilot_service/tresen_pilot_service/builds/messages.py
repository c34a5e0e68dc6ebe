# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes to participants what they get and what is taken back: a ticket each, so that they answer.

Everybody is written to in their own language.
"""

from collections.abc import Callable, Sequence

from tresen.sdk import Desk, NewMessage, NewTicket, Person, _, open_ticket, speaking_to

from tresen_pilot_service import departures, responsible
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Participation

# Gives subject and text in the language in use.
Compose = Callable[[], tuple[str, str]]


def tell_rolled_out(desk: Desk, build: Build, rows: Sequence[Participation]) -> list[str]:
    """Write to the participants what is new in their build, and how to go back.

    Returns the customers who have nobody to write to. The build's programme and product and the
    participations' people must be loaded.
    """

    def compose() -> tuple[str, str]:
        subject = _("Build %(number)s of %(product)s is ready for you") % _words(build)
        parts = (
            _part(_("What is new"), build.notes),
            _part(_("Known issues"), build.known_issues),
            _part(_("How to go back"), build.rollback_note),
        )
        return subject, _letter(subject + ".", *parts)

    return _tell(desk, rows, compose)


def tell_withdrawn(
    desk: Desk, build: Build, rows: Sequence[Participation], earlier: Build | None
) -> list[str]:
    """Write to the participants that their build is taken back, and how they go back to `earlier`.

    Expects and returns the same as `tell_rolled_out`.
    """

    def compose() -> tuple[str, str]:
        subject = _("Build %(number)s of %(product)s is withdrawn") % _words(build)
        yours = _("Your build is %(number)s again.") % {"number": earlier.number} if earlier else ""
        back = _part(_("How to go back"), build.rollback_note)
        return subject, _letter(subject + ".", yours, back)

    return _tell(desk, rows, compose)


def speaker(row: Participation) -> Person | None:
    """Return who speaks for the customer now: the key user, else the deputy, else nobody."""
    people = (row.key_user, row.key_user_deputy)
    speaking = (each for each in people if each and departures.speaks(each, row.organisation_id))
    return next(speaking, None)


def _tell(desk: Desk, rows: Sequence[Participation], compose: Compose) -> list[str]:
    unreached = []
    for row in rows:
        person = speaker(row)
        if person is None:
            unreached.append(row.organisation.name)
            continue
        with speaking_to(desk, person.language):
            subject, text = compose()
        _open(desk, row, person, NewMessage(text, "web"), subject)
    return unreached


def _open(
    desk: Desk, row: Participation, person: Person, message: NewMessage, subject: str
) -> None:
    owner = responsible.responsible(desk, row)
    new = NewTicket(
        subject=subject,
        channel="web",
        requester_id=person.id,
        organisation_id=row.organisation_id,
        owner_id=owner.id if owner else None,
        product_id=row.programme.product_id,
        installation_id=row.installation_id,
        language=person.language,
    )
    open_ticket(desk, new, message)


def _words(build: Build) -> dict[str, str]:
    return {"number": build.number, "product": build.programme.product.name}


def _part(title: str, text: str) -> str:
    return f"**{title}**\n\n{text}" if text else ""


def _letter(*parts: str) -> str:
    answer = _("You can answer this message: your support contact reads it.")
    return "\n\n".join(part for part in (*parts, answer) if part)
