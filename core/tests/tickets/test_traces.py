# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each verb leaves behind: in the journal, in the search index, and in the outbox."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tickets.bench import Bench
from tresen.files import service as files
from tresen.journal.models import JournalEntry
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.search.stems import stems
from tresen.tickets import service
from tresen.tickets.models import Message, MessageFile, Ticket, TicketLink
from tresen.tickets.records import NewMessage, NewTicket

HEAD = stems("The printer prints nothing")
WHO = stems("Karla Kundin Kunde GmbH")
FIRST = stems("It was fine yesterday.")


def later(bench: Bench, ticket: Ticket) -> list[tuple[str, str, Any, Any]]:
    """Return what the journal says after the opening."""
    found = bench.journal(ticket)
    assert found[0] == ("opened", "", None, None)
    return found[1:]


def first_message(bench: Bench, ticket: Ticket) -> int:
    return bench.desk.session.scalars(
        select(Message.id).where(Message.ticket_id == ticket.id).order_by(Message.id)
    ).all()[0]


def receivers(bench: Bench, purpose: str) -> list[tuple[str, str]]:
    bench.desk.session.flush()
    rows = bench.desk.session.execute(
        select(OutboundRecipient.field, OutboundRecipient.address)
        .join(OutboundMail, OutboundMail.id == OutboundRecipient.mail_id)
        .where(OutboundMail.purpose == purpose)
        .order_by(OutboundRecipient.id)
    )
    return [(row.field, row.address) for row in rows]


def test_opening_is_written_down_found_and_confirmed(bench: Bench) -> None:
    ticket = bench.ticket()
    message = first_message(bench, ticket)
    assert bench.journal(ticket) == [("opened", "", None, None)]
    assert bench.entries(ticket) == [(0, True, HEAD, WHO), (message, True, "", FIRST)]
    assert (bench.mails(ticket), receivers(bench, "receipt")) == (
        ["receipt"],
        [("to", "karla@kunde.example")],
    )


@pytest.mark.parametrize(
    ("channel", "is_inbound", "purposes"),
    [
        ("web", True, ["receipt"]),
        ("phone", True, []),
        ("api", True, []),
        ("mail", True, []),
        ("web", False, ["reply"]),
        ("phone", False, ["reply"]),
    ],
)
def test_first_mail_depends_on_who_began(
    bench: Bench, channel: str, is_inbound: bool, purposes: list[str]
) -> None:
    new = NewTicket("Hello", channel, requester_id=bench.ids["customer"])
    author = bench.ids["customer"] if is_inbound else bench.ids["agent"]
    message = NewMessage("A word", channel, is_inbound=is_inbound, author_id=author)
    assert bench.mails(service.open_ticket(bench.desk, new, message)) == purposes


def test_tags_of_a_new_ticket_stand_before_its_opening_as_one_entry(bench: Bench) -> None:
    ticket = bench.ticket(tags=("VPN", "printer", "vpn"))
    assert bench.journal(ticket) == [
        ("tagged", "tags", None, ["printer", "vpn"]),
        ("opened", "", None, None),
    ]


def test_note_is_found_by_agents_only_and_mailed_to_nobody(bench: Bench) -> None:
    ticket = bench.ticket()
    note = service.add_message(bench.desk, ticket, NewMessage("Call them", "web", kind="note"))
    assert bench.entries(ticket)[2:] == [(note.id, False, "", stems("Call them"))]
    assert (bench.mails(ticket), later(bench, ticket)) == (["receipt"], [])


def test_reply_is_found_by_all_and_mailed_to_whom_it_names(bench: Bench) -> None:
    ticket = bench.ticket()
    to = {"to": ["karla@kunde.example"], "cc": ["kurt@kunde.example"], "bcc": ["b@x.example"]}
    reply = service.add_message(
        bench.at("agent"), ticket, NewMessage("Restart", "web", recipients=to)
    )
    assert bench.entries(ticket)[2:] == [(reply.id, True, "", stems("Restart"))]
    assert receivers(bench, "reply") == [
        ("to", "karla@kunde.example"),
        ("cc", "kurt@kunde.example"),
        ("bcc", "b@x.example"),
    ]


def test_reply_without_receivers_goes_to_the_requester(bench: Bench) -> None:
    ticket = bench.ticket()
    service.add_message(bench.at("agent"), ticket, NewMessage("Restart", "web"))
    assert receivers(bench, "reply") == [("to", "karla@kunde.example")]


