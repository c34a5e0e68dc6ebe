# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps what the customer sends and what an agent draws on it, each as a message on the ticket.

Nothing is kept but while the session runs with a consent in force to the screen being seen; both
are read under the session's lock, in the transaction that stores the picture.
"""

import hashlib
from dataclasses import dataclass, replace

from tresen.sdk import (
    Actor,
    Desk,
    NewMessage,
    Refused,
    StoredFile,
    _,
    add_message,
    image_of,
    primary_address,
    record,
    store_file,
)

from tresen_remote_support import answers, consents, scopes, service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.stills import queries
from tresen_remote_support.stills.models import Still

# Of one picture, in bytes and in pixels: what a browser decodes without trouble.
MOST_BYTES, MOST_PIXELS = 10_000_000, 20_000_000
# Of a session, for each side.
MOST_STILLS = 50
# Raster pictures alone: nothing that a browser could run.
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


@dataclass(frozen=True)
class Picture:
    """Bytes that are a picture which may be kept."""

    body: bytes
    media_type: str
    width: int
    height: int


def picture_of(body: bytes) -> Picture:
    """Recognise a picture by its own bytes; raises Refused for what may not be kept."""
    if not body:
        raise Refused(_("Choose a picture first."))
    if len(body) > MOST_BYTES:
        raise Refused(_("This picture is too large: at most 10 MB are taken."))
    image = image_of(body)
    if image is None or image.media_type not in ENDINGS:
        raise Refused(_("This is no picture that is taken: send a PNG, JPEG or WebP file."))
    if not 0 < image.width * image.height <= MOST_PIXELS:
        raise Refused(_("This picture has too many pixels: at most 20 million are taken."))
    return Picture(body, image.media_type, image.width, image.height)


def demand_running(desk: Desk, row: RemoteSession) -> None:
    """Raise Refused unless the screen may be seen now."""
    service.lock(desk, row)
    if row.state == states.PAUSED:
        raise Refused(_("The session is paused: no picture is taken until it goes on."))
    if row.state != states.ACTIVE:
        raise Refused(_("The session does not run: no picture is taken."))
    if not consents.allows(desk, row, scopes.VIEW):
        raise Refused(_("Nobody agreed that this screen is seen: no picture is taken."))


def keep(desk: Desk, row: RemoteSession, picture: Picture, words: str) -> Still:
    """Keep what the customer sends; `words` stand with it on the ticket. Raises Refused."""
    demand_running(desk, row)
    name = _name(desk, row, picture, is_drawn=False)
    # What a guard of the ticket refuses leaves no file behind.
    with desk.session.begin_nested():
        file = store_file(desk, name, picture.media_type, picture.body)
        new = replace(_from_customer(desk, row, words), files=((file.id, ""),))
        made = _made(row, picture, file)
        made.message_id = add_message(desk, row.ticket, new).id
    return _recorded(desk, row, made)


def draw(desk: Desk, row: RemoteSession, original: Still, picture: Picture, words: str) -> Still:
    """Keep an agent's drawing on a picture and show it to the customer; raises Refused.

    No mail goes out: the customer has it on the screen within seconds, and keeps it on the ticket.
    """
    demand_running(desk, row)
    name = _name(desk, row, picture, is_drawn=True)
    with desk.session.begin_nested():
        # It is of the customer's screen, so it goes with the customer, not with who drew on it.
        theirs = answers.acting(desk, row)
        file = store_file(theirs, name, picture.media_type, picture.body)
        made = _made(row, picture, file)
        made.original_id = original.original_id or original.id
        made.message_id = _said(desk, row, words, file)
    service.see(desk, row)
    return _recorded(desk, row, made)


def _from_customer(desk: Desk, row: RemoteSession, words: str) -> NewMessage:
    given = consents.in_force(desk, row)
    name = row.person.name if row.person else given.name if given else ""
    address = primary_address(desk, row.person_id) if row.person_id else None
    return NewMessage(
        words,
        "web",
        format="text",
        is_inbound=True,
        author_id=row.person_id,
        author_name=name,
        author_address=address or "",
    )


def _said(desk: Desk, row: RemoteSession, words: str, file: StoredFile) -> int:
    new = NewMessage(
        words,
        "web",
        format="text",
        author_name=desk.actor.name,
        recipients={"to": []},
        files=((file.id, ""),),
    )
    # Whoever is named as the author loses the draft on the ticket, and this is not what became
    # of it: the author is set once the message stands.
    nobody = replace(desk, actor=Actor(desk.actor.name, "system"))
    message = add_message(nobody, row.ticket, new)
    message.author_id = desk.actor.person_id
    return message.id


def _name(desk: Desk, row: RemoteSession, picture: Picture, *, is_drawn: bool) -> str:
    """Return the file's name, numbered for each side; raises Refused for one too many."""
    before = queries.count(desk, row, is_drawn=is_drawn)
    if before >= MOST_STILLS:
        raise Refused(_("50 pictures were taken in this session: there is no room for more."))
    word = _("drawing") if is_drawn else _("screen")
    return f"{word}-{row.reference}-{before + 1}.{ENDINGS[picture.media_type]}"


def _made(row: RemoteSession, picture: Picture, file: StoredFile) -> Still:
    return Still(
        session_id=row.id,
        file_id=file.id,
        sha256=hashlib.sha256(picture.body).hexdigest(),
        width=picture.width,
        height=picture.height,
        taken_at=file.created_at,
    )


def _recorded(desk: Desk, row: RemoteSession, made: Still) -> Still:
    desk.session.add(made)
    desk.session.flush()
    action = "drew on a picture" if made.is_drawn else "sent a picture"
    record(desk, service.SESSION, row.id, action, {"picture": (None, made.sha256)})
    return made
