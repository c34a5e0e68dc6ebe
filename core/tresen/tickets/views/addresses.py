# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists and their addresses: what is in the one can be read from the other."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

from flask import request, url_for

from tresen.desk import Desk
from tresen.hooks import specs
from tresen.tickets.lists import DEFAULT_SORT, SORTS, Listing, filters_by_key
from tresen.tickets.models import FIRST_NUMBER
from tresen.web.paths import path_of

DEFAULT_SHOWN = "open"
LONGEST_VALUE = 200
LONGEST_LIST = 2_000
# What may stand in the query part of an address as it is; the same that Flask leaves alone.
PLAIN = "!$'()*,/:;?@"


def listing_from(desk: Desk, values: Mapping[str, str]) -> Listing:
    """Return the list that the query part of an address asks for.

    Words that nobody knows are left out; without a word on what is shown, open tickets are.
    """
    # The first of each, as a dictionary: Werkzeug makes an error of every word that is not there.
    values = dict(values.items())
    filters = {key: values[key][:LONGEST_VALUE] for key in filters_by_key(desk) if values.get(key)}
    if not {"show", "state"} & set(filters):
        filters = {"show": DEFAULT_SHOWN} | filters
    sort = values.get("sort", "")
    return Listing(
        filters,
        sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        _columns(desk, values.get("columns")),
        values.get("after", ""),
        values.get("before", ""),
    )


def query_of(listing: Listing) -> dict[str, str]:
    """Return the query part of a list's address; what goes without saying is left out."""
    query = dict(listing.filters)
    if query.get("show") == DEFAULT_SHOWN:
        del query["show"]
    if listing.sort != DEFAULT_SORT:
        query["sort"] = listing.sort
    if listing.columns is not None:
        query["columns"] = ",".join(listing.columns) or "-"
    for name in ("after", "before"):
        if place := getattr(listing, name):
            query[name] = place
    return query


def text_of(listing: Listing) -> str:
    """Return the query part as text, always in one order: how a saved view is kept."""
    return urlencode(sorted(query_of(replace(listing, after="", before="")).items()))


def url_of(listing: Listing, endpoint: str = "tickets.index") -> str:
    """Return the address of the list."""
    query = urlencode(query_of(listing), safe=PLAIN)
    return f"{path_of(endpoint)}?{query}" if query else path_of(endpoint)


def choice_urls(listing: Listing) -> Callable[[str], Callable[[str], str]]:
    """Return, for the key of a filter, a function: the address of the list with a value of it.

    The menus of a list hold some fifty addresses, alike but for one word and its value.
    """
    set_now = urlencode(query_of(Listing(listing.filters)), safe=PLAIN)
    look = urlencode(query_of(replace(listing, filters={}, after="", before="")), safe=PLAIN)
    head = f"{path_of('tickets.index')}?{set_now}{'&' if set_now else ''}"
    tail = f"&{look}" if look else ""

    def urls_of(key: str) -> Callable[[str], str]:
        if key in listing.filters or key in ("show", "state"):
            # Such a filter takes the place of another one.
            return lambda value: url_of(with_filter(listing, key, value))
        before = f"{head}{_quoted(key)}="
        return lambda value: f"{before}{_quoted(value)}{tail}"

    return urls_of


@lru_cache(maxsize=2048)
def _quoted(text: str) -> str:
    return quote_plus(text, safe=PLAIN)


def ticket_urls() -> Callable[[int], str]:
    """Return a function that gives the address of a ticket's page for its number."""
    return urls_by("number", "tickets.page")


def urls_by(name: str, endpoint: str, **values: Any) -> Callable[[int], str]:
    """Return a function that gives the address of a page for each value of one number in it.

    Flask takes longer to put an address together than a list's line takes otherwise.
    """
    sample = str(FIRST_NUMBER)
    before, _sample, after = url_for(endpoint, **(values | {name: sample})).rpartition(sample)
    return lambda number: f"{before}{number}{after}"


def leading_back(listing: Listing) -> str:
    """Return the query part that makes a ticket's address remember the list; its place follows."""
    return urlencode({"list": urlencode(query_of(listing)), "at": ""})


def came_from(desk: Desk) -> Listing | None:
    """Return the list out of which the ticket being shown was opened."""
    text = request.args.get("list")
    if text is None:
        return None
    values = parse_qsl(text[:LONGEST_LIST])
    return listing_from(desk, dict(values))


def with_filter(listing: Listing, key: str, value: str | None) -> Listing:
    """Return the list from its beginning with one filter set, or taken away."""
    filters = {name: old for name, old in listing.filters.items() if name != key}
    if value is not None:
        filters[key] = value
        if key == "state":
            filters.pop("show", None)
        elif key == "show":
            filters.pop("state", None)
    return replace(listing, filters=filters, after="", before="")


def _columns(desk: Desk, text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    known = [column.key for column in desk.core.plugins.collect(specs.ticket_columns)]
    asked = text.split(",")
    return tuple(key for key in known if key in asked)
