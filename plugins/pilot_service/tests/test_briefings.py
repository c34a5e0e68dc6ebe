# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody cares for a customer unbriefed: a gate before the start, and a mark after a change."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, Refused, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import briefings, hooks, queries, service, steps
from tresen_pilot_service.models import Base, Briefing, Participation

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
PAGE = "/pilot_service/participants/1"
TODAY = date(2026, 3, 10)


@pytest.fixture
def agreed(desk: Desk, invited: Participation) -> Participation:
    """Return a participation that only the briefing keeps from being active."""
    service.move(desk, invited, steps.AGREED)
    desk.commit()
    return invited


@pytest.fixture
def boss(desk: Desk, agreed: Participation, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator."""
    return sign_in(administrator)


def about(person: Person, by: Person, **given: Any) -> dict[str, Any]:
    """Return the fields of a briefing of today."""
    return {"person_id": person.id, "briefed_by_id": by.id, "briefed_on": TODAY} | given


def kept(desk: Desk) -> list[tuple[int | None, int | None]]:
    return [(row["person_id"], row["briefed_by_id"]) for row in rows_of(desk, Briefing)]


def test_participation_is_not_active_before_contact_and_deputy_are_briefed(
    desk: Desk, agreed: Participation, contact: Person, deputy: Person
) -> None:
    said = []
    for person in (contact, deputy):
        with pytest.raises(Refused) as refusal:
            service.move(desk, agreed, steps.ACTIVE)
        said.append(refusal.value.sentence.partition(". ")[0])
        briefings.brief(desk, agreed, about(person, deputy))
    service.move(desk, agreed, steps.ACTIVE)
    assert said == [
        "Not briefed yet: Carla Contact, Dario Deputy",
        "Not briefed yet: Dario Deputy",
    ]
    assert agreed.state == "active"


def test_participation_without_a_contact_is_not_active(
    desk: Desk, agreed: Participation, participation_values: Values
) -> None:
    row = queries.participation(desk, agreed.id)
    service.change_participation(desk, row, participation_values())
    with pytest.raises(Refused, match="Name the support contact first"):
        service.move(desk, row, steps.ACTIVE)


def test_participation_without_a_deputy_needs_the_contact_only(
    desk: Desk, agreed: Participation, participation_values: Values, contact: Person
) -> None:
    row = queries.participation(desk, agreed.id)
    service.change_participation(desk, row, participation_values(contact_id=contact.id))
    briefings.brief(desk, row, about(contact, contact))
    service.move(desk, row, steps.ACTIVE)
    assert row.state == "active"


def test_briefing_is_of_one_participation_and_person(
    desk: Desk, participation: Participation, contact: Person, agent: Person
) -> None:
    with pytest.raises(Refused, match="Only the support contact and the deputy are briefed"):
        briefings.brief(desk, participation, about(agent, contact))


def test_customer_briefs_nobody(
    desk: Desk, agreed: Participation, contact: Person, customer: Person
) -> None:
    with pytest.raises(Refused, match="Who briefs must be an active agent"):
        briefings.brief(desk, agreed, about(contact, customer))


def test_nobody_was_briefed_in_the_future(
    desk: Desk, clock: SteppedClock, agreed: Participation, contact: Person
) -> None:
    tomorrow = about(contact, contact, briefed_on=date(2026, 3, 11))
    with pytest.raises(Refused, match="Nobody was briefed on a day that is still to come"):
        briefings.brief(desk, agreed, tomorrow)
    # Midnight in Berlin is 23:00 in UTC.
    clock.moment = clock.moment.replace(hour=23)
    assert briefings.brief(desk, agreed, tomorrow).briefed_on == date(2026, 3, 11)


def test_new_contact_has_to_be_briefed_anew(
    desk: Desk, participation: Participation, participation_values: Values, agent: Person
) -> None:
    found = briefings.briefings(desk, [participation.id])[participation.id]
    before = briefings.unbriefed(participation, found)
    row = queries.participation(desk, participation.id)
    service.change_participation(desk, row, participation_values(contact_id=agent.id))
    assert (before, briefings.unbriefed(row, found), row.state) == ([], [agent.id], "active")


def test_page_flags_who_was_not_briefed(
    desk: Desk, participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    shown = [browser.get(path).text for path in ("/pilot_service/1", PAGE)]
    desk.session.get_one(Participation, 1).contact_id = agent.id
    desk.commit()
    shown += [browser.get(path).text for path in ("/pilot_service/1", PAGE)]
    assert [">not briefed<" in page.replace("</svg>", ">") for page in shown] == [
        False,
        False,
        True,
        True,
    ]


def test_page_flags_nobody_before_the_customer_agreed(
    invited: Participation, agent: Person, sign_in: SignIn
) -> None:
    assert "not briefed" not in sign_in(agent).get("/pilot_service/1").text


def test_page_says_who_must_be_briefed_first(desk: Desk, boss: FlaskClient) -> None:
    page = boss.post(f"{PAGE}/step", data={"state": "active"}, follow_redirects=True).text
    assert "Not briefed yet: Carla Contact, Dario Deputy." in page
    assert queries.participation(desk, 1).state == "agreed"


def test_briefing_is_recorded_by_the_form(
    boss: FlaskClient, contact: Person, administrator: Person
) -> None:
    form = boss.get(f"{PAGE}/briefing").text
    assert f'selected value="{administrator.id}"' in form
    assert [name in form for name in ("Carla Contact", "Dario Deputy")] == [True, True]
    sent = {"person_id": contact.id, "briefed_by_id": administrator.id, "briefed_on": "2026-03-09"}
    answer = boss.post(f"{PAGE}/briefing", data=sent)
    assert (answer.status_code, answer.location) == (302, PAGE)
    said = f"Carla Contact, briefed on Mar 9, 2026 by {administrator.name}"
    assert said in boss.get(PAGE).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"briefed_on": "2026-03-11"}, "Nobody was briefed on a day that is still to come."),
        ({"briefed_on": ""}, "This field is required."),
        ({"briefed_by_id": "99"}, "Not a valid choice."),
        ({"person_id": "99"}, "Not a valid choice."),
    ],
)
def test_wrong_briefing_comes_back_with_what_was_chosen(
    desk: Desk,
    boss: FlaskClient,
    contact: Person,
    deputy: Person,
    wrong: dict[str, str],
    sentence: str,
) -> None:
    sent = {"person_id": deputy.id, "briefed_by_id": contact.id, "briefed_on": "2026-03-09"}
    answer = boss.post(f"{PAGE}/briefing", data=sent | wrong)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    chosen = [f'selected value="{person.id}"' in answer.text for person in (contact, deputy)]
    assert chosen == ["briefed_by_id" not in wrong, "person_id" not in wrong]
    assert kept(desk) == []


def test_agent_reads_and_records_nothing(
    agreed: Participation, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    page = browser.get(PAGE).text
    assert [word in page for word in ("not briefed", "Record a briefing")] == [True, False]
    assert browser.post(f"{PAGE}/briefing").status_code == 403


def test_journal_tells_of_the_briefing(desk: Desk, agreed: Participation, contact: Person) -> None:
    briefings.brief(desk, agreed, about(contact, contact))
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    rows = desk.session.execute(
        select(entry.action, entry.subject_id).where(entry.subject_kind == briefings.BRIEFING)
    )
    assert [tuple(row) for row in rows] == [("briefed", 1)]


def test_both_are_told_of_a_briefing(
    desk: Desk, agreed: Participation, contact: Person, deputy: Person
) -> None:
    briefings.brief(desk, agreed, about(contact, deputy))
    told = [hooks.personal_data(desk, person)[3].rows for person in (contact, deputy)]
    briefed = {"participation_id": 1, "briefed_on": TODAY}
    assert told == [[{**briefed, "part": "briefed"}], [{**briefed, "part": "gave the briefing"}]]


def test_erased_people_are_named_no_more(
    desk: Desk, agreed: Participation, contact: Person, deputy: Person
) -> None:
    briefings.brief(desk, agreed, about(contact, deputy))
    briefings.brief(desk, agreed, about(deputy, deputy))
    contact_id = contact.id
    factories.erase_person(desk, deputy)
    assert kept(desk) == [(contact_id, None), (None, None)]
    factories.erase_person(desk, contact)
    assert kept(desk) == [(None, None), (None, None)]


def test_briefing_is_read_in_german(
    desk: Desk,
    agreed: Participation,
    contact: Person,
    deputy: Person,
    administrator: Person,
    sign_in: SignIn,
) -> None:
    briefings.brief(desk, agreed, about(contact, deputy))
    administrator.language = "de"
    desk.commit()
    page = sign_in(administrator).get(PAGE).text
    words = ("Carla Contact, eingewiesen am 10.03.2026 von Dario Deputy", "nicht eingewiesen")
    assert [word in page for word in words] == [True, True]
