# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers answer an invitation themselves, sign newer versions, and leave when they want to."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Organisation, Person, Refused, rows_of
from tresen.testing import factories
from tresen_pilot_service import agreements, queries, service, steps
from tresen_pilot_service.models import Participation, Programme, Signature
from tresen_pilot_service.portal import service as answers

SignIn = Callable[[Person], FlaskClient]
Activate = Callable[[Participation], Participation]
TEXT = "Both sides keep quiet."
PAGE = "/pilot_service/portal/1"
AGREED = {"version": "1", "accepted": "y"}


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    """Return somebody else of the customer's organisation."""
    home = desk.session.get_one(Organisation, customer.organisation_id)
    made = factories.make_customer(desk, "Kurt Kollege", "kurt@kunde.example", home)
    desk.commit()
    return made


@pytest.fixture
def asked(desk: Desk, programme: Programme, invited: Participation) -> Participation:
    """Return an invited participation whose programme has an agreement."""
    agreements.write(desk, programme, TEXT)
    desk.commit()
    return invited


@pytest.fixture
def speaker(desk: Desk, asked: Participation, customer: Person) -> Person:
    """Return the customer's key user."""
    asked.key_user_id = customer.id
    desk.commit()
    return customer


def again(desk: Desk) -> Participation:
    """Return the participation as it is kept now."""
    found = desk.session.get_one(Participation, 1)
    desk.session.refresh(found, ["state", "reason", "agreed_on", "ended_on"])
    desk.commit()
    return found


def signed(desk: Desk) -> list[tuple[int | None, date]]:
    found = [(row["person_id"], row["signed_on"]) for row in rows_of(desk, Signature)]
    desk.commit()
    return found


def test_key_user_agrees_by_a_tick_and_a_button(
    desk: Desk, speaker: Person, sign_in: SignIn
) -> None:
    browser = sign_in(speaker)
    page = browser.get(PAGE).text
    assert [each in page for each in (TEXT, "Agree and take part", ">Decline<")] == [True] * 3
    answer = browser.post(f"{PAGE}/agreement", data=AGREED)
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert signed(desk) == [(speaker.id, date(2026, 3, 10))]
    assert (again(desk).state, again(desk).agreed_on) == ("agreed", date(2026, 3, 10))
    page = browser.get(PAGE).text
    said = "Version 1, signed on Mar 10, 2026 by Karla Kundin."
    assert [each in page for each in (said, "Agree and take part")] == [True, False]


def test_who_does_not_tick_has_not_agreed(desk: Desk, speaker: Person, sign_in: SignIn) -> None:
    answer = sign_in(speaker).post(f"{PAGE}/agreement", data={"version": "1"})
    wanted = ("Tick the sentence if you agree.", TEXT)
    assert [each in answer.text for each in wanted] == [True, True]
    assert (answer.status_code, again(desk).state) == (422, "invited")


def test_colleague_reads_who_may_answer(
    desk: Desk, speaker: Person, colleague: Person, sign_in: SignIn
) -> None:
    browser = sign_in(colleague)
    sentence = "Only Karla Kundin can decide this for Kunde GmbH."
    page = browser.get(PAGE).text
    assert [each in page for each in (sentence, TEXT, "Agree and take part")] == [True, True, False]
    for path, data in (("agreement", AGREED), ("decline", {"reason": "No time"})):
        answer = browser.post(f"{PAGE}/{path}", data=data)
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "No time</textarea>" in answer.text
    assert (again(desk).state, signed(desk)) == ("invited", [])


def test_deputy_of_the_key_user_agrees_too(
    desk: Desk, asked: Participation, speaker: Person, colleague: Person, sign_in: SignIn
) -> None:
    asked.key_user_deputy_id = colleague.id
    desk.commit()
    sign_in(colleague).post(f"{PAGE}/agreement", data=AGREED)
    assert signed(desk) == [(colleague.id, date(2026, 3, 10))]


def test_anybody_of_the_customer_agrees_where_no_key_user_is_named(
    desk: Desk, asked: Participation, colleague: Person, sign_in: SignIn
) -> None:
    sign_in(colleague).post(f"{PAGE}/agreement", data=AGREED)
    assert (again(desk).state, signed(desk)) == ("agreed", [(colleague.id, date(2026, 3, 10))])


