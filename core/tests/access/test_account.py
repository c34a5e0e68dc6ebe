# SPDX-License-Identifier: AGPL-3.0-or-later
"""One's own account: profile, password, sessions, tokens - and nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from re import findall, search

import pytest
from flask.testing import FlaskClient
from tresen.access import service, tokens
from tresen.access.models import ApiToken
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Missing, Refused
from tresen.people.models import Person
from tresen.testing.fixtures import SteppedClock

PASSWORD = "a sentence is a fine password"
SignIn = Callable[[Person], FlaskClient]
PROFILE = {"name": "Anna A.", "language": "de", "time_zone": "Europe/Vienna", "signature": "A."}


def test_profile_is_saved_and_speaks_the_chosen_language(
    core: Core, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    browser.post("/account/", data=PROFILE)
    with desk_for(core) as desk:
        person = desk.session.get_one(Person, agent.id)
        found = (person.name, person.language, person.time_zone)
    page = browser.get("/account/").text
    assert found == ("Anna A.", "de", "Europe/Vienna")
    assert ('lang="de"' in page, " data-keyboard" in page) == (True, False)


@pytest.mark.parametrize("field", ["role", "organisation_id", "is_active", "sees_organisation"])
def test_atk_z04_profile_takes_no_other_field(
    core: Core, customer: Person, sign_in: SignIn, field: str
) -> None:
    before = getattr(customer, field)
    sign_in(customer).post("/account/", data=PROFILE | {field: "administrator"})
    with desk_for(core) as desk:
        assert getattr(desk.session.get_one(Person, customer.id), field) == before


def test_password_change_needs_the_present_one_and_ends_all_sessions(
    desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    service.set_password(desk, agent, PASSWORD)
    desk.commit()
    browser, other = sign_in(agent), sign_in(agent)
    new = {"password": "quite another sentence", "again": "quite another sentence"}
    wrong = browser.post("/account/password", data=new | {"old": "not this one at all"})
    right = browser.post("/account/password", data=new | {"old": PASSWORD})
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert [each.get("/account/").status_code for each in (browser, other)] == [302, 302]


@pytest.mark.parametrize("password", ["short", "x" * 1025])
def test_password_of_a_wrong_length_is_refused(desk: Desk, agent: Person, password: str) -> None:
    with pytest.raises(Refused):
        service.set_password(desk, agent, password)


def test_another_session_can_be_ended(agent: Person, sign_in: SignIn) -> None:
    browser, other = sign_in(agent), sign_in(agent)
    ends = search(r"/account/sessions/\d+/end", browser.get("/account/sessions").text)
    assert ends is not None
    browser.post(ends[0], data={"is_meant": "1"})
    assert [each.get("/account/").status_code for each in (browser, other)] == [200, 302]


def test_ending_a_session_is_asked_in_a_sentence_that_names_it(
    agent: Person, sign_in: SignIn
) -> None:
    browser, other = sign_in(agent), sign_in(agent)
    ends = search(r"/account/sessions/\d+/end", browser.get("/account/sessions").text)
    assert ends is not None
    asked = browser.post(ends[0])
    question = search("End the session of the browser “([^”]+)” at [^ ?]*[?]", asked.text)
    form = '<input type="hidden" name="is_meant" value="1">'
    assert (asked.status_code, question is not None, form in asked.text) == (200, True, True)
    assert [each.get("/account/").status_code for each in (browser, other)] == [200, 200]


def test_ending_a_token_is_asked_in_a_sentence_that_names_it(
    desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    tokens.make_token(desk, agent, "Report & more", ["tickets.read"])
    desk.commit()
    browser = sign_in(agent)
    asked = browser.post("/account/tokens/1/end")
    still = "Report &amp; more" in browser.get("/account/tokens").text
    ended = browser.post("/account/tokens/1/end", data={"is_meant": "1"}, follow_redirects=True)
    assert "End the token “Report &amp; more”?" in asked.text
    assert (still, "Report &amp; more" in ended.text) == (True, False)


def test_session_of_somebody_else_cannot_be_ended(
    agent: Person, customer: Person, sign_in: SignIn
) -> None:
    victim, attacker = sign_in(agent), sign_in(customer)
    for number in range(1, 5):
        if number != 2:
            attacker.post(f"/account/sessions/{number}/end", data={"is_meant": "1"})
    assert victim.get("/account/").status_code == 200


def test_token_is_shown_once_and_acts_within_its_scopes(
    core: Core, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    data = {"name": "Report", "scopes": ["tickets.read"], "days": "30"}
    shown = search(r"tresen_[\w-]{43}", unescape(browser.post("/account/tokens", data=data).text))
    assert shown is not None
    assert shown[0] not in browser.get("/account/tokens").text
    with desk_for(core, write=True) as desk:
        actor = tokens.actor_by_token(desk, shown[0])
    assert actor is not None
    assert (actor.person_id, actor.permissions) == (agent.id, {"tickets.read"})


def test_token_beyond_ones_own_permissions_is_refused(desk: Desk, agent: Person) -> None:
    with pytest.raises(Refused):
        tokens.make_token(desk, agent, "too much", ["people.administer"])


def test_token_ends_with_its_time_its_owner_or_its_end(
    desk: Desk, agent: Person, clock: SteppedClock
) -> None:
    soon = tokens.make_token(desk, agent, "soon", ["tickets.read"], timedelta(days=1))
    ended = tokens.make_token(desk, agent, "ended", ["tickets.read"])
    lasting = tokens.make_token(desk, agent, "lasting", ["tickets.read"])
    desk.session.flush()
    tokens.end_token(desk, agent.id, desk.session.query(ApiToken).filter_by(name="ended").one().id)
    clock.go(days=2)
    first = [tokens.actor_by_token(desk, each) is not None for each in (soon, ended, lasting)]
    agent = desk.session.get_one(Person, agent.id)
    agent.is_active = False
    desk.session.flush()
    assert (first, tokens.actor_by_token(desk, lasting)) == ([False, False, True], None)


def test_token_of_somebody_else_cannot_be_ended(
    desk: Desk, agent: Person, administrator: Person
) -> None:
    tokens.make_token(desk, agent, "mine", ["tickets.read"])
    desk.session.flush()
    with pytest.raises(Missing):
        tokens.end_token(desk, administrator.id, 1)


def test_customer_has_no_tokens(customer: Person, sign_in: SignIn) -> None:
    assert sign_in(customer).get("/account/tokens").status_code == 403


def test_profile_shows_the_zone_in_use_to_those_who_chose_none(
    sign_in: Callable[[Person], FlaskClient], agent: Person
) -> None:
    page = sign_in(agent).get("/account/").get_data(as_text=True)
    assert findall(r'<option selected value="([^"]+)">', page) == ["en", "Europe/Berlin"]
