# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures that an agent takes of the moving one: kept like others, the customer's to remove."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from tresen.sdk import Desk, Message, Missing, Person, Refused, StoredFile, Ticket
from tresen.testing.statements import recorded
from tresen_remote_support import answers, consents, scopes, service
from tresen_remote_support.models import Base, RemoteSession
from tresen_remote_support.stills import queries
from tresen_remote_support.stills import service as stills
from tresen_remote_support.stills.models import Still

Keep = Callable[..., Still]
Png = Callable[..., bytes]
Begun = Callable[..., RemoteSession]
Acting = Callable[[Person], Desk]
SignIn = Callable[[Person], FlaskClient]
Upload = Callable[..., Any]
Step = Callable[[Desk, RemoteSession], None]

KEPT = "The picture is kept, and the customer sees it."
REMOVED = "The picture is removed."


def left(desk: Desk) -> list[int | None]:
    """Return how many pictures, files and bytes there are."""
    found = [
        desk.session.scalar(select(func.count()).select_from(kind)) for kind in (Still, StoredFile)
    ]
    return [*found, desk.session.scalar(text("SELECT count(*) FROM blob"))]


def removed(desk: Desk, row: RemoteSession, still: Still) -> None:
    """Have the customer remove a picture."""
    stills.remove(answers.acting(desk, row), row, still)
    desk.commit()


def test_taken_picture_is_kept_with_its_size_and_sum(take: Keep, png: Png) -> None:
    made = take(png(40, 30))
    kept = (made.width, made.height, made.sha256, made.is_taken, made.is_drawn)
    assert kept == (40, 30, hashlib.sha256(png(40, 30)).hexdigest(), True, False)


def test_taken_picture_stands_on_the_ticket_as_the_agents_word(
    desk: Desk, take: Keep, agent: Person, ticket: Ticket
) -> None:
    message = desk.session.get_one(Message, take(words="Taken").message_id)
    said = (message.ticket_id, message.author_id, message.body, message.is_public)
    assert said == (ticket.id, agent.id, "Taken", True)


def test_taken_picture_is_the_customers_own(desk: Desk, take: Keep, customer: Person) -> None:
    file = desk.session.get_one(StoredFile, take().file_id)
    # When they are erased it goes with them.
    assert file.uploader_id == customer.id


def test_taken_pictures_are_numbered_among_the_agents(
    desk: Desk, keep: Keep, draw: Keep, take: Keep, running: RemoteSession
) -> None:
    made = [take(), draw(keep()), take()]
    names = [desk.session.get_one(StoredFile, each.file_id).name for each in made]
    words = ("live", 1), ("drawing", 2), ("live", 3)
    assert names == [f"{word}-{running.reference}-{number}.png" for word, number in words]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (service.pause, "The session is paused: no picture is taken until it goes on."),
        (service.end, "The session does not run: no picture is taken."),
        (answers.stop, "The session does not run: no picture is taken."),
        (consents.withdraw, "Nobody agreed that this screen is seen: no picture is taken."),
    ],
    ids=["paused", "ended", "stopped", "withdrawn"],
)
def test_nothing_is_taken_unless_the_screen_may_be_seen(
    desk: Desk, running: RemoteSession, take: Keep, step: Step, sentence: str
) -> None:
    step(desk, running)
    before = left(desk)
    with pytest.raises(Refused) as refused:
        take()
    assert (refused.value.sentence, left(desk)) == (sentence, before)


def test_nothing_is_taken_with_a_consent_to_something_else(
    agent_desk: Desk, begun: Begun, png: Png
) -> None:
    row = begun(scope=scopes.FILES)
    with pytest.raises(Refused, match="Nobody agreed"):
        stills.take(agent_desk, row, stills.picture_of(png()), "Taken")


