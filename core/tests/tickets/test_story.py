# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal as sentences: every kind of entry in English and German, safe and in order."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import g
from markupsafe import Markup
from tickets.bench import START, Bench, Room
from tresen import i18n
from tresen.desk import open_desk
from tresen.journal import service as journal
from tresen.journal.models import JournalEntry
from tresen.testing.statements import recorded
from tresen.tickets import service, timeline
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage
from tresen.tickets.views import story

SENTENCES: list[tuple[str, dict[str, tuple[Any, Any]], str, str, str]] = [
    (
        "changed",
        {"subject": ("Printer", "Scanner")},
        "pencil",
        "Anna Agent changed the subject from Printer to Scanner",
        "Anna Agent hat Betreff von Printer auf Scanner geändert",
    ),
    (
        "changed",
        {"state": ("new", "waiting_customer")},
        "progress-check",
        "Anna Agent changed the state from New to Waiting for customer",
        "Anna Agent hat Status von Neu auf Wartet auf Kunden geändert",
    ),
    (
        "changed",
        {"priority": (2, 4)},
        "pencil",
        "Anna Agent changed the priority from Normal to Critical",
        "Anna Agent hat Priorität von Normal auf Kritisch geändert",
    ),
    (
        "changed",
        {"impact": (1, 3)},
        "pencil",
        "Anna Agent changed the impact from Low to High",
        "Anna Agent hat Auswirkung von Niedrig auf Hoch geändert",
    ),
    (
        "changed",
        {"team_id": (None, "line")},
        "users",
        "Anna Agent changed the team from none to First line",
        "Anna Agent hat Team von keine auf First line geändert",
    ),
    (
        "changed",
        {"requester_id": ("customer", "stranger")},
        "pencil",
        "Anna Agent changed the requester from Karla Kundin to Fritz Fremd",
        "Anna Agent hat anfragende Person von Karla Kundin auf Fritz Fremd geändert",
    ),
    (
        "changed",
        {"organisation_id": ("kunde", None)},
        "pencil",
        "Anna Agent changed the organisation from Kunde GmbH to none",
        "Anna Agent hat Organisation von Kunde GmbH auf keine geändert",
    ),
    (
        "changed",
        {"product_id": (None, "product")},
        "pencil",
        "Anna Agent changed the product from none to Lagerwerk",
        "Anna Agent hat Produkt von keine auf Lagerwerk geändert",
    ),
    (
        "changed",
        {"owner_id": (None, "agent")},
        "user-check",
        "Anna Agent took the ticket",
        "Anna Agent hat das Ticket übernommen",
    ),
    (
        "changed",
        {"owner_id": ("agent", "other")},
        "user-check",
        "Anna Agent assigned the ticket to Otto Other",
        "Anna Agent hat das Ticket Otto Other zugewiesen",
    ),
    (
        "changed",
        {"owner_id": ("agent", None)},
        "user-check",
        "Anna Agent gave the ticket back; nobody owns it",
        "Anna Agent hat das Ticket zurückgegeben; niemand ist zuständig",
    ),
    (
        "tagged",
        {"tags": (None, ["printer", "vpn"])},
        "tag",
        "Anna Agent tagged the ticket: printer, vpn",
        "Anna Agent hat das Ticket verschlagwortet: printer, vpn",
    ),
    (
        "untagged",
        {"tags": ("vpn", None)},
        "tag",
        "Anna Agent took a tag off: vpn",
        "Anna Agent hat ein Schlagwort entfernt: vpn",
    ),
    (
        "linked",
        {"duplicate": (None, 10042)},
        "link",
        "Anna Agent linked ticket 10042",
        "Anna Agent hat Ticket 10042 verknüpft",
    ),
    (
        "unlinked",
        {"duplicate": (10042, None)},
        "link",
        "Anna Agent took the link to ticket 10042 away",
        "Anna Agent hat die Verknüpfung mit Ticket 10042 entfernt",
    ),
    (
        "joined",
        {"participant": (None, "Kurt")},
        "user-plus",
        "Anna Agent let Kurt take part",
        "Anna Agent hat Kurt beteiligt",
    ),
    (
        "left",
        {"participant": ("Kurt", None)},
        "user-minus",
        "Anna Agent no longer lets Kurt take part",
        "Anna Agent beteiligt Kurt nicht länger",
    ),
    (
        "routed",
        {"reason": (None, "Pilot customer")},
        "arrows-right-left",
        "Anna Agent routed the ticket: Pilot customer",
        "Anna Agent hat das Ticket zugeteilt: Pilot customer",
    ),
    (
        "escalated",
        {"tier": (1, 2)},
        "pencil",
        "Anna Agent: escalated 2",
        "Anna Agent: escalated 2",
    ),
]


