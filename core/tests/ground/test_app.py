# SPDX-License-Identifier: AGPL-3.0-or-later
"""The start of the application: what it refuses, whom it believes, what it says when it cannot."""

import pkgutil
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from io import BytesIO

import pytest
import tresen
from flask import Flask, request
from flask.testing import FlaskClient
from tresen import app as application
from tresen import fitness
from tresen.config import Config
from tresen.desk import ANONYMOUS, Core, Desk
from tresen.errors import Misconfigured, NeedsPermission
from tresen.hooks import specs
from tresen.people.models import Person
from tresen.testing.statements import recorded

SignIn = Callable[[Person], FlaskClient]
# What the pages of errors are headed with, by status and language.
HEADINGS = {
    (400, "en"): "This request cannot be understood",
    (400, "de"): "Diese Anfrage ist nicht verständlich",
    (403, "en"): "This is not open to you",
    (403, "de"): "Dazu sind Sie nicht berechtigt",
    (403, "de@du"): "Dazu bist du nicht berechtigt",
    (404, "en"): "There is nothing here",
    (404, "de"): "Hier ist nichts",
    (405, "en"): "Something went wrong",
    (405, "de"): "Etwas ist schiefgegangen",
    (413, "en"): "This is too large",
    (413, "de"): "Dies ist zu groß",
}
ASKED = {
    400: ("GET", "/?q=%00"),
    403: ("GET", "/admin/health"),
    404: ("GET", "/nothing/here"),
    405: ("DELETE", "/sign-in"),
    413: ("POST", "/requests/new"),
}


def app_of(core: Core, **options: object) -> Flask:
    """Return the application of the same core with other options."""
    changed = Core(replace(core.config, **options), core.engine, core.plugins, core.clock)  # type: ignore[arg-type]
    made = application.create_app(changed)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


def test_application_without_a_key_is_refused_with_the_way_out(core: Core) -> None:
    with pytest.raises(Misconfigured) as refusal:
        app_of(core, secret_key="")
    assert refusal.value.sentence == "There is no secret key yet: run `tresen init` first."


def test_start_asks_the_database_nothing(core: Core) -> None:
    with recorded(core.engine) as statements:
        application.create_app(core)
    assert statements == []


def test_every_part_that_answers_hooks_is_a_slice() -> None:
    parts = [part.name for part in pkgutil.iter_modules(tresen.__path__) if part.ispkg]
    answering = {name for name in parts if find_spec(f"tresen.{name}.hooks")}
    assert answering - set(application.SLICES) == set()


def test_schema_that_is_at_its_head_sets_nothing_aside(core: Core) -> None:
    fitness.check_schema(core)
    assert core.plugins.set_aside == {}


@pytest.mark.parametrize(
    ("address", "name", "is_secure"),
    [
        ("https://desk.example", "__Host-tresen-form", True),
        ("http://127.0.0.1:8080", "tresen-form", False),
    ],
)
def test_cookie_of_forms_is_as_safe_as_the_address_allows(
    core: Core, address: str, name: str, is_secure: bool
) -> None:
    made = app_of(core, base_url=address)
    with made.test_client() as browser:
        answer = browser.get("/sign-in", base_url=address)
    (cookie,) = [text for text in answer.headers.getlist("Set-Cookie") if text.startswith(name)]
    assert ("Secure" in cookie, "HttpOnly" in cookie, "SameSite=Lax" in cookie) == (
        is_secure,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        # What stands before the last entry was written by a stranger.
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 198.51.100.2", "203.0.113.7"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_as_many_proxies_are_believed_as_there_are(
    core: Core, hops: int, forwarded: str, seen: str
) -> None:
    made, found = app_of(core, trusted_proxies=hops), []
    made.before_request(lambda: found.append(request.remote_addr))
    made.test_client().get("/", headers={"X-Forwarded-For": forwarded})
    assert found == [seen]


@pytest.mark.parametrize(("status", "language"), HEADINGS)
def test_error_is_explained_in_the_readers_language(
    app: Flask, customer: Person, sign_in: SignIn, status: int, language: str
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = sign_in(customer)
    browser.set_cookie("language", language, domain="localhost")
    method, path = ASKED[status]
    files = {"data": {"files": (BytesIO(b"x" * 2_000), "big.bin")}} if status == 413 else {}
    answer = browser.open(path, method=method, **files)
    assert (answer.status_code, HEADINGS[status, language] in answer.text) == (status, True)


@pytest.mark.parametrize("status", [404, 405])
def test_programs_are_answered_with_a_problem_document(client: FlaskClient, status: int) -> None:
    method, path = {404: ("GET", "/api/v1/nothing"), 405: ("DELETE", "/api/v1/tickets/")}[status]
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert set(answer.json) >= {"status", "title", "detail"}
    assert answer.json["status"] == status


def test_form_that_is_too_long_is_refused_before_it_is_read(
    app: Flask, customer: Person, sign_in: SignIn
) -> None:
    app.config["MAX_FORM_MEMORY_SIZE"] = 500
    sent = {"subject": "x", "body": "y" * 600}
    answer = sign_in(customer).post("/requests/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This needs the permission admin.use."),
        ("de", "Das erfordert die Berechtigung admin.use."),
    ],
)
def test_missing_permission_is_named_in_the_readers_language(
    customer: Person, sign_in: SignIn, language: str, sentence: str
) -> None:
    browser = sign_in(customer)
    browser.set_cookie("language", language, domain="localhost")
    assert sentence in browser.get("/admin/health").text


def test_desk_names_the_permission_that_is_missing(desk: Desk) -> None:
    with pytest.raises(NeedsPermission) as refusal:
        replace(desk, actor=ANONYMOUS).demand("tickets.work")
    assert refusal.value.permission == "tickets.work"


def test_application_without_plugins_has_the_cores_routes(core: Core, config: Config) -> None:
    bare = application.create_core(replace(config, safe=True))
    own = {str(rule) for rule in application.create_app(bare).url_map.iter_rules()}
    whole = {str(rule) for rule in application.create_app(core).url_map.iter_rules()}
    bare.engine.dispose()
    short = {each.word for each in core.plugins.collect(specs.short_addresses)}
    more = {rule.split("/")[1] for rule in whole - own} - short
    assert more == set(core.plugins.taken_in) & more
    assert own <= whole
