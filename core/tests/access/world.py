# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small world with something behind every address, and the eight who try to reach it.

Why: whether an address lets the right people in shows only where there is something to see.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import close_all_sessions
from tresen import app as application
from tresen.access import links, service, tokens
from tresen.access.models import ApiToken, OneTimeLink, SignInSession, hash_token
from tresen.access.views import cookie_name
from tresen.config import load_config
from tresen.desk import Core, Desk, desk_for
from tresen.files import service as files
from tresen.files.models import StoredFile
from tresen.mail.models import InboundMail, Mailbox, OutboundMail
from tresen.people import service as people
from tresen.people.models import EmailAddress, Person
from tresen.snippets.models import Snippet
from tresen.testing import databases, factories
from tresen.tickets import links as ticket_links
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, SavedView, Ticket
from tresen.tickets.records import NewMessage
from tresen.web.signed_links import sign

ROLES = (
    "anonymous",
    "customer",
    "colleague",
    "stranger",
    "other_agent",
    "agent",
    "administrator",
    "bare_token",
)
SAFE = ("GET", "HEAD")
ONE_TIME = "a token of a link that was mailed"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass
class World:
    """The application, who there is by role, and what stands in the place of each parameter.

    `values` goes by the name of the parameter; `special` by route, or by route and object.
    """

    app: Flask
    core: Core
    people: dict[str, Person] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    special: dict[str, dict[str, Any]] = field(default_factory=dict)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def path(self, route: str, thing: str) -> str:
        """Return the route with something real in the place of each parameter."""
        values = self.values | self.special.get(route, {}) | self.special.get(thing, {})
        return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: str(values[found[1]]), route)

    def answer(self, role: str, method: str, path: str) -> str:
        """Return the status that the role gets: by its session, and under /api/ by its token.

        "sign-in" stands for being led there instead.
        """
        if path.startswith("/api/") or role == "bare_token":
            key = {"Authorization": f"Bearer {self.keys[role]}"} if role in self.keys else {}
            given = {"json": {"body": "x"}} if path.endswith("/messages") else {"json": {}}
            more = given if path.startswith("/api/") and method not in SAFE else {}
            got = self.app.test_client().open(path, method=method, headers=key, **more)
        else:
            got = self.browser(role, method).open(path, method=method)
        is_led_away = (got.location or "").startswith("/sign-in?next=")
        return "sign-in" if is_led_away else str(got.status_code)

    def browser(self, role: str, method: str = "GET") -> FlaskClient:
        """Return a browser of the role; for what may end a session, one with a new session."""
        if method not in SAFE:
            return self._new_browser(role)
        if role not in self.browsers:
            self.browsers[role] = self._new_browser(role)
        return self.browsers[role]

    def _new_browser(self, role: str) -> FlaskClient:
        made = self.app.test_client()
        if person := self.people.get(role):
            with desk_for(self.core, write=True) as desk:
                token = service.start_session(desk, person, "127.0.0.1", "test")
            made.set_cookie(cookie_name(self.core.config), token, domain="localhost")
        return made


@contextmanager
def standing(migrated_database: str, folder: Path) -> Iterator[World]:
    """Yield a world on a database of its own; on PostgreSQL it is emptied before."""
    url = migrated_database
    if url.startswith("sqlite:///"):
        template = Path(url.removeprefix("sqlite:///"))
        url = databases.copy_sqlite(template, folder / "tresen.sqlite3")
    else:
        close_all_sessions()
        databases.empty(url)
    key = "test key, at least as long as a real one"
    core = application.create_core(
        load_config(environ={}, data_dir=folder, database_url=url, secret_key=key, strict=True)
    )
    app = application.create_app(core)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    yield make_world(app, core)
    close_all_sessions()
    core.engine.dispose()


def make_world(app: Flask, core: Core) -> World:
    """Fill an empty database."""
    world = World(app, core)
    with desk_for(core, write=True) as desk:
        _add_people(desk, world)
        _add_ticket(desk, world)
        _add_access(desk, world)
        _add_mail(desk, world)
        _add_product(desk, world)
        _add_snippets(desk, world)
        if "pilot_service" in core.plugins.taken_in:
            # Imported here: the core's tests also run where the plugin is not installed.
            from access import pilots  # noqa: PLC0415

            pilots.fill(desk, world)
        if "remote_support" in core.plugins.taken_in:
            from access import screens  # noqa: PLC0415 - as above

            screens.fill(desk, world)
        if "licensing" in core.plugins.taken_in:
            from access import licences  # noqa: PLC0415 - as above

            licences.fill(desk, world)
    return world


def _add_people(desk: Desk, world: World) -> None:
    own = world.people
    own["agent"] = factories.make_person(desk, "Anna Agent", "anna@tresen.example", role="agent")
    own["other_agent"] = factories.make_person(desk, "Otto", "otto@tresen.example", role="agent")
    own["administrator"] = factories.make_person(
        desk, "Ada Admin", "ada@tresen.example", role="administrator"
    )
    own["customer"] = factories.make_customer(desk)
    home = own["customer"].organisation_id
    own["colleague"] = people.add_customer(desk, "Kolja", "kolja@kunde.example", home)
    other = people.add_organisation(desk, "Other Ltd")
    own["stranger"] = factories.make_customer(desk, "Sam", "sam@other.example", other)
    spare = people.add_customer(desk, "Sara Spare", "sara@kunde.example", home)
    world.values |= {"person_id": spare.id, "organisation_id": home}


