# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands around a list: filters to choose and to take away, columns, title, empty text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from tresen.desk import Desk
from tresen.hooks import specs
from tresen.hooks.records import Column
from tresen.i18n import _
from tresen.tickets.lists import Listing, filters_by_key
from tresen.tickets.views.addresses import (
    DEFAULT_SHOWN,
    choice_urls,
    text_of,
    url_of,
    with_filter,
)
from tresen.tickets.views.shelf import counts_of, saved_views_of, teams_of


@dataclass(frozen=True)
class Group:
    """One filter with its choices as (value, title) and what is chosen."""

    key: str
    title: str
    choices: Sequence[tuple[str, str]]
    chosen: str | None
    chosen_title: str
    listing: Listing
    # The address of the list with a value of this filter.
    url_with: Callable[[str], str]

    def shown(self) -> dict[str, Any]:
        """Return the filter as the menu shows it: a link for each choice, out of the chosen too."""
        return {
            "title": self.title,
            "choices": [
                {
                    "title": title,
                    "is_current": value == self.chosen,
                    "url": self.remove_url if value == self.chosen else self.url_with(value),
                }
                for value, title in self.choices
            ],
        }

    @property
    def is_set(self) -> bool:
        """Whether the filter narrows the list beyond what goes without saying."""
        return self.chosen is not None and (self.key, self.chosen) != ("show", DEFAULT_SHOWN)

    @property
    def remove_url(self) -> str:
        """The address of the list without this filter."""
        return url_of(with_filter(self.listing, self.key, None))


def filter_menu(desk: Desk, listing: Listing) -> list[Group]:
    """Return every declared filter with its choices; one query for each that asks the database."""
    found, urls_of = [], choice_urls(listing)
    for key, declared in filters_by_key(desk).items():
        choices = list(declared.choices(desk))
        chosen = listing.filters.get(key)
        title = dict(choices).get(chosen, "") if chosen else ""
        if chosen and not title:
            title = declared.name(desk, chosen) if declared.name else chosen
        group = Group(key, declared.title, choices, chosen, str(title), listing, urls_of(key))
        found.append(group)
    return found


def set_filters(menu: list[Group]) -> list[dict[str, str]]:
    """Return the filters that narrow the list, each with the address without it."""
    return [
        {"title": f"{group.title}: {group.chosen_title}", "url": group.remove_url}
        for group in menu
        if group.is_set
    ]


def column_menu(desk: Desk, listing: Listing, shown: Sequence[Column]) -> list[dict[str, Any]]:
    """Return the columns that can be chosen, each with the address that shows or hides it."""
    keys = tuple(column.key for column in shown)
    choices = []
    for column in desk.core.plugins.collect(specs.ticket_columns):
        if column.is_badge:
            continue
        is_current = column.key in keys
        kept = tuple(key for key in keys if key != column.key)
        wanted = kept if is_current else (*keys, column.key)
        url = url_of(replace(listing, columns=wanted))
        choices.append({"title": column.title, "url": url, "is_current": is_current})
    return choices


def title_of(desk: Desk, listing: Listing) -> tuple[str, int | None]:
    """Return what the list is called, and its count where the rail's counts know it.

    It asks for nothing that the rail does not ask for anyway.
    """
    counts, filters = counts_of(desk), dict(listing.filters)
    known: list[tuple[dict[str, str], str, int]] = [
        ({"show": "open"}, _("All open"), counts.everything),
        ({"show": "open", "owner": "me"}, _("My open tickets"), counts.mine),
        ({"show": "open", "owner": "none"}, _("Unassigned"), counts.unassigned),
        ({"show": "due", "owner": "me"}, _("Answer due"), counts.due),
        ({"show": "waiting"}, _("Waiting"), counts.waiting),
    ]
    for wanted, title, count in known:
        if filters == wanted:
            return title, count
    if filters.keys() == {"show", "team"} and filters["show"] == DEFAULT_SHOWN:
        for team in teams_of(desk):
            if str(team.id) == filters["team"]:
                return team.name, counts.by_team.get(team.id)
    return _("Tickets"), None


def saved_as(desk: Desk, listing: Listing) -> Row[Any] | None:
    """Return the agent's saved view that is this list."""
    text = text_of(listing)
    return next((view for view in saved_views_of(desk) if view.query == text), None)


def empty_text(listing: Listing) -> str:
    """Return what to say where the list shows nothing."""
    if listing.filters == {"show": "open", "owner": "me"}:
        return _("No open ticket is yours. Take one from “Unassigned”.")
    if len(listing.filters) > 1:
        return _("No ticket fits all of these filters. Take one away to see more.")
    return _("New requests will stand here as soon as they come in.")
