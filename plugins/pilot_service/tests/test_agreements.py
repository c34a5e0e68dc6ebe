# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers sign before a pilot: each text a version, and who signed which one when."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Refused, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import agreements, hooks, queries, service, steps
from tresen_pilot_service.models import Agreement, Participation, Programme, Signature

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
PAGE = "/pilot_service/participants/1"
TEXT = "Both sides keep quiet."
PROGRAMME = {
    "title": "Lagerwerk 5",
    "goal": "",
    "product_id": "1",
    "version_id": "",
    "starts_on": "2026-03-02",
    "ends_on": "2026-03-31",
    "team_id": "",
}


def signer(person: Person | None = None, **given: Any) -> dict[str, Any]:
    """Return the fields of a signature, of today."""
    whose = {"person_id": person.id if person else None, "name": ""}
    return whose | {"signed_on": date(2026, 3, 10)} | given


@pytest.fixture
def agreement(desk: Desk, programme: Programme) -> Agreement | None:
    """Return the first version of the programme's agreement."""
    made = agreements.write(desk, programme, TEXT)
    desk.commit()
    return made


@pytest.fixture
def boss(
    desk: Desk,
    agreement: Agreement | None,
    invited: Participation,
    administrator: Person,
    sign_in: SignIn,
) -> FlaskClient:
    """Return the browser of an administrator; a customer is invited, and has not signed."""
    return sign_in(administrator)


def known(desk: Desk) -> list[tuple[int, str]]:
    return [(each.version, each.text) for each in agreements.versions(desk, 1)]


def test_another_text_is_another_version_and_earlier_ones_stay(
    desk: Desk, programme: Programme, agreement: Agreement | None
) -> None:
    agreements.write(desk, programme, "Either side may leave.")
    assert known(desk) == [(2, "Either side may leave."), (1, TEXT)]


@pytest.mark.parametrize("text", [TEXT, f"  {TEXT}\r\n"])
def test_same_text_is_no_other_version(
    desk: Desk, programme: Programme, agreement: Agreement | None, text: str
) -> None:
    assert agreements.write(desk, programme, text) is None
    assert known(desk) == [(1, TEXT)]


def test_programme_without_a_text_has_nothing_to_sign(desk: Desk, invited: Participation) -> None:
    assert (known(desk), agreements.current(desk, 1)) == ([], None)
    with pytest.raises(Refused, match="This programme has no agreement to sign"):
        agreements.sign(desk, invited, signer(name="M. Fuchs"))
    service.move(desk, invited, steps.AGREED)
    assert invited.state == "agreed"


def test_empty_text_ends_the_duty_to_sign(
    desk: Desk, programme: Programme, agreement: Agreement | None, invited: Participation
) -> None:
    agreements.write(desk, programme, " ")
    assert known(desk) == [(2, ""), (1, TEXT)]
    service.move(desk, invited, steps.AGREED)
    assert invited.state == "agreed"


def test_text_comes_with_the_programmes_fields(desk: Desk, programme_values: Values) -> None:
    programme = service.begin_programme(desk, programme_values(agreement=TEXT))
    service.change_programme(desk, programme, programme_values(agreement="Other"))
    service.change_programme(desk, programme, programme_values(title="Text not named"))
    assert known(desk) == [(2, "Other"), (1, TEXT)]


def test_customer_does_not_agree_before_the_signature(
    desk: Desk, agreement: Agreement | None, invited: Participation, customer: Person
) -> None:
    with pytest.raises(Refused, match="The agreement is not signed yet"):
        service.move(desk, invited, steps.AGREED)
    assert invited.state == "invited"
    agreements.sign(desk, invited, signer(customer))
    service.move(desk, invited, steps.AGREED)
    assert invited.state == "agreed"


def test_customer_declines_without_a_signature(
    desk: Desk, agreement: Agreement | None, invited: Participation
) -> None:
    service.move(desk, invited, steps.DECLINED)
    assert invited.state == "declined"


def test_newer_version_does_not_take_back_who_signed(
    desk: Desk, programme: Programme, agreement: Agreement | None, invited: Participation
) -> None:
    agreements.sign(desk, invited, signer(name="M. Fuchs"))
    agreements.write(desk, programme, "Newer")
    service.move(desk, invited, steps.AGREED)
    assert invited.state == "agreed"


@pytest.mark.parametrize("both", [True, False])
def test_signature_is_of_a_person_or_of_a_name(
    desk: Desk,
    agreement: Agreement | None,
    invited: Participation,
    customer: Person,
    both: bool,
) -> None:
    values = signer(customer, name="M. Fuchs") if both else signer(name="  ")
    with pytest.raises(Refused, match="Choose a person of the customer or write a name"):
        agreements.sign(desk, invited, values)


def test_stranger_cannot_sign(
    desk: Desk, agreement: Agreement | None, invited: Participation
) -> None:
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    with pytest.raises(Refused, match="Who signs must be an active person of this customer"):
        agreements.sign(desk, invited, signer(stranger))


def test_nobody_signs_in_the_future(
    desk: Desk, clock: SteppedClock, agreement: Agreement | None, invited: Participation
) -> None:
    tomorrow = signer(name="M. Fuchs", signed_on=date(2026, 3, 11))
    with pytest.raises(Refused, match="cannot be signed on a day that is still to come"):
        agreements.sign(desk, invited, tomorrow)
    # Midnight in Berlin is 23:00 in UTC.
    clock.moment = clock.moment.replace(hour=23)
    assert agreements.sign(desk, invited, tomorrow).signed_on == date(2026, 3, 11)


