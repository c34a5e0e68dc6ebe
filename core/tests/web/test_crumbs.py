# SPDX-License-Identifier: AGPL-3.0-or-later
"""A page below others: what its form holds is kept or refused, and the way leads back up."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from tresen.errors import Refused
from tresen.people.models import Person
from tresen.web.crumbs import Crumb, filled_in, form_below, kept, taken
from tresen.web.forms import Form
from tresen.web.permissions import needs
from wtforms import FileField, StringField
from wtforms.validators import InputRequired

SignIn = Callable[[Person], FlaskClient]
ABOVE = [Crumb("Harbour", "/tickets/"), Crumb("Quay <1>", "/tickets/views")]


class BerthForm(Form):
    """Where a ship lies."""

    pairs: ClassVar = {"first": "last"}

    name = StringField("Name", [InputRequired()])
    first = StringField("From")
    last = StringField("To")


class PaperForm(Form):
    """The papers of a ship."""

    paper = FileField("Paper")


def demand_free(name: str) -> None:
    if name == "taken":
        raise Refused("This berth is <taken>.")


@pytest.fixture
def told() -> list[dict[str, Any]]:
    """Return what was kept."""
    return []


@pytest.fixture
def browser(app: Flask, agent: Person, sign_in: SignIn, told: list[dict[str, Any]]) -> FlaskClient:
    """Return an agent's browser on an application with three pages of its own."""
    pages = Blueprint("berths", __name__, url_prefix="/berths")

    def keep(given: dict[str, Any]) -> None:
        demand_free(given["name"])
        told.append(given)

    @pages.route("/new", methods=["GET", "POST"])
    @needs("tickets.read")
    def new() -> Any:
        return kept(BerthForm(), "New berth", ABOVE, keep, "The berth is kept.")

    @pages.get("/paper")
    @needs("tickets.read")
    def paper() -> Any:
        return form_below(PaperForm(), "Papers", ABOVE)

    @pages.post("/free/<name>")
    @needs("tickets.read")
    def free(name: str) -> Any:
        return taken(lambda: demand_free(name), "It is free.", "/tickets/")

    app.register_blueprint(pages)
    return sign_in(agent)


FULL = {"name": "North", "first": "1", "last": "2"}


def test_form_stands_below_the_pages_above_it(browser: FlaskClient) -> None:
    shown = browser.get("/berths/new").text
    way = shown.partition('<nav class="crumbs"')[2].partition("</nav>")[0]
    links = [part.partition("</a>")[0] for part in way.split("<a ")[1:]]
    assert (links, 'aria-current="page">New berth<' in way) == (
        ['href="/tickets/">Harbour', 'href="/tickets/views">Quay &lt;1&gt;'],
        True,
    )


def test_cancel_leads_to_the_last_page_above(browser: FlaskClient) -> None:
    actions = browser.get("/berths/new").text.partition('class="form-actions"')[2]
    assert actions.partition('href="')[2].partition('"')[0] == "/tickets/views"


def test_what_is_filled_in_is_kept_and_leads_back(
    browser: FlaskClient, told: list[dict[str, Any]]
) -> None:
    answer = browser.post("/berths/new", data=FULL)
    assert (answer.status_code, answer.location, told) == (302, "/tickets/views", [FULL])


def test_what_was_kept_is_said_on_the_next_page(browser: FlaskClient) -> None:
    shown = browser.post("/berths/new", data=FULL, follow_redirects=True).text
    assert shown.count("The berth is kept.") == 1


def test_empty_field_is_named_and_nothing_is_kept(
    browser: FlaskClient, told: list[dict[str, Any]]
) -> None:
    answer = browser.post("/berths/new", data=FULL | {"name": ""})
    assert (answer.status_code, told, 'value="2"' in answer.text) == (422, [], True)


def test_refusal_is_said_once_and_loses_nothing(browser: FlaskClient) -> None:
    answer = browser.post("/berths/new", data=FULL | {"name": "taken"})
    assert (answer.status_code, answer.text.count("This berth is &lt;taken&gt;.")) == (422, 1)
    assert [answer.text.count(f'value="{each}"') for each in ("taken", "1", "2")] == [1, 1, 1]


def test_pair_of_fields_stands_side_by_side(browser: FlaskClient) -> None:
    shown = browser.get("/berths/new").text.partition('<div class="field-pair">')[2]
    assert [shown.count(f'name="{each}"') for each in ("name", "first", "last")] == [0, 1, 1]


@pytest.mark.parametrize(("path", "is_upload"), [("new", False), ("paper", True)])
def test_form_with_a_file_is_sent_in_parts(
    browser: FlaskClient, path: str, is_upload: bool
) -> None:
    shown = browser.get(f"/berths/{path}").text
    assert ('enctype="multipart/form-data"' in shown) is is_upload


@pytest.mark.parametrize(
    ("name", "said"), [("free", "It is free."), ("taken", "This berth is &lt;taken&gt;.")]
)
def test_step_is_taken_or_its_refusal_said(browser: FlaskClient, name: str, said: str) -> None:
    answer = browser.post(f"/berths/free/{name}", follow_redirects=True)
    assert (answer.status_code, answer.text.count(said)) == (200, 1)


def test_what_is_filled_in_holds_no_token(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    with app.test_request_context(method="POST", data=FULL):
        form = BerthForm()
        assert ("csrf_token" in form, filled_in(form)) == (True, FULL)
