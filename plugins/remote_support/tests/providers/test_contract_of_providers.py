# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every tool keeps, whoever made it: nothing is opened without a consent in force."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tresen.sdk import Desk, Refused
from tresen_remote_support import answers, consents, scopes, service, states
from tresen_remote_support.models import Base, Consent, RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import addresses, gate, guacamole, links, meshcentral, registry
from tresen_remote_support.providers import service as tools_service
from tresen_remote_support.providers.interface import Provider
from tresen_remote_support.providers.models import Tool

Running = Callable[..., RemoteSession]
ProfileOf = Callable[[str], AccessProfile]

OUTSIDE = (*(each.key for each in links.BUILT_IN), "own-1", guacamole.KEY, meshcentral.KEY)
ALL = (registry.BROWSER.key, registry.PHONE.key, *OUTSIDE)
SECRETS = ("4c0b569e4c96df157eee1b65dd0e4d41", "geheim", "sharing?c=", "?data=")
KINDS = st.sets(st.sampled_from(list(scopes.TITLES)))
# What may stand in the database, whatever way it came there: a session's state and scope, what
# was agreed to, whether that was withdrawn, and in how many hours it lapses.
ROWS = st.tuples(
    st.sampled_from([*states.TITLES, states.ACTIVE, states.ACTIVE, states.ACTIVE]),
    KINDS,
    st.none() | KINDS,
    st.booleans(),
    st.none() | st.sampled_from([-1, 0, 1]),
)

each_tool = pytest.mark.parametrize("key", ALL)
each_outside = pytest.mark.parametrize("key", OUTSIDE)


@pytest.fixture
def profile(profile_of: ProfileOf, tools: dict[str, Tool], key: str) -> AccessProfile:
    """Return the profile for the tool under test."""
    return profile_of(key)


@pytest.fixture
def tool(desk: Desk, tools: dict[str, Tool], key: str) -> Provider:
    """Return the tool under test."""
    return registry.provider(desk, key)


def kept_words(desk: Desk) -> str:
    """Return everything that the plugin's tables and the journal hold."""
    desk.session.flush()
    names = [each for each in Base.metadata.tables if each.startswith("remote_support_")]
    found = []
    for name in (*names, "journal_entry", "message", "queued_job"):
        found += [str(row) for row in desk.session.execute(select(Base.metadata.tables[name]))]
    return "\n".join(found)


@each_tool
def test_tool_says_what_it_is(tool: Provider, key: str) -> None:
    assert (tool.key, bool(tool.title)) == (key, True)
    assert set(tool.scopes) <= set(scopes.TITLES)
    assert tool.scopes != ()


@each_tool
def test_tool_is_offered_with_the_scopes_that_it_declares(
    desk: Desk, tool: Provider, key: str
) -> None:
    for kind in scopes.TITLES:
        if kind not in tool.scopes and key != registry.PHONE.key:
            with pytest.raises(Refused, match="cannot do this"):
                registry.fitting(desk, key, kind)


@each_tool
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(found=ROWS)
def test_tool_refuses_without_a_consent_in_force_to_all_of_it(
    agent_desk: Desk,
    tool: Provider,
    profile: AccessProfile,
    running: Running,
    found: tuple[str, set[str], set[str] | None, bool, int | None],
) -> None:
    state, wanted, agreed, is_withdrawn, hours = found
    own = RemoteSession.provider == tool.key
    row = agent_desk.session.scalar(select(RemoteSession).where(own)) or running(tool.key)
    consents.withdraw(agent_desk, row)
    row.state, row.scope = state, scopes.line(wanted)
    if agreed is not None:
        given_one = consents.give(agent_desk, row, scopes.line(agreed), "link", "Karla")
        given_one.until = None if hours is None else agent_desk.now() + timedelta(hours=hours)
        given_one.withdrawn_at = agent_desk.now() if is_withdrawn else None
    agent_desk.session.flush()
    is_covered = bool(wanted) and wanted <= (agreed or set())
    is_in_force = not is_withdrawn and hours in (None, 1)
    if state == states.ACTIVE and is_covered and is_in_force and wanted <= set(tool.scopes):
        assert tool.create(agent_desk, row, profile).instruction != ""
    else:
        with pytest.raises(gate.Closed):
            tool.create(agent_desk, row, profile)


@each_outside
def test_link_of_a_tool_has_an_allowed_scheme(
    agent_desk: Desk, tool: Provider, profile: AccessProfile, running: Running, key: str
) -> None:
    links_made = tool.create(agent_desk, running(key), profile)
    own = urlsplit(links_made.agent)
    is_near = own.hostname == "127.0.0.1"
    assert is_near or own.scheme in addresses.SCHEMES
    assert links_made.customer == ""
    assert links_made.instruction != ""


@each_tool
def test_tool_of_another_consent_is_refused(
    agent_desk: Desk, tool: Provider, profile: AccessProfile, running: Running, key: str
) -> None:
    other = "anydesk" if key != "anydesk" else "rustdesk"
    row = running(other)
    with pytest.raises(gate.Closed, match="agreed to another tool"):
        tool.create(agent_desk, row, profile)


@each_outside
def test_tool_leaves_no_secret_behind(
    agent_desk: Desk,
    profile: AccessProfile,
    running: Running,
    key: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = running(key, profile=profile)
    tools_service.open_tool(agent_desk, row)
    service.end(agent_desk, row)
    said = kept_words(agent_desk) + caplog.text + capsys.readouterr().out
    assert [each for each in SECRETS if each in said] == []


@each_tool
def test_tool_can_be_closed_twice_and_before_it_was_opened(
    agent_desk: Desk, tool: Provider, profile: AccessProfile, running: Running, key: str
) -> None:
    row = running(key)
    asked = gate.known(agent_desk, row, tool, profile)
    tool.close(asked)
    tool.create(agent_desk, row, profile)
    tool.close(asked)
    tool.close(asked)
    assert tool.state(asked).value in ("unknown", "closed")


@each_tool
def test_tool_says_what_it_noted_and_recorded(
    agent_desk: Desk, tool: Provider, profile: AccessProfile, running: Running, key: str
) -> None:
    asked = gate.known(agent_desk, running(key), tool, profile)
    told = {meshcentral.KEY: ["Started remote desktop"]}
    assert [each.text for each in tool.log(asked)] == told.get(key, [])
    # Nobody agreed to a recording.
    assert tool.recording(asked) == ""


@each_outside
def test_tool_that_needs_a_device_is_refused_without_one(
    agent_desk: Desk, tool: Provider, running: Running, key: str
) -> None:
    row = running(key)
    if not tool.needs_target:
        assert tool.create(agent_desk, row, None).agent != ""
        return
    with pytest.raises(gate.Closed, match="Say which device"):
        tool.create(agent_desk, row, None)


@each_tool
def test_tool_is_shut_when_the_customer_stops(
    agent_desk: Desk, tool: Provider, profile: AccessProfile, running: Running, key: str
) -> None:
    row = running(key)
    answers.stop(answers.acting(agent_desk, row), row)
    with pytest.raises(gate.Closed):
        tool.create(agent_desk, row, profile)
    own = Consent.session_id == row.id
    given_one = agent_desk.session.scalar(select(Consent).where(own))
    assert given_one is not None
    assert given_one.withdrawn_at == agent_desk.now()
