# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search finds what the actor may see, on the real index of either database."""

from dataclasses import replace

import pytest
from tresen.access import service as access
from tresen.desk import Desk
from tresen.people import service as people
from tresen.people.models import Person
from tresen.search import queries, service
from tresen.search.models import SearchEntry
from tresen.testing import factories
from tresen.tickets import search as ticket_search
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

NASTY = ['"', "'", "a* OR b*", "NEAR(", "x:y", "(((", "\\", "a & b | !c", "NULL", "--", "%", "😀"]


def found(desk: Desk, question: str) -> list[int]:
    return queries.subject_ids(desk, ticket_search.SOURCE, question, 50)


def as_person(desk: Desk, person: Person) -> Desk:
    return replace(desk, actor=access.actor_for(desk, person))


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer, "Rechnungen werden nicht gedruckt")
    desk.session.flush()
    return made


@pytest.mark.parametrize(
    "question",
    ["Rechnung", "rechnungen", "gedruckt Rechnung", "rech", "yesterday", "Karla", "Kunde GmbH"],
)
def test_ticket_is_found_by_subject_message_and_names(
    desk: Desk, ticket: Ticket, question: str
) -> None:
    assert found(desk, question) == [ticket.id]


@pytest.mark.parametrize("question", ["Faktura", "Rechnung Faktura", "", "…", *NASTY])
def test_other_words_find_nothing_and_break_nothing(
    desk: Desk, ticket: Ticket, question: str
) -> None:
    assert found(desk, question) == []


def test_title_hits_come_before_newer_text_hits(desk: Desk, customer: Person) -> None:
    named = factories.make_ticket(desk, customer, "Scanner offline")
    other = factories.make_ticket(desk, customer, "Something else")
    tickets.add_message(desk, other, NewMessage("The scanner too.", "web", is_inbound=True))
    assert found(desk, "scanner") == [named.id, other.id]


def test_new_subject_replaces_the_old_one(desk: Desk, ticket: Ticket) -> None:
    tickets.change(desk, ticket, {"subject": "Lieferscheine fehlen"})
    assert (found(desk, "Rechnungen"), found(desk, "Lieferschein")) == ([], [ticket.id])


def test_customer_finds_own_public_texts_only(desk: Desk, ticket: Ticket, customer: Person) -> None:
    tickets.add_message(desk, ticket, NewMessage("Kostenvoranschlag intern", "web", kind="note"))
    stranger = factories.make_customer(desk, "Sam Stranger", "sam@other.example")
    asked = ["Rechnung", "Kostenvoranschlag"]
    assert {
        "customer": [found(as_person(desk, customer), word) for word in asked],
        "stranger": [found(as_person(desk, stranger), word) for word in asked],
        "system": [found(desk, word) for word in asked],
    } == {
        "customer": [[ticket.id], []],
        "stranger": [[], []],
        "system": [[ticket.id], [ticket.id]],
    }


def test_restricted_team_is_found_by_members_only(desk: Desk, customer: Person) -> None:
    member = factories.make_person(desk, "Mia Member", "mia@tresen.example", role="agent")
    outsider = factories.make_person(desk, "Otto Other", "otto@tresen.example", role="agent")
    team = people.add_team(desk, "Payroll", [member], is_restricted=True)
    hidden = factories.make_ticket(desk, customer, "Gehaltslauf", team_id=team.id)
    assert found(as_person(desk, member), "Gehaltslauf") == [hidden.id]
    assert found(as_person(desk, outsider), "Gehaltslauf") == []


def test_number_leads_straight_to_the_ticket(desk: Desk, ticket: Ticket) -> None:
    hits = [ticket_search.direct(desk, text) for text in ("10001", "#10001")]
    assert [hit.values if hit else None for hit in hits] == [{"number": 10_001}] * 2


@pytest.mark.parametrize("text", ["", "#", "10002", "abc", "²", "9" * 400])
def test_what_is_no_number_leads_nowhere(desk: Desk, ticket: Ticket, text: str) -> None:
    assert ticket_search.direct(desk, text) is None


def test_person_is_found_by_name_and_address(desk: Desk, customer: Person) -> None:
    findings = [queries.find(desk, word) for word in ("Karla", "karla@kunde.example")]
    assert [[(each.kind, each.hits[0].title) for each in part] for part in findings] == [
        [("person", "Karla Kundin")],
        [("person", "Karla Kundin")],
    ]


def test_removed_text_is_found_no_more(desk: Desk, ticket: Ticket) -> None:
    service.remove(desk, "ticket", ticket.id, 0)
    desk.session.flush()
    assert found(desk, "Rechnungen") == []


def test_put_keeps_one_row_for_a_part(desk: Desk, ticket: Ticket) -> None:
    service.put(desk, "ticket", ticket.id, 0, service.Text(title="Mahnung"))
    desk.session.flush()
    rows = desk.session.query(SearchEntry).filter_by(kind="ticket", part_id=0).count()
    assert (rows, found(desk, "Mahnung")) == (1, [ticket.id])