def test_page_says_that_the_agreement_is_not_signed(desk: Desk, boss: FlaskClient) -> None:
    page = boss.post(f"{PAGE}/step", data={"state": "agreed"}, follow_redirects=True).text
    assert "The agreement is not signed yet: record first who signed it and when." in page
    assert queries.participation(desk, 1).state == "invited"
    assert "Nobody has signed yet." in boss.get(PAGE).text


def test_signature_is_recorded_by_the_form(boss: FlaskClient, customer: Person) -> None:
    assert 'value="2026-03-10"' in boss.get(f"{PAGE}/signature").text
    sent = {"person_id": str(customer.id), "name": "", "signed_on": "2026-03-09"}
    answer = boss.post(f"{PAGE}/signature", data=sent)
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert "signed on Mar 9, 2026 by Karla Kundin" in boss.get(PAGE).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"signed_on": "2026-03-11"}, "cannot be signed on a day that is still to come."),
        ({"signed_on": "soon"}, "Not a valid date value."),
        ({"person_id": "99"}, "Not a valid choice."),
        ({"person_id": "1"}, "Choose a person of the customer or write a name, one of both."),
        ({"name": "x" * 201}, "Field cannot be longer than 200 characters."),
    ],
)
def test_wrong_signature_comes_back_with_what_was_typed(
    desk: Desk, boss: FlaskClient, customer: Person, wrong: dict[str, str], sentence: str
) -> None:
    if wrong.get("person_id") == "1":
        wrong = {"person_id": str(customer.id)}
    sent = {"person_id": "", "name": "M. Fuchs", "signed_on": "2026-03-09"} | wrong
    answer = boss.post(f"{PAGE}/signature", data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{sent["name"]}"' in answer.text
    assert agreements.signatures(desk, [1]) == {}


def test_pages_say_that_a_newer_version_counts(
    desk: Desk, programme: Programme, invited: Participation, boss: FlaskClient
) -> None:
    agreements.sign(desk, invited, signer(name="M. Fuchs"))
    desk.commit()
    shown = [boss.get(path).text for path in ("/pilot_service/1", PAGE)]
    agreements.write(desk, programme, "Newer")
    desk.commit()
    shown += [boss.get(path).text for path in ("/pilot_service/1", PAGE)]
    words = ("version 1 signed", "Version 1 is signed; version 2 counts now.")
    assert [[word in page for word in words] for page in shown] == [
        [False, False],
        [False, False],
        [True, False],
        [False, True],
    ]


def test_signing_the_newer_version_ends_the_mark(
    desk: Desk, programme: Programme, invited: Participation, agreement: Agreement | None
) -> None:
    agreements.sign(desk, invited, signer(name="M. Fuchs"))
    agreements.write(desk, programme, "Newer")
    texts = agreements.versions(desk, 1)
    before = agreements.outdated(desk, [invited], texts)
    agreements.sign(desk, invited, signer(name="M. Fuchs"))
    assert (before, agreements.outdated(desk, [invited], texts)) == ({1: 1}, {})


def test_programmes_form_writes_a_version(desk: Desk, boss: FlaskClient) -> None:
    assert TEXT in boss.get("/pilot_service/1/edit").text
    boss.post("/pilot_service/1/edit", data=PROGRAMME | {"agreement": "Newer"})
    desk.session.expire_all()
    assert known(desk) == [(2, "Newer"), (1, TEXT)]
    page = boss.get("/pilot_service/1").text
    assert [word in page for word in ("version 2 of", "version 1 of")] == [True, True]


def test_refused_programme_keeps_the_text_that_was_typed(desk: Desk, boss: FlaskClient) -> None:
    wrong = PROGRAMME | {"agreement": "Newer", "ends_on": "2020-01-01"}
    answer = boss.post("/pilot_service/1/edit", data=wrong)
    assert (answer.status_code, "Newer</textarea>" in answer.text) == (422, True)
    assert known(desk) == [(1, TEXT)]


def test_who_signed_is_told_of_it(
    desk: Desk, agreement: Agreement | None, invited: Participation, customer: Person
) -> None:
    agreements.sign(desk, invited, signer(customer))
    (_parts, found, *_others) = hooks.personal_data(desk, customer)
    assert found.rows == [{"agreement_id": 1, "version": 1, "on": date(2026, 3, 10)}]


def test_erased_signer_is_named_no_more_and_the_day_stays(
    desk: Desk,
    programme: Programme,
    agreement: Agreement | None,
    invited: Participation,
    customer: Person,
) -> None:
    agreements.write(desk, programme, "Karla Kundin keeps quiet.")
    agreements.sign(desk, invited, signer(customer))
    agreements.sign(desk, invited, signer(name="Karla Kundin"))
    factories.erase_person(desk, customer)
    found = [(row["person_id"], row["name"], row["signed_on"]) for row in rows_of(desk, Signature)]
    day = date(2026, 3, 10)
    assert found == [(None, "", day), (None, "[…]", day)]
    assert known(desk)[0] == (2, "[…] keeps quiet.")


def test_signature_of_another_customer_stays_when_a_namesake_is_erased(
    desk: Desk, agreement: Agreement | None, invited: Participation
) -> None:
    agreements.sign(desk, invited, signer(name="Otto Fuchs"))
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    factories.erase_person(desk, stranger)
    assert [row["name"] for row in rows_of(desk, Signature)] == ["Otto Fuchs"]


def test_agent_reads_and_records_nothing(
    agreement: Agreement | None, invited: Participation, agent: Person, sign_in: SignIn
) -> None:
    page = sign_in(agent).get(PAGE).text
    words = ("Nobody has signed yet.", "Record a signature", ">Edit<")
    assert [word in page for word in words] == [True, False, False]
