# SPDX-License-Identifier: AGPL-3.0-or-later
"""A recording belongs to whose screen it shows, and goes with them; a look to who looked."""

from collections.abc import Callable

from sqlalchemy import select
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_remote_support import answers
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.recordings import privacy, service, states
from tresen_remote_support.recordings.models import Recording, RecordingPiece, RecordingView

Acting = Callable[[Person], Desk]
Shoot = Callable[..., Recording]


def told(desk: Desk, person: Person) -> list[list[str]]:
    """Return the parts in recordings and the ways of looking that a person is told of."""
    recorded, looked = privacy.data_sets(desk, person)
    return [[row["part"] for row in recorded.rows], [row["how"] for row in looked.rows]]


def test_both_sides_are_told_of_a_recording_and_of_their_looks(
    desk: Desk, acting: Acting, agent: Person, customer: Person, kept: Recording
) -> None:
    service.watch(acting(agent), kept, states.WATCHED)
    service.watch(acting(customer), kept, states.DOWNLOADED)
    found = told(desk, agent), told(desk, customer)
    assert found == ([["recorded it"], ["watched"]], [["at the screen"], ["downloaded"]])


def test_recording_is_told_with_its_day_and_fingerprint(
    desk: Desk, customer: Person, running: RemoteSession, kept: Recording
) -> None:
    (row,) = privacy.data_sets(desk, customer)[0].rows
    names = ("session", "delete_on", "deleted_at", "size", "sha256")
    expected = running.reference, kept.delete_on, None, kept.size, kept.sha256
    assert tuple(row[name] for name in names) == expected


def test_nothing_is_told_to_others(desk: Desk, kept: Recording) -> None:
    stranger = factories.make_person(desk, "Sam Stranger", "sam@else.example")
    assert (kept.size > 0, told(desk, stranger)) == (True, [[], []])


def test_recording_goes_with_the_person_at_the_screen(
    desk: Desk, customer: Person, kept: Recording
) -> None:
    digest = kept.sha256
    factories.erase_person(desk, customer)
    desk.commit()
    desk.session.expire_all()
    left = desk.session.scalars(select(RecordingPiece)).all()
    assert (states.state_of(kept), kept.sha256, kept.head, left) == (
        states.DELETED,
        digest,
        b"",
        [],
    )


def test_recording_that_runs_goes_too(desk: Desk, customer: Person, shoot: Shoot) -> None:
    made = shoot()
    factories.erase_person(desk, customer)
    desk.commit()
    desk.session.expire_all()
    assert (states.state_of(made), made.ended_at is not None) == (states.DELETED, True)


def test_recording_of_nothing_is_no_hindrance(desk: Desk, customer: Person, shoot: Shoot) -> None:
    shoot([])
    factories.erase_person(desk, customer)
    desk.commit()
    assert desk.session.scalars(select(Recording)).all() == []


def test_agent_leaves_the_recording_without_a_name(
    desk: Desk, acting: Acting, agent: Person, kept: Recording
) -> None:
    service.watch(acting(agent), kept, states.WATCHED)
    desk.commit()
    factories.erase_person(desk, agent)
    desk.commit()
    desk.session.expire_all()
    (view,) = desk.session.scalars(select(RecordingView)).all()
    found = states.state_of(kept), kept.agent_id, view.person_id, view.name, view.how
    assert found == (states.KEPT, None, None, "", "watched")


def test_customers_look_stays_without_a_name(
    desk: Desk, customer: Person, running: RemoteSession, kept: Recording
) -> None:
    service.watch(answers.acting(desk, running), kept, states.WATCHED)
    desk.commit()
    factories.erase_person(desk, customer)
    desk.commit()
    desk.session.expire_all()
    (view,) = desk.session.scalars(select(RecordingView)).all()
    assert (view.name, view.person_id, view.is_customer) == ("", None, True)


def test_recording_goes_with_its_ticket(
    desk: Desk, running: RemoteSession, kept: Recording
) -> None:
    desk.session.delete(running)
    desk.commit()
    models = (Recording, RecordingPiece, RecordingView)
    left = [desk.session.scalars(select(each)).all() for each in models]
    assert (kept.sha256 != "", left) == (True, [[], [], []])
