# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills a database with many tickets at once, for plans and measures that small ones cannot show.

Rows go in by the bundle, past the verbs: nothing is routed, told or journaled. The same number
gives the same rows on every machine.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, text

from tresen.desk import Desk
from tresen.people.models import EmailAddress, Organisation, Person, Team, TeamMember
from tresen.search.models import SearchEntry
from tresen.search.stems import stems
from tresen.tickets import states
from tresen.tickets.models import Message, Ticket, TicketTag

BUNDLE = 2_000
ORGANISATIONS, CUSTOMERS, AGENTS, TEAMS = 200, 1_000, 20, 4
# Of ten tickets one is open, as on a desk that has run for years.
OPEN_SHARE = 0.1
OPEN_STATES = (states.NEW, states.OPEN, *states.WAITING)
WORDS = (
    *("printer", "invoice", "export", "login", "update", "server", "certificate", "backup"),
    *("Drucker", "Rechnung", "Anmeldung", "Zertifikat", "Sicherung", "Bericht", "Kennwort"),
    *("report", "password", "timeout", "Schnittstelle", "Lager", "Etikett", "stock", "label"),
    *("scanner", "interface", "database", "index", "calendar", "import", "delivery", "order"),
)
DUE_SHARE = 0.4
# Solved tickets are closed after days, so all but the last ones are.
STILL_SOLVED = timedelta(days=5)


def fill(desk: Desk, tickets: int, *, messages: int = 3, seed: int = 1) -> None:
    """Add `tickets` tickets with `messages` messages each and their search entries.

    Their people are added with the first ones; later tickets are of the same people.
    """
    chance = random.Random(seed)  # noqa: S311 - the same rows every time, nothing secret
    first = (desk.session.scalar(select(func.max(Ticket.id))) or 0) + 1
    people = _people_there(desk) or _people(desk)
    first_message = (desk.session.scalar(select(func.max(Message.id))) or 0) + 1
    rows = _tickets(desk, chance, people, range(first, first + tickets))
    while bundle := list(islice(rows, BUNDLE)):
        _add(desk, chance, bundle, messages, first_message + (bundle[0]["id"] - first) * messages)
    _go_on_counting(desk)
    analyse(desk)


def analyse(desk: Desk) -> None:
    """Let the database learn its own numbers, without which its plans are guesses."""
    desk.session.execute(text("ANALYZE"))


def _people_there(desk: Desk) -> dict[str, list[int]] | None:
    customers = Person.name.startswith("Kundin ")
    theirs = select(Person.organisation_id).where(customers)
    found = {
        "organisations": select(Organisation.id).where(Organisation.id.in_(theirs)),
        "customers": select(Person.id).where(customers),
        "agents": select(Person.id).where(Person.name.startswith("Agent ")),
        "teams": select(Team.id).where(Team.name.startswith("Team ")),
    }
    ids = {kind: sorted(desk.session.scalars(these)) for kind, these in found.items()}
    return ids if len(ids["customers"]) == CUSTOMERS else None


def _people(desk: Desk) -> dict[str, list[int]]:
    now = desk.now()
    stamps = {"created_at": now, "changed_at": now}
    organisations = _ids(
        desk, Organisation, [{"name": f"Kunde {n} GmbH"} | stamps for n in range(ORGANISATIONS)]
    )
    customers = _ids(
        desk,
        Person,
        [
            {"name": f"Kundin {n}", "organisation_id": organisations[n % ORGANISATIONS]} | stamps
            for n in range(CUSTOMERS)
        ],
    )
    agents = _ids(
        desk, Person, [{"name": f"Agent {n}", "role": "agent"} | stamps for n in range(AGENTS)]
    )
    teams = _ids(desk, Team, [{"name": f"Team {1 + n}"} for n in range(TEAMS)])
    members = [{"team_id": teams[n % TEAMS], "person_id": agent} for n, agent in enumerate(agents)]
    desk.session.execute(insert(TeamMember), members)
    addresses = [
        {"person_id": person_id, "address": f"person-{person_id}@kunde.example"}
        for person_id in (*customers, *agents)
    ]
    desk.session.execute(insert(EmailAddress), addresses)
    return {
        "organisations": organisations,
        "customers": customers,
        "agents": agents,
        "teams": teams,
    }


