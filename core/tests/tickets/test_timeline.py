# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of a ticket reads: its thread by the page, and everything around it."""

from datetime import timedelta

import pytest
from tickets.bench import START, Bench, Room
from tresen.files import service as files
from tresen.people.models import EmailAddress, Person, Team
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen.tickets import sending, service, timeline, writing
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage, Written


def talked(bench: Bench, count: int) -> Ticket:
    """Return a ticket with so many messages, the bodies of which are their numbers."""
    ticket = bench.ticket(body="0")
    for number in range(1, count):
        service.add_message(bench.desk, ticket, NewMessage(str(number), "web", kind="note"))
    bench.desk.session.flush()
    return ticket


def bodies(thread: timeline.Thread) -> list[int]:
    return [int(message.body) for message in thread.messages]


@pytest.mark.parametrize(
    ("count", "size", "shown", "earlier"),
    [
        (1, 3, [0], 0),
        (2, 3, [0, 1], 0),
        (3, 3, [0, 1, 2], 0),
        (4, 3, [1, 2, 3], 1),
        (10, 3, [7, 8, 9], 7),
        (10, 1, [9], 9),
    ],
)
def test_thread_shows_its_end_and_counts_what_is_before(
    bench: Bench, count: int, size: int, shown: list[int], earlier: int
) -> None:
    thread = timeline.thread(bench.desk, talked(bench, count), size=size)
    assert (bodies(thread), thread.earlier) == (shown, earlier)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 20])
def test_pages_of_a_thread_are_the_whole_of_it(bench: Bench, size: int) -> None:
    ticket, pages = talked(bench, 7), []
    thread = timeline.thread(bench.desk, ticket, size=size)
    pages.append(bodies(thread))
    while thread.earlier:
        thread = timeline.thread(bench.desk, ticket, thread.messages[0].id, size)
        pages.insert(0, bodies(thread))
    assert [number for page in pages for number in page] == list(range(7))


def test_thread_of_another_ticket_is_not_mixed_in(bench: Bench) -> None:
    one, other = bench.ticket(body="1"), bench.ticket(body="2")
    service.add_message(bench.desk, one, NewMessage("3", "web"))
    assert bodies(timeline.thread(bench.desk, one)) == [1, 3]
    assert bodies(timeline.thread(bench.desk, other)) == [2]


def test_mails_with_html_are_known_without_loading_it(bench: Bench) -> None:
    ticket = bench.ticket()
    mail = NewMessage("text", "mail", is_inbound=True, html="<p>large</p>")
    made = service.add_message(bench.desk, ticket, mail)
    bench.desk.session.flush()
    bench.desk.session.expunge_all()
    thread = timeline.thread(bench.desk, ticket)
    assert thread.with_html == {made.id}
    assert "html" not in vars(thread.messages[-1])


@pytest.mark.parametrize("count", [2, 15])
def test_thread_with_files_takes_as_many_queries_however_long(
    bench: Bench, room: Room, count: int
) -> None:
    ticket, here = bench.ticket(), bench.at("agent")
    for number in range(count):
        kept = files.store_file(here, f"{number}.txt", "text/plain", b"x")
        service.add_message(here, ticket, NewMessage("x", "web", files=((kept.id, ""),)))
    bench.desk.session.flush()
    bench.desk.session.expunge_all()
    with recorded(room.core.engine) as statements:
        thread = timeline.thread(bench.desk, ticket)
        names = [part.file.name for message in thread.messages for part in message.files]
        assert [message.author and message.author.name for message in thread.messages[1:]] == [
            "Anna Agent"
        ] * count
    assert (names, len(statements)) == ([f"{number}.txt" for number in range(count)], 2)


def test_tags_stand_by_the_alphabet(bench: Bench) -> None:
    ticket = bench.ticket(tags=("vpn", "Printer", "2026", "ärger"))
    bench.ticket(tags=("other",))
    assert list(timeline.tags_of(bench.desk, ticket)) == ["2026", "printer", "vpn", "ärger"]