def test_second_agent_may_take_and_a_third_may_not(
    desk: Desk,
    running: RemoteSession,
    colleague: Person,
    administrator: Person,
    acting: Acting,
    png: Png,
) -> None:
    running.second_agent_id = colleague.id
    desk.commit()
    picture = stills.picture_of(png())
    made = stills.take(acting(colleague), running, picture, "Taken")
    with pytest.raises(Refused, match="Only the agents of this session"):
        stills.take(acting(administrator), running, picture, "Taken")
    assert made.is_taken is True


# ------------------------------------------------------------------------------------- removed


def test_removed_picture_leaves_its_sum_and_nothing_else(
    desk: Desk, take: Keep, draw: Keep, running: RemoteSession
) -> None:
    first = take()
    copy = draw(first)
    removed(desk, running, first)
    attached = desk.session.scalar(text("SELECT count(*) FROM message_file"))
    known = [(each.file_id, each.removed_at, len(each.sha256)) for each in (first, copy)]
    gone = (None, desk.now(), 64)
    assert (left(desk), known, attached) == ([2, 0, 0], [gone, gone], 0)


def test_other_pictures_stay_when_one_is_removed(
    desk: Desk, keep: Keep, draw: Keep, take: Keep, running: RemoteSession
) -> None:
    others = [keep(), take(b"", "Another")]
    drawn = draw(others[0])
    removed(desk, running, take())
    still_there = [each.file_id is not None for each in (*others, drawn)]
    assert still_there == [True, True, True]


def test_bytes_that_another_picture_has_too_stay(
    desk: Desk, keep: Keep, take: Keep, png: Png, running: RemoteSession
) -> None:
    sent = keep(png())
    removed(desk, running, take(png()))
    assert (left(desk), sent.file_id is None) == ([2, 1, 1], False)


@pytest.mark.parametrize("step", [service.end, answers.stop], ids=["ended", "stopped"])
def test_nothing_is_removed_once_the_session_is_over(
    desk: Desk, take: Keep, running: RemoteSession, step: Step
) -> None:
    made = take()
    step(desk, running)
    with pytest.raises(Refused, match="does not run"):
        removed(desk, running, made)


def test_picture_is_removed_in_a_pause_too(desk: Desk, take: Keep, running: RemoteSession) -> None:
    made = take()
    service.pause(desk, running)
    removed(desk, running, made)
    assert made.file_id is None


@pytest.mark.parametrize("is_drawn", [False, True])
def test_what_was_not_taken_is_not_removed(
    is_drawn: bool, desk: Desk, keep: Keep, draw: Keep, running: RemoteSession
) -> None:
    made = draw(keep()) if is_drawn else keep()
    with pytest.raises(Refused, match="Only a picture that was taken"):
        removed(desk, running, made)


def test_taking_and_removing_stand_in_the_journal(
    desk: Desk, take: Keep, running: RemoteSession, agent: Person
) -> None:
    removed(desk, running, take())
    entry = Base.metadata.tables["journal_entry"].c
    statement = select(entry.action, entry.actor_name).where(entry.field == "picture")
    found = [tuple(each) for each in desk.session.execute(statement.order_by(entry.id))]
    assert found == [("took a picture", agent.name), ("removed a picture", "Karla Kundin")]


def test_removed_picture_is_told_to_a_page_once(
    desk: Desk, take: Keep, running: RemoteSession
) -> None:
    first, second = take(), take()
    removed(desk, running, first)
    told = [queries.changed(desk, running, second.id, gone) for gone in (0, 1)]
    assert told == [[first], []]


def test_new_and_removed_pictures_are_told_together(
    desk: Desk, take: Keep, running: RemoteSession
) -> None:
    first = take()
    removed(desk, running, first)
    second = take()
    assert queries.changed(desk, running, first.id, 0) == [second, first]


# --------------------------------------------------------------------------------- the addresses


def test_agents_page_takes_a_picture(
    desk: Desk, agent_browser: FlaskClient, agent_path: str, upload: Upload, png: Png
) -> None:
    answer = upload(agent_browser, f"{agent_path}/stills/taken", png())
    made = desk.session.scalars(select(Still)).one()
    assert (answer.json, made.is_taken) == ({"sentence": KEPT}, True)


