# SPDX-License-Identifier: AGPL-3.0-or-later
"""What fills a database at once is what the verbs would have left, and the same every time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from tickets.bench import START, Room, furnished
from tresen.desk import Desk, desk_for
from tresen.people.models import EmailAddress, Person, Team, TeamMember
from tresen.search.models import SearchEntry
from tresen.search.stems import stems
from tresen.settings import service as settings
from tresen.testing import factories, volume
from tresen.tickets import lists, queries, states
from tresen.tickets.models import Message, Ticket, TicketTag
from tresen.tickets.records import SETTINGS

TICKETS, MESSAGES = 400, 3


def estimate(desk: Desk) -> int:
    """Return how many messages the planner reckons with.

    It is asked right after the filling: rows that a test rolls back are dead, not gone, and
    PostgreSQL counts them in as soon as it looks by itself.
    """
    if desk.is_sqlite:
        found = desk.session.scalar(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'message'"))
        return int(str(found).split()[0])
    query = "SELECT reltuples FROM pg_class WHERE relname = 'message'"
    return int(desk.session.scalar(text(query)) or 0)


@pytest.fixture(scope="module")
def room(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Return a world that was filled twice: beside what stood there, and beside the first time."""
    with furnished(migrated_database, tmp_path_factory.mktemp("volume")) as made:
        with desk_for(made.core, write=True) as desk:
            factories.make_ticket(desk, desk.session.get_one(Person, made.ids["customer"]))
            volume.fill(desk, TICKETS, messages=MESSAGES)
            volume.fill(desk, 10, messages=1, seed=2)
        with desk_for(made.core) as desk:
            made.ids["estimate"] = estimate(desk)
        yield made


@pytest.fixture
def desk(room: Room) -> Iterator[Desk]:
    with desk_for(room.core) as found:
        yield found


def filled() -> Any:
    """Return the condition on the tickets of the first filling."""
    return Ticket.id.between(2, TICKETS + 1)


def count(desk: Desk, what: Any, *conditions: Any) -> int:
    return desk.session.scalar(select(func.count()).select_from(what).where(*conditions)) or 0


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (Ticket, 1 + TICKETS + 10),
        (Message, 1 + TICKETS * MESSAGES + 10),
        (TicketTag, TICKETS + 10),
        (Team, 2 + volume.TEAMS),
    ],
)
def test_there_is_as_much_as_was_asked_for(desk: Desk, model: Any, rows: int) -> None:
    assert count(desk, model) == rows


def test_every_person_has_an_address_and_every_agent_a_team(desk: Desk) -> None:
    lacking = select(Person.id).where(
        Person.name.like("Kundin %") | Person.name.like("Agent %"),
        Person.id.not_in(select(EmailAddress.person_id)),
    )
    alone = select(Person.id).where(
        Person.name.like("Agent %"), Person.id.not_in(select(TeamMember.person_id))
    )
    assert (desk.session.scalars(lacking).all(), desk.session.scalars(alone).all()) == ([], [])


def test_state_and_openness_never_contradict(desk: Desk) -> None:
    rows = desk.session.execute(select(Ticket.state, Ticket.is_open, Ticket.is_answer_due)).all()
    assert {state for state, is_open, _due in rows if is_open is not states.is_open(state)} == set()
    assert [state for state, is_open, is_due in rows if is_due and not is_open] == []


def test_one_in_ten_is_open_and_every_state_occurs(desk: Desk) -> None:
    share = count(desk, Ticket, filled(), Ticket.is_open) / TICKETS
    found = set(desk.session.scalars(select(Ticket.state).where(filled()).distinct()))
    assert (0.05 < share < 0.15, found) == (True, set(states.TITLES))


def test_worker_finds_nothing_to_close(desk: Desk) -> None:
    days = settings.read(desk, SETTINGS)["close_after_days"]
    found = select(Ticket).where(Ticket.state.in_(states.ENDED))
    ended = desk.session.scalars(found).all()
    waiting = [each for each in ended if each.state == states.SOLVED]
    assert {each.solved_at == each.changed_at for each in ended} == {True}
    assert (0 < len(waiting) < TICKETS / 20, days) == (True, 14)
    assert min(each.solved_at for each in waiting if each.solved_at) > desk.ago(days=days)


def test_tickets_come_one_after_the_other_and_none_from_the_future(desk: Desk) -> None:
    rows = desk.session.execute(
        select(Ticket.created_at, Ticket.changed_at).where(filled()).order_by(Ticket.id)
    ).all()
    created = [row.created_at for row in rows]
    assert created == sorted(created)
    assert (START - created[0], created[-1] < START) == (timedelta(days=900), True)
    assert [row for row in rows if row.changed_at <= row.created_at] == []


