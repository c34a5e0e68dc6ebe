# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each step is taken on its page: the form asks for what the gate needs, keeps what was typed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Installation, Person
from tresen_pilot_service.developments import forms, queries, states
from tresen_pilot_service.developments.models import Development

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
ONE = "/pilot_service/developments/1"
ALLOWED = [(old, new) for old, following in states.STEPS.items() for new in following]

# Beside the day and the note, what the form of a step on asks for.
MORE = {
    states.ACCEPTED: ["person_id", "name"],
    states.DEPLOYED: ["installation_id"],
    states.GIVEN_BACK: ["public_url", "is_declined_upstream"],
}
ASKED = ("person_id", "name", "installation_id", "public_url", "is_declined_upstream")


@pytest.fixture
def sent(customer: Person, installation: Installation) -> dict[str, str]:
    """Return what any form of a step sends, of today."""
    return {
        "day": "2026-03-10",
        "note": "All gates scan.",
        "person_id": str(customer.id),
        "name": "",
        "installation_id": str(installation.id),
        "public_url": "https://forge.example/merge/7",
    }


@pytest.fixture
def take(
    boss: FlaskClient, walk: Walk, sent: dict[str, str]
) -> Callable[[str, dict[str, str]], str]:
    """Return a function that tries the step on to a state, and gives the page of its refusal."""

    def go(state: str, wrong: dict[str, str]) -> str:
        walk(next(old for old, following in states.STEPS.items() if following[0] == state))
        given = sent | wrong
        answer = boss.post(f"{ONE}/steps/{state}", data=given)
        assert (answer.status_code, f"{given['note']}</textarea>" in answer.text) == (422, True)
        return answer.text

    return go


@pytest.mark.parametrize(("old", "new"), ALLOWED)
def test_page_asks_for_what_the_step_needs(
    boss: FlaskClient, walk: Walk, old: str, new: str
) -> None:
    walk(old)
    page = boss.get(f"{ONE}/steps/{new}").text
    found = [name for name in ASKED if f'name="{name}"' in page]
    assert found == ([] if (old, new) in states.BACK else MORE.get(new, []))
    assert ("Reason" in page) == states.needs_reason(old, new)


@pytest.mark.parametrize(("old", "new"), ALLOWED)
def test_step_is_taken_on_its_page(
    desk: Desk, boss: FlaskClient, walk: Walk, sent: dict[str, str], old: str, new: str
) -> None:
    walk(old)
    answer = boss.post(f"{ONE}/steps/{new}", data=sent)
    assert (answer.status_code, answer.location) == (302, ONE)
    last = queries.steps_of(desk, 1)[0]
    assert (last.state, last.stepped_on, last.note) == (new, date(2026, 3, 10), "All gates scan.")


@pytest.mark.parametrize(("old", "new"), ALLOWED)
def test_page_leads_to_each_step_that_is_allowed(
    boss: FlaskClient, walk: Walk, old: str, new: str
) -> None:
    walk(old)
    page = boss.get(ONE).text
    offered = [state for state in states.TITLES if f'{ONE}/steps/{state}"' in page]
    assert sorted(offered) == sorted(states.STEPS[old])
    assert states.verb(old, new) in page


@pytest.mark.parametrize(("old", "new"), [pair for pair in ALLOWED if states.needs_reason(*pair)])
def test_step_without_its_reason_comes_back(
    desk: Desk, boss: FlaskClient, walk: Walk, sent: dict[str, str], old: str, new: str
) -> None:
    walk(old)
    answer = boss.post(f"{ONE}/steps/{new}", data=sent | {"note": ""})
    assert (answer.status_code, "This field is required." in answer.text) == (422, True)
    assert queries.development(desk, 1).state == old


@pytest.mark.parametrize(
    ("state", "wrong", "sentence"),
    [
        (states.IN_TEST, {"day": "soon"}, "Not a valid date value."),
        (states.IN_TEST, {"day": ""}, "This field is required."),
        (states.IN_TEST, {"day": "2026-03-11"}, "This day is still to come."),
        (states.IN_TEST, {"day": "2026-03-09"}, "no step can be before that."),
        (states.IN_TEST, {"note": "x" * 5001}, "Field cannot be longer than 5000 characters."),
        (states.ACCEPTED, {"person_id": ""}, "Choose a person of the customer or write a name"),
        (states.ACCEPTED, {"name": "M. Fuchs"}, "Choose a person of the customer or write a name"),
        (states.ACCEPTED, {"person_id": "99"}, "Not a valid choice."),
        (states.ACCEPTED, {"note": ""}, "This field is required."),
        (states.DEPLOYED, {"installation_id": "99"}, "Not a valid choice."),
        (states.GIVEN_BACK, {"public_url": "forge"}, "An address begins with https://"),
        (states.GIVEN_BACK, {"public_url": ""}, "This field is required."),
    ],
)
def test_wrong_step_comes_back_as_typed(
    take: Callable[[str, dict[str, str]], str], state: str, wrong: dict[str, str], sentence: str
) -> None:
    assert sentence in take(state, wrong)


def test_refused_step_leaves_the_development_where_it_stood(
    desk: Desk, take: Callable[[str, dict[str, str]], str]
) -> None:
    assert "Typed words</textarea>" in take(states.IN_TEST, {"day": "", "note": "Typed words"})
    assert queries.development(desk, 1).state == "in_development"


def test_customer_without_an_installation_is_told_to_add_one(
    desk: Desk, boss: FlaskClient, walk: Walk, installation: Installation
) -> None:
    walk(states.ACCEPTED)
    desk.session.delete(desk.session.get(Installation, installation.id))
    desk.commit()
    answer = boss.post(f"{ONE}/steps/deployed", data={"day": "2026-03-10", "note": ""})
    assert answer.status_code == 422
    assert queries.development(desk, 1).state == "accepted"


@pytest.mark.parametrize(
    ("old", "new", "form"),
    [
        (states.REQUESTED, states.SPECIFIED, forms.StepForm),
        (states.REQUESTED, states.DECLINED, forms.ReasonForm),
        (states.IN_TEST, states.ACCEPTED, forms.AcceptForm),
        (states.IN_TEST, states.IN_DEVELOPMENT, forms.ReasonForm),
        (states.ACCEPTED, states.DEPLOYED, forms.DeployForm),
        (states.GIVEN_BACK, states.DEPLOYED, forms.ReasonForm),
        (states.DEPLOYED, states.GIVEN_BACK, forms.GiveBackForm),
        (states.DEPLOYED, states.EXEMPT, forms.ExemptForm),
    ],
)
def test_step_has_the_form_of_its_gate(old: str, new: str, form: type) -> None:
    assert forms.step_form(old, new) is form
