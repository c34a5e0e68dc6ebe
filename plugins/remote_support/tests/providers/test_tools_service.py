# SPDX-License-Identifier: AGPL-3.0-or-later
"""Setting up and opening tools leaves its trace, and a session's pages show what may be done."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from tresen.sdk import Desk, Refused
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import answers, scopes, service
from tresen_remote_support.models import Base, RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import guacamole, meshcentral, parts, queries, registry
from tresen_remote_support.providers import service as tools_service
from tresen_remote_support.providers.models import Tool

Running = Callable[..., RemoteSession]
ProfileOf = Callable[[str], AccessProfile]
OWN = {
    "is_offered": True,
    "relay": " over our own server ",
    "title": "Fernwerk",
    "pattern": " https://fern.example/{reference} ",
    "kinds": ["control", "view"],
    "instruction": "",
}


def history(desk: Desk, kind: str) -> list[tuple[str, str, object, object]]:
    """Return what the journal tells of one kind of subject."""
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    statement = select(entry.action, entry.field, entry.old, entry.new).order_by(entry.id)
    rows = desk.session.execute(statement.where(entry.subject_kind == kind))
    return [tuple(row) for row in rows]


def queued(desk: Desk) -> list[Mapping[str, Any]]:
    """Return the arguments of each job that is to shut a tool."""
    desk.session.flush()
    job = Base.metadata.tables["queued_job"].c
    statement = select(job.arguments).where(job.name == service.SHUT_TOOL).order_by(job.id)
    return list(desk.session.scalars(statement))


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    """Let forms be made, as while a page is."""
    with app.test_request_context():
        yield


def shown(desk: Desk, row: RemoteSession) -> Mapping[str, Any]:
    """Return what the agent's page shows of the tool; fails where that is nothing."""
    found = parts.load(desk, row)
    assert found is not None
    return found


def test_own_link_is_kept_as_it_is_used(desk: Desk) -> None:
    row = tools_service.add_tool(desk, OWN)
    assert (row.pattern, row.relay, row.kinds) == (
        "https://fern.example/{reference}",
        "over our own server",
        "view control",
    )
    assert history(desk, tools_service.TOOL) == [("added", "pattern", None, row.pattern)]


def test_own_links_bear_keys_of_their_own(desk: Desk) -> None:
    made = [tools_service.add_tool(desk, OWN).key for _each in range(3)]
    assert len(set(made)) == 3
    assert [row.key for row in queries.tools(desk)] == made


def test_change_of_a_built_in_tool_stands_in_the_journal(desk: Desk) -> None:
    for relay in ("over Stuttgart", "over Stuttgart", "over Boston"):
        values = {"is_offered": True, "relay": relay}
        tools_service.keep_tool(desk, registry.entry(desk, "anydesk"), values)
    assert history(desk, tools_service.TOOL) == [
        ("changed", "is_offered", False, True),
        ("changed", "relay", "", "over Stuttgart"),
        ("changed", "relay", "over Stuttgart", "over Boston"),
    ]


def test_server_that_is_not_offered_may_wait_for_its_address(desk: Desk) -> None:
    values = {"is_offered": False, "relay": "", "address": "", "secret_name": ""}
    tools_service.keep_tool(desk, registry.entry(desk, meshcentral.KEY), values)
    found = queries.tool(desk, meshcentral.KEY)
    assert found is not None
    assert not found.is_offered


def test_opened_tool_stands_in_the_journal_and_moves_the_session_on(
    agent_desk: Desk, running: Running, clock: SteppedClock
) -> None:
    row = running("quickassist", scopes.VIEW)
    clock.go(minutes=5)
    tools_service.open_tool(agent_desk, row)
    assert row.seen_at == clock.moment
    opened = [each for each in history(agent_desk, service.SESSION) if each[0] == "opened"]
    assert opened == [("opened", "provider", None, "quickassist")]


@pytest.mark.parametrize(
    ("key", "is_shut"),
    [("anydesk", False), ("phone", False), (guacamole.KEY, True), (meshcentral.KEY, True)],
)
def test_servers_alone_are_told_of_the_end(
    agent_desk: Desk, running: Running, profile_of: ProfileOf, key: str, is_shut: bool
) -> None:
    row = running(key, profile=profile_of(key))
    service.end(agent_desk, row)
    told = [{"session_id": row.id, "provider": key}] if is_shut else []
    assert queued(agent_desk) == told


