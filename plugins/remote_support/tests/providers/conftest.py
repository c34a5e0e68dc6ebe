# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sessions with any tool, and a server that speaks MeshCentral's words on loopback."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import Any

import pytest
from tresen.sdk import Actor, Desk, Person, Ticket
from tresen.testing import factories
from tresen_remote_support import answers, offers, scopes, service
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.profiles.models import AccessProfile
from tresen_remote_support.providers import guacamole, links, meshcentral, registry
from tresen_remote_support.providers.models import Tool
from websockets.sync.server import ServerConnection, serve

Running = Callable[..., RemoteSession]

KEY = "4c0b569e4c96df157eee1b65dd0e4d41"
NODE = "node//kX0$abc@def"
TOKEN = "~t:7Fk2 geheim"
SHOWS = ("serverinfo", "userinfo")
EVENT = {"time": "2026-03-10T09:30:00.000Z", "etype": "node", "msg": "Started remote desktop"}
# What each tool knows a device by.
TARGETS = {
    "rdp": "lager-1.example:3389",
    "ssh": "root@lager-1.example",
    guacamole.KEY: "rdp://lager-1.example",
    meshcentral.KEY: NODE,
}


@dataclass
class MeshServer:
    """MeshCentral's side of `control.ashx`: what it was asked, and the links that it keeps."""

    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    shares: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False
    # Called when it was asked for a link, before it answers.
    meanwhile: Callable[[], None] = lambda: None
    host: str = ""

    def talk(self, connection: ServerConnection) -> None:
        """Say what MeshCentral says by itself, then answer each question."""
        request = connection.request
        assert request is not None
        self.signed_in.append(request.headers["x-meshauth"])
        if self.refuses:
            connection.send(
                json.dumps({"action": "close", "cause": "noauth", "msg": "tokenrequired"})
            )
            return
        for action in SHOWS:
            connection.send(json.dumps({"action": action, action: {}}))
        for said in connection:
            question = json.loads(said)
            self.asked.append(question)
            connection.send(json.dumps({"action": "event", "event": {"etype": "node"}}))
            connection.send(json.dumps(self._answer(question)))

    def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        same = {name: question[name] for name in ("action", "responseid", "nodeid")}
        if question["action"] == "createDeviceShareLink":
            return same | self._share(question)
        if question["action"] == "removeDeviceShare":
            self.shares = [s for s in self.shares if s["publicid"] != question["publicid"]]
            return same | {"result": "OK"}
        if question["action"] == "events":
            return same | {"events": [EVENT]}
        # This one comes without the number under which it was asked for.
        return {"action": "deviceShares", "nodeid": NODE, "deviceShares": self.shares}

    def _share(self, question: dict[str, Any]) -> dict[str, Any]:
        if question["nodeid"] != NODE:
            return {"result": "Invalid node"}
        number = f"share{len(self.shares)}"
        self.shares.append({"publicid": number, "guestName": question["guestname"]})
        self.meanwhile()
        return {
            "result": "OK",
            "publicid": number,
            "url": f"{self.host or self.address}/sharing?c=abc",
        }


@contextmanager
def mesh_server() -> Iterator[MeshServer]:
    """Serve MeshCentral's words on a free port of this machine."""
    made = MeshServer()
    with serve(made.talk, "127.0.0.1", 0) as server:
        port = server.socket.getsockname()[1]
        made.address = f"http://127.0.0.1:{port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def mesh(monkeypatch: pytest.MonkeyPatch) -> Iterator[MeshServer]:
    """Return a MeshCentral whose login token stands in the environment."""
    monkeypatch.setenv("TRESEN_REMOTE_SUPPORT_MESH", TOKEN)
    with mesh_server() as made:
        yield made


@pytest.fixture
def tools(desk: Desk, mesh: MeshServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, Tool]:
    """Return every kind of tool, each of them offered."""
    monkeypatch.setenv("TRESEN_REMOTE_SUPPORT_GUACAMOLE", KEY)
    own = {"title": "Eigenes", "pattern": "https://fern.example/s/{reference}?d={device_id}"}
    rows = [
        *(Tool(key=each.key, is_offered=True) for each in links.BUILT_IN),
        Tool(key="own-1", is_offered=True, kinds=scopes.line(links.ALL_OF_IT), **own),
        Tool(
            key=guacamole.KEY,
            is_offered=True,
            address="https://guacamole.example/guacamole/",
            secret_name="TRESEN_REMOTE_SUPPORT_GUACAMOLE",
            recording_path="/recordings",
        ),
        Tool(
            key=meshcentral.KEY,
            is_offered=True,
            address=mesh.address,
            secret_name="TRESEN_REMOTE_SUPPORT_MESH",
        ),
    ]
    desk.session.add_all(rows)
    desk.commit()
    return {row.key: row for row in rows}


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """Return a customer's ticket."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def agent_desk(desk: Desk, agent: Person) -> Desk:
    """Return the desk at which the agent acts."""
    return replace(desk, actor=Actor(agent.name, "agent", agent.id))


@pytest.fixture
def profile_of(desk: Desk, customer: Person, ticket: Ticket) -> Callable[[str], AccessProfile]:
    """Return a function that gives an access profile for a tool, with the tool's own target."""
    product = factories.make_product(desk)
    assert customer.organisation_id is not None
    place = factories.make_installation(desk, customer.organisation_id, product)

    def made(key: str) -> AccessProfile:
        row = AccessProfile(
            installation_id=place.id,
            title="Lager",
            provider=key,
            target_id=TARGETS.get(key, "123456789"),
            may_record=True,
            recording_days=14,
            created_at=desk.now(),
            changed_at=desk.now(),
        )
        desk.session.add(row)
        desk.session.flush()
        return row

    return made


@pytest.fixture
def consented(agent_desk: Desk, ticket: Ticket, tools: dict[str, Tool]) -> Running:
    """Return a function that gives a session with a tool to which the customer agreed."""

    def made(key: str, *kinds: str, profile: AccessProfile | None = None) -> RemoteSession:
        wish = service.Wish(
            purpose="The printer",
            scope=scopes.line(kinds or _first_kind(agent_desk, key)),
            provider=key,
            person_id=ticket.requester_id,
            profile_id=profile.id if profile else None,
        )
        row = service.request(agent_desk, ticket, wish)
        service.offer(agent_desk, row)
        answers.agree(answers.acting(agent_desk, row), row, offers.LINK, "Karla Kundin")
        return row

    return made


@pytest.fixture
def running(agent_desk: Desk, consented: Running) -> Running:
    """Return a function that gives a session with a tool, while it runs."""

    def made(key: str, *kinds: str, profile: AccessProfile | None = None) -> RemoteSession:
        row = consented(key, *kinds, profile=profile)
        service.begin(agent_desk, row)
        agent_desk.commit()
        return row

    return made


def _first_kind(desk: Desk, key: str) -> tuple[str]:
    return (registry.provider(desk, key).scopes[0],)
