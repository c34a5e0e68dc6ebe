# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of tasks: what is asked, how it went at each participant, and what they cost."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person
from tresen.testing.statements import recorded
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.models import Participation
from tresen_pilot_service.tasks import matrix, queries, service
from tresen_pilot_service.tasks.models import Task

SignIn = Callable[[Person], FlaskClient]
Ask = Callable[..., Task]
Say = Callable[..., None]
LIST = "/pilot_service/1/tasks"
NEW = f"{LIST}/new"
EDIT, MOVE, REMOVE = (f"/pilot_service/tasks/1/{verb}" for verb in ("edit", "move", "remove"))
SENT = {"title": "Move a pallet", "instructions": "Scan it twice."}


@pytest.fixture
def boss(
    desk: Desk, participation: Participation, administrator: Person, sign_in: SignIn
) -> FlaskClient:
    """Return the browser of an administrator; one customer takes part."""
    return sign_in(administrator)


@pytest.fixture
def say(desk: Desk, participation: Participation, customer: Person) -> Say:
    """Return a function that lets the customer say how a task went."""

    def go(task: Task, outcome: str = "done", note: str = "") -> None:
        service.say(desk, participation, task, customer, {"outcome": outcome, "note": note})
        desk.commit()

    return go


def test_task_is_added_and_listed(boss: FlaskClient) -> None:
    page = boss.post(NEW, data=SENT, follow_redirects=True).text
    words = ("The task is kept.", "1. <bdi>Move a pallet</bdi>", "Scan it twice.", ">Open<")
    assert [word in page for word in words] == [True] * 4


