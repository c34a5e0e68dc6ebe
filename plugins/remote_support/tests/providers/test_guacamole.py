# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Guacamole gets is read as its documentation says: decrypted, verified, and then believed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from tresen.sdk import Desk, Refused
from tresen_remote_support import scopes
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import guacamole, registry
from tresen_remote_support.providers.models import Tool

Running = Callable[..., RemoteSession]
ProfileOf = Callable[[str], AccessProfile]
KEY = bytes.fromhex("4c0b569e4c96df157eee1b65dd0e4d41")


def unsealed(data: str) -> dict[str, Any]:
    """Return what is sealed, read as guacamole-auth-json reads it."""
    decryptor = Cipher(algorithms.AES(KEY), modes.CBC(bytes(16))).decryptor()
    whole = decryptor.update(base64.b64decode(data, validate=True)) + decryptor.finalize()
    whole = whole[: -whole[-1]]
    assert hmac.new(KEY, whole[32:], hashlib.sha256).digest() == whole[:32]
    found: dict[str, Any] = json.loads(whole[32:])
    return found


@pytest.fixture
def opened(agent_desk: Desk, running: Running, profile_of: ProfileOf) -> Callable[..., Any]:
    """Return a function that opens Guacamole for a scope, and gives what it was told."""

    def go(*kinds: str, target: str = "rdp://lager-1.example") -> dict[str, Any]:
        profile = profile_of(guacamole.KEY)
        profile.target_id = target
        row = running(guacamole.KEY, *kinds, profile=profile)
        links = registry.provider(agent_desk, guacamole.KEY).create(agent_desk, row, profile)
        parts = urlsplit(links.agent)
        assert (parts.scheme, parts.netloc, parts.path) == (
            "https",
            "guacamole.example",
            "/guacamole/",
        )
        assert parts.query == ""
        (data,) = parse_qs(parts.fragment.removeprefix("/?"))["data"]
        assert links.valid_until == agent_desk.now() + timedelta(minutes=5)
        return unsealed(data) | {"name": f"tresen-{row.reference}"}

    return go


def test_connection_is_made_for_one_session(opened: Callable[..., Any], agent_desk: Desk) -> None:
    said = opened(scopes.VIEW, scopes.CONTROL, scopes.CLIPBOARD)
    name = said.pop("name")
    until = agent_desk.now() + timedelta(minutes=5)
    given = {"hostname": "lager-1.example", "port": "3389"}
    assert said == {
        "username": name,
        "expires": int(until.timestamp()) * 1000,
        "connections": {name: {"protocol": "rdp", "parameters": given}},
    }


def test_view_alone_is_read_only(opened: Callable[..., Any]) -> None:
    said = opened(scopes.VIEW, target="vnc://lager-1.example:5901")
    assert said["connections"][said["name"]] == {
        "protocol": "vnc",
        "parameters": {
            "hostname": "lager-1.example",
            "port": "5901",
            "read-only": "true",
            "disable-copy": "true",
            "disable-paste": "true",
        },
    }


@pytest.mark.parametrize(("kinds", "mark"), [(("view",), "true"), (("view", "terminal"), None)])
def test_command_line_is_read_only_unless_it_was_agreed_to(
    opened: Callable[..., Any], kinds: tuple[str, ...], mark: str | None
) -> None:
    said = opened(*kinds, target="ssh://lager-1.example")
    parameters = said["connections"][said["name"]]["parameters"]
    assert (parameters["port"], parameters.get("read-only")) == ("22", mark)


def test_recording_that_was_agreed_to_is_made_without_keys(opened: Callable[..., Any]) -> None:
    said = opened(scopes.VIEW, scopes.RECORD)
    parameters = said["connections"][said["name"]]["parameters"]
    assert {name: value for name, value in parameters.items() if "recording" in name} == {
        "recording-path": "/recordings",
        "recording-name": said["name"],
        "create-recording-path": "true",
    }


def test_recording_without_a_folder_is_refused(
    opened: Callable[..., Any], tools: dict[str, Tool]
) -> None:
    tools[guacamole.KEY].recording_path = ""
    with pytest.raises(Refused, match="not set where Guacamole keeps recordings"):
        opened(scopes.VIEW, scopes.RECORD)


@pytest.mark.parametrize(
    "target", ["lager-1.example", "telnet://a.example", "rdp://a b", "rdp://-x"]
)
def test_target_that_guacamole_does_not_know_is_refused(
    opened: Callable[..., Any], target: str
) -> None:
    with pytest.raises(Refused, match="named by protocol and host"):
        opened(scopes.VIEW, target=target)


@pytest.mark.parametrize("written", ["", "4c0b", "z" * 32, "4c0b569e4c96df157eee1b65dd0e4d41 "])
def test_key_that_is_none_is_refused_without_being_said(written: str) -> None:
    with pytest.raises(Refused) as refusal:
        guacamole.key_of(written)
    assert refusal.value.sentence == (
        "The key of Guacamole has 32 hexadecimal digits; what is set has not."
    )


def test_secret_of_somebody_else_is_not_read(
    opened: Callable[..., Any], tools: dict[str, Tool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRESEN_SECRET_KEY", KEY.hex())
    tools[guacamole.KEY].secret_name = "TRESEN_SECRET_KEY"
    with pytest.raises(Refused, match="TRESEN_SECRET_KEY is not set"):
        opened(scopes.VIEW)
