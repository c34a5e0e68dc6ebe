# SPDX-License-Identifier: AGPL-3.0-or-later
"""The filled database is one that a real desk could have after ninety days, on either kind."""

import email
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from tresen import app as application
from tresen import migrate, revisions
from tresen.access import service as access
from tresen.config import load_config
from tresen.demo import load
from tresen.demo.books import TOLD
from tresen.demo.content import read_content
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Refused
from tresen.files.models import Blob
from tresen.hooks import hookimpl, specs
from tresen.jobs.models import QueuedJob
from tresen.journal.models import JournalEntry
from tresen.mail.models import InboundMail, OutboundMail, OutboundRecipient
from tresen.people.models import Organisation, Person, Team
from tresen.search.models import SearchEntry
from tresen.snippets.models import Snippet
from tresen.testing import databases
from tresen.testing.factories import make_customer
from tresen.tickets import states
from tresen.tickets.models import Message, MessageFile, ReadMark, Ticket, TicketLink, TicketTag

NOW = datetime(2026, 11, 23, 13, 40, tzinfo=UTC)
PASSWORD = "a password for the demo"
CUSTOMER = "birgit.thomsen@gruenhafen.example"
# The first test waits until ninety days are filled.
pytestmark = pytest.mark.timeout(400)
TABLES = (Person, Ticket, Message, JournalEntry, InboundMail, OutboundMail, ReadMark)


class Listener:
    """A plugin that keeps what the hook hands out."""

    def __init__(self) -> None:
        self.told: list[tuple[datetime, dict[str, Any]]] = []

    @hookimpl
    def demo_filled(self, desk: Desk, world: dict[str, Any]) -> None:
        self.told.append((desk.now(), world))


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener()


@pytest.fixture(scope="module")
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, listener: Listener
) -> Iterator[Core]:
    """Return the core on a database that the demo filled once for all tests here."""
    folder = tmp_path_factory.mktemp("demo")
    with ExitStack() as stack:
        url = ""
        if request.config.getoption("--database") == "postgres":
            url = stack.enter_context(databases.postgres_database(f"tresen_demo_{os.getpid()}"))
        config = load_config(
            environ={}, data_dir=folder, database_url=url, secret_key="x" * 40, strict=True
        )
        core = application.create_core(config)
        migrate.upgrade(core.engine, revisions.chains_of(core.plugins))
        core.clock = lambda: NOW
        core.plugins.pm.register(listener, name="listener")
        assert load.fill(core, PASSWORD)
        yield core
        core.engine.dispose()


@pytest.fixture
def desk(filled: Core) -> Iterator[Desk]:
    with desk_for(filled) as opened:
        yield opened


def count(desk: Desk, model: type, *conditions: Any) -> int:
    return desk.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def counts(desk: Desk) -> dict[str, int]:
    return {model.__name__: count(desk, model) for model in TABLES}


def all_tickets(desk: Desk) -> list[Ticket]:
    return list(desk.session.scalars(select(Ticket).order_by(Ticket.id)))


def test_firm_and_customers_are_there(desk: Desk) -> None:
    roles = Counter(desk.session.scalars(select(Person.role)))
    assert roles["administrator"] + roles["agent"] == 12
    assert roles["administrator"] == 1
    assert count(desk, Organisation) == 41
    assert count(desk, Team) == 7


def test_texts_to_insert_are_everybodys_a_teams_or_an_agents(desk: Desk) -> None:
    rows = desk.session.execute(
        select(Team.name, Person.name)
        .select_from(Snippet)
        .outerjoin(Team, Team.id == Snippet.team_id)
        .outerjoin(Person, Person.id == Snippet.person_id)
    )
    assert Counter(tuple(row) for row in rows) == {
        (None, None): 6,
        ("Fernwartung", None): 1,
        ("Betrieb & Hosting", None): 1,
        (None, "Annegret Voss"): 1,
    }


def test_tickets_are_numbered_in_the_order_they_were_opened(desk: Desk) -> None:
    tickets = all_tickets(desk)
    assert len(tickets) == 300
    assert [t.created_at for t in tickets] == sorted(t.created_at for t in tickets)