def _add_ticket(desk: Desk, world: World) -> None:
    """Open a ticket of the customer in a team that only the agent belongs to."""
    team = people.add_team(desk, "Payroll", [world.people["agent"]], is_restricted=True)
    ticket = factories.make_ticket(desk, world.people["customer"], team_id=team.id)
    reply, shown = _add_message(desk, ticket, "reply")
    note, hidden = _add_message(desk, ticket, "note")
    world.values |= {
        "number": ticket.number,
        "team_id": team.id,
        "message_id": reply.id,
        "public_id": shown.public_id,
    }
    world.special["note"] = {"message_id": note.id, "public_id": hidden.public_id}
    customer = world.people["customer"].id
    token = ticket_links.ticket_link(desk, ticket.id, customer).rpartition("/")[2]
    world.values["token"] = token
    with world.app.app_context():
        picture = sign("shown file", shown.public_id)
        image = sign("remote image", "http://127.0.0.1/pixel.png")
    world.special["/files/shown/<token>"] = {"token": picture}
    world.special["/files/remote/<token>"] = {"token": image}


def _add_message(desk: Desk, ticket: Ticket, kind: str) -> tuple[Message, StoredFile]:
    file = files.store_file(desk, f"{kind}.png", "image/png", PICTURE + kind.encode())
    new = NewMessage(
        body=kind,
        html=f"<p>{kind}</p>",
        channel="mail",
        kind=kind,
        author_name="Anna",
        files=((file.id, ""),),
    )
    return tickets.add_message(desk, ticket, new), file


def _add_access(desk: Desk, world: World) -> None:
    """Give each of them a token with every scope of the role, and the last one none."""
    agent = world.people["agent"]
    for role, person in world.people.items():
        world.keys[role] = tokens.make_token(desk, person, role, service.grants(desk)[person.role])
    world.keys["bare_token"] = tokens.make_token(desk, agent, "bare", ())
    tokens.make_token(desk, agent, "the one to end", ())
    service.start_session(desk, agent, "127.0.0.1", "the one to end")
    address = desk.session.scalars(select(EmailAddress).filter_by(person_id=agent.id)).one()
    desk.session.add(
        OneTimeLink(
            purpose=links.PASSWORD,
            token_hash=hash_token(ONE_TIME),
            address_id=address.id,
            created_at=desk.now(),
            expires_at=desk.ago(hours=-1),
        )
    )
    world.special["/static/<version>/<path:name>"] = {"name": "css/tresen.css"}
    world.special["/link/<token>"] = {"token": ONE_TIME}
    world.values |= {
        "session_id": desk.session.scalars(select(SignInSession.id)).one(),
        "token_id": desk.session.scalars(
            select(ApiToken.id).filter_by(name="the one to end")
        ).one(),
        "name": "nothing-like-it",
        "version": "x",
    }
    kept = SavedView(person_id=agent.id, title="Mine", query="")
    desk.session.add(kept)
    desk.session.flush()
    world.values["view_id"] = kept.id


def _add_mail(desk: Desk, world: World) -> None:
    """Let a mail be held, and another be on the ticket of the restricted team."""
    box = Mailbox(address="support@tresen.example", created_at=desk.now())
    desk.session.add(box)
    desk.session.flush()
    held = _mail(desk, b"held", outcome="held", reason="parse")
    reply = world.values["message_id"]
    taken = _mail(desk, b"taken", outcome="message", message_id=reply)
    out = desk.session.scalars(select(OutboundMail.id).order_by(OutboundMail.id)).first()
    world.values |= {"mailbox_id": box.id, "mail_id": held}
    world.special["taken"] = {"mail_id": taken}
    # The held one would be called away by the first who may.
    for verb in ("replay", "ignore"):
        world.special[f"/mail/<int:mail_id>/{verb}"] = {"mail_id": taken}
    world.special["/mail/out/<int:mail_id>/retry"] = {"mail_id": out}


def _mail(desk: Desk, raw: bytes, **given: Any) -> int:
    row = InboundMail(source="pipe", sha256=files.store_blob(desk, raw), **given)
    row.received_at, row.size = desk.now(), len(raw)
    desk.session.add(row)
    desk.session.flush()
    return row.id


def _add_product(desk: Desk, world: World) -> None:
    product = factories.make_product(desk, "kasse", "Kassenwerk")
    made = factories.make_installation(desk, world.values["organisation_id"], product)
    world.values |= {"product_id": product.id, "installation_id": made.id}


def _add_snippets(desk: Desk, world: World) -> None:
    """Let the agent keep a text alone, and two others be everybody's."""
    own = world.people["agent"].id
    mine = Snippet(title="Mine", body="Yours, {{agent}}", person_id=own, changed_at=desk.now())
    shared = Snippet(title="All", body="Hello {{requester}}", changed_at=desk.now())
    spare = Snippet(title="Spare", body="To be deleted", changed_at=desk.now())
    desk.session.add_all([mine, shared, spare])
    desk.session.flush()
    world.values["snippet_id"] = mine.id
    world.special["shared"] = {"snippet_id": shared.id}
    world.special["spare"] = {"snippet_id": spare.id}
