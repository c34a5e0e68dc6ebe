# SPDX-License-Identifier: AGPL-3.0-or-later
"""MeshCentral is asked in its own words, and what it makes ends with the session."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Core, Desk, Refused, desk_for
from tresen_remote_support import answers, scopes, service
from tresen_remote_support.models import Base, RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import gate, jobs, meshcentral
from tresen_remote_support.providers import service as tools_service

Running = Callable[..., RemoteSession]
ProfileOf = Callable[[str], AccessProfile]
NODE = "node//kX0$abc@def"


@pytest.fixture
def profile(profile_of: ProfileOf) -> AccessProfile:
    """Return the profile of a device that MeshCentral knows."""
    return profile_of(meshcentral.KEY)


@pytest.fixture
def row(running: Running, profile: AccessProfile) -> RemoteSession:
    """Return a session that runs, in which the screen is seen."""
    return running(meshcentral.KEY, scopes.VIEW, profile=profile)


def test_link_is_asked_for_view_only_and_with_a_question(
    agent_desk: Desk, mesh: Any, row: RemoteSession
) -> None:
    links = tools_service.open_tool(agent_desk, row)
    (asked,) = mesh.asked
    begin = int(agent_desk.now().timestamp())
    assert asked.pop("responseid") != ""
    assert asked == {
        "action": "createDeviceShareLink",
        "nodeid": NODE,
        "guestname": f"Anna Agent ({row.reference})",
        "p": 2,
        # The device asks, and shows a bar with which it is ended.
        "consent": 8 + 64,
        "start": begin,
        "end": begin + 3600,
        "viewOnly": True,
    }
    assert (links.agent, row.external_id) == (f"{mesh.address}/sharing?c=abc", "share0")


def test_all_that_was_agreed_to_is_shared(
    agent_desk: Desk, mesh: Any, running: Running, profile: AccessProfile
) -> None:
    kinds = (scopes.VIEW, scopes.CONTROL, scopes.FILES, scopes.TERMINAL)
    tools_service.open_tool(agent_desk, running(meshcentral.KEY, *kinds, profile=profile))
    (asked,) = mesh.asked
    found = (asked["p"], asked["consent"], asked["viewOnly"])
    assert found == (1 + 2 + 4, 8 + 16 + 32 + 64, False)


def test_login_token_goes_in_the_header(agent_desk: Desk, mesh: Any, row: RemoteSession) -> None:
    tools_service.open_tool(agent_desk, row)
    (header,) = mesh.signed_in
    assert [base64.b64decode(part) for part in header.split(",")] == [b"~t:7Fk2", b"geheim"]


def test_token_that_is_not_accepted_is_a_refusal(
    agent_desk: Desk, mesh: Any, row: RemoteSession
) -> None:
    mesh.refuses = True
    with pytest.raises(Refused, match="does not accept the login token"):
        tools_service.open_tool(agent_desk, row)


def test_server_that_is_away_is_a_refusal(
    agent_desk: Desk, tools: dict[str, Any], row: RemoteSession
) -> None:
    tools[meshcentral.KEY].address = "http://127.0.0.1:1"
    with pytest.raises(Refused, match="Go on by phone"):
        tools_service.open_tool(agent_desk, row)


def test_device_that_is_unknown_is_a_refusal(
    agent_desk: Desk, profile: AccessProfile, row: RemoteSession
) -> None:
    profile.target_id = "node//other"
    with pytest.raises(Refused, match="does it know this device"):
        tools_service.open_tool(agent_desk, row)


def test_link_to_another_server_is_refused(agent_desk: Desk, mesh: Any, row: RemoteSession) -> None:
    mesh.host = "https://elsewhere.example"
    with pytest.raises(Refused, match="made no link"):
        tools_service.open_tool(agent_desk, row)


def test_link_is_taken_back_where_the_customer_stopped_meanwhile(
    core: Core, agent_desk: Desk, mesh: Any, row: RemoteSession
) -> None:
    def stop() -> None:
        with desk_for(core, write=True) as other:
            theirs = other.session.get_one(RemoteSession, row.id)
            answers.stop(replace(other, actor=agent_desk.actor), theirs)

    mesh.meanwhile = stop
    with pytest.raises(gate.Closed):
        tools_service.open_tool(agent_desk, row)
    assert mesh.shares == []


def test_link_is_taken_back_when_the_session_ends(
    agent_desk: Desk, mesh: Any, row: RemoteSession
) -> None:
    tools_service.open_tool(agent_desk, row)
    service.end(agent_desk, row)
    agent_desk.session.flush()
    queued = Base.metadata.tables["queued_job"].c
    (arguments,) = agent_desk.session.scalars(
        select(queued.arguments).where(queued.name == service.SHUT_TOOL)
    )
    assert len(mesh.shares) == 1
    jobs.shut(agent_desk, **arguments)
    jobs.shut(agent_desk, **arguments)
    assert mesh.shares == []


def test_links_of_others_stay(agent_desk: Desk, mesh: Any, row: RemoteSession) -> None:
    other = {"publicid": "theirs", "guestName": "Somebody"}
    mesh.shares.append(other)
    tools_service.open_tool(agent_desk, row)
    jobs.shut(agent_desk, row.id, meshcentral.KEY)
    assert mesh.shares == [other]


def test_job_of_a_session_that_is_gone_does_nothing(agent_desk: Desk, mesh: Any) -> None:
    jobs.shut(agent_desk, 999, meshcentral.KEY)
    assert mesh.asked == []
