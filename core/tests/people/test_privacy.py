# SPDX-License-Identifier: AGPL-3.0-or-later
"""All that is kept about a person can be had, and is gone from every table once it is erased."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from mail.letters import letter, receive
from people.traces import KARLA, leave_traces, traces_left
from sqlalchemy import select
from tresen import i18n
from tresen.desk import Actor, Core, Desk, desk_for
from tresen.errors import Missing, Refused
from tresen.files.models import Blob
from tresen.hooks import hookimpl
from tresen.journal.models import JournalEntry
from tresen.journal.queries import traces_of
from tresen.mail.inbound import process
from tresen.mail.intake import Arrival, take_in
from tresen.mail.models import InboundMail, OutboundMail, OutboundRecipient
from tresen.mail.reading.parser import Parser
from tresen.people import privacy, queries, service
from tresen.people.models import ERASED, EmailAddress, Person
from tresen.privacy import Traces, rows_of
from tresen.search import queries as search
from tresen.testing import factories
from tresen.tickets.models import Message, Ticket
from tresen.tickets.search import SOURCE


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser() as running:
        yield running


@pytest.fixture
def karla(core: Core, parser: Parser, agent: Person) -> int:
    """Return the id of a customer who left traces everywhere."""
    return leave_traces(core, parser, agent)


def erase(core: Core, person_id: int) -> None:
    with desk_for(core, write=True) as desk:
        privacy.erase(desk, person_id)


def exported(core: Core, person_id: int) -> dict[str, Any]:
    with desk_for(core, write=True) as desk:
        found: dict[str, Any] = json.loads(privacy.export(desk, person_id))
        return found


def one(core: Core, statement: Any) -> Any:
    with desk_for(core) as desk:
        return desk.session.scalars(statement).one()


def every(core: Core, statement: Any) -> list[Any]:
    with desk_for(core) as desk:
        return list(desk.session.scalars(statement))


# ------------------------------------------------------------------------------------ export


def test_export_names_every_part_that_keeps_something(core: Core, karla: int) -> None:
    found = exported(core, karla)
    assert (found["format"], found["person"]) == ("tresen-person-export-1", karla)
    filled = [(each["part"], each["title"]) for each in found["data"] if each["rows"]]
    assert [part for part in filled if part[0] in ("people", "access")] == [
        ("people", "Person"),
        ("people", "Mail addresses"),
        ("access", "Password"),
        ("access", "Sessions"),
        ("access", "Keys to the REST interface"),
        ("access", "Links sent by mail"),
        ("access", "Attempts to sign in"),
    ]
    assert {part for part, _title in filled} == {
        *("journal", "people", "access", "snippets", "tickets", "mail"),
    }


def test_export_holds_what_the_person_wrote(core: Core, karla: int) -> None:
    sets = {each["title"]: each["rows"] for each in exported(core, karla)["data"]}
    assert [row["body"].strip() for row in sets["Messages"]] == ["Nothing prints."]
    assert sets["Mail addresses"][0]["address"] == "karla@kunde.example"
    assert sets["Sessions"][0]["network_address"] == "192.0.2.7"


def test_export_holds_no_secret(core: Core, karla: int) -> None:
    text = json.dumps(exported(core, karla))
    assert [word for word in ("argon2", "token_hash", '"hash"') if word in text] == []


def test_export_is_journalled(core: Core, karla: int) -> None:
    exported(core, karla)
    acts = select(JournalEntry.action).where(JournalEntry.action == "exported")
    assert every(core, acts) == ["exported"]


def test_export_of_nobody_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing):
        privacy.export(desk, 999)


# ------------------------------------------------------------------------------------- erase


def test_no_table_names_an_erased_person(core: Core, karla: int) -> None:
    assert len(traces_left(core)) >= 20
    erase(core, karla)
    assert traces_left(core) == {}


def test_ticket_and_what_was_said_stay(core: Core, karla: int) -> None:
    erase(core, karla)
    ticket = one(core, select(Ticket))
    said = every(core, select(Message).order_by(Message.id))
    assert (ticket.requester_id, ticket.subject) == (karla, "[…]: nothing prints")
    assert [message.body.strip() for message in said] == [
        "Nothing prints.",
        "Dear Mrs […], […] is noted. Kind regards",
    ]
    assert said[1].recipients == {"to": [], "cc": ["boss@kunde.example"]}


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Erased person"), ("de", "Gelöschte Person")]
)
def test_name_of_an_erased_person_is_read_in_the_readers_language(
    core: Core, karla: int, language: str, name: str
) -> None:
    erase(core, karla)
    with i18n.speaking(i18n.catalogues(core).language(language)):
        person = one(core, select(Person).where(Person.id == karla))
        first = one(core, select(Message).where(Message.is_inbound))
        assert (person.name, first.author_name, first.author_address) == (name, name, "")


def test_row_that_stays_says_nothing(core: Core, karla: int) -> None:
    erase(core, karla)
    with desk_for(core) as desk:
        (row,) = rows_of(desk, Person, Person.id == karla)
    kept = {key: value for key, value in row.items() if value}
    assert set(kept) == {"id", "name", "role", "created_at", "changed_at"}
    assert kept["role"] == ERASED


def test_search_finds_the_ticket_and_not_the_person(core: Core, karla: int) -> None:
    erase(core, karla)
    with desk_for(core) as desk:
        found = {word: search.subject_ids(desk, SOURCE, word, 9) for word in ("prints", "kundin")}
        people = queries.people_found(desk, "karla", {}, None, 9)
    assert ([len(ids) for ids in found.values()], list(people)) == ([1, 0], [])


def test_raw_mail_goes_and_its_outcome_stays(core: Core, karla: int) -> None:
    erase(core, karla)
    row = one(core, select(InboundMail))
    assert (row.outcome, row.sender, row.envelope_from) == ("message", "", None)
    sizes = every(core, select(Blob.size).order_by(Blob.size))
    assert sizes == [0, len(b"Turn it on.")]


def test_held_mail_of_the_person_is_ignored(core: Core, karla: int) -> None:
    with desk_for(core, write=True) as desk:
        row = desk.session.scalars(select(InboundMail)).one()
        row.outcome, row.message_id, row.sender = "held", None, KARLA
    erase(core, karla)
    row = one(core, select(InboundMail))
    assert (row.outcome, row.reason, row.sender) == ("ignored", "erased", "")


def test_mail_that_waits_for_the_person_is_not_sent(core: Core, karla: int) -> None:
    waiting = select(OutboundMail).where(OutboundMail.state == "waiting")
    assert len(every(core, waiting)) >= 1
    erase(core, karla)
    assert (every(core, waiting), every(core, select(OutboundRecipient))) == ([], [])


def test_open_ticket_of_an_erased_agent_is_free_again(
    core: Core, desk: Desk, agent: Person, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer, body="Hello Anna Agent", owner_id=agent.id)
    factories.make_team(desk, "First", agent)
    desk.commit()
    erase(core, agent.id)
    found = one(core, select(Ticket).where(Ticket.id == ticket.id))
    body = one(core, select(Message.body))
    assert (found.owner_id, body) == (None, "Hello […]")


def test_other_people_keep_their_names(core: Core, karla: int, agent: Person) -> None:
    erase(core, karla)
    assert one(core, select(Person.name).where(Person.id == agent.id)) == "Anna Agent"
    answers = select(Message.author_name).where(Message.is_inbound.is_(False))
    assert one(core, answers) == "Anna Agent"


# ------------------------------------------------------------------------ who may not, and when


def test_last_administrator_is_not_erased(core: Core, administrator: Person) -> None:
    with pytest.raises(Refused, match="last administrator"):
        erase(core, administrator.id)
    assert one(core, select(Person.is_active).where(Person.id == administrator.id)) is True


def test_nobody_erases_themselves(desk: Desk, administrator: Person) -> None:
    factories.make_person(desk, "Bo", "bo@tresen.example", role="administrator")
    desk.actor = Actor("Ada", "agent", administrator.id, permissions=frozenset())
    with pytest.raises(Refused, match="themselves"):
        privacy.erase(desk, administrator.id)


def test_erased_person_is_not_there_to_be_erased_again(core: Core, karla: int) -> None:
    erase(core, karla)
    with pytest.raises(Missing):
        erase(core, karla)


@pytest.mark.parametrize("verb", ["change_person", "change_rights"])
def test_erased_person_cannot_be_changed(core: Core, karla: int, verb: str) -> None:
    erase(core, karla)
    with desk_for(core, write=True) as desk:
        person = desk.session.get_one(Person, karla)
        with pytest.raises(Refused, match="erased"):
            getattr(service, verb)(desk, person, {"is_active": True})


class Stubborn:
    """A plugin that can neither say nor forget what it keeps."""

    @hookimpl
    def personal_data(self) -> list[Any]:
        raise ValueError("no words")

    @hookimpl
    def person_erased(self) -> None:
        raise ValueError("no eraser")


@pytest.mark.parametrize("verb", [privacy.export, privacy.erase])
@pytest.mark.parametrize("is_muted", [False, True])
def test_nothing_is_done_while_a_plugin_cannot_answer(
    core: Core, karla: int, verb: Any, is_muted: bool
) -> None:
    core.plugins.strict = False
    core.plugins.pm.register(Stubborn(), "stubborn")
    core.plugins.taken_in["stubborn"] = None
    core.plugins.muted |= {"stubborn"} if is_muted else set()
    with (
        desk_for(core, write=True) as desk,
        pytest.raises(Refused, match="stubborn could not answer"),
    ):
        verb(desk, karla)
    assert one(core, select(Person.name).where(Person.id == karla)) == "Karla Kundin"
    assert len(traces_left(core)) >= 20


# ------------------------------------------------------------------- F42: nobody is raised again


def test_later_mail_makes_a_new_person(core: Core, parser: Parser, karla: int) -> None:
    erase(core, karla)
    receive(core, parser, letter(KARLA, subject="Again"))
    found = every(core, select(Person).where(Person.role == "customer"))
    newest = one(core, select(Message).order_by(Message.id.desc()).limit(1))
    assert [(row.name, row.id == karla) for row in found] == [("Karla Kundin", False)]
    assert newest.author_id == found[0].id


def test_mail_that_waited_to_be_read_makes_a_new_person(
    core: Core, parser: Parser, karla: int
) -> None:
    take_in(core, [Arrival(letter(KARLA, subject="Waited"), "pipe")])
    erase(core, karla)
    process(core, parser)
    owner = one(core, select(EmailAddress.person_id).where(EmailAddress.address.like("karla%")))
    assert owner != karla
    written = select(Message.id).where(Message.author_id == karla)
    assert len(every(core, written)) == 1


# --------------------------------------------------------------------------------- finding traces


@pytest.mark.parametrize(
    ("text", "blotted"),
    [
        ("Dear Karla Kundin,", "Dear […],"),
        ("KARLA\nKUNDIN wrote", "[…] wrote"),
        ("Hello Karla", "Hello […]"),
        ("the karla of all printers", "the karla of all printers"),
        ("Karlas printer", "Karlas printer"),
        ("write to Karla@Kunde.example.", "write to […]."),
        ("call 030 901820", "call […]"),
        ("al is short", "[…] is short"),
    ],
)
def test_blotting_finds_what_names_the_person(text: str, blotted: str) -> None:
    traces = Traces(("Karla Kundin", "Al"), ("karla@kunde.example",), ("030 901820", ""))
    assert traces.blot(text) == blotted


def test_blotting_goes_into_every_part_of_a_value() -> None:
    traces = Traces(("Karla",), ())
    value = {"who": ["Karla", 3, None], "then": {"by": "Karla"}}
    assert traces.blot_value(value) == {"who": ["[…]", 3, None], "then": {"by": "[…]"}}


def test_traces_know_earlier_names(core: Core, karla: int) -> None:
    with desk_for(core) as desk:
        traces = traces_of(desk, queries.person_by_id(desk, karla))
    assert set(traces.names) == {"Karla Kundin", "Karla Kiesel"}
    assert traces.addresses == ("karla@kunde.example",)
