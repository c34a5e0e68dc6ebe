# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is kept of pictures and drawings, and what is refused."""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, insert, select, text
from tresen.sdk import (
    Actor,
    Desk,
    Message,
    Missing,
    NewMessage,
    Person,
    Refused,
    StoredFile,
    Ticket,
    add_message,
    read_file,
)
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, consents, scopes, service, states
from tresen_remote_support.models import Base, RemoteSession
from tresen_remote_support.stills import queries
from tresen_remote_support.stills import service as stills
from tresen_remote_support.stills.models import Still

Keep = Callable[..., Still]
Png = Callable[..., bytes]
Begun = Callable[..., RemoteSession]

GIF = b"GIF89a" + struct.pack("<HH", 4, 3) + b"\0" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><script/></svg>'
JPEG = b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 17, 8, 3, 4, 3) + b"\0" * 12 + b"\xff\xd9"
WEBP = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\3\0\0\2\0\0"


def claiming(width: int, height: int) -> bytes:
    """Return a PNG that claims a size, and holds nothing of it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + b"IHDR" + head


def counts(desk: Desk) -> list[int | None]:
    """Return how many pictures, files and messages there are."""
    return [
        desk.session.scalar(select(func.count()).select_from(kind))
        for kind in (Still, StoredFile, Message)
    ]


def test_still_is_kept_with_its_size_and_sum(desk: Desk, keep: Keep, png: Png) -> None:
    made = keep(png(40, 30))
    assert (made.width, made.height, made.is_drawn) == (40, 30, False)
    assert made.sha256 == hashlib.sha256(png(40, 30)).hexdigest()
    file = desk.session.get_one(StoredFile, made.file_id)
    assert (file.media_type, read_file(desk, file)) == ("image/png", png(40, 30))


def test_still_stands_on_the_ticket_as_the_customers_word(
    desk: Desk, keep: Keep, customer: Person, ticket: Ticket
) -> None:
    made = keep(words="Picture of the screen")
    message = desk.session.get_one(Message, made.message_id)
    assert (message.ticket_id, message.author_id, message.author_name) == (
        ticket.id,
        customer.id,
        customer.name,
    )
    assert (message.kind, message.is_public, message.is_inbound) == ("reply", True, True)
    assert (message.body, message.author_address) == (
        "Picture of the screen",
        "karla@kunde.example",
    )


def test_files_are_numbered_for_each_side(
    desk: Desk, keep: Keep, draw: Keep, running: RemoteSession
) -> None:
    made = [keep(), keep(JPEG), draw(keep(WEBP))]
    names = [desk.session.get_one(StoredFile, each.file_id).name for each in made]
    assert names == [
        f"screen-{running.reference}-1.png",
        f"screen-{running.reference}-2.jpg",
        f"drawing-{running.reference}-1.png",
    ]


def test_customer_who_is_not_known_is_named_as_they_agreed(
    desk: Desk, png: Png, begun: Begun
) -> None:
    row = begun(person_id=None)
    theirs = answers.acting(desk, row)
    made = stills.keep(theirs, row, stills.picture_of(png()), "Picture")
    message = desk.session.get_one(Message, made.message_id)
    assert (message.author_id, message.author_name) == (None, "Karla Kundin")


def test_drawing_stands_on_the_ticket_as_the_agents_reply(
    desk: Desk, keep: Keep, draw: Keep, agent: Person
) -> None:
    first = keep()
    made = draw(first, words="Press here")
    message = desk.session.get_one(Message, made.message_id)
    assert (made.original_id, made.is_drawn) == (first.id, True)
    assert (message.author_id, message.author_name, message.body) == (
        agent.id,
        agent.name,
        "Press here",
    )
    assert (message.is_public, message.is_inbound, message.held_until) == (True, False, None)


def test_drawing_on_a_drawing_is_of_the_first_picture(keep: Keep, draw: Keep) -> None:
    first = keep()
    assert draw(draw(first)).original_id == first.id


def test_nothing_is_mailed_about_pictures(desk: Desk, keep: Keep, draw: Keep) -> None:
    draw(keep())
    found = desk.session.execute(text("SELECT purpose, state FROM outbound_mail ORDER BY id"))
    # The first one confirms the ticket; a drawing reaches the customer on the page.
    assert [tuple(each) for each in found] == [("receipt", "waiting"), ("reply", "suppressed")]


def test_drawing_leaves_the_agents_draft_alone(
    desk: Desk, agent: Person, ticket: Ticket, keep: Keep, draw: Keep
) -> None:
    draft = Base.metadata.tables["draft"]
    values = {"ticket_id": ticket.id, "person_id": agent.id, "body": "Half a", "kind": "reply"}
    desk.session.execute(insert(draft).values(**values, state="", changed_at=desk.now()))
    desk.commit()
    draw(keep())
    assert desk.session.scalars(select(draft.c.body)).all() == ["Half a"]


def test_still_moves_the_session_on_for_the_agent(
    desk: Desk, clock: SteppedClock, keep: Keep, draw: Keep, running: RemoteSession
) -> None:
    first = keep()
    clock.go(minutes=5)
    draw(first)
    assert running.seen_at == desk.now()


NO_PICTURE = "This is no picture that is taken: send a PNG, JPEG or WebP file."
MANY_PIXELS = "This picture has too many pixels: at most 20 million are taken."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Choose a picture first."),
        (b"MZ\x90\0", NO_PICTURE),
        (SVG, NO_PICTURE),
        (GIF, NO_PICTURE),
        (claiming(5_000, 4_001), MANY_PIXELS),
        (claiming(2**31 - 1, 2**31 - 1), MANY_PIXELS),
        (claiming(0, 10), MANY_PIXELS),
        (
            claiming(4, 3) + b"\0" * 10_000_000,
            "This picture is too large: at most 10 MB are taken.",
        ),
    ],
)
def test_what_may_not_be_kept_is_refused(body: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        stills.picture_of(body)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("body", "kind"), [(claiming(4, 3), "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")]
)
def test_picture_is_recognised_by_its_bytes(body: bytes, kind: str) -> None:
    found = stills.picture_of(body)
    assert (found.media_type, found.width, found.height) == (kind, 4, 3)


def test_largest_picture_is_kept() -> None:
    assert stills.picture_of(claiming(5_000, 4_000)).width == 5_000


PAUSED = "The session is paused: no picture is taken until it goes on."
STOPPED = "The session does not run: no picture is taken."


STEPS = [
    (service.pause, PAUSED),
    (service.end, STOPPED),
    (answers.stop, STOPPED),
    (lambda desk, row: service.fail(desk, row, "No line"), STOPPED),
]
Step = Callable[[Desk, RemoteSession], None]


@pytest.mark.parametrize(("step", "sentence"), STEPS)
def test_nothing_is_sent_unless_the_session_runs(
    agent_desk: Desk, running: RemoteSession, keep: Keep, step: Step, sentence: str
) -> None:
    step(agent_desk, running)
    before = counts(agent_desk)
    with pytest.raises(Refused) as refused:
        keep()
    assert (refused.value.sentence, counts(agent_desk)) == (sentence, before)


@pytest.mark.parametrize(("step", "sentence"), STEPS)
def test_nothing_is_drawn_unless_the_session_runs(
    running: RemoteSession, keep: Keep, draw: Keep, agent_desk: Desk, step: Step, sentence: str
) -> None:
    first = keep()
    step(agent_desk, running)
    before = counts(agent_desk)
    with pytest.raises(Refused) as refused:
        draw(first)
    assert (refused.value.sentence, counts(agent_desk)) == (sentence, before)


def test_nothing_is_kept_before_the_session_begins(
    desk: Desk, running: RemoteSession, keep: Keep
) -> None:
    running.state = states.CONSENTED
    desk.session.flush()
    with pytest.raises(Refused, match="does not run"):
        keep()


def test_nothing_is_kept_without_a_consent_in_force(
    desk: Desk, running: RemoteSession, keep: Keep
) -> None:
    consents.withdraw(desk, running)
    before = counts(desk)
    with pytest.raises(Refused, match="Nobody agreed that this screen is seen"):
        keep()
    assert counts(desk) == before


def test_nothing_is_kept_with_a_consent_to_something_else(
    desk: Desk, begun: Begun, png: Png
) -> None:
    row = begun(scope=scopes.FILES)
    with pytest.raises(Refused, match="Nobody agreed that this screen is seen"):
        stills.keep(answers.acting(desk, row), row, stills.picture_of(png()), "Picture")


def test_one_picture_too_many_is_refused(
    desk: Desk, running: RemoteSession, keep: Keep, draw: Keep
) -> None:
    first = keep()
    values = {"session_id": running.id, "sha256": "0" * 64, "width": 1, "height": 1}
    desk.session.add_all(Still(**values, taken_at=desk.now()) for _each in range(49))
    desk.session.flush()
    with pytest.raises(Refused) as refused:
        keep()
    assert refused.value.sentence == (
        "50 pictures were taken in this session: there is no room for more."
    )
    # The agent's side counts for itself.
    assert draw(first).is_drawn


def test_refused_message_leaves_no_file_behind(
    desk: Desk, ticket: Ticket, running: RemoteSession, keep: Keep
) -> None:
    factories.change_ticket(desk, ticket, state="closed")
    desk.commit()
    before = counts(desk)
    with pytest.raises(Refused, match="is closed"):
        keep()
    desk.commit()
    assert counts(desk) == before


def test_picture_reopens_what_was_solved(desk: Desk, ticket: Ticket, keep: Keep) -> None:
    factories.change_ticket(desk, ticket, state="solved")
    desk.commit()
    keep()
    assert (ticket.state, ticket.is_answer_due) == ("open", True)


def test_stills_are_found_by_what_came_after(
    desk: Desk, running: RemoteSession, keep: Keep
) -> None:
    first, second, third = keep(), keep(), keep()
    assert queries.of_session(desk, running) == [third, second, first]
    assert queries.of_session(desk, running, second.id) == [third]


def test_still_of_another_session_is_not_found(
    agent_desk: Desk,
    keep: Keep,
    running: RemoteSession,
    begun: Begun,
) -> None:
    first = keep()
    service.end(agent_desk, running)
    said = {"actions": "Looked", "result": states.SOLVED, "minutes": 1}
    service.document(agent_desk, running, said)
    other = begun()
    with pytest.raises(Missing):
        queries.find(agent_desk, other, first.id)


def test_still_whose_file_is_gone_stays_on_record(
    desk: Desk, running: RemoteSession, keep: Keep, png: Png
) -> None:
    made = keep()
    desk.session.delete(desk.session.get_one(StoredFile, made.file_id))
    desk.commit()
    desk.session.expire_all()
    [found] = queries.of_session(desk, running)
    assert (found.file, found.sha256) == (None, hashlib.sha256(png()).hexdigest())


def test_acts_stand_in_the_journal(desk: Desk, keep: Keep, draw: Keep, agent: Person) -> None:
    draw(keep())
    entry = Base.metadata.tables["journal_entry"].c
    statement = select(entry.action, entry.actor_name).where(entry.field == "picture")
    found = [tuple(each) for each in desk.session.execute(statement.order_by(entry.id))]
    assert found == [("sent a picture", "Karla Kundin"), ("drew on a picture", agent.name)]


def test_someone_elses_actor_is_the_author_of_a_reply(
    desk: Desk, keep: Keep, running: RemoteSession, administrator: Person, png: Png
) -> None:
    second = replace(desk, actor=Actor(administrator.name, "agent", administrator.id))
    made = stills.draw(second, running, keep(), stills.picture_of(png()), "Look")
    message = desk.session.get_one(Message, made.message_id)
    assert (message.author_id, message.author_name) == (administrator.id, administrator.name)


def test_words_of_the_customer_are_answered_as_ever(
    agent_desk: Desk, ticket: Ticket, keep: Keep
) -> None:
    keep()
    add_message(agent_desk, ticket, NewMessage("Thank you.", "web"))
    assert ticket.is_answer_due is False