def test_tickets_span_ninety_days(desk: Desk) -> None:
    opened = [ticket.created_at for ticket in all_tickets(desk)]
    assert NOW - timedelta(days=91) < min(opened) < NOW - timedelta(days=84)
    assert NOW - timedelta(days=1) < max(opened) <= NOW


def test_backlog_is_that_of_a_desk_that_keeps_up(desk: Desk) -> None:
    found = Counter(ticket.state for ticket in all_tickets(desk))
    assert set(found) == set(states.TITLES)
    assert 25 <= sum(found[state] for state in found if states.is_open(state)) <= 35
    assert count(desk, Ticket, Ticket.is_open) == sum(
        found[state] for state in found if states.is_open(state)
    )


def test_stamps_follow_each_other(desk: Desk) -> None:
    for ticket in all_tickets(desk):
        stamps = (ticket.created_at, ticket.first_replied_at, ticket.solved_at, ticket.closed_at)
        known = [stamp for stamp in stamps if stamp is not None]
        assert known == sorted(known), ticket.subject
        assert (ticket.closed_at is not None) == (ticket.state == states.CLOSED)
        assert (ticket.solved_at is not None) == (not ticket.is_open)


def test_answer_is_due_where_the_customer_spoke_last(desk: Desk) -> None:
    for ticket in all_tickets(desk):
        last = desk.session.scalars(
            select(Message)
            .where(Message.ticket_id == ticket.id, Message.is_public)
            .order_by(Message.id.desc())
            .limit(1)
        ).one()
        assert ticket.is_answer_due == (ticket.is_open and last.is_inbound), ticket.subject


def test_priorities_and_channels_are_mixed(desk: Desk) -> None:
    tickets = all_tickets(desk)
    assert {ticket.priority for ticket in tickets} == {1, 2, 3, 4}
    assert {ticket.channel for ticket in tickets} == {"mail", "web", "phone"}


def test_ticket_of_an_own_product_knows_product_and_installation(desk: Desk) -> None:
    known = [t for t in all_tickets(desk) if t.product_id and t.installation_id]
    assert len(known) > 200


def test_every_change_stands_in_the_journal_with_who_and_when(desk: Desk) -> None:
    entries = desk.session.scalars(
        select(JournalEntry).where(JournalEntry.subject_kind == "ticket").order_by(JournalEntry.id)
    ).all()
    first: dict[int, JournalEntry] = {}
    for entry in entries:
        first.setdefault(entry.subject_id, entry)
    tickets = {ticket.id: ticket for ticket in all_tickets(desk)}
    assert set(first) == set(tickets)
    assert {entry.action for entry in first.values()} == {"opened"}
    assert [e.id for e in first.values() if e.at != tickets[e.subject_id].created_at] == []
    assert [e.id for e in entries if not e.actor_name] == []


def test_agents_work_in_the_journal_under_their_names(desk: Desk) -> None:
    names = set(desk.session.scalars(select(JournalEntry.actor_name).distinct()))
    agents = set(desk.session.scalars(select(Person.name).where(Person.role == "agent")))
    assert agents - names == set()


def test_no_loaded_text_holds_an_unfilled_place(desk: Desk) -> None:
    unfilled = re.compile(r"<<|>>|\{[a-z_]+\}")
    columns = (Message.body, Message.quoted, Message.author_name, Ticket.subject)
    texts = [text for column in columns for text in desk.session.scalars(select(column))]
    assert [text for text in texts if unfilled.search(text)] == []


def test_everything_can_be_searched(desk: Desk) -> None:
    entries = count(desk, SearchEntry, SearchEntry.kind == "ticket")
    assert entries == count(desk, Ticket) + count(desk, Message)


def test_files_hang_on_messages(desk: Desk) -> None:
    assert count(desk, MessageFile) > 80


def test_nothing_waits_to_be_sent_or_run(desk: Desk) -> None:
    assert count(desk, QueuedJob) == 0
    assert count(desk, OutboundMail, OutboundMail.state == "waiting") == 0


