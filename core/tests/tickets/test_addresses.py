# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists and addresses: what is in the one is read from the other, whatever was typed there."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import g
from hypothesis import given
from hypothesis import strategies as st
from tickets.bench import Room
from tresen.desk import Desk, desk_for
from tresen.tickets import lists
from tresen.tickets.lists import EPOCH, Listing, Place
from tresen.tickets.views import addresses, menus, rows

KEYS = (
    "show",
    "state",
    "priority",
    "owner",
    "team",
    "product",
    "channel",
    "tag",
    "organisation",
    "requester",
)
COLUMNS = ("product", "tags", "channel")
WORDS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40
)
QUERIES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(KEYS, WORDS)
    | {
        "sort": st.sampled_from([s + key for key in lists.SORTS for s in ("", "-")]) | WORDS,
        "columns": st.lists(st.sampled_from(COLUMNS), unique=True).map(",".join) | WORDS,
        "after": WORDS,
        "before": WORDS,
    },
)


@pytest.fixture(scope="module")
def desk(room: Room) -> Iterator[Desk]:
    """Return a reading desk within a request, so that addresses can be made."""
    with desk_for(room.core) as found, room.app.test_request_context():
        g.desk = found
        yield found


@given(query=QUERIES)
def test_listing_comes_back_from_its_address(desk: Desk, query: dict[str, str]) -> None:
    listing = addresses.listing_from(desk, query)
    again = dict(parse_qsl(urlsplit(addresses.url_of(listing)).query, keep_blank_values=True))
    assert addresses.listing_from(desk, again) == listing


@given(query=QUERIES, key=st.sampled_from(KEYS), value=st.none() | WORDS)
def test_set_filter_is_there_and_the_list_begins_anew(
    desk: Desk, query: dict[str, str], key: str, value: str | None
) -> None:
    found = addresses.with_filter(addresses.listing_from(desk, query), key, value)
    assert (found.filters.get(key), found.after, found.before) == (value, "", "")
    if value is not None:
        assert {"show", "state"} - set(found.filters) != set() or key not in ("show", "state")


@given(
    query=QUERIES,
    key=st.sampled_from(KEYS),
    values=st.lists(st.sampled_from(["open", "all"]) | WORDS, min_size=1, max_size=3),
)
def test_addresses_of_many_choices_are_those_of_each_alone(
    desk: Desk, query: dict[str, str], key: str, values: list[str]
) -> None:
    listing = addresses.listing_from(desk, query)
    url_with = addresses.choice_urls(listing)(key)
    assert [url_with(value) for value in values] == [
        addresses.url_of(addresses.with_filter(listing, key, value)) for value in values
    ]


@given(query=QUERIES)
def test_saved_text_is_the_same_wherever_one_stands_in_the_list(
    desk: Desk, query: dict[str, str]
) -> None:
    listing = addresses.listing_from(desk, query)
    moved = replace(listing, after="1-2", before="")
    turned = replace(listing, filters=dict(reversed(listing.filters.items())))
    text = addresses.text_of(listing)
    assert (addresses.text_of(moved), addresses.text_of(turned)) == (text, text)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Listing({"show": "open"})),
        ({"owner": "me"}, Listing({"show": "open", "owner": "me"})),
        ({"state": "solved"}, Listing({"state": "solved"})),
        ({"show": "all"}, Listing({"show": "all"})),
        ({"show": ""}, Listing({"show": "open"})),
        ({"tag": ""}, Listing({"show": "open"})),
        ({"nonsense": "1"}, Listing({"show": "open"})),
        ({"sort": "number"}, Listing({"show": "open"}, "number")),
        ({"sort": "-priority"}, Listing({"show": "open"}, "-priority")),
        ({"sort": "--number"}, Listing({"show": "open"})),
        ({"sort": "password"}, Listing({"show": "open"})),
        ({"columns": ""}, Listing({"show": "open"}, columns=())),
        ({"columns": "-"}, Listing({"show": "open"}, columns=())),
        ({"columns": "channel,tags"}, Listing({"show": "open"}, columns=("tags", "channel"))),
        ({"columns": "x,tags,tags"}, Listing({"show": "open"}, columns=("tags",))),
        ({"after": "3-4"}, Listing({"show": "open"}, after="3-4")),
        ({"tag": "x" * 300}, Listing({"show": "open", "tag": "x" * 200})),
    ],
)
def test_address_is_read_as_a_list(desk: Desk, query: dict[str, str], expected: Listing) -> None:
    assert addresses.listing_from(desk, query) == expected


@pytest.mark.parametrize(
    ("listing", "url"),
    [
        (Listing({"show": "open"}), "/tickets/"),
        (Listing({"show": "open", "owner": "me"}), "/tickets/?owner=me"),
        (Listing({"show": "waiting"}), "/tickets/?show=waiting"),
        (Listing({"show": "open"}, "number"), "/tickets/?sort=number"),
        (Listing({"show": "open"}, columns=()), "/tickets/?columns=-"),
        (Listing({"show": "open"}, columns=("a", "b")), "/tickets/?columns=a,b"),
        (Listing({"show": "open", "tag": "a&b=ü"}), "/tickets/?tag=a%26b%3D%C3%BC"),
        (Listing({"show": "open"}, after="3-4"), "/tickets/?after=3-4"),
    ],
)
def test_list_is_written_as_an_address(desk: Desk, listing: Listing, url: str) -> None:
    assert addresses.url_of(listing) == url


@given(micros=st.integers(0, 10**17 - 1), ticket_id=st.integers(0, 10**9 - 1))
def test_place_of_a_moment_comes_back(micros: int, ticket_id: int) -> None:
    text = f"{micros}-{ticket_id}"
    place = lists._place("message", text)
    assert place is not None
    assert (str(place), (place.value - EPOCH).days >= 0) == (text, True)