def told(bench: Bench, ticket: Ticket, language: str = "en") -> list[dict[str, Any]]:
    bench.desk.session.flush()
    with i18n.speaking(bench.speak(language)):
        return story.told(bench.desk, timeline.events(bench.desk, ticket, None, None))


def plain(markup: Markup) -> str:
    return str(markup.striptags())


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: f"{row[0]}-{next(iter(row[1]))}")
@pytest.mark.parametrize("language", ["en", "de"])
def test_each_entry_is_a_sentence_with_its_picture(
    bench: Bench, row: tuple[str, dict[str, tuple[Any, Any]], str, str, str], language: str
) -> None:
    action, changes, icon, english, german = row
    ticket = bench.ticket()
    ids = {
        name: (bench.ids.get(str(old), old), bench.ids.get(str(new), new))
        for name, (old, new) in changes.items()
    }
    journal.record(bench.at("agent"), "ticket", ticket.id, action, ids)
    (event,) = told(bench, ticket, language)
    assert (event["icon"], plain(event["text"]), event["at"]) == (
        icon,
        english if language == "en" else german,
        START,
    )


def test_opening_is_told_by_the_first_message_alone(bench: Bench) -> None:
    assert told(bench, bench.ticket()) == []


def test_nobodys_act_is_somebodys(bench: Bench) -> None:
    ticket, desk = bench.ticket(), bench.at("agent")
    desk.actor = type(desk.actor)(name="")
    service.change(desk, ticket, {"state": "open"})
    assert plain(told(bench, ticket)[0]["text"]) == "Somebody changed the state from New to Open"


def test_what_is_gone_is_named_by_its_number(bench: Bench) -> None:
    ticket = bench.ticket()
    journal.record(bench.desk, "ticket", ticket.id, "changed", {"team_id": (998, 999)})
    text = plain(told(bench, ticket)[0]["text"])
    assert text == "Tresen changed the team from 998 to 999"


NASTY = "<script>alert(1)</script> %(who)s %s &amp;"


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        ("changed", {"subject": (NASTY, NASTY)}),
        ("changed", {NASTY: (NASTY, NASTY)}),
        ("changed", {"state": (NASTY, NASTY)}),
        ("tagged", {"tags": (None, [NASTY])}),
        ("joined", {"participant": (None, NASTY)}),
        (NASTY[:60], {"x": (None, NASTY)}),
    ],
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_told_becomes_markup(
    bench: Bench, action: str, changes: dict[str, tuple[Any, Any]], language: str
) -> None:
    ticket, desk = bench.ticket(), bench.at("agent")
    desk.actor = type(desk.actor)(name=NASTY, person_id=bench.ids["agent"])
    journal.record(desk, "ticket", ticket.id, action, {k[:60]: v for k, v in changes.items()})
    text = told(bench, ticket, language)[0]["text"]
    assert isinstance(text, Markup)
    assert "<script" not in text
    assert Markup.escape(NASTY) in text


def test_names_of_many_entries_take_one_query_for_each_kind(bench: Bench, room: Room) -> None:
    ticket = bench.ticket()
    for owner in ("agent", "other") * 10:
        service.change(bench.desk, ticket, {"owner_id": bench.ids[owner]})
        service.change(bench.desk, ticket, {"team_id": bench.ids["line"]})
    bench.desk.session.flush()
    entries = timeline.events(bench.desk, ticket, None, None)
    with recorded(room.core.engine) as statements:
        assert len(story.told(bench.desk, entries)) == 21
    assert len(statements) == 2