def _ids(desk: Desk, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(desk.session.scalars(statement, rows))


def _tickets(
    desk: Desk, chance: random.Random, people: dict[str, list[int]], ids: range
) -> Iterator[dict[str, Any]]:
    now = desk.now()
    start = now - timedelta(days=900)
    step = timedelta(days=899) / len(ids)
    for index, ticket_id in enumerate(ids):
        is_open = chance.random() < OPEN_SHARE
        opened = start + index * step
        changed = opened + timedelta(hours=chance.randrange(1, 20))
        ended = states.SOLVED if now - opened < STILL_SOLVED else states.CLOSED
        customer = chance.randrange(CUSTOMERS)
        yield {
            "id": ticket_id,
            "subject": " ".join(chance.choices(WORDS, k=5)).capitalize(),
            "state": chance.choice(OPEN_STATES) if is_open else ended,
            "is_open": is_open,
            "is_answer_due": is_open and chance.random() < DUE_SHARE,
            "priority": chance.choices((1, 2, 3, 4), (3, 12, 4, 1))[0],
            "channel": chance.choice(("mail", "mail", "web", "phone")),
            "requester_id": people["customers"][customer],
            "organisation_id": people["organisations"][customer % ORGANISATIONS],
            "team_id": chance.choice(people["teams"]),
            "owner_id": chance.choice([*people["agents"], None, None, None]),
            "revision": 1,
            "created_at": opened,
            "solved_at": None if is_open else changed,
            "changed_at": changed,
            "last_message_at": opened + timedelta(hours=chance.randrange(1, 20)),
        }


def _add(
    desk: Desk, chance: random.Random, tickets: list[dict[str, Any]], count: int, first: int
) -> None:
    texts = [" ".join(chance.choices(WORDS, k=40)) for _n in range(200)]
    bodies = [(body, stems(body)) for body in texts]
    messages: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for ticket in tickets:
        entries.append(_entry(ticket, 0, title=stems(ticket["subject"])))
        for place in range(count):
            message_id = first + len(messages)
            body, body_stems = chance.choice(bodies)
            messages.append(_message(ticket, message_id, place, body))
            entries.append(_entry(ticket, message_id, body=body_stems))
    desk.session.execute(insert(Ticket), tickets)
    desk.session.execute(insert(Message), messages)
    desk.session.execute(insert(SearchEntry), entries)
    desk.session.execute(insert(TicketTag), [_tag(ticket) for ticket in tickets])


def _message(ticket: dict[str, Any], message_id: int, place: int, body: str) -> dict[str, Any]:
    is_inbound = place % 2 == 0
    author = ticket["requester_id"] if is_inbound else ticket["owner_id"]
    return {
        "id": message_id,
        "ticket_id": ticket["id"],
        "kind": "reply",
        "is_public": True,
        "is_inbound": is_inbound,
        "channel": ticket["channel"],
        "author_id": author,
        "author_name": "Kundin" if is_inbound else "Agent",
        "body": body,
        "internet_message_id": f"{message_id}@kunde.example",
        "created_at": ticket["created_at"] + timedelta(minutes=place),
    }


def _tag(ticket: dict[str, Any]) -> dict[str, Any]:
    return {"ticket_id": ticket["id"], "tag": WORDS[ticket["id"] % len(WORDS)].lower()}


def _entry(
    ticket: dict[str, Any], part_id: int, *, title: str = "", body: str = ""
) -> dict[str, Any]:
    return {
        "kind": "ticket",
        "subject_id": ticket["id"],
        "part_id": part_id,
        "is_public": True,
        "title_stems": title,
        "body_stems": body,
        "at": ticket["created_at"],
    }


def _go_on_counting(desk: Desk) -> None:
    """Let PostgreSQL's counters go on behind the ids that were given here."""
    if desk.is_sqlite:
        return
    for model in (Ticket, Message):
        table = model.__tablename__
        desk.session.execute(
            text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # noqa: S608 - our own names
        )
