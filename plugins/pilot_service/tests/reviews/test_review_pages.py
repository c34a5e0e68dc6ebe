# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of exit reviews, on our side and on the customer's."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person
from tresen.testing.browser import assert_pages_usable
from tresen.testing.statements import recorded
from tresen_pilot_service.criteria import service as criteria
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
PORTAL = "/pilot_service/portal/1"
FORM = {
    "held_on": "2026-03-10",
    "decision": "conditions",
    "conditions": "The <manual> follows.",
    "new_end": "",
    "version_id": "",
    "lessons": "Begin with the stocktaking.",
}
WORD: dict[str, Any] = {
    "phase": "exit",
    "measure": "word",
    "bound": None,
    "text": "The manual is there.",
    "is_met": None,
    "evidence": "",
}


@pytest.fixture
def boss(participation: Participation, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator."""
    return sign_in(administrator)


def test_review_is_begun_decided_and_signed(desk: Desk, boss: FlaskClient, agent: Person) -> None:
    criteria.demand_criterion(desk, criteria_programme(desk), WORD)
    desk.commit()
    begun = boss.post("/pilot_service/1/reviews/new", data=FORM)
    assert (begun.status_code, begun.location) == (302, "/pilot_service/reviews/1")
    live = boss.get("/pilot_service/reviews/1").text
    boss.post("/pilot_service/reviews/1/decide")
    boss.post(
        "/pilot_service/reviews/1/sign",
        data={"person_id": str(agent.id), "signed_on": "2026-03-10"},
    )
    kept = boss.get("/pilot_service/reviews/1").text
    assert [live.count(each) for each in ("Not known yet", "not decided yet", "Sign for us")] == [
        1,
        1,
        0,
    ]
    wanted = ("Not known yet", "The &lt;manual&gt; follows.", "Sign for us", agent.name)
    assert [kept.count(each) for each in wanted] == [1, 1, 1, 1]


def criteria_programme(desk: Desk) -> Any:
    """Return the one programme."""
    return desk.session.get_one(Participation, 1, options=[]).programme


def test_mere_go_is_refused_in_a_sentence(desk: Desk, boss: FlaskClient) -> None:
    criteria.demand_criterion(desk, criteria_programme(desk), WORD)
    desk.commit()
    boss.post("/pilot_service/1/reviews/new", data={**FORM, "decision": "go"})
    text = boss.post("/pilot_service/reviews/1/decide", follow_redirects=True).text
    assert text.count("Not met yet: The manual is there.. Choose a go with conditions") == 1


def test_refused_review_keeps_what_was_typed(boss: FlaskClient) -> None:
    answer = boss.post("/pilot_service/1/reviews/new", data={**FORM, "conditions": ""})
    assert (answer.status_code, answer.text.count("Begin with the stocktaking.")) == (422, 1)


def test_open_review_is_shown_instead_of_a_second(boss: FlaskClient) -> None:
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    answer = boss.get("/pilot_service/1/reviews/new")
    assert (answer.status_code, answer.location) == (302, "/pilot_service/reviews/1")


def test_decided_review_offers_its_lessons_only(boss: FlaskClient) -> None:
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    boss.post("/pilot_service/reviews/1/decide")
    text = boss.get("/pilot_service/reviews/1/edit").text
    assert ('name="lessons"' in text, 'name="decision"' in text) == (True, False)
    answer = boss.post("/pilot_service/reviews/1/edit", data={"lessons": "Ask earlier."})
    assert (answer.status_code, answer.location) == (302, "/pilot_service/reviews/1")
    assert boss.get("/pilot_service/reviews/1").text.count("Ask earlier.") == 1


def test_list_shows_every_review(boss: FlaskClient) -> None:
    empty = boss.get("/pilot_service/1/reviews").text
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    text = boss.get("/pilot_service/1/reviews").text
    assert empty.count("No exit review yet") == 1
    assert [text.count(each) for each in ("/pilot_service/reviews/1", "Go with conditions")] == [
        1,
        1,
    ]


@pytest.mark.parametrize("published", [True, False])
def test_customer_reads_the_outcome_and_signs(
    boss: FlaskClient, customer: Person, sign_in: SignIn, *, published: bool
) -> None:
    boss.post(
        "/pilot_service/1/reviews/new", data=FORM | ({"is_published": "y"} if published else {})
    )
    browser = sign_in(customer)
    before = browser.get(PORTAL).text
    boss.post("/pilot_service/reviews/1/decide")
    shown = browser.get(PORTAL).text
    answer = browser.post(f"{PORTAL}/reviews/1/sign")
    after = browser.get(PORTAL).text
    assert "Outcome of the pilot" not in before
    assert shown.count("The product goes into regular use, with conditions.") == 1
    assert ("Begin with the stocktaking." in shown) is published
    assert (answer.status_code, answer.location) == (302, PORTAL)
    assert [page.count("Sign the outcome") for page in (shown, after)] == [1, 0]
    assert after.count(f"signed on Mar 10, 2026 by {customer.name}") == 1


def test_customer_signs_no_review_that_is_not_decided(
    boss: FlaskClient, customer: Person, sign_in: SignIn
) -> None:
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    assert sign_in(customer).post(f"{PORTAL}/reviews/1/sign").status_code == 404


def test_second_signature_is_refused_in_a_sentence(
    boss: FlaskClient, customer: Person, sign_in: SignIn
) -> None:
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    boss.post("/pilot_service/reviews/1/decide")
    browser = sign_in(customer)
    browser.post(f"{PORTAL}/reviews/1/sign")
    text = browser.post(f"{PORTAL}/reviews/1/sign", follow_redirects=True).text
    assert text.count("This person has signed already.") == 1


@pytest.mark.parametrize("path", ["1/reviews/new", "reviews/1/edit", "reviews/1/sign"])
def test_agent_reads_reviews_and_changes_none(
    boss: FlaskClient, agent: Person, sign_in: SignIn, path: str
) -> None:
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    browser = sign_in(agent)
    text = browser.get("/pilot_service/reviews/1").text
    assert ("Decide:" in text, "Edit" in text) == (False, False)
    assert browser.get(f"/pilot_service/{path}").status_code == 403


@pytest.mark.parametrize("path", ["2/reviews", "reviews/1", "reviews/1/edit"])
def test_review_that_is_not_there_is_missing(boss: FlaskClient, path: str) -> None:
    assert boss.get(f"/pilot_service/{path}").status_code == 404


def test_participant_of_another_programme_signs_nothing(boss: FlaskClient) -> None:
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    boss.post("/pilot_service/reviews/1/decide")
    assert boss.get("/pilot_service/reviews/1/sign?for=9").status_code == 404


def test_page_costs_the_same_however_much_there_is(
    desk: Desk, core: Core, boss: FlaskClient, customer: Person, sign_in: SignIn
) -> None:
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    boss.post("/pilot_service/reviews/1/decide")
    counts = []
    for _time in range(2):
        with recorded(core.engine) as statements:
            boss.get("/pilot_service/reviews/1")
        counts.append(len(statements))
        sign_in(customer).post(f"{PORTAL}/reviews/1/sign")
    assert counts[0] == counts[1]


@pytest.mark.timeout(300)
def test_every_page_can_be_used_by_everybody(
    boss: FlaskClient, sign_in_page: Callable[[Person], Any], administrator: Person
) -> None:
    boss.post("/pilot_service/1/reviews/new", data=FORM)
    paths = ["/pilot_service/1/reviews", "/pilot_service/reviews/1", "/pilot_service/1/cockpit"]
    assert_pages_usable(sign_in_page(administrator), paths)
