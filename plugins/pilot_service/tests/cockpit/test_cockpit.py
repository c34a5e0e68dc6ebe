# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cockpit shows live what stands, and costs the same however much there is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_pilot_service import queries as programmes
from tresen_pilot_service.cockpit import queries
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.ratings.models import Rating
from tresen_pilot_service.tasks.models import Task, TaskResult

SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/1/cockpit"


def tell(desk: Desk, row: Participation, at: datetime, **given: Any) -> None:
    """Add a major defect that a participant told at that moment."""
    values = {"kind": "defect", "severity": "major", "state": "new", "channel": "portal"}
    whose = {"programme_id": row.programme_id, "participation_id": row.id}
    made = {**whose, **values, "title": "It stops", "created_at": at, **given}
    desk.session.add(Feedback(**made))
    desk.session.flush()


def open_on(desk: Desk, programme: Programme) -> dict[int, tuple[int, int]]:
    """Return open blockers and all open defects by the day of March."""
    return {day.day: counts for day, *counts in queries.burn_down(desk, programme)}  # type: ignore[misc]  # two of them


def test_defects_are_open_from_the_day_they_were_told_until_they_were_resolved(
    desk: Desk, participation: Participation
) -> None:
    at = desk.now()
    tell(desk, participation, at - timedelta(days=5))
    tell(
        desk,
        participation,
        at - timedelta(days=4),
        severity="blocker",
        state="resolved",
        resolved_at=at - timedelta(days=1),
    )
    assert open_on(desk, participation.programme) == {
        2: [0, 0],
        3: [0, 0],
        4: [0, 0],
        5: [0, 1],
        6: [1, 2],
        7: [1, 2],
        8: [1, 2],
        9: [0, 1],
        10: [0, 1],
    }


def test_day_of_a_defect_is_the_operators(desk: Desk, participation: Participation) -> None:
    # Midnight in Berlin is 23:00 in UTC.
    tell(desk, participation, desk.now().replace(day=8, hour=23))
    days = open_on(desk, participation.programme)
    assert (days[8], days[9]) == ([0, 0], [0, 1])


def test_what_was_open_before_the_first_day_is_open_on_it(
    desk: Desk, participation: Participation
) -> None:
    tell(desk, participation, desk.now() - timedelta(days=30), severity="blocker")
    assert open_on(desk, participation.programme)[2] == [1, 1]


@pytest.mark.parametrize("state", ["declined", "duplicate"])
def test_what_was_no_defect_of_its_own_is_not_drawn(
    desk: Desk, participation: Participation, state: str
) -> None:
    tell(desk, participation, desk.now(), state=state)
    tell(desk, participation, desk.now(), kind="wish", severity="")
    assert set(map(tuple, open_on(desk, participation.programme).values())) == {(0, 0)}


def test_planned_programme_has_no_day_yet(desk: Desk, programme: Programme) -> None:
    programme.starts_on = date(2026, 3, 20)
    assert queries.burn_down(desk, programme) == []


def test_finished_programme_is_drawn_to_its_last_day(
    desk: Desk, clock: SteppedClock, programme: Programme
) -> None:
    clock.moment = clock.moment.replace(month=5)
    assert queries.burn_down(desk, programme)[-1] == (date(2026, 3, 31), 0, 0)


