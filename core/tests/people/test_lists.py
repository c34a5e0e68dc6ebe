# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lists of people and organisations: searched to the last page, and narrowed."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people import service
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.statements import recorded

SignIn = Callable[[Person], FlaskClient]
NEXT = re.compile(r'href="([^"]*[?&;]before=[^"]*)"')
NAMES = re.compile(
    r'<tr data-line>\s*<td><a href="/people/(?:organisations/)?\d+"><bdi>([^<]+)</bdi>'
)


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(agent)


def walked(browser: FlaskClient, url: str) -> list[list[str]]:
    """Return the names on each page from the first to the last."""
    pages = []
    while url:
        page = browser.get(url).text
        pages.append(NAMES.findall(page))
        following = NEXT.findall(page)
        url = html.unescape(following[0]) if following else ""
    return pages


def test_search_of_people_goes_on_to_the_last(browser: FlaskClient, desk: Desk) -> None:
    for number in range(120):
        service.add_person(desk, f"Mara Muster{number:03}", f"m{number}@muster.example")
    service.add_person(desk, "Otto Other", "otto@other.example")
    desk.commit()
    pages = walked(browser, "/people/?q=mara")
    assert [len(page) for page in pages] == [50, 50, 20]
    newest_first = [f"Mara Muster{number:03}" for number in reversed(range(120))]
    assert [name for page in pages for name in page] == newest_first


def test_search_of_organisations_goes_on_to_the_last(browser: FlaskClient, desk: Desk) -> None:
    for number in range(60):
        service.add_organisation(desk, f"Werk {number:02} GmbH")
    service.add_organisation(desk, "Other AG")
    desk.commit()
    pages = walked(browser, "/people/organisations/?q=gmbh")
    assert [len(page) for page in pages] == [50, 10]
    assert {name for page in pages for name in page} == {f"Werk {n:02} GmbH" for n in range(60)}


@pytest.mark.parametrize("question", ["MÜLLER", "mueller", "müll", "Muller"])
def test_organisation_is_found_however_it_is_typed(
    browser: FlaskClient, desk: Desk, question: str
) -> None:
    service.add_organisation(desk, "Müller Bau")
    service.add_organisation(desk, "Other AG")
    desk.commit()
    url = f"/people/organisations/?q={question}"
    assert walked(browser, url) == [["Müller Bau"]]


def test_no_organisation_has_the_words(browser: FlaskClient) -> None:
    page = browser.get("/people/organisations/?q=nobody").text
    assert ("No organisation was found" in page, 'value="nobody"' in page) == (True, True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("organisation=werk", [["Ada Eins", "Ada Zwei"]]),
        ("organisation=werk&q=zwei", [["Ada Zwei"]]),
        ("q=ada", [["Ada Drei", "Ada Zwei", "Ada Eins"]]),
        ("organisation=nobody", [[]]),
    ],
)
def test_people_are_narrowed_to_organisations(
    browser: FlaskClient, desk: Desk, query: str, expected: list[list[str]]
) -> None:
    south = service.add_organisation(desk, "Werk Süd")
    north = service.add_organisation(desk, "Werk Nord")
    service.add_person(desk, "Ada Eins", "1@a.example", organisation=south)
    service.add_person(desk, "Ada Zwei", "2@a.example", organisation=north)
    service.add_person(desk, "Ada Drei", "3@a.example")
    desk.commit()
    assert walked(browser, f"/people/?{query}") == expected


def test_page_asks_the_same_however_many_it_finds(browser: FlaskClient, desk: Desk) -> None:
    counts = []
    for number in (1, 40):
        for each in range(number):
            factories.make_person(desk, f"Mara {number} {each}", f"m{number}-{each}@m.example")
        desk.commit()
        with recorded(desk.core.engine) as statements:
            browser.get("/people/?q=mara&organisation=kunde")
        counts.append(len(statements))
    assert counts[0] == counts[1]
