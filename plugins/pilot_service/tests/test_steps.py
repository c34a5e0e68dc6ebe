# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a participation stands, how it gets there, and what it may not do from there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Product, Refused
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import queries, service, steps
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
STEP = "/pilot_service/participants/1/step"
ALLOWED = {
    ("invited", "agreed"),
    ("invited", "declined"),
    ("invited", "withdrawn"),
    ("agreed", "active"),
    ("agreed", "withdrawn"),
    ("active", "finished"),
    ("active", "withdrawn"),
}
TRIED = [(old, new) for old in steps.TITLES for new in steps.TITLES if old != new]


@pytest.fixture
def invited(invited: Participation, brief: Callable[[Participation], None]) -> Participation:
    """Return the invited participation; no briefing keeps it from going on."""
    brief(invited)
    return invited


def days(row: Participation) -> tuple[date | None, date | None, date | None]:
    return row.agreed_on, row.active_on, row.ended_on


def stand(desk: Desk, row: Participation, state: str) -> None:
    """Let the participation stand where it is wanted, however it got there."""
    row.state = state
    row.ended_on = date(2026, 3, 9) if state in steps.ENDED else None
    desk.session.flush()


def test_every_state_has_its_title_and_its_steps() -> None:
    assert list(steps.TITLES) == list(steps.STEPS)
    assert {state for found in steps.STEPS.values() for state in found} == set(steps.VERBS)
    assert set(steps.DAYS) == set(steps.VERBS)


def test_ended_states_lead_nowhere() -> None:
    assert [state for state in steps.STEPS if not steps.STEPS[state]] == list(steps.ENDED)


@pytest.mark.parametrize(("old", "new"), TRIED)
def test_steps_of_the_table_are_taken_and_others_refused(
    desk: Desk, invited: Participation, old: str, new: str
) -> None:
    stand(desk, invited, old)
    if (old, new) in ALLOWED:
        service.move(desk, invited, new)
        assert (invited.state, getattr(invited, steps.DAYS[new])) == (new, date(2026, 3, 10))
    else:
        with pytest.raises(Refused):
            service.move(desk, invited, new)
        assert invited.state == old


def test_refusal_says_what_is_allowed_instead(desk: Desk, invited: Participation) -> None:
    with pytest.raises(Refused) as refusal:
        service.move(desk, invited, steps.ACTIVE)
    assert refusal.value.sentence == (
        "From “Invited” the allowed steps are: “Agreed”, “Declined”, “Withdrawn”."
    )


def test_refusal_says_that_it_is_over(desk: Desk, invited: Participation) -> None:
    service.move(desk, invited, steps.DECLINED)
    with pytest.raises(Refused, match="A participation that is “Declined” is over"):
        service.move(desk, invited, steps.AGREED)


@pytest.mark.parametrize("state", ["", "later", "x" * 400])
def test_unknown_state_is_refused(desk: Desk, invited: Participation, state: str) -> None:
    with pytest.raises(Refused, match="From “Invited” the allowed steps are"):
        service.move(desk, invited, state)


def test_each_step_keeps_its_day(desk: Desk, clock: SteppedClock, invited: Participation) -> None:
    assert (invited.state, days(invited)) == ("invited", (None, None, None))
    for state in (steps.AGREED, steps.ACTIVE, steps.FINISHED):
        service.move(desk, invited, state)
        clock.go(days=1)
    assert days(invited) == (date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12))


@pytest.mark.parametrize("path", [(), ("agreed",), ("agreed", "active")])
def test_what_ended_resumes_where_it_stood(
    desk: Desk, invited: Participation, path: tuple[str, ...]
) -> None:
    for state in path:
        service.move(desk, invited, state)
    before = (invited.state, days(invited))
    service.move(desk, invited, steps.WITHDRAWN)
    service.resume(desk, invited)
    assert (invited.state, days(invited)) == before


@pytest.mark.parametrize("path", [(), ("agreed",), ("declined",), ("withdrawn",)])
def test_ticket_of_a_customer_who_is_not_active_is_no_pilots(
    desk: Desk, customer: Person, invited: Participation, path: tuple[str, ...]
) -> None:
    for state in path:
        service.move(desk, invited, state)
    ticket = factories.make_ticket(desk, customer)
    assert (ticket.owner_id, queries.participations_of(desk, [ticket.id])) == (None, {})