@pytest.mark.parametrize("wrong", [{"title": ""}, {"title": "  "}, {"title": "x" * 201}])
def test_task_without_a_fitting_title_is_refused(
    desk: Desk, boss: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = boss.post(NEW, data=SENT | wrong)
    assert (answer.status_code, "Scan it twice." in answer.text) == (422, True)
    assert list(queries.tasks(desk, 1)) == []


def test_task_is_changed(boss: FlaskClient, ask: Ask) -> None:
    ask("A")
    assert 'value="A"' in boss.get(EDIT).text
    assert "1. <bdi>B</bdi>" in boss.post(EDIT, data={"title": "B"}, follow_redirects=True).text


@pytest.mark.parametrize(
    ("way", "order"), [("down", ["B", "A"]), ("up", ["A", "B"]), ("", ["A", "B"])]
)
def test_task_is_moved(desk: Desk, boss: FlaskClient, ask: Ask, way: str, order: list[str]) -> None:
    ask("A")
    ask("B")
    assert boss.post(MOVE, data={"way": way}).location == LIST
    desk.session.expire_all()
    assert [each.title for each in queries.tasks(desk, 1)] == order


def test_first_task_goes_no_further_up_and_the_last_no_further_down(
    boss: FlaskClient, ask: Ask
) -> None:
    ask("A")
    ask("B")
    page = boss.get(LIST).text
    words = ("Move up: A", "Move down: A", "Move up: B", "Move down: B")
    assert [f'aria-label="{word}"' in page for word in words] == [False, True, True, False]


def test_task_is_removed(desk: Desk, boss: FlaskClient, ask: Ask) -> None:
    ask("A")
    page = boss.post(REMOVE, follow_redirects=True).text
    assert [word in page for word in ("The task is removed.", "No task yet")] == [True, True]


def test_task_with_results_offers_no_removal_and_refuses_it(
    boss: FlaskClient, ask: Ask, say: Say
) -> None:
    say(ask("A"))
    before = "/remove" in boss.get(LIST).text
    page = boss.post(REMOVE, follow_redirects=True).text
    assert (before, "“A” has results already, so it has to stay." in page) == (False, True)


def test_matrix_tells_outcome_who_when_and_note(boss: FlaskClient, ask: Ask, say: Say) -> None:
    say(ask("A"))
    say(ask("B"), "failed", "It fell.")
    ask("C")
    page = boss.get(LIST).text
    words = (">Done</span>", ">Did not work</span>", ">Open</span>", "It fell.", "Mar 10, 2026")
    assert [word in page for word in words] == [True] * 5
    assert [page.count(word) for word in ("Karla Kundin", "1/3", "33% done")] == [2, 1, 1]


def test_matrix_has_who_takes_part_and_who_said_something(
    desk: Desk, boss: FlaskClient, participation: Participation, ask: Ask, say: Say
) -> None:
    task = ask("A")
    lines = _lines(desk, task)
    pilots.move(desk, participation, steps.FINISHED)
    gone = _lines(desk, task)
    pilots.resume(desk, participation)
    say(task)
    pilots.move(desk, participation, steps.FINISHED)
    assert [len(each) for each in (lines, gone, _lines(desk, task))] == [1, 0, 1]


def _lines(desk: Desk, *tasks: Task) -> list[matrix.Line]:
    rows = desk.session.query(Participation).all()
    return matrix.lines(rows, tasks, queries.results(desk, 1))


@pytest.mark.parametrize(
    ("outcomes", "share"), [([], 0), (["done"], 50), (["done", "failed"], 50), (["done"] * 2, 100)]
)
def test_share_counts_what_is_done(
    desk: Desk, ask: Ask, say: Say, outcomes: list[str], share: int
) -> None:
    tasks = [ask("A"), ask("B")]
    for task, outcome in zip(tasks, outcomes, strict=False):
        say(task, outcome)
    assert matrix.share(_lines(desk, *tasks)) == share


def test_share_of_nothing_is_none(desk: Desk, participation: Participation) -> None:
    assert (matrix.share([]), matrix.share(_lines(desk))) == (None, None)


def test_programme_page_says_how_far_everybody_is(boss: FlaskClient, ask: Ask, say: Say) -> None:
    before = boss.get("/pilot_service/1").text
    say(ask("A"))
    ask("B")
    page = boss.get("/pilot_service/1").text
    assert "Nobody was asked to try anything yet." in before
    assert "<bdi>Kunde GmbH</bdi>: 1 of 2 done" in page
    assert f'href="{LIST}"' in page


def test_agent_reads_and_changes_nothing(
    boss: FlaskClient, agent: Person, sign_in: SignIn, ask: Ask
) -> None:
    ask("A")
    browser = sign_in(agent)
    page = browser.get(LIST).text
    words = ("<bdi>A</bdi>", EDIT, MOVE, REMOVE, NEW)
    assert [word in page for word in words] == [True, False, False, False, False]
    answers = [browser.post(path).status_code for path in (NEW, EDIT, MOVE, REMOVE)]
    assert answers == [403] * 4


def test_customer_has_none_of_these_pages(
    boss: FlaskClient, customer: Person, sign_in: SignIn, ask: Ask
) -> None:
    ask("A")
    browser = sign_in(customer)
    answers = [browser.get(path).status_code for path in (LIST, NEW, EDIT)]
    assert answers + [browser.post(path).status_code for path in (MOVE, REMOVE)] == [403] * 5


def test_what_is_not_there_is_not_found(boss: FlaskClient) -> None:
    answers = [boss.get(path).status_code for path in ("/pilot_service/9/tasks", EDIT)]
    assert answers + [boss.post(path).status_code for path in (MOVE, REMOVE)] == [404] * 4


def test_list_without_tasks_offers_the_next_step_to_who_may_take_it(
    boss: FlaskClient, agent: Person, sign_in: SignIn
) -> None:
    pages = [browser.get(LIST).text for browser in (boss, sign_in(agent))]
    assert ["No task yet" in page for page in pages] == [True, True]
    assert [f'href="{NEW}"' in page for page in pages] == [True, False]


def test_pages_speak_german(
    desk: Desk, boss: FlaskClient, administrator: Person, ask: Ask, say: Say
) -> None:
    desk.session.get_one(Person, administrator.id).language = "de"
    desk.commit()
    say(ask("A"), "failed")
    page = boss.get(LIST).text
    words = ("Neue Aufgabe", "Ergebnisse", "Ging nicht", "0 % erledigt")
    assert [word in page for word in words] == [True] * 4


@pytest.mark.parametrize("path", [LIST, "/pilot_service/1"])
def test_pages_cost_the_same_however_many_tasks_there_are(
    desk: Desk, boss: FlaskClient, ask: Ask, say: Say, path: str
) -> None:
    say(ask("A"))
    counts = []
    for turn in range(2):
        with recorded(desk.core.engine) as statements:
            assert boss.get(path).status_code == 200
        counts.append(len(statements))
        _more(desk, turn)
        for number in range(3):
            say(ask(f"More {turn}{number}"))
    assert counts[0] == counts[1]


def _more(desk: Desk, turn: int) -> None:
    organisation = Organisation(name=f"M{turn}", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(organisation)
    desk.session.flush()
    fields: dict[str, Any] = {"programme_id": 1, "organisation_id": organisation.id}
    desk.session.add(Participation(**fields, state=steps.ACTIVE, created_at=desk.now()))
    desk.commit()
