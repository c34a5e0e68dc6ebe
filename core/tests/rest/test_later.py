# SPDX-License-Identifier: AGPL-3.0-or-later
"""A process that brings the interface when it is called answers as one that always had it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, url_for
from rest.program import ALL, Program
from tresen import app as application
from tresen.access import tokens
from tresen.desk import Core, Desk
from tresen.hooks import specs
from tresen.people.models import Person
from tresen.rest import later
from tresen.tickets.models import Ticket
from werkzeug.routing import BuildError

CALLS = (
    ("GET", "/api/v1/tickets/", None),
    ("GET", "/api/v1/tickets/0", None),
    ("GET", "/api/v1/nothing", None),
    ("POST", "/api/v1/tickets/", {"subject": 7}),
    ("DELETE", "/api/v1/tickets/", None),
    ("GET", "/api/v1/openapi.json", None),
    ("GET", "/api/", None),
)


@pytest.fixture
def known(core: Core) -> Flask:
    """Return the application of a core whose installed state was found fit before."""
    core.plugins.is_known = True
    return application.create_app(core)


@pytest.fixture
def token(desk: Desk, agent: Person) -> str:
    """Return a token of every scope."""
    made = tokens.make_token(desk, agent, "test", ALL)
    desk.commit()
    return made


def is_whole(core: Core) -> bool:
    """Whether the resources were asked for, which the application needs to be whole."""
    return specs.rest_blueprints.__name__ in core.plugins.collected


def test_pages_alone_bring_no_resources(core: Core, known: Flask) -> None:
    core.plugins.collected.clear()
    pages = [known.test_client().get(path).status_code for path in ("/sign-in", "/nothing")]
    assert (pages, is_whole(core)) == ([200, 404], False)
    assert [name for name in known.view_functions if name.startswith(("rest_", "api-"))] == []


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_call_is_answered_as_by_the_whole_application(
    app: Flask, known: Flask, token: str, method: str, path: str, body: object
) -> None:
    answers = [Program(each.test_client(), token)(method, path, body) for each in (app, known)]
    whole, late = [(each.status_code, each.get_data(), each.mimetype) for each in answers]
    assert late == whole


def test_what_a_program_writes_is_kept(known: Flask, token: str, ticket: Ticket) -> None:
    program = Program(known.test_client(), token)
    changed = program("PATCH", f"/api/v1/tickets/{ticket.number}", {"subject": "Another"})
    assert changed.status_code == 200
    assert program("GET", f"/api/v1/tickets/{ticket.number}").json["subject"] == "Another"


def test_page_may_name_a_resource(known: Flask, app: Flask) -> None:
    named = {"number": 7, "_external": True, "_anchor": "end"}
    with app.test_request_context("/", base_url="https://tresen.example/desk"):
        address = url_for("rest_tickets.OneTicket", **named)
    with known.test_request_context("/", base_url="https://tresen.example/desk"):
        assert url_for("rest_tickets.OneTicket", **named) == address


def test_name_of_nothing_stays_an_error(known: Flask) -> None:
    with known.test_request_context("/"), pytest.raises(BuildError):
        url_for("rest_tickets.Nothing")


def test_name_outside_of_a_request_stays_an_error(known: Flask) -> None:
    with known.app_context(), pytest.raises((BuildError, RuntimeError)):
        url_for("rest_tickets.OneTicket", number=7)


def test_first_calls_at_once_make_one_application() -> None:
    made: list[Flask] = []

    def make() -> Flask:
        whole = Flask(f"whole {len(made)}", static_folder=None)
        whole.add_url_rule("/api/", "all", lambda: whole.name)
        made.append(whole)
        return whole

    app = Flask("pages", static_folder=None)
    later.install(app, make)
    ask: Callable[[int], str] = lambda _number: app.test_client().get("/api/").text  # noqa: E731
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(ask, range(8)))
    assert (answers, len(made)) == ({"whole 0"}, 1)


@pytest.mark.parametrize("is_muted_first", [True, False])
def test_resources_are_of_those_who_were_awake_at_the_start(
    core: Core, is_muted_first: bool
) -> None:
    core.plugins.is_known = True
    core.plugins.muted |= {"people"} if is_muted_first else set()
    app = application.create_app(core)
    core.plugins.muted ^= {"people"}
    found = app.test_client().get("/api/v1/people/").status_code
    assert found == (404 if is_muted_first else 401)