def test_every_reply_says_in_the_outbox_that_it_was_only_told(desk: Desk) -> None:
    rows = desk.session.scalars(select(OutboundMail)).all()
    replies = count(desk, Message, Message.is_public, ~Message.is_inbound)
    assert len(rows) == replies
    assert Counter((row.state, row.last_reply == TOLD) for row in rows) == {
        ("sent", True): replies - 1,
        ("failed", False): 1,
    }


def test_one_answer_could_not_be_delivered(desk: Desk) -> None:
    failed = desk.session.scalars(select(OutboundMail).where(OutboundMail.state == "failed")).one()
    receiver = desk.session.scalars(
        select(OutboundRecipient).where(OutboundRecipient.mail_id == failed.id)
    ).one()
    ticket = desk.session.get_one(Ticket, failed.ticket_id)
    assert receiver.state == "failed"
    assert receiver.reply.startswith("550 5.1.1 ")
    assert ticket.state == states.WAITING_CUSTOMER
    assert failed.sent_at is None


def test_every_mail_has_one_outcome_and_whole_bytes(desk: Desk) -> None:
    rows = desk.session.execute(
        select(InboundMail, Blob.body).join(Blob, Blob.sha256 == InboundMail.sha256)
    ).all()
    assert len(rows) == count(desk, InboundMail)
    assert {row.outcome for row, _ in rows} == {"message", "held", "ignored"}
    assert [row.id for row, body in rows if hashlib.sha256(body).hexdigest() != row.sha256] == []
    assert [r.id for r, _ in rows if (r.outcome == "message") != (r.message_id is not None)] == []
    assert [r.id for r, _ in rows if (r.outcome == "message") == bool(r.reason)] == []


def test_no_message_belongs_to_two_mails(desk: Desk) -> None:
    ids = desk.session.scalars(
        select(InboundMail.message_id).where(InboundMail.message_id.is_not(None))
    ).all()
    by_mail = count(desk, Message, Message.is_inbound, Message.channel == "mail")
    assert len(ids) == len(set(ids)) == by_mail


def test_raw_mails_say_what_their_messages_say(desk: Desk) -> None:
    rows = desk.session.execute(
        select(Message, Blob.body)
        .join(InboundMail, InboundMail.message_id == Message.id)
        .join(Blob, Blob.sha256 == InboundMail.sha256)
        .order_by(Message.id)
        .limit(40)
    ).all()
    for message, raw in rows:
        mail = email.message_from_bytes(raw, policy=default)
        body = mail.get_body(("plain",))
        assert mail["Message-ID"] == f"<{message.internet_message_id}>"
        assert mail["From"].addresses[0].addr_spec == message.author_address
        assert body is not None
        assert body.get_content().replace("\r\n", "\n").startswith(message.body)
        assert len(list(mail.iter_attachments())) == count(
            desk, MessageFile, MessageFile.message_id == message.id
        )


def test_no_message_and_no_file_is_empty(desk: Desk) -> None:
    bodies = desk.session.scalars(select(Message.body)).all()
    assert [body for body in bodies if not body.strip()] == []
    sizes = select(func.length(Blob.body)).join(InboundMail, InboundMail.sha256 == Blob.sha256)
    assert min(desk.session.scalars(sizes)) > 200


def test_tags_on_tickets_are_those_of_the_scenarios(desk: Desk) -> None:
    told = {tag for scenario in read_content().scenarios for tag in scenario.tags}
    rows = desk.session.scalars(select(TicketTag)).all()
    assert {row.tag for row in rows} - told - {"doppelt", "duplicate"} == set()
    tagged = {row.ticket_id for row in rows}
    assert [t.id for t in all_tickets(desk) if t.first_replied_at and t.id not in tagged] == []


def test_doctor_finds_nothing_bad(desk: Desk) -> None:
    found = desk.gather(specs.health_checks)
    assert [check for check in found if check.state == "bad"] == []


