# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two agents at one ticket at once: one goes first, the other is told, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError
from tresen.desk import Core, Desk, desk_for, open_desk
from tresen.journal.models import JournalEntry
from tresen.mail.models import OutboundMail
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import queries, service
from tresen.tickets.models import Draft, Message, Ticket, TicketTag
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def number(desk: Desk, customer: Person) -> int:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made.number


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))


def now(core: Core, number: int) -> Ticket:
    with desk_for(core) as desk:
        return queries.ticket_by_number(desk, number)


def count(core: Core, model: Any, *conditions: Any) -> int:
    with desk_for(core) as desk:
        return desk.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def test_change_of_what_another_changed_meanwhile_is_refused(core: Core, number: int) -> None:
    late = open_desk(core)
    seen = queries.ticket_by_number(late, number)
    late.session.commit()
    with desk_for(core, write=True) as first:
        service.change(first, queries.ticket_by_number(first, number), {"priority": 4})
    service.change(late, seen, {"priority": 1})
    with pytest.raises(StaleDataError):
        late.session.flush()
    late.session.rollback()
    late.session.close()
    found = now(core, number)
    assert (found.priority, count(core, JournalEntry, JournalEntry.field == "priority")) == (4, 1)


def test_message_onto_what_moved_on_is_refused_with_all_that_came_with_it(
    core: Core, number: int, clock: SteppedClock
) -> None:
    late = open_desk(core)
    seen = queries.ticket_by_number(late, number)
    late.session.commit()
    before = (count(core, Message), count(core, OutboundMail))
    with desk_for(core, write=True) as first:
        service.change(first, queries.ticket_by_number(first, number), {"priority": 4})
    clock.go(minutes=1)
    with pytest.raises(StaleDataError):
        service.add_message(late, seen, NewMessage("Late", "web", kind="note"))
        late.session.flush()
    late.session.rollback()
    late.session.close()
    assert (count(core, Message), count(core, OutboundMail)) == before


def test_of_many_changes_to_one_revision_one_is_made(
    core: Core, number: int, sign_in: SignIn, agent: Person
) -> None:
    browsers = [sign_in(agent) for _n in range(6)]
    seen = now(core, number)
    names = ("state", "impact", "urgency", "revision")
    same = {name: getattr(seen, name) for name in names}
    empty = dict.fromkeys(("owner", "team", "product", "installation"), "")

    def change(place: int) -> int:
        form = same | empty | {"priority": place % 2 * 3 + 1}
        return browsers[place].post(f"/tickets/{number}/change", data=form).status_code

    answers = at_once(6, change)
    found = now(core, number)
    # On PostgreSQL the others are told by a page that it changed, on SQLite beside the ticket.
    assert (set(answers) - {303, 409}, found.revision) == (set(), seen.revision + 1)
    assert count(core, JournalEntry, JournalEntry.field == "priority") == 1


def test_every_note_of_many_is_kept_once(
    core: Core, number: int, sign_in: SignIn, agent: Person
) -> None:
    browsers = [sign_in(agent) for _n in range(8)]

    def note(place: int) -> int:
        form = {"kind": "note", "body": f"Note {place}"}
        return browsers[place].post(f"/tickets/{number}/messages", data=form).status_code

    answers = at_once(8, note)
    with desk_for(core) as desk:
        kept = desk.session.scalars(select(Message.body).where(Message.kind == "note")).all()
    assert (answers, sorted(kept)) == ([302] * 8, [f"Note {place}" for place in range(8)])


def test_same_tag_from_many_is_one(core: Core, number: int, sign_in: SignIn, agent: Person) -> None:
    browsers = [sign_in(agent) for _n in range(6)]

    def tag(place: int) -> int:
        return browsers[place].post(f"/tickets/{number}/tags", data={"tag": "vpn"}).status_code

    answers = at_once(6, tag)
    assert (set(answers) - {303, 409}, count(core, TicketTag)) == (set(), 1)
    assert count(core, JournalEntry, JournalEntry.action == "tagged") == 1


def test_ticket_that_two_take_belongs_to_one_of_them(
    core: Core, number: int, sign_in: SignIn, agent: Person, administrator: Person
) -> None:
    browsers = [sign_in(agent), sign_in(administrator)]
    answers = at_once(2, lambda place: browsers[place].post(f"/tickets/{number}/take").status_code)
    with desk_for(core) as desk:
        told = desk.session.scalars(
            select(JournalEntry.new)
            .where(JournalEntry.field == "owner_id")
            .order_by(JournalEntry.id)
        ).all()
    assert (len(told), set(told) - {agent.id, administrator.id}) == (answers.count(303), set())
    assert now(core, number).owner_id == told[-1]


def test_drafts_of_two_agents_do_not_mix(
    core: Core, number: int, sign_in: SignIn, agent: Person, administrator: Person
) -> None:
    browsers = [sign_in(agent), sign_in(administrator)]

    def draft(place: int) -> int:
        form = {"kind": "reply", "body": f"Draft {place % 2}"}
        return browsers[place % 2].post(f"/tickets/{number}/draft", data=form).status_code

    answers = at_once(8, draft)
    with desk_for(core) as desk:
        rows = desk.session.execute(select(Draft.person_id, Draft.body))
        kept = {row.person_id: row.body for row in rows}
    # Who loses is not told: the page keeps the draft anew with the next words.
    assert (set(answers) - {204, 409}, kept) == (
        set(),
        {agent.id: "Draft 0", administrator.id: "Draft 1"},
    )


def test_numbers_of_tickets_opened_at_once_are_unlike(core: Core, customer: Person) -> None:
    def opened(place: int) -> int:
        with desk_for(core, write=True) as desk:
            person = desk.session.get_one(Person, customer.id)
            return factories.make_ticket(desk, person, f"Case {place}").number

    numbers = at_once(8, opened)
    assert sorted(numbers) == list(range(min(numbers), min(numbers) + 8))
