# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps what the customer sends, what an agent takes or draws, each as a message on the ticket.

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
    remove_files,
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
    name = _name(desk, row, picture)
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
    name = _name(desk, row, picture, by_agent=_("drawing"))
    return _from_agent(desk, row, picture, words, (name, original.original_id or original.id))


def take(desk: Desk, row: RemoteSession, picture: Picture, words: str) -> Still:
    """Keep what one of the session's agents sees of the moving picture; raises Refused.

    The customer is shown it at once and may have it removed, since nothing of it was covered.
    """
    demand_running(desk, row)
    if desk.actor.person_id not in (row.agent_id, row.second_agent_id):
        raise Refused(_("Only the agents of this session take pictures of it."))
    name = _name(desk, row, picture, by_agent=_("live"))
    return _from_agent(desk, row, picture, words, (name, None))


def remove(desk: Desk, row: RemoteSession, still: Still) -> None:
    """Throw away a picture that an agent took, and what was drawn on it; raises Refused.

    That there was one stays: its message, its size and its SHA-256.
    """
    service.lock(desk, row)
    if row.state not in states.RUNNING:
        raise Refused(_("The session does not run: no picture can be removed here any more."))
    if not still.is_taken:
        raise Refused(_("Only a picture that was taken of what you showed can be removed."))
    found = [each for each in queries.with_copies(desk, still) if each.file_id is not None]
    files = {each.file_id for each in found if each.file_id is not None}
    for each in found:
        for attached in each.message.files if each.message else ():
            if attached.file_id in files:
                desk.session.delete(attached)
        each.file_id, each.removed_at = None, desk.now()
        record(desk, service.SESSION, row.id, "removed a picture", {"picture": (each.sha256, None)})
    desk.session.flush()
    remove_files(desk, files)
    # Whoever reads the ticket next sees the messages without them.
    for message in (each.message for each in found if each.message):
        desk.session.expire(message, ["files"])
    service.see(desk, row)


def _from_agent(
    desk: Desk, row: RemoteSession, picture: Picture, words: str, named: tuple[str, int | None]
) -> Still:
    """Keep an agent's picture; `named` are its file's name and which picture was drawn on."""
    name, original_id = named
    with desk.session.begin_nested():
        # It is of the customer's screen, so it goes with the customer, not with who made it.
        theirs = answers.acting(desk, row)
        file = store_file(theirs, name, picture.media_type, picture.body)
        made = _made(row, picture, file)
        made.original_id, made.is_taken = original_id, original_id is None
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


def _name(desk: Desk, row: RemoteSession, picture: Picture, by_agent: str = "") -> str:
    """Return the file's name, numbered for each side; raises Refused for one too many."""
    before = queries.count(desk, row, is_from_agents=bool(by_agent))
    if before >= MOST_STILLS:
        raise Refused(_("50 pictures were taken in this session: there is no room for more."))
    word = by_agent or _("screen")
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
    action = "sent a picture"
    if made.is_taken or made.is_drawn:
        action = "took a picture" if made.is_taken else "drew on a picture"
    record(desk, service.SESSION, row.id, action, {"picture": (None, made.sha256)})
    return made
