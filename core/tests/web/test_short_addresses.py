# SPDX-License-Identifier: AGPL-3.0-or-later
"""A short address leads to a page of its own plugin, and nowhere else, whatever is asked of it."""

import pytest
from flask import Blueprint, Flask
from tresen.hooks.records import ShortAddress
from tresen.web import permissions, short_addresses

TAKEN = frozenset({"tickets", "static"})


@pytest.fixture
def app() -> Flask:
    """Return an application with pages of a harbour and of an airport."""
    made = Flask(__name__)
    harbour, airport = Blueprint("harbour", __name__), Blueprint("airport", __name__)
    harbour.add_url_rule("/", "front", lambda: "water")
    harbour.add_url_rule("/<int:object>", "berth", str)
    harbour.add_url_rule("/moor", "moor", lambda: "moored", methods=["POST"])
    airport.add_url_rule("/", "front", lambda: "air")
    for each in (harbour, airport):
        made.register_blueprint(each, url_prefix=f"/{each.name}")
    return made


def mount(app: Flask, word: str, endpoint: str = "harbour.front") -> None:
    """Mount an address of the harbour."""
    short_addresses.mount(app, ShortAddress(word, endpoint), {"harbour"}, TAKEN)


@pytest.mark.parametrize("word", ["quay", "quay-4", "q4-b2"])
def test_address_leads_to_the_page(app: Flask, word: str) -> None:
    mount(app, word)
    found = app.test_client().get(f"/{word}")
    assert (found.status_code, found.location) == (302, "/harbour/")


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("a=1&a=2", "/harbour/?a=1&a=2"),
        ("_scheme=javascript&_external=1", "/harbour/?_scheme=javascript&_external=1"),
        ("_anchor=x", "/harbour/?_anchor=x"),
        ("x=%0d%0aSet-Cookie:a", "/harbour/?x=%0d%0aSet-Cookie:a"),
        ("//other.example", "/harbour/?//other.example"),
    ],
)
def test_what_is_asked_of_it_goes_along_and_leads_nowhere_else(
    app: Flask, asked: str, location: str
) -> None:
    mount(app, "quay")
    assert app.test_client().get(f"/quay?{asked}").location == location


def test_address_is_open_to_all_and_only_read(app: Flask) -> None:
    mount(app, "quay-4")
    view = app.view_functions["harbour.short_quay_4"]
    assert permissions.permission_of(view) is None
    assert app.test_client().post("/quay-4").status_code == 405


@pytest.mark.parametrize(
    "word", ["", "Quay", "quay/4", "4quay", "quay_4", "-quay", "quay-", "qu--ay", "käi", "<word>"]
)
def test_what_is_no_word_is_refused(app: Flask, word: str) -> None:
    with pytest.raises(ValueError, match="is no word of lower-case letters, digits and hyphens"):
        mount(app, word)


@pytest.mark.parametrize("word", sorted(TAKEN))
def test_word_that_is_taken_is_refused(app: Flask, word: str) -> None:
    with pytest.raises(ValueError, match=f"short address /{word} is taken"):
        mount(app, word)


@pytest.mark.parametrize(
    "endpoint", ["harbour.berth", "harbour.moor", "harbour.none", "airport.front", "front", ""]
)
def test_address_leads_to_a_page_of_its_own_without_parameters(app: Flask, endpoint: str) -> None:
    with pytest.raises(ValueError, match="is no page of its own without parameters"):
        mount(app, "quay", endpoint)
