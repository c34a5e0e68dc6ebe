# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker in the midst of taking a mail brings no erased person back (safety F42)."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from mail.letters import letter, receive
from sqlalchemy import select, text
from tresen.desk import Core, desk_for, open_desk
from tresen.mail.lookups import Lookups
from tresen.mail.models import InboundMail
from tresen.mail.reading.parser import Parser
from tresen.people import privacy, queries
from tresen.people.models import EmailAddress, Person
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage

KARLA = "karla@kunde.example"
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture(autouse=True)
def two_writers(request: pytest.FixtureRequest) -> None:
    """Run on PostgreSQL alone: on SQLite one writes, and there is no meanwhile."""
    if request.config.getoption("--database") != "postgres":
        pytest.skip("on SQLite only one writes at a time")


@pytest.fixture
def karla(core: Core, parser: Parser, two_writers: None) -> int:
    """Return the id of a customer who wrote once."""
    receive(core, parser, letter())
    with desk_for(core) as desk:
        return desk.session.scalars(select(EmailAddress.person_id)).one()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def erase(core: Core, person_id: int) -> None:
    with desk_for(core, write=True) as desk:
        privacy.erase(desk, person_id)


def look_up(core: Core, parser: Parser) -> Person | None:
    mail = parser.parse(letter())
    with desk_for(core, write=True) as desk:
        return Lookups(desk, [(InboundMail(envelope_to=""), mail)]).person(KARLA)


def until_it_waits(core: Core, work: "Future[object]") -> None:
    """Return once the work waits for a lock that this thread holds."""
    with core.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(WAITING):
            assert not work.done()


def test_erasing_sees_the_mail_that_was_being_taken(
    core: Core, parser: Parser, karla: int, pool: ThreadPoolExecutor
) -> None:
    worker = open_desk(core, write=True)
    mail = parser.parse(letter())
    sender = Lookups(worker, [(InboundMail(envelope_to=""), mail)]).person(KARLA)
    assert sender is not None
    erasing = pool.submit(erase, core, karla)
    until_it_waits(core, erasing)
    ticket = worker.session.scalars(select(Ticket)).one()
    late = NewMessage("Meanwhile", "mail", is_inbound=True, author_name=sender.name)
    tickets.add_message(worker, ticket, late).author_id = sender.id
    worker.commit()
    worker.session.close()
    erasing.result(timeout=60)
    with desk_for(core) as desk:
        names = desk.session.scalars(select(Message.author_name).order_by(Message.id)).all()
    assert names == ["Erased person", "Erased person"]


def test_worker_that_waited_for_the_erasing_finds_nobody(
    core: Core, parser: Parser, karla: int, pool: ThreadPoolExecutor
) -> None:
    eraser = open_desk(core, write=True)
    privacy.erase(eraser, karla)
    looking = pool.submit(look_up, core, parser)
    until_it_waits(core, looking)
    eraser.commit()
    eraser.session.close()
    assert looking.result(timeout=60) is None
    with desk_for(core) as desk:
        assert queries.person_by_address(desk, KARLA) is None
