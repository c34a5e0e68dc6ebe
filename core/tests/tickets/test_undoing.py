# SPDX-License-Identifier: AGPL-3.0-or-later
"""Undoing a step: the tickets are as before, nobody was told, and later changes stay."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from mail.servers import deliver_all, make_quiet_ticket, rows, sending
from sqlalchemy import select
from tresen.desk import Core, Desk
from tresen.journal.models import JournalEntry
from tresen.mail.models import OutboundMail
from tresen.people import service as people
from tresen.people.models import Person
from tresen.settings import service as settings
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import service, timeline
from tresen.tickets.models import SavedView, Ticket
from tresen.tickets.records import SETTINGS

SignIn = Callable[[Person], FlaskClient]
UNDO = re.compile(r'<form method="post" action="([^"]+)" hx-post')
HIDDEN = re.compile(r'<input type="hidden" name="title" value="([^"]+)">')


@pytest.fixture
def two(desk: Desk, customer: Person, clock: SteppedClock) -> list[Ticket]:
    made = [make_quiet_ticket(desk, customer) for _number in range(2)]
    desk.commit()
    clock.go(minutes=1)
    return made


@pytest.fixture
def ticket(two: list[Ticket]) -> Ticket:
    return two[0]


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, two: list[Ticket]) -> FlaskClient:
    return sign_in(agent)


def sent(browser: FlaskClient, url: str, **form: object) -> str:
    """Send a form; return the address that the page after it offers for undoing, empty for none."""
    page = browser.post(url, data=form, follow_redirects=True).text
    found = UNDO.findall(page)
    return html.unescape(found[0]) if found else ""


def close(browser: FlaskClient, ticket: Ticket) -> str:
    """Close the ticket as the select beside the thread does."""
    names = ("state", "owner", "team", "priority", "impact", "urgency", "product", "installation")
    columns = {"owner": "owner_id", "team": "team_id", "product": "product_id"}
    columns |= {"installation": "installation_id"}
    form = {name: getattr(ticket, columns.get(name, name)) or "" for name in names}
    return sent(browser, f"/tickets/{ticket.number}/change", **form | {"state": "closed"})


def fresh(desk: Desk, *tickets: Ticket) -> list[tuple[str, bool, object]]:
    for each in tickets:
        desk.session.refresh(each)
    desk.commit()
    return [(each.state, each.is_open, each.closed_at) for each in tickets]


def undo(browser: FlaskClient, address: str) -> str:
    return browser.post(address, follow_redirects=True).text


def test_closed_ticket_is_as_before(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    address = close(browser, ticket)
    closed = fresh(desk, ticket)[0][:2]
    page = undo(browser, address)
    assert (closed, fresh(desk, ticket)) == (("closed", False), [("new", True, None)])
    assert (ticket.solved_at, ticket.is_answer_due) == (None, True)
    assert "Undone on one ticket." in page


def test_undoing_is_told_as_what_it_is(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    page = undo(browser, close(browser, ticket))
    statement = select(JournalEntry.action, JournalEntry.old, JournalEntry.new)
    told = desk.session.execute(statement.where(JournalEntry.field == "state")).all()
    assert [tuple(row) for row in told] == [
        ("changed", "new", "closed"),
        ("undone", "closed", "new"),
    ]
    assert "undid a change: the state is <strong><bdi>New</bdi></strong> again" in page


@pytest.mark.parametrize(("seconds", "state"), [(29, "new"), (30, "closed")])
def test_server_holds_the_window(
    browser: FlaskClient,
    desk: Desk,
    ticket: Ticket,
    clock: SteppedClock,
    seconds: int,
    state: str,
) -> None:
    address = close(browser, ticket)
    clock.go(seconds=seconds)
    page = undo(browser, address)
    assert fresh(desk, ticket)[0][0] == state
    assert ("It is too late to undo this." in page) == (state == "closed")


def test_no_range_reaches_back_to_what_is_long_done(
    browser: FlaskClient, desk: Desk, two: list[Ticket], clock: SteppedClock
) -> None:
    close(browser, two[0])
    clock.go(minutes=1)
    address = close(browser, two[1])
    page = undo(browser, re.sub(r"first=\d+", "first=1", address))
    assert "It is too late to undo this." in page
    assert [fresh(desk, each)[0][0] for each in two] == ["closed", "closed"]


def test_nothing_is_undone_twice(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    address = close(browser, ticket)
    undo(browser, address)
    page = undo(browser, address)
    assert "Nothing was undone: it has been changed since." in page
    assert fresh(desk, ticket)[0][0] == "new"


def test_what_another_did_cannot_be_undone(
    browser: FlaskClient, desk: Desk, ticket: Ticket, sign_in: SignIn, administrator: Person
) -> None:
    address = close(browser, ticket)
    assert "It is too late to undo this." in undo(sign_in(administrator), address)
    assert fresh(desk, ticket)[0][0] == "closed"


def test_nothing_is_offered_where_the_operator_wants_none(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    settings.write(desk, SETTINGS, {"undo_seconds": 0})
    desk.commit()
    assert close(browser, ticket) == ""
    url = f"/tickets/{ticket.number}/undo?first=1&last=99"
    assert "It is too late to undo this." in undo(browser, url)
    assert fresh(desk, ticket)[0][0] == "closed"


def test_other_steps_beside_the_thread_offer_nothing(browser: FlaskClient, ticket: Ticket) -> None:
    assert sent(browser, f"/tickets/{ticket.number}/subject", subject="Another") == ""


def test_bulk_is_undone_on_every_ticket_and_leads_back_to_the_list(
    browser: FlaskClient, desk: Desk, two: list[Ticket], agent: Person
) -> None:
    team = people.add_team(desk, "First line", [agent])
    desk.commit()
    form = {"state": "closed", "team": team.id, "owner": agent.id, "priority": 4, "tag": "old"}
    address = sent(browser, "/tickets/bulk?sort=number", ticket=[each.id for each in two], **form)
    answer = browser.post(address)
    assert (answer.status_code, answer.location) == (303, "/tickets/?sort=number")
    assert fresh(desk, *two) == [("new", True, None)] * 2
    seen = {(each.owner_id, each.team_id, each.priority) for each in two}
    tags = [tuple(timeline.tags_of(desk, each)) for each in two]
    assert (seen, tags) == ({(None, None, 2)}, [(), ()])
    assert "Undone on 2 tickets." in browser.get("/tickets/").text


def test_ticket_that_was_changed_since_stays(
    browser: FlaskClient, desk: Desk, two: list[Ticket]
) -> None:
    address = sent(browser, "/tickets/bulk", ticket=[each.id for each in two], priority=4)
    desk.session.expire_all()
    service.change(desk, two[1], {"priority": 3})
    desk.commit()
    page = undo(browser, address)
    desk.session.expire_all()
    assert [each.priority for each in two] == [2, 3]
    assert "Undone on one ticket." in page
    assert "One ticket was changed since and stays as it is." in page


def test_mail_that_a_step_causes_waits_and_goes(
    browser: FlaskClient,
    core: Core,
    two: list[Ticket],
    administrator: Person,
    clock: SteppedClock,
) -> None:
    sent(browser, "/tickets/bulk", ticket=[two[0].id], owner=administrator.id)
    with sending(core) as sink:
        clock.go(seconds=29)
        deliver_all(core)
        before = len(sink.delivered)
        clock.go(seconds=2)
        deliver_all(core)
    assert (before, len(sink.delivered)) == (0, 1)


def test_mail_that_a_step_causes_is_withdrawn_with_it(
    browser: FlaskClient, core: Core, desk: Desk, two: list[Ticket], administrator: Person
) -> None:
    address = sent(browser, "/tickets/bulk", ticket=[two[0].id], owner=administrator.id)
    waiting = [mail.purpose for mail in rows(core, OutboundMail)]
    undo(browser, address)
    assert (waiting, rows(core, OutboundMail)) == (["notice"], [])


def test_earlier_owner_is_not_told_anew(
    browser: FlaskClient, core: Core, desk: Desk, ticket: Ticket, administrator: Person
) -> None:
    service.change(desk, ticket, {"owner_id": administrator.id})
    desk.commit()
    before = [mail.id for mail in rows(core, OutboundMail)]
    undo(browser, sent(browser, "/tickets/bulk", ticket=[ticket.id], owner="none"))
    desk.session.expire_all()
    assert (ticket.owner_id, [mail.id for mail in rows(core, OutboundMail)]) == (
        administrator.id,
        before,
    )


def test_tag_that_was_taken_off_comes_back(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    service.add_tags(desk, ticket, ("printer",))
    desk.commit()
    address = sent(browser, f"/tickets/{ticket.number}/tags", remove="printer")
    gone = list(timeline.tags_of(desk, ticket))
    desk.commit()
    undo(browser, address)
    assert (gone, list(timeline.tags_of(desk, ticket))) == ([], ["printer"])


@pytest.mark.parametrize("is_ours", ["1", ""])
def test_link_that_was_taken_away_comes_back(
    browser: FlaskClient, desk: Desk, two: list[Ticket], is_ours: str
) -> None:
    one, other = two if is_ours else two[::-1]
    service.link(desk, one, other, "parent")
    desk.commit()
    form = {"other": two[1].number, "kind": "parent", "do": "remove", "is_ours": is_ours}
    address = sent(browser, f"/tickets/{two[0].number}/links", **form)
    gone = timeline.links_of(desk, one)
    desk.commit()
    undo(browser, address)
    assert (gone, [(row.kind, row.is_ours) for row in timeline.links_of(desk, one)]) == (
        [],
        [("parent", True)],
    )


def test_participant_who_left_takes_part_again(
    browser: FlaskClient, desk: Desk, ticket: Ticket, administrator: Person
) -> None:
    service.add_participant(desk, ticket, administrator)
    desk.commit()
    url = f"/tickets/{ticket.number}/participants"
    address = sent(browser, url, remove=administrator.id)
    gone = timeline.participants_of(desk, ticket)
    desk.commit()
    page = undo(browser, address)
    here = [person.name for person, _address in timeline.participants_of(desk, ticket)]
    assert (gone, here) == ([], [administrator.name])
    assert f"let <bdi>{administrator.name}</bdi> take part" in page


def test_deleted_view_is_kept_again(browser: FlaskClient, desk: Desk, agent: Person) -> None:
    view = SavedView(person_id=agent.id, title="Printers & more", query="tag=printer")
    desk.session.add(view)
    desk.commit()
    page = browser.post(f"/tickets/views/{view.id}", data={"do": "delete"}, follow_redirects=True)
    title = html.unescape(HIDDEN.findall(page.text)[0])
    browser.post(html.unescape(UNDO.findall(page.text)[0]), data={"title": title})
    desk.session.expire_all()
    found = desk.session.scalars(select(SavedView)).one()
    assert (found.title, found.query) == ("Printers & more", "tag=printer")


def test_reply_that_closed_is_taken_back_with_the_state(
    browser: FlaskClient, core: Core, desk: Desk, ticket: Ticket
) -> None:
    form = {"kind": "reply", "body": "Done.", "to": "karla@kunde.example", "state": "closed"}
    undo(browser, sent(browser, f"/tickets/{ticket.number}/messages", **form))
    assert (fresh(desk, ticket), rows(core, OutboundMail)) == ([("new", True, None)], [])
