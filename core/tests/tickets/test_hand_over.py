# SPDX-License-Identifier: AGPL-3.0-or-later
"""Faults that once were: what is given away, said in the plural, told twice, or half written."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tresen.access import tokens
from tresen.desk import Desk
from tresen.people import service as people
from tresen.people.models import Person, Team
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import service, timeline
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]
GONE = "is now with a team whose tickets you do not see."


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def personnel(desk: Desk, administrator: Person) -> Team:
    made = people.add_team(desk, "Personnel", [administrator], is_restricted=True)
    desk.commit()
    return made


def properties(ticket: Ticket, **changes: object) -> dict[str, object]:
    names = ("state", "priority", "impact", "urgency", "revision")
    empty = dict.fromkeys(("owner", "team", "product", "installation"), "")
    return {name: getattr(ticket, name) for name in names} | empty | changes


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_ticket_given_to_a_restricted_team_leads_to_the_list_with_a_sentence(
    sign_in: SignIn, desk: Desk, ticket: Ticket, agent: Person, personnel: Team
) -> None:
    browser = sign_in(agent)
    form = properties(ticket, team=personnel.id)
    answer = browser.post(f"/tickets/{ticket.number}/change", data=form)
    desk.session.refresh(ticket)
    assert (answer.status_code, answer.location, ticket.team_id) == (
        303,
        "/tickets/",
        personnel.id,
    )
    assert f"Ticket {ticket.number} {GONE}" in browser.get(answer.location).text


def test_who_still_sees_it_stays_at_the_ticket(
    sign_in: SignIn, ticket: Ticket, administrator: Person, personnel: Team
) -> None:
    browser = sign_in(administrator)
    form = properties(ticket, team=personnel.id)
    answer = browser.post(f"/tickets/{ticket.number}/change", data=form)
    assert answer.location == f"/tickets/{ticket.number}"


def test_ticket_opened_for_a_restricted_team_leads_to_the_list(
    sign_in: SignIn, desk: Desk, customer: Person, agent: Person, personnel: Team
) -> None:
    browser = sign_in(agent)
    form = {
        "address": "karla@kunde.example",
        "subject": "My salary",
        "side": "in",
        "body": "It is wrong.",
        "channel": "phone",
        "impact": 2,
        "urgency": 2,
        "team": personnel.id,
    }
    answer = browser.post("/tickets/new", data=form)
    assert (answer.status_code, answer.location) == (302, "/tickets/")
    shown = words(browser.get("/tickets/").text)
    assert ("Ticket 10001 is open." in shown, "My salary" in shown) == (True, False)


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_program_is_answered_once_more_about_what_it_gave_away(
    app: Flask, desk: Desk, ticket: Ticket, agent: Person, personnel: Team, method: str
) -> None:
    token = tokens.make_token(desk, agent, "t", ["tickets.read", "tickets.work"])
    desk.commit()
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    path = "/api/v1/tickets/"
    if method == "PATCH":
        path += str(ticket.number)
        body: dict[str, object] = {"team_id": personnel.id}
    else:
        body = {"subject": "Pay", "body": "Wrong", "team_id": personnel.id}
    made = client.open(path, method=method, json=body, headers=headers)
    place = f"/api/v1/tickets/{made.json['number']}"
    assert made.json["team"] == {"id": personnel.id, "name": "Personnel"}
    assert (made.status_code, client.get(place, headers=headers).status_code) == (
        200 if method == "PATCH" else 201,
        404,
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "One ticket changed."),
        ("en", "2 tickets changed."),
        ("de", "Ein Ticket geändert."),
        ("de", "2 Tickets geändert."),
    ],
)
def test_number_of_changed_tickets_is_said_as_people_say_it(
    sign_in: SignIn,
    desk: Desk,
    customer: Person,
    agent: Person,
    language: str,
    sentence: str,
) -> None:
    count = 2 if sentence[0] == "2" else 1
    made = [factories.make_ticket(desk, customer) for _n in range(count)]
    agent.language = language
    desk.commit()
    browser = sign_in(agent)
    form = {"ticket": [ticket.id for ticket in made], "state": "open"}
    browser.post("/tickets/bulk", data=form)
    assert sentence in words(browser.get("/tickets/").text)


def test_each_event_stands_on_one_page_of_a_long_thread(
    sign_in: SignIn, desk: Desk, ticket: Ticket, agent: Person, clock: SteppedClock
) -> None:
    for number in range(50):
        clock.go(minutes=1)
        service.add_message(desk, ticket, NewMessage(f"Word {number}", "web", kind="note"))
        clock.go(minutes=1)
        service.add_tags(desk, ticket, (f"tag-{number:02}",))
    desk.commit()
    browser, found, path = sign_in(agent), [], f"/tickets/{ticket.number}"
    while path:
        page = browser.get(path).text.partition('id="timeline"')[2].partition("</section>")[0]
        found += [int(tag) for tag in re.findall(r"tagged the ticket: <bdi>tag-(\d\d)</bdi>", page)]
        earlier = re.search(r'class="button" href="([^"]+before=[^"]+)"', page)
        path = earlier[1] if earlier else ""
    assert sorted(found) == list(range(50))


def test_message_of_another_ticket_bounds_nothing(desk: Desk, customer: Person) -> None:
    here, there = (factories.make_ticket(desk, customer) for _n in range(2))
    theirs = timeline.thread(desk, there).messages[0]
    assert (
        timeline.moment_of(desk, here, theirs.id),
        timeline.moment_of(desk, there, theirs.id),
    ) == (
        None,
        theirs.created_at,
    )


@pytest.mark.parametrize("channel", ["phone", "web", "api"])
@pytest.mark.parametrize("body", ["", " \n\t"])
def test_first_message_without_a_word_is_refused_at_every_door_but_the_mail(
    desk: Desk, customer: Person, channel: str, body: str
) -> None:
    from_mail = factories.make_ticket(desk, customer, body="", channel="mail")
    assert from_mail.number == 10_001
    with pytest.raises(service.Refused, match=r"^The message is empty\."):
        factories.make_ticket(desk, customer, body=body, channel=channel)


@pytest.mark.parametrize("subject", ["a\nBcc: x@y.example", "a\r\n b", " a \x0b b "])
def test_changed_subject_is_one_line_like_a_new_one(
    desk: Desk, ticket: Ticket, subject: str
) -> None:
    service.change(desk, ticket, {"subject": subject})
    assert ticket.subject == " ".join(subject.split())


def test_long_subject_is_cut_alike_when_new_and_when_changed(desk: Desk, ticket: Ticket) -> None:
    long = "word " * 200
    made = factories.make_ticket(desk, None, long)
    service.change(desk, ticket, {"subject": long})
    assert ticket.subject == made.subject == ("word " * 80).rstrip()


@pytest.mark.parametrize(("language", "title"), [("en", "Program"), ("de", "Programm")])
def test_ticket_of_a_program_is_found_by_its_channel(
    sign_in: SignIn, desk: Desk, customer: Person, agent: Person, language: str, title: str
) -> None:
    factories.make_ticket(desk, customer, "By program", channel="api")
    factories.make_ticket(desk, customer, "By hand")
    agent.language = language
    desk.commit()
    page = sign_in(agent).get("/tickets/?channel=api&columns=channel").text
    assert re.findall(r'data-line dir="auto">([^<]+)<', page) == ["By program"]
    assert re.findall(r'<td class="col-extra">([^<]+)</td>', page) == [title]