def test_answer_of_the_customer_is_told_to_the_owner_alone(bench: Bench) -> None:
    ticket = bench.ticket(owner_id=bench.ids["agent"])
    before = receivers(bench, "notice")
    service.add_message(bench.at("customer"), ticket, NewMessage("So?", "web", is_inbound=True))
    told = receivers(bench, "notice")[len(before) :]
    assert told == [("to", "anna@tresen.example")]


@pytest.mark.parametrize(
    ("taker", "told"), [("agent", []), ("other", [("to", "anna@tresen.example")])]
)
def test_new_owner_is_told_unless_it_was_his_own_doing(
    bench: Bench, taker: str, told: list[tuple[str, str]]
) -> None:
    ticket = bench.ticket()
    service.change(bench.at(taker), ticket, {"owner_id": bench.ids["agent"]})
    assert receivers(bench, "notice") == told


@pytest.mark.parametrize(
    ("wanted", "head"),
    [
        ({"subject": "Scanner"}, (0, True, stems("Scanner"), WHO)),
        ({"requester_id": None}, (0, True, HEAD, stems("Kunde GmbH"))),
        ({"organisation_id": None}, (0, True, HEAD, stems("Karla Kundin"))),
        ({"priority": 4, "state": "open"}, (0, True, HEAD, WHO)),
    ],
)
def test_head_is_found_by_what_it_now_says(
    bench: Bench, wanted: dict[str, Any], head: tuple[int, bool, str, str]
) -> None:
    ticket = bench.ticket()
    bench.desk.session.flush()
    service.change(bench.desk, ticket, wanted)
    bench.desk.session.flush()
    assert [entry for entry in bench.entries(ticket) if entry[0] == 0] == [head]


@pytest.mark.parametrize(
    ("field", "value", "old"),
    [
        ("subject", "Scanner", "The printer prints nothing"),
        ("state", "waiting_internal", "new"),
        ("priority", 3, 2),
        ("team_id", "line", None),
        ("owner_id", "agent", None),
        ("product_id", "product", None),
        ("installation_id", "installation", None),
        ("requester_id", "stranger", "customer"),
        ("organisation_id", "fremd", "kunde"),
    ],
)
def test_each_field_is_written_down_from_what_to_what(
    bench: Bench, field: str, value: Any, old: Any
) -> None:
    ticket = bench.ticket()
    new, before = bench.ids.get(str(value), value), bench.ids.get(str(old), old)
    assert service.change(bench.desk, ticket, {field: new}) == {field: (before, new)}
    assert (later(bench, ticket), getattr(ticket, field)) == (
        [("changed", field, before, new)],
        new,
    )


@pytest.mark.parametrize(
    ("wanted", "entries"),
    [
        ({"impact": 4}, [("impact", 2, 4), ("priority", 2, 3)]),
        ({"urgency": 1}, [("priority", 2, 1), ("urgency", 2, 1)]),
        ({"impact": 3, "urgency": 3}, [("impact", 2, 3), ("priority", 2, 3), ("urgency", 2, 3)]),
        (
            {"impact": 1, "urgency": 1, "priority": 4},
            [("impact", 2, 1), ("priority", 2, 4), ("urgency", 2, 1)],
        ),
    ],
)
def test_priority_that_follows_is_written_down_too(
    bench: Bench, wanted: dict[str, int], entries: list[tuple[str, int, int]]
) -> None:
    ticket = bench.ticket()
    service.change(bench.desk, ticket, wanted)
    assert sorted(entry[1:] for entry in later(bench, ticket)) == entries


def test_actor_stands_in_the_journal_by_name_and_id(bench: Bench) -> None:
    ticket = bench.ticket()
    service.change(bench.at("agent"), ticket, {"state": "open"})
    service.change(bench.desk, ticket, {"state": "solved"})
    bench.desk.session.flush()
    who = bench.rows(JournalEntry, (JournalEntry.actor_name, JournalEntry.actor_id), ticket.id)
    assert [tuple(row) for row in who[1:]] == [
        ("Anna Agent", bench.ids["agent"]),
        ("Tresen", None),
    ]