@pytest.mark.parametrize(
    ("start", "end", "levels"),
    [
        (None, None, [3, 4, 1]),
        (1, None, [3, 4, 1]),
        (2, None, [4, 1]),
        (None, 3, [3, 4]),
        (2, 3, [4]),
        (4, None, []),
    ],
)
def test_events_are_those_from_the_start_until_before_the_end(
    bench: Bench, start: int | None, end: int | None, levels: list[int]
) -> None:
    ticket = bench.ticket()
    for level in (3, 4, 1):
        bench.clock.go(hours=1)
        service.change(bench.desk, ticket, {"priority": level})
    bench.desk.session.flush()
    moments = [START + timedelta(hours=hours) if hours else None for hours in (start, end)]
    found = timeline.events(bench.desk, ticket, moments[0], moments[1])
    assert [entry.new for entry in found if entry.action == "changed"] == levels


def test_events_of_another_thing_of_the_same_number_are_not_told(bench: Bench) -> None:
    ticket = bench.ticket()
    journal.record(bench.desk, "person", ticket.id, "signed_in")
    assert told(bench, ticket) == []


def test_newest_events_are_told_when_there_are_too_many(bench: Bench) -> None:
    ticket = bench.ticket()
    for number in range(timeline.MOST_EVENTS + 5):
        journal.record(bench.desk, "ticket", ticket.id, "tagged", {"tags": (None, [str(number)])})
    bench.desk.session.flush()
    found: list[JournalEntry] = list(timeline.events(bench.desk, ticket, None, None))
    assert [entry.new[0] for entry in (found[0], found[-1])] == ["5", "204"]


def at(moment: datetime, **more: Any) -> dict[str, Any]:
    return {"created_at": moment, "at": moment} | more


def kinds(entries: list[dict[str, Any]]) -> list[Any]:
    """Return the entries in short: d for a day, the number of folded events, a message's id."""
    short = {
        "day": lambda entry: "d",
        "events": lambda entry: -len(entry["events"]),
        "message": lambda entry: entry["message"]["id"],
    }
    return [short[entry["kind"]](entry) for entry in entries]


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("messages", "events", "woven"),
    [
        ([], [], []),
        ([(1, 0)], [], ["d", 1]),
        ([], [0], ["d", -1]),
        ([(1, 0)], [0], ["d", 1, -1]),
        ([(1, 0), (2, 1)], [0, 0, 2], ["d", 1, -2, 2, -1]),
        ([(1, 0), (2, 30)], [1, 29, 31], ["d", 1, -1, "d", -1, 2, -1]),
        ([(2, 5), (1, 0)], [], ["d", 1, 2]),
    ],
)
def test_messages_and_events_are_woven_by_time(
    room: Room, messages: list[tuple[int, int]], events: list[int], woven: list[Any]
) -> None:
    letters = [at(START + hours * HOUR, id=number) for number, hours in messages]
    happened = [at(START + hours * HOUR) for hours in events]
    with room.app.test_request_context():
        live_in(room, "Europe/Berlin")
        assert kinds(story.woven(letters, happened)) == woven


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Berlin", ["Monday, March 9, 2026", "Tuesday, March 10, 2026"]),
        ("America/Los_Angeles", ["Monday, March 9, 2026"]),
        ("Pacific/Kiritimati", ["Tuesday, March 10, 2026"]),
    ],
)
def test_day_turns_at_the_readers_midnight(room: Room, zone: str, days: list[str]) -> None:
    before, after = START.replace(day=9, hour=22, minute=30), START.replace(hour=1)
    with room.app.test_request_context():
        live_in(room, zone)
        found = story.woven([at(before, id=1), at(after, id=2)], [])
    assert [entry["title"] for entry in found if entry["kind"] == "day"] == days


def live_in(room: Room, zone: str) -> None:
    """Let the request's reader live in a time zone."""
    g.desk = open_desk(room.core)
    g.desk.time_zone = zone


def test_note_and_change_of_one_moment_stand_in_their_order(bench: Bench, room: Room) -> None:
    ticket = bench.ticket()
    service.add_message(bench.at("agent"), ticket, NewMessage("Done", "web"))
    bench.desk.session.flush()
    letters = [at(START, id=each.id) for each in timeline.thread(bench.desk, ticket).messages]
    with room.app.test_request_context():
        live_in(room, "UTC")
        found = kinds(story.woven(letters, told(bench, ticket)))
    assert found == ["d", letters[0]["id"], letters[1]["id"], -1]
