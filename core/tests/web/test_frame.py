# SPDX-License-Identifier: AGPL-3.0-or-later
"""The frame around a page: who is there, what they may enter, and what they chose."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import g
from tickets.bench import Room, furnished
from tresen import __version__, i18n
from tresen.access import service as access
from tresen.desk import ANONYMOUS, Desk, desk_for
from tresen.hooks import hookimpl
from tresen.hooks.records import NavItem, RailGroup
from tresen.people.models import Person
from tresen.web.frame import Frame

WHO = ("anonymous", "customer", "agent", "administrator")


@pytest.fixture(scope="module")
def room(migrated_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with furnished(migrated_database, tmp_path_factory.mktemp("frame")) as made:
        yield made


@contextmanager
def framed(room: Room, who: str, path: str = "/", **cookies: str) -> Iterator[Frame]:
    """Yield the frame of a page as that person gets it."""
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with (
        desk_for(room.core) as desk,
        room.app.test_request_context(path, headers={"Cookie": header}),
    ):
        desk.actor = actor(room, desk, who)
        g.desk = desk
        yield Frame(desk)


def actor(room: Room, desk: Desk, who: str) -> Any:
    if who == "anonymous":
        return ANONYMOUS
    return access.actor_for(desk, desk.session.get_one(Person, room.ids[who]))


@pytest.mark.parametrize(
    ("cookies", "look"),
    [
        ({}, ("auto", "wide", True)),
        ({"theme": "dark", "rail": "small", "keyboard": "off"}, ("dark", "small", False)),
        ({"theme": "light", "rail": "wide", "keyboard": "on"}, ("light", "wide", True)),
        ({"theme": "purple", "rail": "<b>", "keyboard": "maybe"}, ("auto", "wide", True)),
        ({"theme": "", "rail": "", "keyboard": ""}, ("auto", "wide", True)),
        ({"theme": "DARK"}, ("auto", "wide", True)),
    ],
)
def test_look_is_what_was_chosen_or_the_first(
    room: Room, cookies: dict[str, str], look: tuple[str, str, bool]
) -> None:
    with framed(room, "agent", **cookies) as frame:
        assert (frame.theme, frame.rail, frame.keyboard) == look


@pytest.mark.parametrize(
    ("who", "person"),
    [
        ("anonymous", None),
        ("customer", ("Karla Kundin", "KK")),
        ("agent", ("Anna Agent", "AA")),
    ],
)
def test_person_is_who_is_signed_in(room: Room, who: str, person: tuple[str, str] | None) -> None:
    with framed(room, who) as frame:
        shown = frame.person and (frame.person["name"], frame.person["initials"])
    assert shown == person


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Plato", "P"),
        ("anna maria agent", "AM"),
        ("  Ärmel  Öl ", "ÄÖ"),
        ("", ""),
        ("ß x", "SSX"),
    ],
)
def test_initials_are_the_first_two_words(room: Room, name: str, initials: str) -> None:
    with framed(room, "agent") as frame:
        g.desk.actor = replace(g.desk.actor, name=name)
        assert (frame.person or {})["initials"] == initials


@pytest.mark.parametrize(
    ("code", "tag"), [("en", "en"), ("de", "de"), ("de@du", "de"), ("xx", "en")]
)
def test_language_is_named_for_people_and_for_machines(room: Room, code: str, tag: str) -> None:
    language = i18n.catalogues(room.core).language(code)
    with framed(room, "agent") as frame, i18n.speaking(language):
        assert (frame.lang, frame.language) == (tag, code if code != "xx" else "en")
        assert [each["code"] for each in frame.languages] == ["en", "de", "de@du"]


@pytest.mark.parametrize(
    ("path", "query"), [("/", ""), ("/?q=printer", "printer"), ("/?q=%3Cb%3E&q=x", "<b>")]
)
def test_question_stands_in_the_field_again(room: Room, path: str, query: str) -> None:
    with framed(room, "agent", path) as frame:
        assert frame.query == query


def test_links_lead_to_pages_that_are_there(room: Room) -> None:
    with framed(room, "anonymous") as frame:
        links, rules = frame.links, {str(rule) for rule in room.app.url_map.iter_rules()}
    assert {name: link for name, link in links.items() if link not in rules} == {}


@pytest.mark.parametrize(
    ("who", "pages"),
    [("anonymous", ["Ask for help"]), ("customer", ["Your requests", "Ask for help"])],
)
def test_portal_offers_requests_to_who_has_some(room: Room, who: str, pages: list[str]) -> None:
    with framed(room, who, "/requests/new") as frame:
        found = [(each["title"], each["is_current"]) for each in frame.portal_nav]
    assert found == [(title, title == "Ask for help") for title in pages]


class Areas:
    """A plugin with areas and lists: for everybody, for nobody, without a page, out of order."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @hookimpl
    def nav_items(self) -> list[NavItem]:
        return [
            NavItem("Late", "portal.source", "tickets.read", weight=9000),
            NavItem("Early", "search.results", "tickets.read", badge=self.seven, weight=-1),
            NavItem("Locked", "search.results", "nobody.may", badge=self.seven),
            NavItem("Nowhere", "no.such_page", "tickets.read", badge=self.seven),
        ]

    @hookimpl
    def rail_groups(self, desk: Desk) -> list[RailGroup]:
        return [RailGroup("Last", (), weight=9000), RailGroup("First", (), weight=-1)]

    def seven(self, desk: Desk) -> int:
        self.asked.append(desk.actor.name)
        return 7