@given(value=st.integers(0, 10**9 - 1), ticket_id=st.integers(0, 10**9 - 1))
@pytest.mark.parametrize("key", ["number", "priority"])
def test_place_of_a_number_comes_back(key: str, value: int, ticket_id: int) -> None:
    place = Place(value, ticket_id)
    assert lists._place(key, str(place)) == place


@given(text=st.text(max_size=60), key=st.sampled_from(sorted(lists.SORTS)))
def test_no_text_is_a_fault_as_a_place(text: str, key: str) -> None:
    place = lists._place(key, text)
    assert place is None or lists._place(key, str(place)) == place


NAMES: list[tuple[dict[str, str], str, int | None]] = [
    ({"show": "open"}, "All open", 0),
    ({"show": "open", "owner": "me"}, "My open tickets", 0),
    ({"show": "open", "owner": "none"}, "Unassigned", 0),
    ({"show": "waiting"}, "Waiting", 0),
    ({"show": "open", "team": "1"}, "First line", None),
    ({"show": "open", "team": "none"}, "Tickets", None),
    ({"show": "open", "team": "77"}, "Tickets", None),
    ({"show": "waiting", "team": "1"}, "Tickets", None),
    ({"show": "all"}, "Tickets", None),
    ({"show": "due"}, "Tickets", None),
    ({"show": "open", "owner": "me", "tag": "x"}, "Tickets", None),
    ({"state": "new"}, "Tickets", None),
]


@pytest.mark.parametrize(("filters", "title", "count"), NAMES)
def test_empty_list_has_the_name_and_count_that_the_rail_gives_it(
    desk: Desk, filters: dict[str, str], title: str, count: int | None
) -> None:
    assert menus.title_of(desk, Listing(filters)) == (title, count)


@pytest.mark.parametrize(
    ("filters", "start"),
    [
        ({"show": "open"}, "New requests will stand here"),
        ({"show": "open", "owner": "me"}, "No open ticket is yours."),
        ({"show": "open", "owner": "none"}, "No ticket fits all of these filters."),
        ({"state": "closed"}, "New requests will stand here"),
    ],
)
def test_empty_list_says_why(filters: dict[str, str], start: str) -> None:
    assert menus.empty_text(Listing(filters)).startswith(start)


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({"show": "open"}, []),
        ({"show": "due"}, ["Show: Answer due"]),
        ({"state": "waiting_internal"}, ["State: Waiting internally"]),
        ({"show": "open", "priority": "4"}, ["Priority: Critical"]),
        ({"show": "open", "owner": "none"}, ["Owner: Nobody"]),
        ({"show": "open", "owner": "me"}, ["Owner: Me"]),
        ({"show": "open", "owner": "4"}, ["Owner: Karla Kundin"]),
        ({"show": "open", "owner": "77"}, ["Owner: 77"]),
        ({"show": "open", "team": "1"}, ["Team: First line"]),
        ({"show": "open", "product": "1"}, ["Product: Lagerwerk"]),
        ({"show": "open", "organisation": "2"}, ["Organisation: Fremd AG"]),
        ({"show": "open", "organisation": "x"}, ["Organisation: x"]),
        ({"show": "open", "requester": "4"}, ["Requester: Karla Kundin"]),
        ({"show": "open", "tag": "vpn"}, ["Tag: vpn"]),
        ({"show": "open", "channel": "phone"}, ["Channel: Phone"]),
        ({"show": "open", "channel": "pigeon"}, ["Channel: pigeon"]),
        ({"show": "nonsense", "tag": "a"}, ["Show: nonsense", "Tag: a"]),
    ],
)
def test_set_filters_are_named_for_people(
    desk: Desk, filters: dict[str, str], shown: list[str]
) -> None:
    menu = menus.filter_menu(desk, Listing(filters))
    assert sorted(each["title"] for each in menus.set_filters(menu)) == shown


def test_chosen_choice_leads_out_of_itself_again(desk: Desk) -> None:
    listing = Listing({"show": "open", "owner": "me"})
    owners = next(group for group in menus.filter_menu(desk, listing) if group.key == "owner")
    choices = {
        each["title"]: (each["is_current"], each["url"]) for each in owners.shown()["choices"]
    }
    assert choices == {
        "Me": (True, "/tickets/"),
        "Nobody": (False, "/tickets/?owner=none"),
        "Ada Admin": (False, "/tickets/?owner=3"),
        "Anna Agent": (False, "/tickets/?owner=1"),
        "Otto Other": (False, "/tickets/?owner=2"),
    }


@pytest.mark.parametrize(
    ("columns", "urls"),
    [
        (None, ["product", "tags", "channel"]),
        ((), ["product", "tags", "channel"]),
        (("tags",), ["tags,product", "-", "tags,channel"]),
        (("product", "channel"), ["channel", "product,channel,tags", "product"]),
    ],
)
def test_column_menu_shows_and_hides_one_at_a_time(
    desk: Desk, columns: tuple[str, ...] | None, urls: list[str]
) -> None:
    listing = Listing({"show": "open"}, columns=columns)
    shown = [each for each in rows.chosen_columns(desk, listing)[0] if each.key in COLUMNS]
    menu = menus.column_menu(desk, listing, shown)
    titles = {"Product", "Tags", "Channel"}
    found = [each for each in menu if str(each["title"]) in titles]
    assert [each["url"].partition("columns=")[2] for each in found] == urls
    assert [bool(each["is_current"]) for each in found] == [
        key in (columns or ()) for key in COLUMNS
    ]
