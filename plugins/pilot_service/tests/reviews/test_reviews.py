# SPDX-License-Identifier: AGPL-3.0-or-later
"""An exit review is written, decided once, carried out and signed by both sides."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Installation, Organisation, Person, ProductVersion, Refused, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import hooks, service
from tresen_pilot_service.criteria import service as criteria
from tresen_pilot_service.models import Participation, Prolongation
from tresen_pilot_service.reviews import queries
from tresen_pilot_service.reviews import service as reviews
from tresen_pilot_service.reviews.models import Finding, Review, ReviewSignature

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
TODAY = date(2026, 3, 10)
WRITTEN: dict[str, Any] = {
    "held_on": TODAY,
    "decision": "go",
    "conditions": "",
    "new_end": None,
    "version_id": None,
    "lessons": "Begin with the stocktaking.",
    "is_published": False,
}
WORD: dict[str, Any] = {
    "phase": "exit",
    "measure": "word",
    "bound": None,
    "text": "The manual is there.",
    "is_met": None,
    "evidence": "",
}
PORTAL = "/pilot_service/portal/1"


@pytest.fixture
def begun(desk: Desk, participation: Participation) -> Callable[..., Review]:
    """Return a function that begins an exit review, a go unless said otherwise."""

    def go(**given: Any) -> Review:
        made = reviews.begin(desk, participation.programme, {**WRITTEN, **given})
        desk.commit()
        return queries.review(desk, made.id)

    return go


@pytest.fixture
def installation(desk: Desk, participation: Participation) -> Installation:
    """Return the installation of the pilot at the participant."""
    made = Installation(
        organisation_id=participation.organisation_id,
        product_id=participation.programme.product_id,
        environment="pilot",
        name="Halle 2",
    )
    desk.session.add(made)
    desk.session.flush()
    participation.installation_id = made.id
    desk.commit()
    return made


@pytest.fixture
def second(desk: Desk, participation: Participation, participation_values: Values) -> Participation:
    """Return the participation of a customer who was invited and did not answer."""
    other = Organisation(name="Fernlager GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    return service.invite(desk, participation.programme, participation_values(other.id))


@pytest.fixture
def version(desk: Desk, participation: Participation) -> ProductVersion:
    """Return the version for everybody."""
    made = ProductVersion(product_id=participation.programme.product_id, number="5.0")
    desk.session.add(made)
    desk.session.flush()
    return made


def test_go_moves_to_regular_support(
    desk: Desk,
    participation: Participation,
    second: Participation,
    installation: Installation,
    version: ProductVersion,
    begun: Callable[..., Review],
) -> None:
    reviews.decide(desk, begun(version_id=version.id))
    desk.commit()
    rows = {row["id"]: row for row in rows_of(desk, Participation)}
    assert [rows[each]["state"] for each in (1, second.id)] == ["finished", "withdrawn"]
    (place,) = rows_of(desk, Installation)
    assert (place["environment"], place["version_id"], place["installed_at"]) == (
        "production",
        version.id,
        desk.now(),
    )
    assert participation.programme.ends_on == TODAY


def test_go_without_a_version_leaves_the_version(
    desk: Desk, installation: Installation, begun: Callable[..., Review]
) -> None:
    reviews.decide(desk, begun())
    desk.commit()
    (place,) = rows_of(desk, Installation)
    assert (place["environment"], place["version_id"], place["installed_at"]) == (
        "production",
        None,
        None,
    )


def test_stop_lets_everybody_leave_and_installations_alone(
    desk: Desk,
    second: Participation,
    installation: Installation,
    begun: Callable[..., Review],
) -> None:
    reviews.decide(desk, begun(decision="stop"))
    desk.commit()
    assert {row["state"] for row in rows_of(desk, Participation)} == {"withdrawn"}
    assert [row["environment"] for row in rows_of(desk, Installation)] == ["pilot"]


def test_prolonged_programme_goes_on_with_everybody(
    desk: Desk, participation: Participation, begun: Callable[..., Review]
) -> None:
    reviews.decide(desk, begun(decision="prolong", new_end=date(2026, 4, 30)))
    (row,) = rows_of(desk, Prolongation)
    assert (participation.state, participation.programme.ends_on) == ("active", date(2026, 4, 30))
    assert (row["old_end"], row["reason"]) == (date(2026, 3, 31), "Exit review of 2026-03-10")


def test_end_of_a_programme_that_is_over_stays(
    desk: Desk,
    clock: SteppedClock,
    participation: Participation,
    begun: Callable[..., Review],
) -> None:
    clock.moment = clock.moment.replace(month=4, day=7)
    reviews.decide(desk, begun())
    assert participation.programme.ends_on == date(2026, 3, 31)


def test_go_needs_every_exit_criterion(
    desk: Desk, participation: Participation, begun: Callable[..., Review]
) -> None:
    criteria.demand_criterion(desk, participation.programme, WORD)
    entry = {**WORD, "phase": "entry", "text": "Not asked at the end"}
    criteria.demand_criterion(desk, participation.programme, entry)
    row = begun()
    with pytest.raises(Refused, match=r"Not met yet: The manual is there\.\. Choose a go with"):
        reviews.decide(desk, row)
    assert (row.decided_at, list(rows_of(desk, Finding))) == (None, [])


def test_criteria_are_kept_as_they_were_when_it_was_decided(
    desk: Desk, participation: Participation, begun: Callable[..., Review]
) -> None:
    programme = participation.programme
    word = criteria.demand_criterion(
        desk, programme, {**WORD, "is_met": False, "evidence": "Chapter 3 is missing"}
    )
    counted = {**WORD, "measure": "open_defects", "bound": 1.0, "text": ""}
    criteria.demand_criterion(desk, programme, counted)
    row = begun(decision="conditions", conditions="The manual follows in April.")
    reviews.decide(desk, row)
    criteria.change_criterion(desk, word, {**WORD, "is_met": True, "evidence": "All there"})
    found = [
        (each.demand, each.value, each.light, each.evidence)
        for each in queries.findings(desk, row.id)
    ]
    assert found == [
        ("The manual is there.", "", "red", "Chapter 3 is missing"),
        ("Open defects: at most 1", "0", "green", ""),
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"held_on": date(2026, 3, 11)}, "cannot be held on a day that is still to come"),
        ({"decision": "conditions", "conditions": " "}, "Say what the conditions are"),
        ({"decision": "prolong"}, "Say until which day the programme goes on"),
        ({"decision": "prolong", "new_end": date(2026, 3, 31)}, "Say until which day"),
        ({"new_end": date(2026, 4, 1)}, "Only a programme that is prolonged"),
        ({"version_id": 99}, "This version belongs to another product"),
    ],
)
def test_review_that_does_not_fit_together_is_refused(
    desk: Desk, participation: Participation, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        reviews.begin(desk, participation.programme, {**WRITTEN, **given})
    row = reviews.begin(desk, participation.programme, WRITTEN)
    with pytest.raises(Refused, match=sentence):
        reviews.write(desk, row, {**WRITTEN, **given})
    assert row.decision == "go"


def test_one_review_is_open_at_a_time(
    desk: Desk, participation: Participation, begun: Callable[..., Review]
) -> None:
    row = begun(decision="prolong", new_end=date(2026, 4, 30))
    with pytest.raises(Refused, match="Decide the exit review that is begun already"):
        begun()
    reviews.decide(desk, row)
    assert begun().id == 2


def test_review_is_decided_once(desk: Desk, begun: Callable[..., Review]) -> None:
    row = begun()
    reviews.decide(desk, row)
    with pytest.raises(Refused, match="This exit review is decided already"):
        reviews.decide(desk, row)


def test_lessons_alone_change_after_the_decision(desk: Desk, begun: Callable[..., Review]) -> None:
    row = begun()
    reviews.decide(desk, row)
    reviews.write(desk, row, {"lessons": "Ask earlier.", "is_published": True})
    assert (row.lessons, row.is_published, row.decision) == ("Ask earlier.", True, "go")


def test_both_sides_sign(
    desk: Desk, participation: Participation, customer: Person, begun: Callable[..., Review]
) -> None:
    row = begun()
    reviews.decide(desk, row)
    ours = {"person_id": participation.contact_id, "name": "", "signed_on": TODAY}
    reviews.sign(desk, row, None, ours)
    theirs = {"person_id": None, "name": " A. Amt ", "signed_on": TODAY}
    reviews.sign(desk, row, participation, theirs)
    reviews.sign_in_person(desk, row, participation, customer)
    signed = [
        (each.participation_id, each.person_id, each.name)
        for each in queries.signatures(desk, row.id)
    ]
    assert signed == [
        (None, participation.contact_id, ""),
        (1, None, "A. Amt"),
        (1, customer.id, ""),
    ]


def test_nobody_signs_what_can_still_change(
    desk: Desk, participation: Participation, customer: Person, begun: Callable[..., Review]
) -> None:
    with pytest.raises(Refused, match="Decide the exit review first"):
        reviews.sign_in_person(desk, begun(), participation, customer)


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 3, 11)])
def test_day_of_a_signature_lies_between_decision_and_today(
    desk: Desk, participation: Participation, begun: Callable[..., Review], day: date
) -> None:
    row = begun()
    reviews.decide(desk, row)
    with pytest.raises(Refused, match="The day must lie between the decision and today"):
        reviews.sign(desk, row, participation, {"person_id": None, "name": "A", "signed_on": day})


def test_who_signs_for_us_is_an_agent(
    desk: Desk, customer: Person, begun: Callable[..., Review]
) -> None:
    row = begun()
    reviews.decide(desk, row)
    for given in ({"person_id": customer.id, "name": ""}, {"person_id": None, "name": "A. Amt"}):
        with pytest.raises(Refused, match="For our side an active agent signs"):
            reviews.sign(desk, row, None, {**given, "signed_on": TODAY})


def test_nobody_signs_twice(
    desk: Desk, participation: Participation, customer: Person, begun: Callable[..., Review]
) -> None:
    row = begun()
    reviews.decide(desk, row)
    reviews.sign_in_person(desk, row, participation, customer)
    with pytest.raises(Refused, match="This person has signed already"):
        reviews.sign_in_person(desk, row, participation, customer)


def test_key_user_signs_where_there_is_one(
    desk: Desk, participation: Participation, customer: Person, begun: Callable[..., Review]
) -> None:
    organisation = desk.session.get_one(Organisation, participation.organisation_id)
    colleague = factories.make_customer(desk, "Kolja Kollege", "kolja@kunde.example", organisation)
    participation.key_user_id = colleague.id
    row = begun()
    reviews.decide(desk, row)
    with pytest.raises(Refused, match="Your key user signs, or the deputy"):
        reviews.sign_in_person(desk, row, participation, customer)
    reviews.sign_in_person(desk, row, participation, colleague)
    assert [each.person_id for each in queries.signatures(desk, row.id)] == [colleague.id]


def test_signer_is_told_and_forgotten(
    desk: Desk, participation: Participation, customer: Person, begun: Callable[..., Review]
) -> None:
    row = begun(lessons=f"{customer.name} was right.")
    reviews.decide(desk, row)
    reviews.sign_in_person(desk, row, participation, customer)
    desk.commit()
    told = {str(each.title): each.rows for each in hooks.personal_data(desk, customer)}
    factories.erase_person(desk, customer)
    assert told["Signed exit reviews of pilots"] == [{"review_id": 1, "signed_on": TODAY}]
    assert [each["person_id"] for each in rows_of(desk, ReviewSignature)] == [None]
    assert [each["lessons"] for each in rows_of(desk, Review)] == ["[…] was right."]