@pytest.fixture
def areas(room: Room) -> Iterator[Areas]:
    made = Areas()
    room.core.plugins.pm.register(made, "areas")
    yield made
    room.core.plugins.pm.unregister(made)


def test_areas_stand_by_weight_for_who_may_enter_them(room: Room, areas: Areas) -> None:
    with framed(room, "agent", "/search/") as frame:
        titles = [str(item["title"]) for item in frame.nav]
        early = next(item for item in frame.nav if item["title"] == "Early")
    assert (titles[0], titles[-1]) == ("Early", "Late")
    assert {"Locked", "Nowhere"} & set(titles) == set()
    assert (early["url"], early["count"], early["is_current"]) == ("/search/", 7, True)


@pytest.mark.parametrize(
    ("path", "area"),
    [("/people/1", ["People"]), ("/people/organisations/1", ["Organisations"])],
)
def test_part_with_several_areas_marks_the_one_whose_address_begins_the_pages(
    room: Room, path: str, area: list[str]
) -> None:
    with framed(room, "agent", path) as frame:
        assert [str(item["title"]) for item in frame.nav if item["is_current"]] == area


def test_number_is_asked_for_once_and_for_shown_areas_alone(room: Room, areas: Areas) -> None:
    with framed(room, "agent") as frame:
        assert (len(frame.nav), areas.asked) == (len(frame.nav), ["Anna Agent"])


@pytest.mark.parametrize("who", ["anonymous", "customer"])
def test_who_may_nothing_is_offered_no_area(room: Room, areas: Areas, who: str) -> None:
    with framed(room, who) as frame:
        assert (frame.nav, areas.asked) == ([], [])


def test_lists_in_the_rail_stand_by_weight(room: Room, areas: Areas) -> None:
    with framed(room, "agent") as frame:
        titles = [str(group.title) for group in frame.views]
    assert (titles[0], titles[-1]) == ("First", "Last")


@pytest.mark.parametrize("who", WHO)
def test_every_area_opens_for_who_is_offered_it(room: Room, who: str) -> None:
    with framed(room, who) as frame:
        urls = [item["url"] for item in frame.nav]
    statuses = {url: room.browser(who).get(url, follow_redirects=True).status_code for url in urls}
    assert {url: status for url, status in statuses.items() if status != 200} == {}
    assert (urls != []) == (who in ("agent", "administrator"))


def test_operator_is_the_installations(room: Room) -> None:
    config = room.core.config
    with framed(room, "anonymous") as frame:
        operator, version = frame.operator, frame.version
    assert version == __version__
    assert (operator.name, operator.imprint_url, operator.privacy_url) == (
        config.operator,
        config.imprint_url,
        config.privacy_url,
    )
