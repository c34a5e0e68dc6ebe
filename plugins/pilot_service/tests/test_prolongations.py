# SPDX-License-Identifier: AGPL-3.0-or-later
"""A programme goes on for longer by a decision, which says from when to when, why and by whom."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, Refused, Ticket, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import hooks, prolongations, queries, service
from tresen_pilot_service.models import Participation, Programme, Prolongation

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
LATER = {"new_end": date(2026, 4, 30), "reason": "The stocktaking is not tried yet."}


def test_prolonged_programme_ends_later_and_says_why(desk: Desk, programme: Programme) -> None:
    prolongations.prolong(desk, programme, LATER)
    (row,) = rows_of(desk, Prolongation)
    assert (row["old_end"], row["new_end"], row["reason"]) == (
        date(2026, 3, 31),
        date(2026, 4, 30),
        "The stocktaking is not tried yet.",
    )
    assert programme.ends_on == date(2026, 4, 30)


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 3, 30), date(2025, 4, 30)])
def test_programme_is_not_prolonged_to_an_earlier_day(
    desk: Desk, programme: Programme, day: date
) -> None:
    with pytest.raises(Refused, match="The new last day must come after the present one"):
        prolongations.prolong(desk, programme, {**LATER, "new_end": day})
    assert (programme.ends_on, list(rows_of(desk, Prolongation))) == (date(2026, 3, 31), [])


def test_tickets_count_until_the_new_last_day(
    desk: Desk, clock: SteppedClock, participation: Participation, customer: Person
) -> None:
    clock.moment = clock.moment.replace(month=4, day=15)
    before = queries.participation_for(desk, _ticket(desk, customer))
    prolongations.prolong(desk, participation.programme, LATER)
    after = queries.participation_for(desk, _ticket(desk, customer))
    assert (before, after) == (None, participation)


def test_page_tells_of_the_prolongation(
    desk: Desk, programme: Programme, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    answer = browser.post(
        "/pilot_service/1/prolong", data={"new_end": "2026-04-30", "reason": "Not tried <yet>."}
    )
    assert (answer.status_code, answer.location) == (302, "/pilot_service/1")
    text = browser.get("/pilot_service/1").text
    said = f"Prolonged from Mar 31, 2026 to Apr 30, 2026 by {administrator.name}:"
    assert text.count(f"{said} <bdi>Not tried &lt;yet&gt;.</bdi>") == 1


def test_form_keeps_what_was_typed_when_the_day_is_refused(
    programme: Programme, administrator: Person, sign_in: SignIn
) -> None:
    answer = sign_in(administrator).post(
        "/pilot_service/1/prolong", data={"new_end": "2026-03-01", "reason": "Kept words"}
    )
    assert (answer.status_code, answer.text.count("Kept words")) == (422, 1)


def test_agent_prolongs_nothing(programme: Programme, agent: Person, sign_in: SignIn) -> None:
    browser = sign_in(agent)
    assert browser.get("/pilot_service/1/prolong").status_code == 403
    assert "Prolong" not in browser.get("/pilot_service/1").text


def test_who_decided_is_told_and_forgotten(desk: Desk, programme: Programme, agent: Person) -> None:
    row = prolongations.prolong(desk, programme, LATER)
    row.decided_by_id = agent.id
    row.reason = f"{agent.name} asked for it."
    desk.commit()
    found = {str(each.title): each.rows for each in hooks.personal_data(desk, agent)}
    factories.erase_person(desk, agent)
    (kept,) = rows_of(desk, Prolongation)
    assert [each["programme_id"] for each in found["Prolongations of pilots"]] == [1]
    assert (kept["decided_by_id"], kept["reason"]) == (None, "[…] asked for it.")


def test_programme_takes_so_many_customers_and_no_more(
    desk: Desk, invited: Participation, participation_values: Values
) -> None:
    invited.programme.max_participants = 1
    other = factories.make_customer(desk, "Otto Other", "otto@other.example", _other(desk))
    with pytest.raises(Refused, match="The programme takes 1 customers at most"):
        service.invite(desk, invited.programme, participation_values(other.organisation_id))


def test_place_of_who_declined_is_free_again(
    desk: Desk, invited: Participation, participation_values: Values
) -> None:
    invited.programme.max_participants = 1
    service.move(desk, invited, "declined")
    other = factories.make_customer(desk, "Otto Other", "otto@other.example", _other(desk))
    made = service.invite(desk, invited.programme, participation_values(other.organisation_id))
    assert (made.state, queries.places_taken(desk, 1)) == ("invited", 1)


def _ticket(desk: Desk, customer: Person) -> Ticket:
    return factories.make_ticket(desk, customer)


def _other(desk: Desk) -> Organisation:
    made = Organisation(name="Fernlager GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(made)
    desk.session.flush()
    return made
