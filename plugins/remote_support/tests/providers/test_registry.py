# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tools there are, what the operator says of each, and which of them takes what."""

import pytest
from flask import Flask
from tresen.sdk import Desk, Missing, Refused
from tresen_remote_support import scopes
from tresen_remote_support.providers import guacamole, links, meshcentral, registry, vault
from tresen_remote_support.providers.forms import (
    LinkForm,
    RecordingServerForm,
    ServerForm,
    ToolForm,
    form_of,
)
from tresen_remote_support.providers.models import Tool

BUILT_IN = [
    "browser",
    "phone",
    "anydesk",
    "teamviewer",
    "rustdesk",
    "quickassist",
    "vnc",
    "rdp",
    "ssh",
    "guacamole",
    "meshcentral",
]


def keys(desk: Desk) -> list[str]:
    """Return the keys of every tool in their order."""
    return [each.tool.key for each in registry.entries(desk)]


def test_built_in_tools_are_there_before_anybody_says_anything(desk: Desk) -> None:
    assert keys(desk) == BUILT_IN
    assert [each.tool.key for each in registry.entries(desk) if each.tool.is_offered] == [
        "browser",
        "phone",
    ]
    # To list them keeps nothing.
    assert list(desk.session.new) == []


def test_own_tools_stand_behind_the_built_in_ones(desk: Desk, tools: dict[str, Tool]) -> None:
    assert keys(desk) == [*BUILT_IN, "own-1"]


def test_what_the_operator_says_of_a_built_in_tool_counts(
    desk: Desk, tools: dict[str, Tool]
) -> None:
    tools["anydesk"].relay = "over Stuttgart"
    tools["rustdesk"].is_offered = False
    assert registry.entry(desk, "anydesk").tool.relay == "over Stuttgart"
    assert registry.entry(desk, "anydesk").provider is links.BUILT_IN[0]
    assert "rustdesk" not in dict(registry.choices(desk))


@pytest.mark.parametrize(
    ("key", "is_own", "is_server"),
    [
        ("browser", False, False),
        ("anydesk", False, False),
        ("own-1", True, False),
        (guacamole.KEY, False, True),
        (meshcentral.KEY, False, True),
    ],
)
def test_tool_is_of_one_kind(
    desk: Desk, tools: dict[str, Tool], key: str, is_own: bool, is_server: bool
) -> None:
    found = registry.entry(desk, key)
    assert (found.is_own, found.is_server) == (is_own, is_server)


def test_tool_that_is_unknown_is_missing(desk: Desk) -> None:
    with pytest.raises(Missing):
        registry.entry(desk, "own-2")


def test_session_with_a_tool_that_is_gone_says_its_key_and_can_do_nothing(desk: Desk) -> None:
    found = registry.provider(desk, "own-2")
    assert (found.key, found.title, found.scopes) == ("own-2", "own-2", ())


def test_tool_without_a_device_in_its_link_needs_none(desk: Desk) -> None:
    needing = [each.key for each in links.BUILT_IN if each.needs_target]
    assert needing == ["anydesk", "teamviewer", "rustdesk", "vnc", "rdp", "ssh"]


@pytest.mark.parametrize("scope", ["view", "view control unattended", "talk", ""])
def test_by_phone_nothing_is_seen_whatever_is_asked_for(desk: Desk, scope: str) -> None:
    assert registry.fitting(desk, "phone", scope) == scopes.TALK


def test_tool_takes_what_it_can(desk: Desk, tools: dict[str, Tool]) -> None:
    assert registry.fitting(desk, "ssh", "files terminal") == "files terminal"


def test_refusal_names_what_a_tool_cannot(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        registry.fitting(desk, "browser", "view control terminal")
    assert refusal.value.sentence == (
        "“In the browser” cannot do this: Use mouse and keyboard, Use a command line."
        " Choose another tool, or ask for less."
    )


def test_tool_that_is_not_offered_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="“AnyDesk” is not offered any more"):
        registry.fitting(desk, "anydesk", "view")


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("browser", ToolForm),
        ("anydesk", ToolForm),
        ("own-1", LinkForm),
        (guacamole.KEY, RecordingServerForm),
        (meshcentral.KEY, ServerForm),
    ],
)
def test_form_asks_for_what_matters_to_its_tool(
    desk: Desk, app: Flask, tools: dict[str, Tool], key: str, form: type[ToolForm]
) -> None:
    with app.test_request_context():
        assert type(form_of(registry.entry(desk, key))) is form


def test_secret_is_read_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRESEN_REMOTE_SUPPORT_KEY", "abc")
    assert vault.secret("TRESEN_REMOTE_SUPPORT_KEY") == "abc"


@pytest.mark.parametrize("name", ["", "PATH", "TRESEN_SECRET_KEY", "TRESEN_REMOTE_SUPPORT_NONE"])
def test_secret_of_another_name_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("TRESEN_SECRET_KEY", "abc")
    with pytest.raises(Refused, match="is not set, which holds the secret of this tool"):
        vault.secret(name)
