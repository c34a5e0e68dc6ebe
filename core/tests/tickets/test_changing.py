# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands beside the thread: chosen, kept, refused with a sentence, never overwritten."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import service, timeline
from tresen.tickets.models import Ticket

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, ticket: Ticket) -> FlaskClient:
    return sign_in(agent)


def chosen(ticket: Ticket, **changes: object) -> dict[str, object]:
    """Return the properties as the page would send them, some of them changed."""
    form = {
        "state": ticket.state,
        "owner": ticket.owner_id or "",
        "team": ticket.team_id or "",
        "priority": ticket.priority,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "product": ticket.product_id or "",
        "installation": ticket.installation_id or "",
        "revision": ticket.revision,
    }
    return form | changes


def sent(browser: FlaskClient, ticket: Ticket, path: str, form: dict[str, object]) -> str:
    """Post a form to the ticket and return the page that follows."""
    answer = browser.post(f"/tickets/{ticket.number}/{path}", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def now(desk: Desk, ticket: Ticket) -> Ticket:
    desk.session.refresh(ticket)
    desk.commit()
    return ticket


def test_properties_are_kept(
    browser: FlaskClient, desk: Desk, ticket: Ticket, agent: Person
) -> None:
    team = people.add_team(desk, "First line", [agent])
    desk.commit()
    form = chosen(ticket, state="open", owner=agent.id, team=team.id, impact=4, urgency=4)
    sent(browser, ticket, "change", form | {"priority": 2})
    found = now(desk, ticket)
    assert (found.state, found.owner_id, found.team_id, found.impact, found.priority) == (
        "open",
        agent.id,
        team.id,
        4,
        4,
    )


def test_chosen_priority_stands_until_impact_or_urgency_change(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    sent(browser, ticket, "change", chosen(ticket, priority=1))
    assert (now(desk, ticket).priority, ticket.impact) == (1, 2)


def test_properties_of_an_old_page_change_nothing(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    old = chosen(ticket, priority=4)
    service.change(desk, ticket, {"state": "open"})
    desk.commit()
    page = sent(browser, ticket, "change", old)
    assert ("changed by somebody else meanwhile" in page, now(desk, ticket).priority) == (True, 2)


@pytest.mark.parametrize(
    "changes", [{"state": "gone"}, {"owner": 2}, {"team": 99}, {"priority": 9}, {"impact": "x"}]
)
def test_what_is_not_offered_is_refused(
    browser: FlaskClient, desk: Desk, ticket: Ticket, changes: dict[str, object]
) -> None:
    before = chosen(ticket)
    page = sent(browser, ticket, "change", chosen(ticket, **changes))
    assert ("cannot be chosen" in page, chosen(now(desk, ticket))) == (True, before)


def test_closed_ticket_offers_no_step(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    service.change(desk, ticket, {"state": "closed"})
    desk.commit()
    page = sent(browser, ticket, "change", chosen(ticket, state="open"))
    assert ("cannot be chosen" in page, now(desk, ticket).state) == (True, "closed")


def test_taking_makes_one_the_owner(
    browser: FlaskClient, desk: Desk, ticket: Ticket, agent: Person
) -> None:
    sent(browser, ticket, "take", {})
    assert now(desk, ticket).owner_id == agent.id


@pytest.mark.parametrize(
    ("typed", "kept"), [("  New \n subject ", "New subject"), (" ", "The printer prints nothing")]
)
def test_subject_is_changed_unless_it_is_empty(
    browser: FlaskClient, desk: Desk, ticket: Ticket, typed: str, kept: str
) -> None:
    sent(browser, ticket, "subject", {"subject": typed})
    assert now(desk, ticket).subject == kept


def test_tags_come_and_go(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    sent(browser, ticket, "tags", {"tag": "Printer urgent"})
    sent(browser, ticket, "tags", {"remove": "urgent"})
    assert timeline.tags_of(desk, ticket) == ["printer"]


def linked(desk: Desk, ticket: Ticket) -> list[tuple[int, str, bool]]:
    rows = timeline.links_of(desk, ticket)
    return [(row.id, row.kind, bool(row.is_ours)) for row in rows]


def test_link_shows_on_both_tickets(
    browser: FlaskClient, desk: Desk, ticket: Ticket, customer: Person
) -> None:
    other = factories.make_ticket(desk, customer)
    desk.commit()
    sent(browser, ticket, "links", {"other": f" #{other.number} ", "kind": "duplicate"})
    assert (linked(desk, ticket), linked(desk, other)) == (
        [(other.id, "duplicate", True)],
        [(ticket.id, "duplicate", False)],
    )


@pytest.mark.parametrize("from_other_side", [False, True])
def test_link_is_taken_away_from_either_side(
    browser: FlaskClient, desk: Desk, ticket: Ticket, customer: Person, from_other_side: bool
) -> None:
    other = factories.make_ticket(desk, customer)
    service.link(desk, ticket, other, "relates")
    desk.commit()
    here, there = (other, ticket) if from_other_side else (ticket, other)
    form = {"other": there.number, "kind": "relates", "do": "remove"}
    sent(browser, here, "links", form | {"is_ours": "" if from_other_side else "1"})
    assert linked(desk, ticket) == []


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"other": "abc"}, "Give the number of the other ticket"),
        ({"other": "99999"}, "There is no ticket 99999 here."),
        ({"other": "10001"}, "A ticket cannot be linked to itself."),
    ],
)
def test_link_that_cannot_be_is_refused(
    browser: FlaskClient, desk: Desk, ticket: Ticket, form: dict[str, object], sentence: str
) -> None:
    page = sent(browser, ticket, "links", form)
    assert (sentence in page, linked(desk, ticket)) == (True, [])


def test_hidden_ticket_can_neither_be_linked_nor_seen_in_links(
    browser: FlaskClient, desk: Desk, ticket: Ticket, customer: Person, administrator: Person
) -> None:
    team = people.add_team(desk, "Personnel", [administrator], is_restricted=True)
    hidden = factories.make_ticket(desk, customer, "A secret", team_id=team.id)
    service.link(desk, hidden, ticket, "relates")
    desk.commit()
    page = sent(browser, ticket, "links", {"other": hidden.number})
    assert (f"There is no ticket {hidden.number} here." in page, "A secret" in page) == (
        True,
        False,
    )


def test_participants_come_and_go(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    guest = factories.make_person(desk, "Gerd Gast", "gerd@kunde.example")
    desk.commit()
    joined = "Gerd Gast" in sent(browser, ticket, "participants", {"address": "GERD@kunde.example"})
    sent(browser, ticket, "participants", {"remove": guest.id})
    assert (joined, list(timeline.participants_of(desk, ticket))) == (True, [])


def test_unknown_participant_is_refused(browser: FlaskClient, ticket: Ticket) -> None:
    page = sent(browser, ticket, "participants", {"address": "x@y.example"})
    assert "Nobody with the address “x@y.example” is known." in page
