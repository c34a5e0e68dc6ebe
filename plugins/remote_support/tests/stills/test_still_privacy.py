# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of a screen belong to the person at it, and go with them."""

from collections.abc import Callable

from sqlalchemy import func, select, text
from tresen.sdk import Desk, Message, Person, StoredFile, store_file
from tresen.testing import factories
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.stills import privacy
from tresen_remote_support.stills.models import Still

Keep = Callable[..., Still]
Png = Callable[..., bytes]


def left(desk: Desk) -> list[int | None]:
    """Return how many pictures, files and bytes there are."""
    found = [
        desk.session.scalar(select(func.count()).select_from(kind)) for kind in (Still, StoredFile)
    ]
    return [*found, desk.session.scalar(text("SELECT count(*) FROM blob"))]


def test_person_is_told_of_the_pictures_of_their_screen(
    desk: Desk, customer: Person, agent: Person, keep: Keep, draw: Keep
) -> None:
    first = keep()
    drawn = draw(first)
    [own] = privacy.data_sets(desk, customer)
    assert [row["sha256"] for row in own.rows] == [drawn.sha256, first.sha256]
    assert [row["is_drawn"] for row in own.rows] == [True, False]
    [others] = privacy.data_sets(desk, agent)
    assert list(others.rows) == []


def test_pictures_go_with_the_person_bytes_and_all(
    desk: Desk, customer: Person, keep: Keep, draw: Keep
) -> None:
    made = [keep(), draw(keep())]
    # What is still in memory is read anew, too.
    messages = [desk.session.get_one(Message, each.message_id) for each in made]
    assert left(desk) == [3, 3, 2]
    factories.erase_person(desk, customer)
    desk.commit()
    assert (left(desk), len(messages)) == ([0, 0, 0], 2)


def test_that_pictures_were_sent_stays_on_the_ticket(
    desk: Desk, customer: Person, running: RemoteSession, keep: Keep, draw: Keep
) -> None:
    draw(keep(words="Picture of the screen"), words="Press here")
    factories.erase_person(desk, customer)
    desk.commit()
    statement = select(Message.body).where(Message.ticket_id == running.ticket_id)
    found = desk.session.scalars(statement.order_by(Message.id)).all()
    assert found == ["It was fine yesterday.", "Picture of the screen", "Press here"]


def test_bytes_that_another_file_has_too_stay(
    desk: Desk, customer: Person, keep: Keep, png: Png
) -> None:
    keep(png())
    store_file(desk, "logo.png", "image/png", png())
    factories.erase_person(desk, customer)
    desk.commit()
    assert left(desk) == [0, 1, 1]


def test_erased_agent_leaves_the_customers_pictures(
    desk: Desk, agent: Person, keep: Keep, draw: Keep
) -> None:
    drawn = draw(keep())
    factories.erase_person(desk, agent)
    desk.commit()
    desk.session.expire_all()
    assert left(desk) == [2, 2, 2]
    assert desk.session.get_one(Message, drawn.message_id).author_name == "Erased person"