def test_participants_stand_by_name_with_their_main_address(bench: Bench) -> None:
    desk, ticket = bench.desk, bench.ticket()
    guest = bench.person("colleague")
    addresses = [("second@kunde.example", True), ("third@kunde.example", True)]
    first = desk.session.query(EmailAddress).filter_by(person_id=guest.id).one()
    first.is_primary = False
    for address, is_primary in addresses:
        desk.session.add(EmailAddress(person_id=guest.id, address=address, is_primary=is_primary))
        desk.session.flush()
    nobody = Person(name="Ohne Adresse", created_at=START, changed_at=START)
    desk.session.add(nobody)
    desk.session.flush()
    for person in (nobody, bench.person("other"), guest):
        service.add_participant(desk, ticket, person)
    desk.session.flush()
    found = [(person.name, address) for person, address in timeline.participants_of(desk, ticket)]
    assert found == [
        ("Kurt Kollege", "second@kunde.example"),
        ("Ohne Adresse", None),
        ("Otto Other", "otto@tresen.example"),
    ]


def test_links_are_seen_from_both_sides(bench: Bench) -> None:
    desk = bench.desk
    here, there, third = bench.ticket("here"), bench.ticket("there"), bench.ticket("third")
    service.link(desk, here, there, "parent")
    service.link(desk, third, here, "duplicate")
    service.link(desk, there, third, "relates")
    desk.session.flush()
    seen = {
        ticket.subject: [
            (row.subject, row.kind, bool(row.is_ours)) for row in timeline.links_of(desk, ticket)
        ]
        for ticket in (here, there, third)
    }
    assert seen == {
        "here": [("third", "duplicate", False), ("there", "parent", True)],
        "there": [("here", "parent", False), ("third", "relates", True)],
        "third": [("here", "duplicate", True), ("there", "relates", False)],
    }


@pytest.mark.parametrize(
    ("who", "subjects"),
    [("agent", ["open"]), ("administrator", ["hidden", "open"]), ("stranger", [])],
)
def test_link_to_what_one_may_not_see_is_not_shown(
    bench: Bench, who: str, subjects: list[str]
) -> None:
    ticket, plain = bench.ticket(), bench.ticket("open")
    hidden = bench.ticket("hidden", team_id=bench.ids["personnel"])
    for other in (plain, hidden):
        service.link(bench.desk, ticket, other, "relates")
    bench.desk.session.flush()
    found = timeline.links_of(bench.at(who), ticket)
    assert sorted(row.subject for row in found) == subjects


def test_other_tickets_are_the_latest_five_of_the_same_person(bench: Bench) -> None:
    made = []
    for number in range(8):
        bench.clock.go(hours=1)
        made.append(bench.ticket(str(number)))
    factories.make_ticket(bench.desk, bench.person("stranger"), "foreign")
    bench.clock.go(hours=1)
    service.change(bench.desk, made[0], {"priority": 4})
    bench.desk.session.flush()
    found = timeline.others_of(bench.at("agent"), made[7])
    assert [row.subject for row in found] == ["0", "6", "5", "4", "3"]


def test_other_tickets_keep_to_what_one_may_see(bench: Bench) -> None:
    ticket = bench.ticket()
    bench.ticket("hidden", team_id=bench.ids["personnel"])
    nobody = factories.make_ticket(bench.desk, None)
    bench.desk.session.flush()
    found = {who: timeline.others_of(bench.at(who), ticket) for who in ("agent", "administrator")}
    assert {who: [row.subject for row in rows] for who, rows in found.items()} == {
        "agent": [],
        "administrator": ["hidden"],
    }
    assert timeline.others_of(bench.desk, nobody) == []


@pytest.mark.parametrize(("seconds", "is_there"), [(0, True), (39, True), (40, False), (90, False)])
def test_presence_lasts_forty_seconds(bench: Bench, seconds: int, is_there: bool) -> None:
    ticket = bench.ticket()
    writing.be_present(bench.at("other"), ticket, 0)
    bench.desk.session.flush()
    bench.clock.go(seconds=seconds)
    found = [tuple(row) for row in timeline.present(bench.at("agent"), ticket)]
    assert found == ([("Otto Other", False)] if is_there else [])


