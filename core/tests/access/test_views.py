# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in, out and back in by link, and what attackers try on the way."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.access import service
from tresen.access.models import OneTimeLink, SignInSession
from tresen.access.views import local_path
from tresen.desk import Core, Desk, desk_for
from tresen.hooks import hookimpl
from tresen.people.models import EmailAddress, Person
from tresen.testing.fixtures import SteppedClock

PASSWORD = "a sentence is a fine password"
SignIn = Callable[[Person], FlaskClient]


@dataclass
class Postbox:
    """A plugin that keeps what would be mailed."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)

    @hookimpl
    def link_issued(self, address: EmailAddress, purpose: str, token: str) -> None:
        self.sent.append((address.address, purpose, token))


@pytest.fixture
def postbox(core: Core) -> Postbox:
    box = Postbox()
    core.plugins.pm.register(box, name="postbox")
    return box


@pytest.fixture
def known(desk: Desk, agent: Person) -> Person:
    service.set_password(desk, agent, PASSWORD)
    desk.commit()
    return agent


def enter(client: FlaskClient, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(
        "/sign-in", data={"address": "anna@tresen.example", "password": password}, **more
    )


def living_sessions(core: Core) -> int:
    with desk_for(core) as desk:
        found = select(func.count()).where(SignInSession.ended_at.is_(None))
        return desk.session.scalar(found) or 0


def test_right_password_lets_in(client: FlaskClient, known: Person) -> None:
    answer = enter(client)
    assert (answer.status_code, client.get("/account/").status_code) == (302, 200)


def test_wrong_password_says_so_and_keeps_the_address(client: FlaskClient, known: Person) -> None:
    answer = enter(client, "not the password at all")
    assert answer.status_code == 422
    assert 'value="anna@tresen.example"' in answer.text
    assert "Address and password do not belong together." in answer.text


def without_token(page: str) -> str:
    """Return a page without its form tokens, which hold the second they were made in."""
    return re.sub(r'(csrf-token" content|csrf_token" value)="[^"]+"', r"\1", page)


def test_unknown_address_gets_the_same_answer(client: FlaskClient, known: Person) -> None:
    wrong = enter(client, "not the password at all")
    nobody = client.post(
        "/sign-in", data={"address": "anna@tresen.exampl3", "password": "not the password at all"}
    )
    assert without_token(nobody.text).replace("exampl3", "example") == without_token(wrong.text)


def test_inactive_person_stays_out(client: FlaskClient, desk: Desk, known: Person) -> None:
    known.is_active = False
    desk.commit()
    assert enter(client).status_code == 422


def test_atk_z09_deactivated_person_is_out_at_once(
    desk: Desk, known: Person, sign_in: SignIn
) -> None:
    browser = sign_in(known)
    before = browser.get("/account/").status_code
    known.is_active = False
    desk.commit()
    assert (before, browser.get("/account/").status_code) == (200, 302)


def test_atk_u06_cookie_is_hidden_from_scripts_and_other_sites(
    client: FlaskClient, known: Person
) -> None:
    cookie = next(
        value
        for name, value in enter(client).headers
        if name == "Set-Cookie" and "tresen=" in value
    )
    assert [flag in cookie for flag in ("HttpOnly", "SameSite=Lax", "Path=/")] == [True] * 3


def test_atk_u06_session_of_before_is_not_kept(client: FlaskClient, known: Person) -> None:
    client.set_cookie("tresen", "chosen-by-the-attacker", domain="localhost")
    enter(client)
    cookie = client.get_cookie("tresen", domain="localhost")
    assert cookie is not None
    assert cookie.value != "chosen-by-the-attacker"


def test_atk_u07_cookie_of_an_ended_session_opens_nothing(
    client: FlaskClient, app: Flask, known: Person
) -> None:
    enter(client)
    cookie = client.get_cookie("tresen", domain="localhost")
    assert cookie is not None
    client.post("/sign-out")
    replay = app.test_client()
    replay.set_cookie("tresen", cookie.value, domain="localhost")
    assert replay.get("/account/").status_code == 302


def test_old_session_is_over(client: FlaskClient, known: Person, clock: SteppedClock) -> None:
    enter(client)
    clock.go(days=15)
    assert client.get("/account/").status_code == 302


def test_atk_u05_guessing_is_slowed_for_the_guesser_only(
    client: FlaskClient, known: Person, clock: SteppedClock
) -> None:
    guesses = [enter(client, "guess number one").status_code for _ in range(11)]
    owner = enter(client, environ_base={"REMOTE_ADDR": "127.0.0.2"}).status_code
    clock.go(minutes=16)
    later = enter(client).status_code
    assert (guesses, owner, later) == ([422] * 10 + [429], 302, 302)


def test_atk_u05_too_many_attempts_say_when_to_come_back(
    client: FlaskClient, known: Person
) -> None:
    for _ in range(10):
        enter(client, "guess number one")
    assert enter(client).headers["Retry-After"] == "900"


@pytest.mark.parametrize(
    ("password", "status"), [("x" * 2000, 200), ("nul\0nul-nul-nul", 400), ("🔑" * 12, 422)]
)
def test_atk_u09_odd_passwords_are_answered(
    client: FlaskClient, known: Person, password: str, status: int
) -> None:
    assert enter(client, password).status_code == status


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "", None, "x"],
)
def test_atk_i16_foreign_target_is_no_target(target: str | None) -> None:
    assert local_path(target) is None


def test_atk_i16_sign_in_leads_to_the_page_that_was_asked_for(
    client: FlaskClient, known: Person
) -> None:
    asked = client.get("/account/sessions?x=1")
    answer = client.post(
        asked.location, data={"address": "anna@tresen.example", "password": PASSWORD}
    )
    assert answer.location == "/account/sessions?x=1"


def test_forgotten_password_is_set_anew_by_link(
    client: FlaskClient, known: Person, postbox: Postbox, core: Core
) -> None:
    enter(client)
    client.post("/forgotten", data={"address": "Anna@Tresen.example"})
    (address, purpose, token) = postbox.sent[0]
    new = "quite another sentence here"
    answer = client.post(f"/link/{token}", data={"password": new, "again": new})
    assert (address, purpose, answer.status_code) == ("anna@tresen.example", "password", 302)
    assert (living_sessions(core), enter(client, new).status_code) == (1, 302)


def test_atk_u02_known_and_unknown_address_get_one_answer(
    client: FlaskClient, known: Person, postbox: Postbox
) -> None:
    answers = [
        without_token(client.post("/forgotten", data={"address": address}).text).replace(
            address, "…"
        )
        for address in ("anna@tresen.example", "nobody@tresen.example")
    ]
    assert (answers[0] == answers[1], len(postbox.sent)) == (True, 1)


def test_atk_u03_link_works_once(client: FlaskClient, known: Person, postbox: Postbox) -> None:
    client.post("/forgotten", data={"address": "anna@tresen.example"})
    token = postbox.sent[0][2]
    data = {"password": PASSWORD, "again": PASSWORD}
    answers = [client.post(f"/link/{token}", data=data).status_code for _ in range(2)]
    assert answers == [302, 422]


def test_atk_u03_second_link_dies_with_the_first(
    client: FlaskClient, known: Person, postbox: Postbox
) -> None:
    for _ in range(2):
        client.post("/forgotten", data={"address": "anna@tresen.example"})
    data = {"password": PASSWORD, "again": PASSWORD}
    answers = [client.post(f"/link/{sent[2]}", data=data).status_code for sent in postbox.sent]
    assert answers == [302, 422]


def test_atk_u03_link_is_too_old_after_an_hour(
    client: FlaskClient, known: Person, postbox: Postbox, clock: SteppedClock
) -> None:
    client.post("/forgotten", data={"address": "anna@tresen.example"})
    clock.go(minutes=61)
    assert client.get(f"/link/{postbox.sent[0][2]}").status_code == 422


def test_atk_u03_link_is_stored_as_a_hash_only(
    client: FlaskClient, known: Person, postbox: Postbox, core: Core
) -> None:
    client.post("/forgotten", data={"address": "anna@tresen.example"})
    with desk_for(core) as desk:
        stored = desk.session.scalars(select(OneTimeLink.token_hash)).all()
    assert [postbox.sent[0][2] in text for text in stored] == [False]


def test_looking_at_a_link_uses_nothing_up(
    client: FlaskClient, known: Person, postbox: Postbox
) -> None:
    client.post("/forgotten", data={"address": "anna@tresen.example"})
    path = f"/link/{postbox.sent[0][2]}"
    assert [client.get(path).status_code for _ in range(3)] == [200] * 3


def test_atk_u04_one_address_gets_three_links_an_hour(
    client: FlaskClient, known: Person, postbox: Postbox, clock: SteppedClock
) -> None:
    for _ in range(20):
        client.post("/forgotten", data={"address": "anna@tresen.example"})
    within = len(postbox.sent)
    clock.go(minutes=61)
    client.post("/forgotten", data={"address": "anna@tresen.example"})
    assert (within, len(postbox.sent)) == (3, 4)


def test_sign_up_makes_a_customer_whose_address_the_link_proves(
    client: FlaskClient, core: Core, postbox: Postbox
) -> None:
    client.post("/sign-up", data={"name": "Nora Neu", "address": "nora@neu.example"})
    with desk_for(core) as desk:
        before = desk.session.scalar(select(EmailAddress.proven_at))
    client.post(f"/link/{postbox.sent[0][2]}", data={"password": PASSWORD, "again": PASSWORD})
    with desk_for(core) as desk:
        person = desk.session.scalars(select(Person)).one()
        after = desk.session.scalar(select(EmailAddress.proven_at))
    assert (before, person.role, person.name, after) == (
        None,
        "customer",
        "Nora Neu",
        core.clock(),
    )