def test_key_user_who_left_stops_nobody(
    desk: Desk, speaker: Person, colleague: Person, sign_in: SignIn
) -> None:
    speaker.is_active = False
    desk.commit()
    sign_in(colleague).post(f"{PAGE}/agreement", data=AGREED)
    assert again(desk).state == "agreed"


def test_two_key_users_are_both_named(
    desk: Desk, asked: Participation, speaker: Person, colleague: Person
) -> None:
    asked.key_user_deputy_id = colleague.id
    desk.session.flush()
    desk.session.expire_all()
    row = queries.participation(desk, 1)
    assert (
        answers.who_may(row) == "Only Karla Kundin or Kurt Kollege can decide this for Kunde GmbH."
    )


def test_second_of_two_who_agree_reads_that_it_is_done(
    desk: Desk, asked: Participation, customer: Person, colleague: Person, sign_in: SignIn
) -> None:
    first, second = sign_in(customer), sign_in(colleague)
    first.post(f"{PAGE}/agreement", data=AGREED)
    answer = second.post(f"{PAGE}/agreement", data=AGREED)
    sentence = "Karla Kundin has signed version 1 already."
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert signed(desk) == [(customer.id, date(2026, 3, 10))]


def test_second_of_two_reads_it_too_where_there_is_nothing_to_sign(
    desk: Desk, invited: Participation, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    assert "Kunde GmbH takes part in this pilot." in browser.get(PAGE).text
    data = {"version": "", "accepted": "y"}
    answers = [browser.post(f"{PAGE}/agreement", data=data) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "Kunde GmbH has agreed already." in answers[1].text
    assert again(desk).state == "agreed"


def test_text_that_changed_meanwhile_must_be_read_first(
    desk: Desk, programme: Programme, speaker: Person, sign_in: SignIn
) -> None:
    agreements.write(desk, programme, "Both sides talk.")
    desk.commit()
    answer = sign_in(speaker).post(f"{PAGE}/agreement", data=AGREED)
    wanted = ("The agreement was changed meanwhile.", "Both sides talk.", 'value="2"', " checked")
    assert [each in answer.text for each in wanted] == [True, True, True, False]
    assert (answer.status_code, again(desk).state) == (422, "invited")


def test_newer_version_is_signed_later(
    desk: Desk, programme: Programme, speaker: Person, sign_in: SignIn
) -> None:
    browser = sign_in(speaker)
    browser.post(f"{PAGE}/agreement", data=AGREED)
    agreements.write(desk, programme, "Newer")
    desk.commit()
    assert "Version 2 of the agreement counts now" in browser.get(PAGE).text
    browser.post(f"{PAGE}/agreement", data=AGREED | {"version": "2"})
    assert [each.agreement.version for each in agreements.signatures(desk, [1])[1]] == [2, 1]
    assert "counts now" not in browser.get(PAGE).text


def test_signature_on_paper_is_enough_to_take_part(
    desk: Desk, asked: Participation, speaker: Person, sign_in: SignIn
) -> None:
    paper = {"person_id": None, "name": "M. Fuchs", "signed_on": date(2026, 3, 9)}
    agreements.sign(desk, asked, paper)
    desk.commit()
    sign_in(speaker).post(f"{PAGE}/agreement", data=AGREED)
    assert (again(desk).state, signed(desk)) == ("agreed", [(None, date(2026, 3, 9))])


def test_key_user_declines_with_a_word(
    desk: Desk, speaker: Person, sign_in: SignIn, administrator: Person
) -> None:
    browser = sign_in(speaker)
    assert "Decline the invitation" in browser.get(f"{PAGE}/decline").text
    browser.post(f"{PAGE}/decline", data={"reason": " Stocktaking. "})
    row = again(desk)
    assert (row.state, row.reason, row.ended_on) == ("declined", "Stocktaking.", date(2026, 3, 10))
    assert "You declined the invitation on March 10, 2026." in browser.get(PAGE).text
    assert "Stocktaking." in sign_in(administrator).get("/pilot_service/participants/1").text


def test_who_declined_cannot_do_it_twice(desk: Desk, speaker: Person, sign_in: SignIn) -> None:
    browser = sign_in(speaker)
    found = [browser.post(f"{PAGE}/decline", data={"reason": word}) for word in ("", "Late")]
    assert [answer.status_code for answer in found] == [302, 422]
    assert "The part of Kunde GmbH is over: Declined." in found[1].text
    assert again(desk).reason == ""


def test_customer_who_agreed_can_no_longer_decline(
    desk: Desk, speaker: Person, sign_in: SignIn
) -> None:
    browser = sign_in(speaker)
    browser.post(f"{PAGE}/agreement", data=AGREED)
    answer = browser.post(f"{PAGE}/decline", data={"reason": "Late"})
    assert (answer.status_code, "Late</textarea>" in answer.text) == (422, True)
    assert again(desk).state == "agreed"


def test_word_that_is_too_long_is_not_lost(speaker: Person, sign_in: SignIn) -> None:
    answer = sign_in(speaker).post(f"{PAGE}/decline", data={"reason": "x" * 2001})
    assert (answer.status_code, f"{'x' * 2001}</textarea>" in answer.text) == (422, True)


def test_customer_leaves_and_we_take_it_back(
    desk: Desk,
    speaker: Person,
    asked: Participation,
    activate: Activate,
    sign_in: SignIn,
    administrator: Person,
) -> None:
    answers_page = f"{PAGE}/leave"
    today = desk.today()
    agreements.sign(desk, asked, {"person_id": speaker.id, "name": "", "signed_on": today})
    activate(asked)
    desk.commit()
    browser = sign_in(speaker)
    assert f'href="{answers_page}"' in browser.get(PAGE).text
    browser.post(answers_page, data={"reason": "We move."})
    row = again(desk)
    assert (row.state, row.reason) == ("withdrawn", "We move.")
    assert "Thank you for what you tried and told us." in browser.get(PAGE).text
    boss = sign_in(administrator)
    assert "Let it go on" in boss.get("/pilot_service/participants/1").text
    boss.post("/pilot_service/participants/1/resume")
    row = again(desk)
    assert (row.state, row.reason, row.ended_on) == ("active", "", None)


def test_who_does_not_speak_is_not_offered_the_way_out(
    desk: Desk, participation: Participation, customer: Person, colleague: Person, sign_in: SignIn
) -> None:
    participation.key_user_id = customer.id
    desk.commit()
    browser = sign_in(colleague)
    assert "Leave the pilot" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/leave", data={"reason": ""}).status_code == 422
    assert again(desk).state == "active"


@pytest.mark.parametrize("path", ["agreement", "decline", "leave", "consent", "consent/withdraw"])
def test_nobody_answers_for_another_customer(
    desk: Desk, asked: Participation, sign_in: SignIn, path: str
) -> None:
    home = Organisation(name="Fernlager GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(home)
    desk.session.flush()
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example", home)
    desk.commit()
    assert sign_in(stranger).post(f"{PAGE}/{path}", data=AGREED).status_code == 404
    assert again(desk).state == "invited"


@pytest.mark.parametrize("path", ["agreement", "decline", "leave", "consent", "consent/withdraw"])
def test_agents_answer_for_nobody(
    asked: Participation, administrator: Person, sign_in: SignIn, path: str
) -> None:
    assert sign_in(administrator).post(f"{PAGE}/{path}", data=AGREED).status_code == 403


def test_over_is_over_for_the_agreement(desk: Desk, asked: Participation) -> None:
    asked = queries.participation(desk, 1)
    service.move(desk, asked, steps.DECLINED)
    with pytest.raises(Refused, match="The part of Kunde GmbH is over: Declined"):
        answers.end(desk, asked, steps.WITHDRAWN, "")
    with pytest.raises(Refused, match="over"):
        answers.agree(desk, asked, 1)


def test_reason_names_nobody_who_was_erased(
    desk: Desk, speaker: Person, asked: Participation
) -> None:
    service.move(desk, asked, steps.DECLINED)
    asked.reason = "Karla Kundin has no time."
    factories.erase_person(desk, speaker)
    assert desk.session.scalars(select(Participation.reason)).all() == ["[…] has no time."]
