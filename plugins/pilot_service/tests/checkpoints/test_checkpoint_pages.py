# SPDX-License-Identifier: AGPL-3.0-or-later
"""Agents plan and write down; key users are told; customers read what is theirs to read."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Message, Organisation, Person, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import invitations, queries, service, steps
from tresen_pilot_service.checkpoints import queries as found
from tresen_pilot_service.checkpoints import service as checkpoints
from tresen_pilot_service.checkpoints import wording
from tresen_pilot_service.checkpoints.models import Checkpoint
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
Plan = Callable[..., Checkpoint]
NEW = "/pilot_service/1/checkpoints/new"
ONE = "/pilot_service/checkpoints/1"
OWN = "/pilot_service/portal/1"
SENT = {
    "title": "Kick-off",
    "starts_at": "2026-03-12T10:00",
    "duration": "45",
    "place": "Room 2",
    "agenda": "Who is who",
    "is_for_all": "y",
    "inform": "y",
}


@pytest.fixture
def key_user(desk: Desk, participation: Participation, customer: Person) -> Person:
    """Return the key user of the active participation."""
    participation.key_user_id = customer.id
    desk.commit()
    return customer


@pytest.fixture
def boss(participation: Participation, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator."""
    return sign_in(administrator)


@pytest.fixture
def plan(desk: Desk, participation: Participation) -> Plan:
    """Return a function that plans a checkpoint of the programme."""

    def go(typed: str = "2026-03-12 10:00", **given: Any) -> Checkpoint:
        words = {"title": "Kick-off", "place": "Room 2", "agenda": "Who is who"}
        who = {"is_for_all": True, "asked": []}
        when = {"starts_at": datetime.fromisoformat(typed), "duration": 45}
        made = checkpoints.plan(desk, participation.programme, words | who | when | given)
        desk.commit()
        return made

    return go


@pytest.fixture
def held(desk: Desk, plan: Plan) -> Checkpoint:
    """Return a checkpoint that was held, with minutes and a decision that nobody may read yet."""
    made = plan("2026-03-09 10:00")
    checkpoints.write_minutes(desk, made, {"minutes": "Pallets found.", "is_published": False})
    decision = {"text": "Label them", "person_id": None, "name": "M. Fuchs"}
    checkpoints.decide(desk, made, {**decision, "due_on": date(2026, 3, 20), "done_on": None})
    desk.commit()
    return made


def said(desk: Desk) -> list[str]:
    found = list(desk.session.scalars(select(Message.body).order_by(Message.id)))
    desk.commit()
    return found


def test_planned_checkpoint_stands_on_every_page_and_the_key_user_is_told(
    desk: Desk, key_user: Person, boss: FlaskClient, sign_in: SignIn
) -> None:
    assert "On the clock of Europe/Berlin." in boss.get(NEW).text
    answer = boss.post(NEW, data=SENT)
    assert (answer.status_code, answer.location) == (302, ONE)
    when = "Thursday, March 12, 2026, 10:00 (Europe/Berlin), 45 minutes"
    pages = [boss.get(path).text for path in (ONE, "/pilot_service/1/checkpoints")]
    pages += [boss.get("/pilot_service/1").text, sign_in(key_user).get(OWN).text]
    assert [[each in page for each in (when, "Kick-off", "Room 2")] for page in pages] == [
        [True, True, True]
    ] * 4
    assert "1 customer is informed." in pages[0]
    assert said(desk) == [
        "\n\n".join(
            [
                "Hello Karla Kundin,",
                "we would like to talk with you about the pilot “Lagerwerk 5”:",
                f"- Kick-off\n- {when}\n- Room 2",
                "Who is who",
                "With a file for your calendar it stands here:\nhttp://127.0.0.1:8080" + OWN,
                "Kind regards\nAda Admin",
            ]
        )
    ]


