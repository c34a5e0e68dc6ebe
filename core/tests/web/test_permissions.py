# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every view says who may call it, and nobody else gets in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask.views import MethodView
from tresen.people.models import Person
from tresen.web.permissions import (
    asked_by_itself,
    check_views,
    needs,
    open_to_all,
    permission_of,
)


class Resource(MethodView):
    """Reading is for agents, writing for administrators."""

    @needs("people.read")
    def get(self) -> str:
        return "read"

    @needs("people.administer")
    def post(self) -> str:
        return "written"


@needs("tickets.read")
def guarded() -> str:
    return "seen"


@needs("tickets.read")
@asked_by_itself
def suggesting() -> str:
    return "suggested"


@open_to_all("for the test")
def open_view() -> str:
    """Show."""
    return "open"


def silent() -> str:
    return "nothing said"


@pytest.fixture
def pages(app: Flask) -> Flask:
    app.add_url_rule("/t/guarded", view_func=guarded)
    app.add_url_rule("/t/suggesting", view_func=suggesting)
    app.add_url_rule("/t/open", view_func=open_view)
    app.add_url_rule("/t/resource", view_func=Resource.as_view("resource"))
    return app


@pytest.mark.parametrize(
    ("view", "method", "permission"),
    [
        (guarded, "GET", "tickets.read"),
        (open_view, "GET", None),
        (Resource.as_view("r"), "GET", "people.read"),
        (Resource.as_view("r"), "HEAD", "people.read"),
        (Resource.as_view("r"), "POST", "people.administer"),
    ],
)
def test_view_names_its_permission(
    view: Callable[..., Any], method: str, permission: str | None
) -> None:
    assert permission_of(view, method) == permission


@pytest.mark.parametrize(("view", "method"), [(silent, "GET"), (Resource.as_view("r"), "PATCH")])
def test_atk_z10_view_that_names_none_is_an_error(view: Callable[..., Any], method: str) -> None:
    with pytest.raises(LookupError):
        permission_of(view, method)


def test_atk_z10_application_with_a_silent_view_does_not_start(app: Flask) -> None:
    app.add_url_rule("/t/silent", view_func=silent)
    with pytest.raises(LookupError):
        check_views(app)


def test_reason_of_an_open_view_is_kept() -> None:
    assert open_view.__doc__ == "Show.\n\nOpen to all: for the test"


def test_visitor_is_led_to_the_sign_in_and_back(pages: Flask) -> None:
    answer = pages.test_client().get("/t/guarded?a=b")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/t/guarded?a%3Db")


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://localhost/t/guarded?a=b#part", "/t/guarded?a=b"),
        ("http://elsewhere.example/t/guarded", "/"),
        ("https://localhost/t/guarded", "/"),
        ("http://localhost", "/"),
        ("", "/"),
    ],
)
def test_sent_form_leads_back_to_its_page_and_never_to_its_own_address(
    pages: Flask, came_from: str, back: str
) -> None:
    headers = {"Referer": came_from} if came_from else {}
    answer = pages.test_client().post("/t/resource", headers=headers)
    told = parse_qs(urlsplit(answer.location).query)["next"]
    assert (answer.status_code, told) == (302, [back])


def test_open_view_is_open(pages: Flask) -> None:
    assert pages.test_client().get("/t/open").text == "open"


@pytest.mark.parametrize(
    ("who", "codes"),
    [("customer", [403, 403, 403]), ("agent", [200, 200, 403]), ("administrator", [200, 200, 200])],
)
def test_each_role_gets_what_it_was_granted(
    request: pytest.FixtureRequest,
    pages: Flask,
    sign_in: Callable[[Person], FlaskClient],
    who: str,
    codes: list[int],
) -> None:
    browser = sign_in(request.getfixturevalue(who))
    answers = [
        browser.get("/t/guarded"),
        browser.get("/t/resource"),
        browser.post("/t/resource"),
    ]
    assert [answer.status_code for answer in answers] == codes


def test_refusal_names_the_permission(
    pages: Flask, customer: Person, sign_in: Callable[[Person], FlaskClient]
) -> None:
    assert "tickets.read" in sign_in(customer).get("/t/guarded").text


def test_atk_z12_other_method_is_refused(pages: Flask) -> None:
    client = pages.test_client()
    headers = {"X-HTTP-Method-Override": "POST"}
    assert client.delete("/t/open").status_code == 405
    assert client.get("/t/open", headers=headers).text == "open"


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("/t/guarded", "/sign-in?next=/tickets/10001"), ("/t/suggesting", None)],
)
def test_part_of_a_page_is_never_replaced_by_the_sign_in(
    pages: Flask, client: FlaskClient, path: str, leads_to: str | None
) -> None:
    headers = {"HX-Request": "true", "Referer": "http://localhost/tickets/10001"}
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers.get("HX-Redirect") == leads_to
