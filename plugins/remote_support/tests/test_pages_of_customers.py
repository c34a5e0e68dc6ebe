# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customer's pages: the way in, the question, the seat; and what strangers try there."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, desk_for
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, offers, queries, scopes, seats, service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.seating import COOKIE

SignIn = Callable[[Person], FlaskClient]
YES = {"name": "Karla K.", "agreed": "y", "answer": "yes"}


def seat_of(row: RemoteSession, step: str = "") -> str:
    """Return the address of the customer's page, or of a step on it."""
    return f"/remote_support/seat/{row.reference}{step and '/'}{step}"


def now(row: RemoteSession, desk: Desk) -> RemoteSession:
    """Return the session as the database has it."""
    with desk_for(desk.core) as fresh:
        return fresh.session.get_one(RemoteSession, row.id)


def join(ways: offers.Ways) -> str:
    """Return the address of the link."""
    return f"/remote_support/join/{ways.token}"


def test_question_names_who_why_and_what(
    client: FlaskClient, offered: RemoteSession, ways: offers.Ways
) -> None:
    text = client.get(join(ways)).text
    asked = [word in text for word in (f"May {offered.agent.name}", offered.purpose, "See the sc")]
    assert asked == [True] * 3


def test_question_is_no_answer(
    client: FlaskClient, desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    for _each in range(3):
        client.get(join(ways))
    assert now(offered, desk).state == states.OFFERED


def test_yes_leads_to_the_seat(
    client: FlaskClient, desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    answer = client.post(join(ways), data=YES)
    assert (answer.location, now(offered, desk).state) == (seat_of(offered), states.CONSENTED)


def test_seat_is_out_of_reach_of_scripts_and_other_pages(
    client: FlaskClient, offered: RemoteSession, ways: offers.Ways
) -> None:
    (cookie,) = [
        each
        for each in client.post(join(ways), data=YES).headers.getlist("Set-Cookie")
        if each.startswith(COOKIE)
    ]
    said = {part.strip() for part in cookie.split(";")[1:]}
    assert said == {"HttpOnly", f"Path={seat_of(offered)}", "SameSite=Strict"}


@pytest.mark.parametrize("missing", ["name", "agreed"])
def test_yes_needs_a_name_and_a_tick(
    client: FlaskClient, desk: Desk, offered: RemoteSession, ways: offers.Ways, missing: str
) -> None:
    given = {key: value for key, value in YES.items() if key != missing}
    answer = client.post(join(ways), data=given)
    assert (answer.status_code, now(offered, desk).state) == (422, states.OFFERED)


def test_no_needs_neither(
    client: FlaskClient, desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    answer = client.post(join(ways), data={"answer": "no"})
    found = answer.status_code, "You declined" in answer.text, now(offered, desk).state
    assert found == (200, True, states.DECLINED)


@pytest.mark.parametrize("method", ["get", "post"])
def test_used_link_is_gone(
    client: FlaskClient, offered: RemoteSession, ways: offers.Ways, seat: str, method: str
) -> None:
    assert (offered.state, bool(seat)) == (states.CONSENTED, True)
    assert getattr(client, method)(join(ways), data=YES).status_code == 410


@pytest.mark.parametrize("token", ["x", "0" * 43, "a" * 2000, "../../admin"])
def test_link_that_never_was_is_gone_too(client: FlaskClient, token: str) -> None:
    assert client.get(f"/remote_support/join/{token}").status_code in (404, 410)


def test_pin_leads_to_the_question(
    client: FlaskClient, offered: RemoteSession, ways: offers.Ways
) -> None:
    typed = {"reference": offered.reference.lower(), "pin": ways.pin}
    text = client.post("/remote_support/join", data=typed, follow_redirects=True).text
    assert f"May {offered.agent.name}" in text


def test_consent_after_a_pin_says_so(
    client: FlaskClient, desk: Desk, offered: RemoteSession, ways: offers.Ways
) -> None:
    typed = {"reference": offered.reference, "pin": ways.pin}
    client.post(client.post("/remote_support/join", data=typed).location, data=YES)
    with desk_for(desk.core) as fresh:
        (given,) = queries.consents(fresh, offered)
    assert (given.channel, given.name) == (offers.PIN, "Karla K.")


def test_wrong_pin_counts_although_it_is_refused(
    client: FlaskClient, offered: RemoteSession, ways: offers.Ways
) -> None:
    wrong = f"{(int(ways.pin) + 1) % 10**6:06d}"
    for pin in (wrong,) * offers.MOST_TRIES:
        client.post("/remote_support/join", data={"reference": offered.reference, "pin": pin})
    right = {"reference": offered.reference, "pin": ways.pin}
    assert client.post("/remote_support/join", data=right).status_code == 422


def test_one_address_tries_twenty_times(client: FlaskClient, offered: RemoteSession) -> None:
    found = [
        client.post("/remote_support/join", data={"reference": "ABCDEFGH", "pin": "1"}).status_code
        for _each in range(seats.MOST_TRIES + 1)
    ]
    assert (offered.state, found) == (states.OFFERED, [422] * seats.MOST_TRIES + [429])


def test_seat_shows_the_way_out(seated: FlaskClient, offered: RemoteSession) -> None:
    assert "Stop at once" in seated.get(seat_of(offered)).text


def test_only_the_seat_may_ask_for_the_screen(seated: FlaskClient, running: RemoteSession) -> None:
    pages = seat_of(running), "/remote_support/join", "/"
    said = [seated.get(page).headers["Permissions-Policy"].split(",")[0] for page in pages]
    assert [each == "display-capture=(self)" for each in said] == [True, False, False]


def test_stop_is_one_click(seated: FlaskClient, desk: Desk, running: RemoteSession) -> None:
    seated.post(seat_of(running, "stop"))
    row = now(running, desk)
    assert (row.state, row.ended_by) == (states.REVOKED, states.CUSTOMER)


def test_seat_is_gone_with_the_session(seated: FlaskClient, running: RemoteSession) -> None:
    answer = seated.post(seat_of(running, "stop"), follow_redirects=True)
    found = answer.status_code, "Nothing of your screen is seen any more" in answer.text
    assert found == (410, True)


def test_stop_twice_is_no_error(seated: FlaskClient, running: RemoteSession) -> None:
    found = [seated.post(seat_of(running, "stop")).status_code for _each in range(2)]
    assert found == [302, 302]


@pytest.mark.parametrize(("answer", "scope"), [("allow", "view control"), ("refuse", "view")])
def test_customer_answers_whether_more_is_allowed(
    seated: FlaskClient, agent_desk: Desk, running: RemoteSession, answer: str, scope: str
) -> None:
    service.widen(agent_desk, running, scopes.CONTROL)
    agent_desk.commit()
    is_asked = "Use mouse and keyboard" in seated.get(seat_of(running)).text
    seated.post(seat_of(running, answer))
    row = now(running, agent_desk)
    assert (is_asked, row.scope, row.wanted_scope) == (True, scope, "")


def test_allowing_what_was_not_asked_says_so(seated: FlaskClient, running: RemoteSession) -> None:
    answer = seated.post(seat_of(running, "allow"))
    assert (answer.status_code, "Nothing more is asked for." in answer.text) == (409, True)


@pytest.mark.parametrize("step", ["stop", "allow", "refuse"])
def test_stranger_without_the_seat_changes_nothing(
    client: FlaskClient, desk: Desk, running: RemoteSession, step: str
) -> None:
    client.set_cookie(COOKIE, "guessed", path=seat_of(running))
    client.post(seat_of(running, step))
    assert now(running, desk).state == states.ACTIVE


def test_stranger_learns_nothing_of_a_session(client: FlaskClient, running: RemoteSession) -> None:
    told = client.get(seat_of(running, "state")).json
    assert (client.get(seat_of(running)).status_code, told["state"]) == (410, "over")


def test_seat_of_one_session_opens_no_other(
    seated: FlaskClient, agent_desk: Desk, running: RemoteSession, ask: Callable[[], RemoteSession]
) -> None:
    other = ask()
    agent_desk.commit()
    cookie = seated.get_cookie(COOKIE, path=seat_of(running))
    assert cookie is not None
    seated.set_cookie(COOKIE, cookie.value, path=seat_of(other))
    assert seated.get(seat_of(other)).status_code == 410


def test_seat_tells_where_it_stands_as_json(seated: FlaskClient, running: RemoteSession) -> None:
    told = seated.get(seat_of(running, "state")).json
    usual = {"state": states.ACTIVE, "wanted": "", "scope": scopes.VIEW}
    assert told == usual | {"recording": ""}


def test_portal_shows_the_question_on_the_start_page(
    offered: RemoteSession, customer: Person, sign_in: SignIn
) -> None:
    text = sign_in(customer).get("/").text
    assert f"/remote_support/portal/{offered.reference}" in text


def test_portal_takes_the_answer(
    desk: Desk, offered: RemoteSession, customer: Person, sign_in: SignIn
) -> None:
    own = f"/remote_support/portal/{offered.reference}"
    answer = sign_in(customer).post(own, data=YES)
    assert (answer.location, now(offered, desk).state) == (seat_of(offered), states.CONSENTED)


def test_portal_asks_nobody_else(
    offered: RemoteSession, desk: Desk, sign_in: SignIn, customer: Person
) -> None:
    theirs = desk.session.get_one(Organisation, customer.organisation_id)
    other = factories.make_customer(desk, "Olga Other", "olga@kunde.example", theirs)
    desk.commit()
    found = sign_in(other).get(f"/remote_support/portal/{offered.reference}").status_code
    assert found == 404


def test_portal_is_quiet_once_the_offer_lapsed(
    offered: RemoteSession, customer: Person, sign_in: SignIn, clock: SteppedClock
) -> None:
    clock.go(minutes=31)
    assert "/remote_support/portal/" not in sign_in(customer).get("/").text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "You choose what of your screen you show."),
        ("de", "Sie wählen, was Sie von Ihrem Bildschirm zeigen."),
        ("de@du", "Du wählst, was du von deinem Bildschirm zeigst."),
    ],
)
def test_question_speaks_the_customers_language(
    client: FlaskClient, ways: offers.Ways, language: str, words: str
) -> None:
    client.set_cookie("language", language)
    assert words in client.get(join(ways)).text


def test_hostile_words_stay_words(
    client: FlaskClient, agent_desk: Desk, ask: Callable[..., RemoteSession]
) -> None:
    row = ask(purpose="<script>alert(1)</script><img src=x onerror=alert(1)>")
    made = service.offer(agent_desk, row)
    agent_desk.commit()
    text = client.get(join(made)).text
    assert re.findall(r"<script>|<img src=x", text) == []


def test_secret_of_the_link_is_told_to_no_other_site(
    client: FlaskClient, ways: offers.Ways
) -> None:
    assert client.get(join(ways)).headers["Referrer-Policy"] == "same-origin"


def test_customers_desk_is_the_persons_own(desk: Desk, offered: RemoteSession) -> None:
    assert answers.acting(desk, offered).actor.person_id == offered.person_id
