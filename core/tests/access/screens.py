# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something behind every address of remote support, for the world in which rights are tried.

Who has no seat in a session is answered by its pages as by those of a session that never was.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from access.world import PICTURE, World
from sqlalchemy import select
from tresen.desk import Actor, Desk
from tresen.files import service as files
from tresen.products.models import Installation
from tresen.tickets.models import Ticket
from tresen.tickets.queries import ticket_by_number
from tresen_remote_support import scopes, service
from tresen_remote_support.models import MovedFile, RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.recordings.models import Recording, RecordingView
from tresen_remote_support.stills.models import Still

# Under the route of each side's film the look of that side.
FILM = "recordings/<int:recording_id>/views/<int:view_id>/film"
AGENTS_FILM = f"/remote_support/sessions/<reference>/{FILM}"
OWN_FILM = f"/remote_support/portal/<reference>/{FILM}"
OWN = "/remote_support/portal/<reference>"
CALL_OFF = f"{OWN}/call-off"
AGENTS_FILE = "/remote_support/sessions/<reference>/appointment.ics"


def fill(desk: Desk, world: World) -> None:
    """Let the agent ask the customer for a session about the ticket of the restricted team."""
    person = world.people["agent"]
    acting = replace(desk, actor=Actor(person.name, "agent", person.id))
    ticket = ticket_by_number(desk, world.values["number"])
    row = _offered(acting, ticket)
    world.values |= {"reference": row.reference, "whose": "mine"}
    # What an answer uses up stands apart from what others look at.
    world.special[OWN] = {"reference": _offered(acting, ticket).reference}
    world.special["/remote_support/join/<token>"] = {"token": "of a link that was used"}
    world.special["/remote_support/checklist/<key>"] = {"key": "A6"}
    world.special["/remote_support/tools/<key>/edit"] = {"key": "anydesk"}
    planned = {"reference": _planned(acting, ticket, 1).reference}
    world.special |= {AGENTS_FILE: planned, f"{OWN}/appointment.ics": planned}
    world.special[CALL_OFF] = {"reference": _planned(acting, ticket, 2).reference}
    _add_records(desk, world, row)
    _add_profile(desk, world)


def _wish(ticket: Ticket, **more: Any) -> service.Wish:
    given: dict[str, Any] = {"purpose": "Look", "scope": scopes.VIEW, "provider": "browser"}
    return service.Wish(person_id=ticket.requester_id, **given, **more)


def _offered(desk: Desk, ticket: Ticket) -> RemoteSession:
    row = service.request(desk, ticket, _wish(ticket))
    service.offer(desk, row)
    return row


def _planned(desk: Desk, ticket: Ticket, days: int) -> RemoteSession:
    begins = desk.now() + timedelta(days=days)
    times = {"planned_from": begins, "planned_to": begins + timedelta(minutes=30)}
    return service.request(desk, ticket, _wish(ticket, **times))


def _add_records(desk: Desk, world: World, row: RemoteSession) -> None:
    """Let a picture be taken in the session, and a file be noted."""
    file = files.store_file(desk, "screen.png", "image/png", PICTURE)
    own: dict[str, Any] = {"session_id": row.id, "sha256": file.sha256}
    still = Still(**own, file_id=file.id, width=1, height=1, taken_at=desk.now())
    noted = {"is_from_customer": True, "name": "notes.txt", "size": 1, "moved_at": desk.now()}
    moved = MovedFile(**own, **noted)
    desk.session.add_all([still, moved])
    desk.session.flush()
    world.values |= {"still_id": still.id, "file_id": moved.id}
    _add_recording(desk, world, row)


def _add_recording(desk: Desk, world: World, row: RemoteSession) -> None:
    """Let the session have been recorded, and the agent and the customer look at it."""
    moment = desk.now()
    times = {"started_at": moment, "heard_at": moment, "ended_at": moment}
    kept = Recording(session_id=row.id, delete_on=moment.date(), head=b"film", size=4, **times)
    desk.session.add(kept)
    desk.session.flush()
    world.values |= {"recording_id": kept.id}
    for role, film in (("agent", AGENTS_FILM), ("customer", OWN_FILM)):
        person = world.people[role]
        look = RecordingView(recording_id=kept.id, person_id=person.id, name=person.name)
        look.is_customer, look.how, look.at = role == "customer", "watched", moment
        desk.session.add(look)
        desk.session.flush()
        world.special[film] = {"view_id": look.id}


def _add_profile(desk: Desk, world: World) -> None:
    own = Installation.organisation_id == world.values["organisation_id"]
    place = desk.session.scalars(select(Installation).where(own).order_by(Installation.id)).first()
    assert place is not None
    made = [
        AccessProfile(
            installation_id=place.id,
            title="Server",
            provider="rdp",
            created_at=desk.now(),
            changed_at=desk.now(),
        )
        for _each in range(2)
    ]
    desk.session.add_all(made)
    desk.session.flush()
    world.values["profile_id"] = made[0].id
    # Tests come in any order: what is removed is none of those that are looked at.
    world.special["spare profile"] = {"profile_id": made[1].id}