def test_requester_belongs_to_the_organisation(desk: Desk) -> None:
    wrong = (
        select(Ticket.id)
        .join(Person, Person.id == Ticket.requester_id)
        .where(Person.organisation_id != Ticket.organisation_id)
    )
    assert desk.session.scalars(wrong).all() == []


def test_owner_is_an_agent_or_nobody(desk: Desk) -> None:
    roles = select(Person.role).join(Ticket, Ticket.owner_id == Person.id).distinct()
    nobody = count(desk, Ticket, filled(), Ticket.owner_id.is_(None))
    assert (desk.session.scalars(roles).all(), nobody > 0) == (["agent"], True)


def test_every_text_is_in_the_index_under_its_own_part(desk: Desk) -> None:
    heads = desk.session.execute(
        select(Ticket.subject, SearchEntry.title_stems)
        .join(SearchEntry, (SearchEntry.subject_id == Ticket.id) & (SearchEntry.part_id == 0))
        .where(filled(), SearchEntry.kind == "ticket")
    ).all()
    bodies = desk.session.execute(
        select(Message.body, SearchEntry.body_stems)
        .join(SearchEntry, SearchEntry.part_id == Message.id)
        .where(SearchEntry.subject_id == Message.ticket_id, SearchEntry.kind == "ticket")
        .where(Message.id > 1)
    ).all()
    assert (len(heads), len(bodies)) == (TICKETS, TICKETS * MESSAGES + 10)
    assert [row for row in (*heads, *bodies) if stems(row[0]) != row[1]] == []


def test_messages_go_to_and_fro_beginning_with_the_customer(desk: Desk) -> None:
    rows = desk.session.execute(
        select(Message.ticket_id, Message.is_inbound, Message.author_id, Ticket.requester_id)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(filled())
        .order_by(Message.id)
    ).all()
    turns: dict[int, list[bool]] = {}
    for row in rows:
        turns.setdefault(row.ticket_id, []).append(row.is_inbound)
    assert set(map(tuple, turns.values())) == {(True, False, True)}
    assert [row for row in rows if row.is_inbound and row.author_id != row.requester_id] == []


def test_message_ids_are_unlike_each_other(desk: Desk) -> None:
    distinct = select(func.count(func.distinct(Message.internet_message_id)))
    assert desk.session.scalar(distinct) == TICKETS * MESSAGES + 10


def test_filled_tickets_are_found_by_the_lists_and_opened_by_their_number(desk: Desk) -> None:
    counts = lists.counts(desk)
    ticket = queries.ticket_by_number(desk, 10_000 + TICKETS)
    messages = queries.messages_after(desk, ticket, 0, 50)
    assert counts.everything == count(desk, Ticket, Ticket.is_open)
    assert len(messages) == MESSAGES


def test_verbs_go_on_behind_the_filling(room: Room) -> None:
    with desk_for(room.core, write=True) as desk:
        made = factories.make_ticket(desk, desk.session.get_one(Person, room.ids["customer"]))
        last = desk.session.scalar(select(func.max(Ticket.id)))
        assert (made.id, made.id > TICKETS + 11) == (last, True)
        desk.rollback()


def test_same_seed_gives_the_same_rows_and_another_gives_others(desk: Desk, room: Room) -> None:
    found = []
    for seed in (7, 7, 8):
        with desk_for(room.core, write=True) as writing:
            before = writing.session.scalar(select(func.max(Ticket.id))) or 0
            volume.fill(writing, 20, messages=1, seed=seed)
            subjects = select(Ticket.subject, Ticket.state, Ticket.priority, Ticket.channel)
            made = subjects.where(Ticket.id > before).order_by(Ticket.id)
            found.append([tuple(row) for row in writing.session.execute(made)])
            writing.rollback()
    assert (found[0] == found[1], found[0] == found[2]) == (True, False)


def test_bundles_join_without_a_gap(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volume, "BUNDLE", 7)
    with desk_for(room.core, write=True) as desk:
        before = desk.session.scalar(select(func.max(Message.id))) or 0
        volume.fill(desk, 20, messages=3)
        found = desk.session.scalars(
            select(Message.id).where(Message.id > before).order_by(Message.id)
        ).all()
        assert found == list(range(before + 1, before + 61))
        desk.rollback()


def test_database_knows_its_own_numbers_afterwards(desk: Desk, room: Room) -> None:
    assert room.ids["estimate"] == count(desk, Message)