@pytest.mark.parametrize("kind", service.LINK_KINDS)
def test_link_of_each_kind_is_kept_and_taken_away_by_its_own_kind_only(
    bench: Bench, kind: str
) -> None:
    ticket, other = bench.ticket(), bench.ticket("Scanner")
    service.link(bench.desk, ticket, other, kind)
    bench.desk.session.flush()
    wrong = next(each for each in service.LINK_KINDS if each != kind)
    service.unlink(bench.desk, ticket, other, wrong)
    service.unlink(bench.desk, other, ticket, kind)
    bench.desk.session.flush()
    found = bench.desk.session.execute(
        select(TicketLink.ticket_id, TicketLink.other_id, TicketLink.kind)
    ).all()
    assert [tuple(row) for row in found] == [(ticket.id, other.id, kind)]
    assert (later(bench, ticket), later(bench, other)) == (
        [("linked", kind, None, other.number)],
        [],
    )


def test_participant_is_written_down_by_name_once(bench: Bench) -> None:
    ticket, guest = bench.ticket(), bench.person("colleague")
    for verb in (service.add_participant, service.add_participant, service.remove_participant):
        verb(bench.desk, ticket, guest)
        bench.desk.session.flush()
    service.remove_participant(bench.desk, ticket, guest)
    assert [entry[0] for entry in later(bench, ticket)] == ["joined", "left"]


def test_author_is_the_actor_unless_the_door_names_another(bench: Bench) -> None:
    ticket = bench.ticket()
    here = bench.at("agent")
    own = service.add_message(here, ticket, NewMessage("Mine", "web"))
    theirs = service.add_message(
        here,
        ticket,
        NewMessage(
            "Hers",
            "phone",
            is_inbound=True,
            author_id=bench.ids["customer"],
            author_name="Karla",
            author_address="k@x.example",
        ),
    )
    assert [(m.author_id, m.author_name, m.author_address) for m in (own, theirs)] == [
        (bench.ids["agent"], "Anna Agent", ""),
        (bench.ids["customer"], "Karla", "k@x.example"),
    ]


def test_files_hang_on_the_message_with_their_content_ids(bench: Bench) -> None:
    here, ticket = bench.at("agent"), bench.ticket()
    kept = [files.store_file(here, name, "image/png", name.encode()).id for name in ("a", "b")]
    message = service.add_message(
        here, ticket, NewMessage("", "mail", files=((kept[0], "logo@x"), (kept[1], "")))
    )
    found = bench.desk.session.execute(
        select(MessageFile.file_id, MessageFile.content_id)
        .where(MessageFile.message_id == message.id)
        .order_by(MessageFile.file_id)
    ).all()
    assert [tuple(row) for row in found] == [(kept[0], "logo@x"), (kept[1], "")]


def test_whole_mail_is_kept_as_it_came(bench: Bench) -> None:
    new = NewMessage(
        "Hello\n",
        "mail",
        is_inbound=True,
        format="text",
        quoted="> old",
        html="<p>Hello</p>",
        recipients={"to": ["help@tresen.example"], "reply_to": ["x@y.example"]},
        internet_message_id="1@kunde.example",
        is_authenticated=False,
    )
    message = service.add_message(bench.desk, bench.ticket(), new)
    bench.desk.session.flush()
    bench.desk.session.expire(message)
    names = ("body", "channel", "is_inbound", "format", "quoted", "html", "recipients")
    more = ("internet_message_id", "is_authenticated")
    kept = {name: getattr(message, name) for name in (*names, *more)}
    assert kept == {name: getattr(new, name) for name in kept}


def test_same_verbs_at_two_desks_see_each_other(bench: Bench) -> None:
    ticket = bench.ticket()
    service.change(bench.at("agent"), ticket, {"owner_id": bench.ids["agent"]})
    again = service.change(bench.at("other"), ticket, {"owner_id": bench.ids["agent"]})
    assert (again, len(later(bench, ticket))) == ({}, 1)


def test_new_ticket_may_come_with_everything(bench: Bench) -> None:
    names = ("team_id", "owner_id", "product_id", "installation_id")
    parts = ("line", "agent", "product", "installation")
    given = {name: bench.ids[part] for name, part in zip(names, parts, strict=True)}
    new = NewTicket("All of it", "phone", impact=4, urgency=3, language="de", mailbox_id=7)
    made = service.open_ticket(bench.desk, replace(new, **given), NewMessage("x", "phone"))
    assert {name: getattr(made, name) for name in given} == given
    assert (made.priority, made.language, made.mailbox_id, made.channel) == (4, "de", 7, "phone")