def test_server_is_told_where_the_session_goes_on_by_phone(
    agent_desk: Desk, running: Running, profile_of: ProfileOf
) -> None:
    row = running(meshcentral.KEY, profile=profile_of(meshcentral.KEY))
    service.widen(agent_desk, row, scopes.FILES)
    tools_service.go_on_by_phone(agent_desk, row)
    tools_service.go_on_by_phone(agent_desk, row)
    assert queued(agent_desk) == [{"session_id": row.id, "provider": meshcentral.KEY}]
    assert (row.provider, row.wanted_scope) == ("phone", "")


def test_customer_stops_a_session_that_goes_on_by_phone(agent_desk: Desk, running: Running) -> None:
    row = running("anydesk", scopes.VIEW)
    tools_service.go_on_by_phone(agent_desk, row)
    answers.stop(answers.acting(agent_desk, row), row)
    assert row.state == "revoked"


def test_number_is_kept_without_spaces(agent_desk: Desk, running: Running) -> None:
    row = running("anydesk", scopes.VIEW)
    tools_service.note_number(agent_desk, row, " 123 456 789 ")
    assert row.external_id == "123456789"
    tools_service.note_number(agent_desk, row, "")
    assert row.external_id == ""


def test_longest_number_is_kept_whole(agent_desk: Desk, running: Running) -> None:
    row = running("anydesk", scopes.VIEW)
    tools_service.note_number(agent_desk, row, "1" * 200)
    assert row.external_id == "1" * 200


def test_number_that_is_too_long_is_refused_and_not_cut(agent_desk: Desk, running: Running) -> None:
    row = running("anydesk", scopes.VIEW)
    with pytest.raises(Refused, match="it has 200 signs at most"):
        tools_service.note_number(agent_desk, row, "1" * 201)
    assert row.external_id == ""


def test_agent_sees_nothing_of_a_tool_before_the_consent(
    agent_desk: Desk, ticket: Any, tools: dict[str, Tool]
) -> None:
    wish = service.Wish("The printer", scopes.VIEW, "anydesk", ticket.requester_id)
    row = service.request(agent_desk, ticket, wish)
    assert parts.load(agent_desk, row) is None
    service.offer(agent_desk, row)
    assert parts.load(agent_desk, row) is None


@pytest.mark.usefixtures("request_context")
def test_agent_sees_the_tool_from_the_consent_to_the_end(
    agent_desk: Desk, consented: Running
) -> None:
    row = consented("anydesk", scopes.VIEW)
    assert shown(agent_desk, row)["may_open"] is False
    service.begin(agent_desk, row)
    assert shown(agent_desk, row)["may_open"] is True
    service.pause(agent_desk, row)
    assert shown(agent_desk, row)["may_open"] is False
    service.end(agent_desk, row)
    assert parts.load(agent_desk, row) is None


@pytest.mark.usefixtures("request_context")
def test_tool_that_is_switched_off_is_shown_shut(
    agent_desk: Desk, tools: dict[str, Tool], running: Running
) -> None:
    row = running("anydesk", scopes.VIEW)
    tools["anydesk"].is_offered = False
    assert shown(agent_desk, row)["may_open"] is False


@pytest.mark.usefixtures("request_context")
def test_agent_sees_where_it_is_recorded(
    agent_desk: Desk, running: Running, profile_of: ProfileOf
) -> None:
    profile = profile_of(guacamole.KEY)
    row = running(guacamole.KEY, scopes.VIEW, scopes.RECORD, profile=profile)
    found = shown(agent_desk, row)
    assert (found["device"], found["recording"]) == (
        "rdp://lager-1.example",
        f"/recordings/tresen-{row.reference}",
    )


def test_browser_has_nothing_to_open_outside(agent_desk: Desk, running: Running) -> None:
    row = running("browser", scopes.VIEW)
    assert shown(agent_desk, row) == {"tool": registry.BROWSER, "is_outside": False}
    assert parts.load_seat(agent_desk, row) is None


def test_phone_is_not_left_for_the_phone(agent_desk: Desk, running: Running) -> None:
    assert parts.load(agent_desk, running("phone")) is None


def test_customer_reads_what_to_do_and_where_the_lines_run(
    agent_desk: Desk, tools: dict[str, Tool], running: Running
) -> None:
    tools["own-1"].relay, tools["own-1"].instruction = "over our own server", "Press the key F2."
    found = parts.load_seat(agent_desk, running("own-1", scopes.VIEW))
    assert found is not None
    assert (found["tool"].instruction(), found["relay"]) == (
        "Press the key F2.",
        "over our own server",
    )


def test_phone_by_itself_is_refused_what_is_seen(agent_desk: Desk, running: Running) -> None:
    row = running("phone")
    with pytest.raises(Refused):
        service.widen(agent_desk, row, scopes.UNATTENDED)