def test_agents_page_says_why_a_picture_is_refused(
    desk: Desk,
    running: RemoteSession,
    agent_browser: FlaskClient,
    agent_path: str,
    png: Png,
    upload: Upload,
) -> None:
    service.pause(desk, running)
    desk.commit()
    answer = upload(agent_browser, f"{agent_path}/stills/taken", png())
    sentence = "The session is paused: no picture is taken until it goes on."
    assert (answer.status_code, answer.json) == (422, {"sentence": sentence})


def test_message_of_a_taken_picture_names_the_session(
    desk: Desk,
    agent_browser: FlaskClient,
    agent_path: str,
    running: RemoteSession,
    png: Png,
    upload: Upload,
) -> None:
    upload(agent_browser, f"{agent_path}/stills/taken", png())
    made = desk.session.scalars(select(Still)).one()
    message = desk.session.get_one(Message, made.message_id)
    spoken = f"{running.reference[:4]} {running.reference[4:]}"
    assert message.body == f"Picture taken of the shared screen, session {spoken}"


def test_customer_is_shown_the_picture_and_removes_it(
    desk: Desk, take: Keep, seated: FlaskClient, seat_path: str, agent: Person
) -> None:
    path = f"{seat_path}/stills/{take().id}/remove"
    before = seated.get(seat_path).text
    answer = seated.post(path, follow_redirects=True).text
    shown = [f"{word}" in before for word in (f'action="{path}"', "took this of what you showed")]
    told = [word in answer for word in (REMOVED, "You removed this picture.")]
    assert (shown, told, left(desk)) == ([True, True], [True, True], [1, 0, 0])


def test_customer_removes_by_script(take: Keep, seated: FlaskClient, seat_path: str) -> None:
    path, as_json = f"{seat_path}/stills/{take().id}/remove", {"Accept": "application/json"}
    answers_ = [seated.post(path, headers=as_json) for _each in range(2)]
    told = [(each.status_code, each.json) for each in answers_]
    assert told == [
        (200, {"sentence": REMOVED}),
        (422, {"sentence": "This picture does not exist."}),
    ]


def test_who_has_no_seat_removes_nothing(
    desk: Desk, take: Keep, client: FlaskClient, seat_path: str
) -> None:
    answer = client.post(f"{seat_path}/stills/{take().id}/remove")
    assert (answer.status_code, left(desk)) == (302, [1, 1, 1])


def test_removed_picture_is_not_handed_out(
    desk: Desk, take: Keep, running: RemoteSession, agent_browser: FlaskClient, agent_path: str
) -> None:
    made = take()
    removed(desk, running, made)
    paths = (f"{agent_path}/stills/{made.id}", f"{agent_path}/stills/{made.id}/picture")
    statuses = [agent_browser.get(path).status_code for path in paths]
    with pytest.raises(Missing):
        queries.find(desk, running, made.id)
    assert statuses == [404, 404]


def test_agents_list_learns_of_a_removed_picture(
    desk: Desk, take: Keep, running: RemoteSession, agent_browser: FlaskClient, agent_path: str
) -> None:
    made = take()
    removed(desk, running, made)
    list_path = f"{agent_path}/stills?after={made.id}"
    answers_ = [agent_browser.get(f"{list_path}&gone={gone}") for gone in (0, 1)]
    told = ("data-gone" in answers_[0].text, answers_[0].status_code, answers_[1].status_code)
    assert told == (True, 200, 204)


def test_removing_costs_the_same_however_many_drawings(
    core: Any, take: Keep, draw: Keep, seated: FlaskClient, seat_path: str
) -> None:
    counts = []
    for drawings in (1, 4):
        first = take()
        for _each in range(drawings):
            draw(first)
        with recorded(core.engine) as statements:
            seated.post(f"{seat_path}/stills/{first.id}/remove")
        counts.append(sum(statement.startswith("SELECT") for statement, *_more in statements))
    assert counts[0] == counts[1]