def test_duplicates_are_linked_to_what_they_repeat(desk: Desk) -> None:
    links = desk.session.scalars(select(TicketLink)).all()
    assert [link.kind for link in links] == ["duplicate"] * 5
    assert [link.ticket_id for link in links if link.ticket_id <= link.other_id] == []


def test_what_is_old_was_read_by_everybody(desk: Desk) -> None:
    marked = set(desk.session.scalars(select(ReadMark.ticket_id).distinct()))
    old = NOW - load.READ_AFTER
    assert [t.id for t in all_tickets(desk) if t.last_message_at < old and t.id not in marked] == []
    assert count(desk, ReadMark) == 12 * len(marked)


@pytest.mark.parametrize(
    "address",
    [
        "annegret.voss@birkenhof.example",
        "elif.aydin@birkenhof.example",
        CUSTOMER,
        "julie.braithwaite@fenwold.example",
    ],
)
def test_sign_in_works_with_the_one_password(desk: Desk, address: str) -> None:
    person = access.check_password(desk, address, PASSWORD)
    assert person is not None
    assert access.check_password(desk, address, "another password") is None


def test_other_customers_have_no_password(desk: Desk) -> None:
    assert access.check_password(desk, "holger.ratjen@gruenhafen.example", PASSWORD) is None


@pytest.mark.parametrize("address", [CUSTOMER, "julie.braithwaite@fenwold.example"])
def test_customer_who_signs_in_has_requests_to_see(desk: Desk, address: str) -> None:
    person = access.check_password(desk, address, PASSWORD)
    assert person is not None
    assert person.sees_organisation
    assert count(desk, Ticket, Ticket.requester_id == person.id) >= 4
    assert count(desk, Ticket, Ticket.requester_id == person.id, Ticket.is_open) >= 2


def test_leader_of_the_support_has_open_tickets(desk: Desk) -> None:
    leader = access.check_password(desk, "annegret.voss@birkenhof.example", PASSWORD)
    assert leader is not None
    assert count(desk, Ticket, Ticket.owner_id == leader.id, Ticket.is_open) >= 2


def test_hook_demo_filled(filled: Core, listener: Listener) -> None:
    [(at, world)] = listener.told
    assert at == filled.clock()
    assert len(world["organisations"]) == 40
    assert len(world["agents"]) == 12
    assert len(world["products"]) == 10
    assert [person.role for person in world["customers"]] == ["customer"] * 2


def test_post_works_again_after_filling(filled: Core) -> None:
    assert filled.plugins.muted == set()
    assert filled.clock() == NOW


def test_second_filling_does_nothing(filled: Core) -> None:
    with desk_for(filled) as desk:
        before = counts(desk)
    assert load.fill(filled, "yet another password") is False
    with desk_for(filled) as desk:
        assert counts(desk) == before
        assert access.check_password(desk, CUSTOMER, PASSWORD) is not None


def test_filling_refuses_other_data_and_leaves_it_alone(core: Core) -> None:
    with desk_for(core, write=True) as desk:
        make_customer(desk)
    with pytest.raises(Refused, match="other data than the demo"):
        load.fill(core, PASSWORD)
    with desk_for(core) as desk:
        assert counts(desk)["Person"] == 1
        assert counts(desk)["Ticket"] == 0


def test_failed_filling_leaves_nothing(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        @hookimpl
        def demo_filled(self, world: dict[str, Any]) -> None:
            raise RuntimeError("the last step fails")

    core.plugins.pm.register(Failing(), name="failing")
    with pytest.raises(RuntimeError, match="last step"):
        load.fill(core, PASSWORD, count=60)
    with desk_for(core) as desk:
        assert set(counts(desk).values()) == {0}
        assert not load.is_demo(desk)


def test_package_holds_the_content_files() -> None:
    folder = Path(load.__file__).with_name("content")
    assert {file.name for file in folder.glob("*.toml")} == {
        *("firm.toml", "organisations.toml", "duplicates.toml", "mails.toml", "snippets.toml"),
    }
    assert len(list((folder / "scenarios").glob("*.toml"))) >= 12
