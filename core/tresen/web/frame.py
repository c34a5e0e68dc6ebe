# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the frame around a page shows: operator, rail, person, links, choices of look.

Templates know it as `shell`. Everything is found when it is asked for, so that a page pays only
for the frame that it has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import BuildError

from tresen import __version__, i18n
from tresen.desk import Desk
from tresen.errors import Refused
from tresen.hooks import specs
from tresen.hooks.records import NavItem, RailGroup
from tresen.i18n import _
from tresen.web.paths import path_of, paths_here

RAILS = ("wide", "small")
THEMES = ("auto", "light", "dark")
# What a reader may choose, by the name of the cookie that keeps it.
CHOICES = {
    "theme": THEMES,
    "rail": RAILS,
    "keyboard": ("on", "off"),
    "language": tuple(i18n.LANGUAGES),
}


@dataclass(frozen=True)
class Operator:
    """Who gives the service, as visitors see it."""

    name: str
    imprint_url: str
    privacy_url: str
    accessibility_url: str


@dataclass(frozen=True)
class Brand:
    """Where the operator's own look is, empty for that of Tresen."""

    logo_url: str = ""
    style_url: str = ""


# Finds the brand; handed in by the application, because settings are a slice above this one.
FindBrand = Callable[[Desk], Brand]
BRAND = "tresen.brand"


class Frame:
    """The frame of one page for one actor."""

    version = __version__

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def lang(self) -> str:
        """The BCP 47 tag of the page."""
        return i18n.current().tag

    @property
    def language(self) -> str:
        """The chosen language's code."""
        return i18n.current().code

    @property
    def languages(self) -> list[dict[str, str]]:
        """The languages to choose from."""
        return [{"code": code, "title": title} for code, title in i18n.LANGUAGES.items()]

    @property
    def theme(self) -> str:
        """What the reader chose: auto, light or dark."""
        return _chosen("theme", THEMES)

    @property
    def rail(self) -> str:
        """Whether the rail is wide or small."""
        return _chosen("rail", RAILS)

    @property
    def keyboard(self) -> bool:
        """Whether single-letter shortcuts are on; the reader may switch them off."""
        return request.cookies.get("keyboard") != "off"

    @property
    def query(self) -> str:
        """What was searched for, to stand in the field again."""
        return request.args.get("q", "")

    @cached_property
    def operator(self) -> Operator:
        """The operator of this installation."""
        config = self._desk.config
        return Operator(
            config.operator, config.imprint_url, config.privacy_url, config.accessibility_url
        )

    @cached_property
    def brand(self) -> Brand:
        """The operator's look on the portal and the public pages; an error page does without."""
        find: FindBrand | None = current_app.extensions.get(BRAND)
        if find is None or "desk" not in g:
            return Brand()
        try:
            return find(self._desk)
        except (SQLAlchemyError, Refused):
            return Brand()

    @cached_property
    def person(self) -> dict[str, Any] | None:
        """Who is signed in."""
        actor = self._desk.actor
        if actor.person_id is None:
            return None
        initials = "".join(word[0] for word in actor.name.split()[:2]).upper()
        return {"name": actor.name, "initials": initials, "id": actor.person_id}

    @cached_property
    def links(self) -> dict[str, str]:
        """Where the frame's own links lead."""
        endpoints = {
            "home": "tickets.index",
            "search": "search.results",
            "new_ticket": "tickets.new",
            "profile": "account.profile",
            "sign_in": "access.sign_in",
            "sign_out": "access.sign_out",
            "choose": "access.choose",
            "portal": "portal.home",
            "source": "portal.source",
        }
        find = paths_here()
        return {key: find(name) for key, name in endpoints.items()}

    @cached_property
    def views(self) -> list[RailGroup]:
        """The lists that slices and plugins offer in the rail, in groups."""
        return sorted(self._desk.gather(specs.rail_groups), key=lambda group: group.weight)

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        """The areas that slices and plugins bring, for who may enter them."""
        desk, find = self._desk, paths_here()
        found = [
            (item, url)
            for item in desk.core.plugins.collect(specs.nav_items)
            if desk.actor.may(item.permission) and (url := _address(find, item))
        ]
        here = _area({item.endpoint: url for item, url in found})
        keys = _keys(
            [item for item, _url in found],
            {entry.key for group in self.views for entry in group.entries},
        )
        return [
            {
                "title": item.title,
                "url": url,
                "icon": item.icon,
                "count": item.badge(desk) if item.badge else None,
                "key": keys.get(item.endpoint, ""),
                "is_current": item.endpoint == here,
            }
            for item, url in sorted(found, key=lambda pair: pair[0].weight)
        ]

    @cached_property
    def portal_nav(self) -> list[dict[str, Any]]:
        """The portal's few pages."""
        pages = {"portal.home": _("Your requests"), "portal.ask": _("Ask for help")}
        if self.person is None:
            del pages["portal.home"]
        return [
            {"title": title, "url": path_of(name), "is_current": request.endpoint == name}
            for name, title in pages.items()
        ]


def _chosen(name: str, allowed: tuple[str, ...]) -> str:
    value = request.cookies.get(name, "")
    return value if value in allowed else allowed[0]


def _area(urls: Mapping[str, str]) -> str | None:
    """Return the entry whose page this is, else that of the part that the page is of.

    Where a part has several entries, it is the one whose address the page's begins with.
    """
    if request.endpoint in urls:
        return request.endpoint
    same = [one for one in urls if one.rpartition(".")[0] == request.blueprint]
    if len(same) > 1:
        path = request.script_root + request.path
        same = [one for one in same if path.startswith(urls[one])]
    return max(same, key=lambda one: len(urls[one]), default=None)


def _keys(items: Sequence[NavItem], taken: set[str]) -> dict[str, str]:
    """Return the letter of each entry by its endpoint; one letter leads to one place only."""
    found: dict[str, str] = {}
    for item in sorted(items, key=lambda item: item.weight):
        if item.key and item.key not in taken | set(found.values()):
            found[item.endpoint] = item.key
    return found


def _address(find: Callable[[str], str], item: NavItem) -> str | None:
    """Return where an entry leads; None for one whose page is not there."""
    try:
        return find(item.endpoint)
    except BuildError:
        return None
