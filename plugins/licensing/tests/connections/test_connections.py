# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may speak to a forge is set by administrators; no token is kept, shown or noted."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from tresen.sdk import Desk, Person, Refused
from tresen_licensing.connections import queries, service, vault
from tresen_licensing.connections.models import Connection
from tresen_licensing.forges import routes

SignIn = Callable[[Person], FlaskClient]
SECRET = "TRESEN_LICENSING_PIER"
PATH = "/licensing/connections/"


@pytest.fixture
def values() -> dict[str, str]:
    """Return what the form sends."""
    return {
        "name": "Pier",
        "kind": routes.GITLAB,
        "address": "https://pier.example/",
        "account": "tresen",
        "secret_name": SECRET,
    }


@pytest.fixture
def connection(boss_desk: Desk, values: dict[str, str]) -> Connection:
    """Return a connection."""
    made = service.keep(boss_desk, Connection(), values)
    boss_desk.commit()
    return made


@pytest.fixture
def browser(sign_in: SignIn, administrator: Person) -> FlaskClient:
    """Return the administrator's browser."""
    return sign_in(administrator)


def count(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(Connection)) or 0


def test_address_is_kept_without_its_last_slash(connection: Connection) -> None:
    assert connection.address == "https://pier.example"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"address": "http://pier.example"}, "begins with https://"),
        ({"address": "https://me:pw@pier.example"}, "begins with https://"),
        ({"kind": routes.MAIL}, "needs no server"),
        ({"kind": "sourceforge"}, "needs no server"),
        ({"secret_name": "DATABASE_URL"}, "begins with TRESEN_LICENSING_"),
    ],
)
def test_connection_that_cannot_be_is_refused(
    boss_desk: Desk, values: dict[str, str], given: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        service.keep(boss_desk, Connection(), values | given)
    assert count(boss_desk) == 0


def test_name_is_given_once(
    boss_desk: Desk, values: dict[str, str], connection: Connection
) -> None:
    with pytest.raises(Refused, match="of this name already"):
        service.keep(boss_desk, Connection(), values)
    service.keep(boss_desk, connection, values | {"account": "other"})
    assert connection.account == "other"


def test_token_is_read_when_it_is_needed(
    boss_desk: Desk, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, " t0ken\n")
    access = service.access(boss_desk, connection)
    assert (access.token, access.account, access.let_in) == ("t0ken", "tresen", frozenset())


@pytest.mark.parametrize("name", [SECRET, "PATH", "", "TRESEN_MAIL_X"])
def test_token_that_is_not_there_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRESEN_MAIL_X", "other")
    monkeypatch.delenv(SECRET, raising=False)
    with pytest.raises(Refused, match="is not set"):
        vault.token(name)


@pytest.mark.parametrize("token", ["a\nb", "a\x01b", "ä"])
def test_token_that_is_no_header_is_refused(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, token)
    with pytest.raises(Refused, match="is not set"):
        vault.token(SECRET)


def test_host_that_is_let_in_may_be_connected_to(
    boss_desk: Desk, values: dict[str, str], near: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, "t0ken")
    made = service.keep(boss_desk, Connection(), values | {"address": "http://127.0.0.1:3000"})
    found = service.access(boss_desk, made), service.stranger(boss_desk)
    assert [each.let_in for each in found] == [{"127.0.0.1"}] * 2
    with pytest.raises(Refused, match="begins with https://"):
        service.keep(boss_desk, made, values | {"address": "http://127.0.0.2"})


def test_list_names_the_hosts_that_are_let_in(browser: FlaskClient, near: None) -> None:
    said = "Of private networks, these hosts may be asked: 127.0.0.1."
    assert browser.get(PATH).text.count(said) == 1


def test_stranger_has_no_token(boss_desk: Desk) -> None:
    found = service.stranger(boss_desk)
    assert (found.token, found.account, found.address) == ("", "", "")


def test_change_is_noted_without_a_secret(
    boss_desk: Desk,
    connection: Connection,
    values: dict[str, str],
    journal: Callable[[str], list[tuple[str, str, Any, Any]]],
) -> None:
    service.keep(boss_desk, connection, values | {"account": "other"})
    service.remove(boss_desk, connection)
    assert [each[0] for each in journal(service.CONNECTION)] == ["added", "changed", "removed"]


def test_connections_stand_by_name(
    boss_desk: Desk, connection: Connection, values: dict[str, str]
) -> None:
    service.keep(boss_desk, Connection(), values | {"name": "Basin"})
    assert [each.name for each in queries.connections(boss_desk)] == ["Basin", "Pier"]


def test_pages_add_change_and_remove(
    browser: FlaskClient, values: dict[str, str], boss_desk: Desk
) -> None:
    empty = browser.get(PATH).text.count("No connection yet")
    browser.post(f"{PATH}new", data=values)
    (made,) = queries.connections(boss_desk)
    boss_desk.commit()
    listed = browser.get(PATH).text.count("https://pier.example")
    browser.post(f"{PATH}{made.id}/edit", data=values | {"name": "Mole"})
    renamed = browser.get(PATH).text.count("Mole")
    asked = browser.get(f"{PATH}{made.id}/remove").text.count("Remove “Mole”?")
    browser.post(f"{PATH}{made.id}/remove")
    boss_desk.session.expire_all()
    assert (empty, listed, renamed > 0, asked, count(boss_desk)) == (1, 1, True, 1, 0)


@pytest.mark.parametrize(
    "given", [{"name": ""}, {"secret_name": "s3cr3t"}, {"account": "a b"}, {"address": "x"}]
)
def test_form_refuses_what_cannot_be(
    browser: FlaskClient, values: dict[str, str], boss_desk: Desk, given: dict[str, str]
) -> None:
    answer = browser.post(f"{PATH}new", data=values | given)
    assert (answer.status_code, count(boss_desk)) == (422, 0)


def test_connection_that_is_gone_is_missing(browser: FlaskClient) -> None:
    assert browser.get(f"{PATH}99/edit").status_code == 404


def test_agents_do_not_see_it(sign_in: SignIn, agent: Person) -> None:
    assert sign_in(agent).get(PATH).status_code == 403


def test_list_says_that_private_networks_are_refused(browser: FlaskClient) -> None:
    shown = browser.get(PATH).text
    assert shown.count("Servers in private networks are refused.") == 1