def test_ticket_of_before_the_first_active_day_stays_unmarked(
    desk: Desk,
    clock: SteppedClock,
    customer: Person,
    invited: Participation,
    product: Product,
    activate: Callable[[Participation], Participation],
) -> None:
    early = factories.make_ticket(desk, customer)
    clock.go(days=1)
    activate(invited)
    late = factories.make_ticket(desk, customer)
    for ticket in (early, late):
        factories.change_ticket(desk, ticket, product_id=product.id)
    assert list(queries.participations_of(desk, [early.id, late.id])) == [late.id]


def test_ticket_of_before_the_end_is_marked_when_it_is_corrected_later(
    desk: Desk, clock: SteppedClock, customer: Person, participation: Participation
) -> None:
    ticket = factories.make_ticket(desk, None)
    clock.go(days=1)
    service.move(desk, participation, steps.FINISHED)
    factories.change_ticket(desk, ticket, organisation_id=customer.organisation_id)
    assert queries.participations_of(desk, [ticket.id]) == {ticket.id: participation}


@pytest.fixture
def boss(desk: Desk, invited: Participation, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator; one customer is invited."""
    return sign_in(administrator)


def offered(page: str) -> list[str]:
    return [state for state in steps.TITLES if f'name="state" value="{state}"' in page]


def test_page_leads_from_state_to_state(boss: FlaskClient) -> None:
    seen = [offered(boss.get("/pilot_service/1").text)]
    for state in ("agreed", "active", "finished"):
        page = boss.post(STEP, data={"state": state}, follow_redirects=True).text
        assert f"Kunde GmbH: {steps.TITLES[state]}." in page
        seen.append(offered(page))
    assert seen == [
        ["agreed", "declined", "withdrawn"],
        ["active", "withdrawn"],
        ["finished", "withdrawn"],
        [],
    ]


def test_page_says_why_a_step_is_not_allowed(desk: Desk, boss: FlaskClient) -> None:
    page = boss.post(STEP, data={"state": "active"}, follow_redirects=True).text
    assert "From “Invited” the allowed steps are: “Agreed”, “Declined”, “Withdrawn”." in page
    assert queries.participation(desk, 1).state == "invited"


def test_page_says_since_when_it_is_over(boss: FlaskClient) -> None:
    page = boss.post(STEP, data={"state": "declined"}, follow_redirects=True).text
    assert [word in page for word in (">Declined</span>", "on Mar 10, 2026")] == [True, True]


def test_agent_reads_the_state_and_is_offered_no_step(
    invited: Participation, agent: Person, sign_in: SignIn
) -> None:
    page = sign_in(agent).get("/pilot_service/1").text
    assert (">Invited</span>" in page, offered(page)) == (True, [])


def test_list_counts_active_customers_only(
    desk: Desk, invited: Participation, activate: Callable[[Participation], Participation]
) -> None:
    assert queries.participant_counts(desk) == {}
    activate(invited)
    assert queries.participant_counts(desk) == {invited.programme_id: 1}


def test_state_is_read_in_german(desk: Desk, boss: FlaskClient, administrator: Person) -> None:
    desk.session.get_one(Person, administrator.id).language = "de"
    desk.commit()
    page = boss.get("/pilot_service/1").text
    words = (">Eingeladen</span>", "<span>Vereinbaren</span>", 'aria-label="Ablehnen: Kunde GmbH"')
    assert [word in page for word in words] == [True, True, True]


def test_panel_says_where_the_participation_stands(
    desk: Desk, customer: Person, participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    ticket = factories.make_ticket(desk, customer)
    service.move(desk, participation, steps.FINISHED)
    desk.commit()
    page = sign_in(agent).get(f"/tickets/{ticket.number}").text
    assert "<dt>Participation</dt><dd>Finished</dd>" in page


def history(**given: Any) -> dict[str, Any]:
    return {"agreed_on": None, "active_on": None} | given


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (history(), "invited"),
        (history(agreed_on=date(2026, 3, 1)), "agreed"),
        (history(agreed_on=date(2026, 3, 1), active_on=date(2026, 3, 2)), "active"),
        # Participations of before there were states know no day of agreement.
        (history(active_on=date(2026, 3, 2)), "active"),
    ],
)
def test_state_before_the_end_follows_from_the_days(known: dict[str, Any], state: str) -> None:
    assert steps.before_end(**known) == state