def test_acts_are_counted_by_week_and_customer(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    task = Task(programme_id=1, title="Move a pallet", position=1)
    desk.session.add(task)
    desk.session.flush()
    result = TaskResult(
        task_id=task.id, participation_id=1, outcome="done", done_on=date(2026, 3, 8)
    )
    rating = Rating(participation_id=1, score=4, given_at=desk.now())
    desk.session.add_all([result, rating])
    tell(desk, participation, desk.now() - timedelta(days=7))
    tell(desk, participation, desk.now(), ticket_id=ticket.id)
    rows = programmes.participations(desk, 1)
    found = queries.heat(desk, participation.programme, rows)
    assert found.weeks == [date(2026, 3, 2), date(2026, 3, 9)]
    # The feedback with a ticket is the ticket.
    assert [(row.id, list(counts)) for row, counts in found.rows] == [(1, [2, 2])]


def test_who_does_not_try_has_no_line(desk: Desk, invited: Participation) -> None:
    found = queries.heat(desk, invited.programme, programmes.participations(desk, 1))
    assert list(found.rows) == []


@pytest.mark.parametrize(
    ("count", "level"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (8, 4), (99, 4)]
)
def test_ground_grows_with_the_count(count: int, level: int) -> None:
    assert queries.level(count) == level


def test_page_shows_lights_hypotheses_and_who_takes_part(
    desk: Desk, participation: Participation, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    counted = {"phase": "exit", "measure": "open_defects", "bound": "0", "text": "", "is_met": ""}
    browser.post("/pilot_service/1/criteria/new", data={**counted, "evidence": ""})
    guess = {"text": "Nobody needs <lists>.", "verdict": "confirmed", "evidence": "Ticket 3"}
    browser.post("/pilot_service/1/hypotheses/new", data=guess)
    tell(desk, participation, desk.now())
    desk.commit()
    text = browser.get(PAGE).text
    wanted = ("Open defects: at most 0", "Not met", "Nobody needs &lt;lists&gt;.", "Ticket 3")
    assert [each in text for each in wanted] == [True] * 4
    assert text.count("<bdi>Kunde GmbH</bdi></th>") == 1
    assert text.count("21 days left") == 1


def test_forms_change_drop_and_bring_back(
    programme: Programme, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    word = {"phase": "entry", "measure": "word", "bound": "", "text": "Ready", "evidence": "Seen"}
    guess = {"text": "Guess", "verdict": "open", "evidence": ""}
    browser.post("/pilot_service/1/criteria/new", data={**word, "is_met": "no"})
    browser.post("/pilot_service/1/hypotheses/new", data=guess)
    browser.post("/pilot_service/criteria/1", data={**word, "is_met": "yes", "text": "All ready"})
    browser.post("/pilot_service/hypotheses/1", data={**guess, "text": "Better guess"})
    shown = []
    for act in ("drop", "back"):
        for what in ("criteria", "hypotheses"):
            answer = browser.post(f"/pilot_service/{what}/1/{act}")
            assert (answer.status_code, answer.location) == (302, PAGE)
        text = browser.get(PAGE).text
        shown.append(["<bdi>All ready</bdi>" in text, "<bdi>Better guess</bdi>" in text])
    assert shown == [[False, False], [True, True]]


def test_refused_criterion_keeps_what_was_typed(
    programme: Programme, administrator: Person, sign_in: SignIn
) -> None:
    word = {"phase": "exit", "measure": "word", "bound": "", "text": "Kept words", "evidence": ""}
    answer = sign_in(administrator).post(
        "/pilot_service/1/criteria/new", data={**word, "is_met": "yes"}
    )
    assert (answer.status_code, answer.text.count("Kept words")) == (422, 1)


@pytest.mark.parametrize(
    "path",
    ["1/criteria/new", "criteria/1", "1/hypotheses/new", "hypotheses/1"],
)
def test_agent_reads_the_cockpit_and_changes_nothing(
    programme: Programme, agent: Person, sign_in: SignIn, path: str
) -> None:
    browser = sign_in(agent)
    text = browser.get(PAGE).text
    assert ("New criterion" in text, "No criterion yet" in text) == (False, True)
    assert browser.get(f"/pilot_service/{path}").status_code == 403


@pytest.mark.parametrize("path", ["2/cockpit", "criteria/9", "hypotheses/9"])
def test_what_is_not_there_is_missing(
    programme: Programme, administrator: Person, sign_in: SignIn, path: str
) -> None:
    assert sign_in(administrator).get(f"/pilot_service/{path}").status_code == 404


def test_customer_sees_no_cockpit(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    assert sign_in(customer).get(PAGE).status_code == 403


def test_cockpit_costs_the_same_however_much_there_is(
    desk: Desk, core: Core, participation: Participation, administrator: Person, sign_in: SignIn
) -> None:
    browser, counts = sign_in(administrator), []
    for number in range(2):
        for measure in ("open_defects", "satisfaction"):
            given = {"phase": "exit", "measure": measure, "bound": "1", "text": "", "is_met": ""}
            browser.post("/pilot_service/1/criteria/new", data={**given, "evidence": ""})
        for days in range(1 + 5 * number):
            tell(desk, participation, desk.now() - timedelta(days=days))
        desk.commit()
        with recorded(core.engine) as statements:
            browser.get(PAGE)
        counts.append(len(statements))
    assert counts[0] == counts[1]
