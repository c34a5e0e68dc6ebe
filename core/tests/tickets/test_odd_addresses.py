# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses and forms that no page of ours sends: an answer with a sentence, never a fault."""

from typing import Any

import pytest
from tickets.bench import Room
from tresen.desk import desk_for
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets.queries import ticket_by_number

HUGE = "9" * 25
# What no integer of a database holds, and what its smaller kind does not.
NUMBERS = (HUGE, "9" * 18, "2147493648", "4294967296", "0", "1")


@pytest.fixture(scope="module")
def number(room: Room) -> int:
    with desk_for(room.core, write=True) as desk:
        customer = desk.session.get_one(Person, room.ids["customer"])
        return factories.make_ticket(desk, customer).number


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "path", ["", "/messages/1/frame", "/files/00000000000000000000000000000000"]
)
def test_number_that_no_ticket_has_is_not_there(room: Room, name: str, path: str) -> None:
    assert room.browser("agent").get(f"/tickets/{name}{path}").status_code == 404


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "path",
    ["change", "subject", "take", "tags", "links", "participants", "messages", "draft", "presence"],
)
def test_nothing_is_written_to_a_ticket_that_is_not_there(room: Room, name: str, path: str) -> None:
    answer = room.browser("agent").post(f"/tickets/{name}/{path}", data={"body": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize("name", NUMBERS)
def test_mail_that_no_ticket_has_is_not_there(room: Room, number: int, name: str) -> None:
    answer = room.browser("agent").get(f"/tickets/{number}/messages/{name}/frame")
    assert answer.status_code == 404


@pytest.mark.parametrize("before", [*NUMBERS, "-1", "x", ""])
def test_page_of_a_thread_that_is_not_there_is_still_a_page(
    room: Room, number: int, before: str
) -> None:
    assert room.browser("agent").get(f"/tickets/{number}?before={before}").status_code == 200


@pytest.mark.parametrize("seen", [*NUMBERS, "-1", "x", ""])
@pytest.mark.parametrize("revision", [HUGE, "-1", "x", ""])
def test_presence_takes_any_number(room: Room, number: int, seen: str, revision: str) -> None:
    form = {"seen": seen, "revision": revision}
    answer = room.browser("agent").post(f"/tickets/{number}/presence", data=form)
    assert answer.status_code == 200


SORTS = ("number", "changed", "message", "priority")
PLACES = (
    "0-0",
    "1-1",
    f"{'9' * 17}-1",
    f"1-{'9' * 15}",
    f"{'9' * 17}-{'9' * 15}",
    f"{HUGE}-{HUGE}",
    "4294967296-4294967296",
    "x-y",
    "-",
    "--",
    "1.5-2",
    "\uff10-\uff11",
)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", ["after", "before"])
def test_place_in_a_list_may_be_anything(room: Room, sort: str, place: str, way: str) -> None:
    query = {"sort": sort, way: place, "show": "all"}
    assert room.browser("agent").get("/tickets/", query_string=query).status_code == 200


FILTERS = (
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


@pytest.mark.parametrize("key", FILTERS)
@pytest.mark.parametrize("value", ["x", "0", "-1", "999999999", "9999999999", HUGE, "%", "' OR 1"])
def test_filter_may_be_anything(room: Room, key: str, value: str) -> None:
    answer = room.browser("agent").get("/tickets/list.csv", query_string={key: value})
    assert answer.status_code == 200


FIELDS = (
    "address",
    "name",
    "subject",
    "side",
    "body",
    "files",
    "channel",
    "impact",
    "urgency",
    "product",
    "team",
    "owner",
    "tags",
)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", ["x", "-1", HUGE, "<b>", ""])
def test_new_ticket_is_offered_whatever_its_address_says(
    room: Room, field: str, value: str
) -> None:
    answer = room.browser("agent").get("/tickets/new", query_string={field: value})
    assert (answer.status_code, "<b>" in answer.text) == (200, False)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("links", {"other": HUGE}),
        ("links", {"other": "99999999999"}),
        ("links", {"other": "\u0663"}),
        ("links", {"other": "-1"}),
        ("links", {}),
        ("participants", {"remove": HUGE}),
        ("participants", {"remove": "-1"}),
        ("participants", {}),
        ("change", {"revision": HUGE}),
        ("change", {}),
        ("change", {"owner": HUGE, "state": "new", "revision": "1"}),
        ("tags", {}),
        ("tags", {"remove": "x" * 500}),
        ("subject", {}),
    ],
)
def test_odd_form_leads_back_to_the_ticket(
    room: Room, number: int, path: str, form: dict[str, Any]
) -> None:
    before = shown_to(room, number)
    answer = room.browser("agent").post(f"/tickets/{number}/{path}", data=form)
    assert (answer.status_code, answer.location) == (303, f"/tickets/{number}")
    assert shown_to(room, number) == before


def shown_to(room: Room, number: int) -> Any:
    """Return what a program reads of the ticket: every field of it."""
    with desk_for(room.core) as desk:
        ticket = ticket_by_number(desk, number)
        return {column.key: getattr(ticket, column.key) for column in ticket.__table__.columns}