@pytest.mark.parametrize("language", ["de", "de@du"])
def test_letter_is_in_the_key_users_language(
    desk: Desk, key_user: Person, boss: FlaskClient, language: str
) -> None:
    key_user.language = language
    desk.commit()
    boss.post(NEW, data=SENT)
    whom = "Ihnen" if language == "de" else "dir"
    (body,) = said(desk)
    words = (f"wir möchten mit {whom} über", "Donnerstag, 12. März 2026, 10:00 Uhr", "45 Minuten")
    assert [word in body for word in words] == [True, True, True]


def test_nobody_is_told_without_the_tick(desk: Desk, key_user: Person, boss: FlaskClient) -> None:
    boss.post(NEW, data={name: value for name, value in SENT.items() if name != "inform"})
    assert said(desk) == []


def test_page_says_who_could_not_be_told(desk: Desk, boss: FlaskClient) -> None:
    page = boss.post(NEW, data=SENT, follow_redirects=True).text
    assert "0 customers are informed. Not written to: Kunde GmbH." in page
    assert said(desk) == []


def test_letter_goes_onto_the_open_ticket_of_the_invitation(
    desk: Desk, invited: Participation, customer: Person, plan: Plan
) -> None:
    invited.key_user_id = customer.id
    desk.commit()
    desk.session.expire_all()
    row = queries.participation(desk, invited.id)
    row.state = steps.INVITED
    invitations.send(desk, row)
    row.state = steps.ACTIVE
    wording.inform(desk, plan(), wording.PLANNED)
    assert len(desk.session.scalars(select(Ticket)).all()) == 1
    assert len(said(desk)) == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"starts_at": "2026-03-01T10:00"}, "lies from Mar 2, 2026 to May 30, 2026."),
        ({"starts_at": "2026-03-29T02:30"}, "This hour is left out that night"),
        ({"starts_at": "soon"}, "Not a valid datetime value."),
        ({"duration": "4"}, "Number must be between 5 and 1440."),
        ({"is_for_all": ""}, "Choose the customers who are asked"),
        ({"asked": "1"}, "Ask all participants or only some, not both."),
        ({"title": ""}, "This field is required."),
    ],
)
def test_wrong_checkpoint_comes_back_with_what_was_typed(
    desk: Desk, boss: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    sent = {name: value for name, value in (SENT | wrong).items() if value}
    answer = boss.post(NEW, data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "Who is who</textarea>" in answer.text
    assert desk.session.scalars(select(Checkpoint)).all() == []


def test_moved_checkpoint_is_told_once_it_really_moved(
    desk: Desk, key_user: Person, plan: Plan, boss: FlaskClient
) -> None:
    plan()
    page = boss.get(f"{ONE}/edit").text
    assert ['value="2026-03-12T10:00"' in page, "Who is who</textarea>" in page] == [True, True]
    boss.post(f"{ONE}/edit", data=SENT | {"agenda": "What next"})
    assert said(desk) == []
    boss.post(f"{ONE}/edit", data=SENT | {"starts_at": "2026-03-13T10:00"})
    (body,) = said(desk)
    assert "has changed. This counts now:" in body
    assert "Friday, March 13, 2026" in boss.get(ONE).text
    wrong = boss.post(f"{ONE}/edit", data=SENT | {"starts_at": "2030-03-13T10:00"})
    assert wrong.status_code == 422


def test_chosen_customers_stay_chosen_in_the_form(
    desk: Desk, participation: Participation, plan: Plan, boss: FlaskClient
) -> None:
    plan(is_for_all=False, asked=[participation.id])
    page = boss.get(f"{ONE}/edit").text
    assert page.count('checked id="asked-0" name="asked"') == 1
    assert "Only these" in boss.get(ONE).text


def test_who_is_asked_no_longer_and_who_is_new_are_told(
    desk: Desk, key_user: Person, participation: Participation, plan: Plan, boss: FlaskClient
) -> None:
    home = Organisation(name="Fern", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(home)
    desk.session.flush()
    values = {"organisation_id": home.id, "installation_id": None}
    people = {"contact_id": None, "deputy_id": None}
    other = service.invite(desk, participation.programme, values | people)
    plan()
    sent = {name: value for name, value in SENT.items() if name != "is_for_all"}
    page = boss.post(f"{ONE}/edit", data=sent | {"asked": [other.id]}, follow_redirects=True).text
    assert "1 customer is informed. Not written to: Fern." in page
    boss.post(f"{ONE}/edit", data=SENT)
    found = ["is cancelled:" in said(desk)[0], "we would like to talk" in said(desk)[1]]
    assert found == [True, True]


def test_cancelled_checkpoint_is_told_and_leaves_the_customers_page(
    desk: Desk, key_user: Person, plan: Plan, boss: FlaskClient, sign_in: SignIn
) -> None:
    plan()
    page = boss.post(f"{ONE}/cancel", data={"inform": "y"}, follow_redirects=True).text
    assert "The checkpoint is cancelled. 1 customer is informed." in page
    (body,) = said(desk)
    assert ["is cancelled:" in body, "calendar" in body] == [True, False]
    assert "Kick-off" not in sign_in(key_user).get(OWN).text
    again = boss.post(f"{ONE}/cancel", data={"inform": "y"}, follow_redirects=True).text
    assert "is no longer planned: Cancelled." in again
    assert len(said(desk)) == 1


def test_agent_writes_minutes_and_decisions(
    desk: Desk,
    clock: SteppedClock,
    participation: Participation,
    plan: Plan,
    agent: Person,
    sign_in: SignIn,
) -> None:
    plan("2026-03-10 14:00")
    clock.go(hours=5)
    browser = sign_in(agent)
    browser.post(f"{ONE}/minutes", data={"minutes": "Pallets found.", "is_published": "y"})
    sent = {"text": "Label them", "person_id": str(agent.id), "name": "", "due_on": "2026-03-20"}
    browser.post(f"{ONE}/decisions/new", data=sent)
    page = browser.get(ONE).text
    wanted = ("Took place", "Pallets found.", "Label them", "Anna Agent", "due on Mar 20, 2026")
    assert [each in page for each in wanted] == [True] * 5
    decision = "/pilot_service/checkpoints/decisions/1"
    browser.post(f"{decision}/settle")
    assert "done on Mar 10, 2026" in browser.get(ONE).text
    browser.post(f"{decision}/edit", data=sent | {"text": "Paint them", "done_on": ""})
    page = browser.get(ONE).text
    assert ["Paint them" in page, "done on" in page] == [True, False]


def test_minutes_that_come_too_early_are_not_lost(
    plan: Plan, agent: Person, sign_in: SignIn
) -> None:
    plan()
    browser = sign_in(agent)
    sent = {"minutes": "Pallets found.", "text": "Label them", "person_id": "", "name": ""}
    for path, typed in (("minutes", "Pallets found."), ("decisions/new", "Label them")):
        answer = browser.post(f"{ONE}/{path}", data=sent)
        assert (answer.status_code, f"{typed}</textarea>" in answer.text) == (422, True)
        assert "“Kick-off” has not begun yet." in answer.text


def test_customer_reads_minutes_once_they_are_published(
    desk: Desk, held: Checkpoint, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    words = ("Pallets found.", "Label them", "M. Fuchs", "due on Mar 20, 2026")
    assert [word in browser.get(OWN).text for word in words] == [False] * 4
    checkpoints.write_minutes(desk, held, {"minutes": held.minutes, "is_published": True})
    desk.commit()
    assert [word in browser.get(OWN).text for word in words] == [False] * 4
    participation = queries.participation(desk, 1)
    participation.agreed_on = date(2026, 3, 2)
    desk.commit()
    assert [word in browser.get(OWN).text for word in words] == [True] * 4


@pytest.mark.parametrize(
    ("state", "ended_on", "count"),
    [
        (steps.FINISHED, date(2026, 3, 11), 1),
        (steps.WITHDRAWN, date(2026, 3, 11), 0),
        (steps.WITHDRAWN, date(2026, 3, 12), 1),
        (steps.INVITED, None, 0),
    ],
)
def test_who_left_before_is_asked_to_nothing(
    desk: Desk,
    participation: Participation,
    plan: Plan,
    state: str,
    ended_on: date | None,
    count: int,
) -> None:
    plan()
    participation.state, participation.ended_on = state, ended_on
    if state == steps.INVITED:
        participation.agreed_on = participation.active_on = None
    assert len(found.for_participant(desk, participation)) == count


def test_invited_customer_is_asked_where_they_were_chosen(
    desk: Desk, invited: Participation, customer: Person, plan: Plan, sign_in: SignIn
) -> None:
    invited.state, invited.agreed_on, invited.active_on = steps.INVITED, None, None
    desk.commit()
    plan(title="For all")
    plan(is_for_all=False, asked=[invited.id])
    page = sign_in(customer).get(OWN).text
    assert ["Kick-off" in page, "For all" in page] == [True, False]


def test_customer_never_sees_what_is_for_others(
    desk: Desk, participation: Participation, customer: Person, plan: Plan, sign_in: SignIn
) -> None:
    home = Organisation(name="Fern", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(home)
    desk.session.flush()
    values = {"organisation_id": home.id, "installation_id": None}
    people = {"contact_id": None, "deputy_id": None}
    other = service.invite(desk, participation.programme, values | people)
    plan(is_for_all=False, asked=[other.id])
    assert "Kick-off" not in sign_in(customer).get(OWN).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (ONE, 200),
        ("/pilot_service/1/checkpoints", 200),
        (NEW, 403),
        (f"{ONE}/edit", 403),
        (f"{ONE}/minutes", 200),
        (f"{ONE}/decisions/new", 200),
        ("/pilot_service/checkpoints/decisions/1/edit", 200),
        ("/pilot_service/checkpoints/9", 404),
    ],
)
def test_pages_are_for_agents_and_never_for_customers(
    held: Checkpoint, agent: Person, customer: Person, sign_in: SignIn, path: str, status: int
) -> None:
    answers = [sign_in(person).get(path).status_code for person in (agent, customer)]
    assert answers == [status, 403]


def test_agent_cancels_nothing(plan: Plan, agent: Person, sign_in: SignIn) -> None:
    plan()
    browser = sign_in(agent)
    assert "Cancel the checkpoint" not in browser.get(ONE).text
    assert browser.post(f"{ONE}/cancel").status_code == 403


def test_programme_without_checkpoints_says_so(
    participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    assert "No checkpoint is planned." in browser.get("/pilot_service/1").text
    assert "No checkpoint yet" in browser.get("/pilot_service/1/checkpoints").text


def test_pages_cost_the_same_however_many_checkpoints_there_are(
    desk: Desk, held: Checkpoint, plan: Plan, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    queries.participation(desk, 1).agreed_on = date(2026, 3, 2)
    desk.commit()
    browser, other = sign_in(agent), sign_in(customer)
    counts: list[list[int]] = []
    for time in range(2):
        for number in range(4):
            made = plan(f"2026-03-0{number + 3} 1{time}:00")
            checkpoints.write_minutes(desk, made, {"minutes": "Said.", "is_published": True})
            decision = {"text": "Do", "person_id": agent.id, "name": "", "due_on": None}
            for row in (made, held):
                checkpoints.decide(desk, row, {**decision, "done_on": None})
            plan(f"2026-03-1{number + 3} 1{time}:00")
        desk.commit()
        counts.append([])
        pages = ((browser, ONE), (browser, "/pilot_service/1"), (other, OWN))
        for who, path in (*pages, (browser, "/pilot_service/1/checkpoints")):
            with recorded(desk.core.engine) as statements:
                assert who.get(path).status_code == 200
            counts[-1].append(len(statements))
    assert counts[0] == counts[1]


def test_team_that_is_closed_to_the_contact_is_no_error(
    desk: Desk, key_user: Person, participation: Participation, plan: Plan
) -> None:
    team = factories.make_team(desk, "Closed")
    team.is_restricted = True
    participation.programme.team_id = team.id
    desk.commit()
    desk.session.expire_all()
    made = plan()
    assert wording.inform(desk, made, wording.PLANNED) == "1 customer is informed."