def test_present_are_the_others_by_name_and_whether_they_write(bench: Bench) -> None:
    ticket, elsewhere = bench.ticket(), bench.ticket()
    for who in ("other", "agent", "administrator"):
        writing.be_present(bench.at(who), ticket, 0)
    writing.keep_draft(bench.at("other"), ticket, Written("reply", "I see"))
    writing.be_present(bench.at("administrator"), elsewhere, 0)
    bench.desk.session.flush()
    found = [tuple(row) for row in timeline.present(bench.at("agent"), ticket)]
    assert found == [("Ada Admin", False), ("Otto Other", True)]


def shown_as_writing(bench: Bench, ticket: Ticket) -> list[bool]:
    """Return what a colleague is told after the other's page has said that it is still open."""
    writing.be_present(bench.at("other"), ticket, 0)
    bench.desk.session.flush()
    return [is_writing for _name, is_writing in timeline.present(bench.at("agent"), ticket)]


def test_who_has_sent_writes_no_longer(bench: Bench) -> None:
    ticket, desk = bench.ticket(), bench.at("other")
    writing.keep_draft(desk, ticket, Written("note", "I see"))
    before = shown_as_writing(bench, ticket)
    new = NewMessage("I see", "web", kind="note", author_id=bench.ids["other"])
    sending.send(desk, ticket, new)
    desk.session.flush()
    shown = [is_writing for _name, is_writing in timeline.present(bench.at("agent"), ticket)]
    assert (before, shown) == ([True], [False])


@pytest.mark.parametrize(("seconds", "is_writing"), [(119, True), (120, False), (600, False)])
def test_draft_that_rests_for_two_minutes_is_no_writing(
    bench: Bench, seconds: int, is_writing: bool
) -> None:
    ticket = bench.ticket()
    writing.keep_draft(bench.at("other"), ticket, Written("reply", "I see"))
    bench.desk.session.flush()
    bench.clock.go(seconds=seconds)
    assert shown_as_writing(bench, ticket) == [is_writing]


def test_draft_that_is_gone_is_no_writing(bench: Bench) -> None:
    ticket, desk = bench.ticket(), bench.at("other")
    draft = writing.keep_draft(desk, ticket, Written("reply", "I see"))
    desk.session.flush()
    desk.session.delete(draft)
    desk.session.flush()
    assert shown_as_writing(bench, ticket) == [False]


@pytest.mark.parametrize(
    ("marks", "until"), [([], 0), ([3], 3), ([3, 7], 7), ([7, 3], 7), ([7, 0], 7)]
)
def test_mark_never_goes_back(bench: Bench, marks: list[int], until: int) -> None:
    ticket, desk = bench.ticket(), bench.at("agent")
    for mark in marks:
        writing.be_present(desk, ticket, mark)
        desk.session.flush()
    assert timeline.read_until(desk, ticket) == until
    assert timeline.read_until(bench.at("other"), ticket) == 0


def test_names_are_found_by_one_query_and_none_for_nothing(bench: Bench, room: Room) -> None:
    ids = [bench.ids["agent"], bench.ids["customer"], 999, bench.ids["agent"]]
    with recorded(room.core.engine) as statements:
        nothing = timeline.names(bench.desk, Person, [])
        people = timeline.names(bench.desk, Person, ids)
        teams = timeline.names(bench.desk, Team, [bench.ids["line"]])
    assert (nothing, people, teams, len(statements)) == (
        {},
        {bench.ids["agent"]: "Anna Agent", bench.ids["customer"]: "Karla Kundin"},
        {bench.ids["line"]: "First line"},
        2,
    )


@pytest.mark.parametrize("numbers", [[], [5], [10_000], [-3], [2**40], [0, 2**31]])
def test_numbers_that_no_ticket_can_have_are_not_asked_for(
    bench: Bench, room: Room, numbers: list[int]
) -> None:
    with recorded(room.core.engine) as statements:
        assert timeline.visible_numbers(bench.desk, numbers) == frozenset()
    assert statements == []


def test_moment_of_a_message_is_when_it_was_written(bench: Bench) -> None:
    ticket = bench.ticket()
    bench.clock.go(hours=3)
    made = service.add_message(bench.desk, ticket, NewMessage("x", "web"))
    assert timeline.moment_of(bench.desk, ticket, made.id) == START + timedelta(hours=3)
