# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which servers browsers are told of, and credentials that hold for ten minutes (safety R07)."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk
from tresen_remote_support.live import turn
from tresen_remote_support.live.forms import LiveSettings
from werkzeug.datastructures import MultiDict

STUN, TURN = "stun:stun.example.org", "turns:turn.example.org:5349?transport=tcp"


@pytest.fixture
def named(configure: Any) -> Callable[..., None]:
    """Return a function by which the operator names both servers, and where the secret is."""

    def go(ref: str = "file:turn", **more: str) -> None:
        configure(ice_urls=f"{STUN}\n{TURN}", turn_secret_ref=ref, **more)

    return go


@pytest.fixture
def secret(desk: Desk) -> str:
    """Return the secret that the TURN server shares."""
    folder = desk.config.data_dir / "secrets"
    folder.mkdir()
    (folder / "turn").write_text("a shared word\n", encoding="utf-8")
    return "a shared word"


def test_no_server_is_named_without_settings(desk: Desk) -> None:
    assert turn.servers(desk, "ABCD1234") == {"servers": [], "relay": False}


def test_credentials_are_the_hmac_of_moment_and_session(
    desk: Desk, named: Any, secret: str
) -> None:
    named(relay_only="y")
    found = turn.servers(desk, "ABCD1234")
    username = f"{int(desk.now().timestamp()) + 600}:ABCD1234"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    credential = base64.b64encode(digest).decode()
    relay = {"urls": [TURN], "username": username, "credential": credential}
    assert found == {"servers": [{"urls": STUN}, relay], "relay": True}


def test_credentials_of_later_are_others(desk: Desk, clock: Any) -> None:
    first = turn.credentials(desk, "word", "ABCD1234")
    clock.go(minutes=1)
    second = turn.credentials(desk, "word", "ABCD1234")
    ends = [int(each["username"].partition(":")[0]) for each in (first, second)]
    assert ends[1] - ends[0] == 60
    assert first["credential"] != second["credential"]


def test_secret_may_stand_in_a_variable(
    desk: Desk, named: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRESEN_TURN_SECRET", "a shared word")
    named(ref="env:TRESEN_TURN_SECRET")
    names = [sorted(each) for each in turn.servers(desk, "ABCD1234")["servers"]]
    assert names == [["urls"], ["credential", "urls", "username"]]


@pytest.mark.parametrize("ref", ["", "file:none", "env:TRESEN_TURN_NONE"])
def test_turn_server_without_a_secret_is_left_out(ref: str, desk: Desk, named: Any) -> None:
    named(ref=ref)
    assert turn.servers(desk, "ABCD1234")["servers"] == [{"urls": STUN}]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (STUN, True),
        (TURN, True),
        ("turn:192.0.2.1:3478?transport=udp", True),
        ("turn:[2001:db8::1]:3478", True),
        ("https://turn.example.org", False),
        ("turn:host/path", False),
        ("turn:", False),
        ("javascript:alert(1)", False),
    ],
)
def test_address_of_a_server_is_told(line: str, expected: bool) -> None:
    assert turn.is_url(line) is expected


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("file:turn", True),
        ("env:TRESEN_TURN_SECRET", True),
        ("env:TRESEN_SECRET_KEY", False),
        ("file:../secret.key", False),
        ("a shared word", False),
    ],
)
def test_place_of_a_secret_is_told_from_a_secret(ref: str, expected: bool) -> None:
    assert turn.is_secret_ref(ref) is expected


@pytest.mark.parametrize(
    ("field", "value"), [("ice_urls", f"{STUN}\nhttps://x"), ("turn_secret_ref", "a shared word")]
)
def test_settings_refuse_what_is_no_server_and_no_place(field: str, value: str) -> None:
    form = LiveSettings(MultiDict({field: value}))
    assert (form.validate(), list(form.errors)) == (False, [field])


def test_settings_take_servers_and_a_place() -> None:
    given = {"ice_urls": f"{STUN}\r\n\r\n{TURN}\r\n", "turn_secret_ref": "file:turn"}
    form = LiveSettings(MultiDict(given))
    assert (form.validate(), turn.urls_in(form.ice_urls.data)) == (True, [STUN, TURN])
