# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages and verbs of agents and programs: list, ticket, search, create, reply, REST."""

import gzip
from collections.abc import Callable
from itertools import count

from tresen.desk import Actor, desk_for
from tresen.search.stems import stems
from tresen.tickets import lists

from benchmarks import floors
from benchmarks.floors import Floors
from benchmarks.ground import RARE_WORD, Ground
from benchmarks.timing import Result, Work, side_by_side

COMMON_WORD = "printer"
_places = count(1)


def open_list(ground: Ground) -> Result:
    """The list of open tickets, fifty rows."""
    floor = Floors(ground).page("list")
    return _timed("list", 15, lambda: ground.get("/tickets/"), floor, "Flask, Jinja, raw SQL")


def ticket(ground: Ground) -> Result:
    """The page of a ticket with ten messages."""
    floor = Floors(ground).page("ticket")
    path = f"/tickets/{ground.ticket}"
    return _timed("ticket", 12, lambda: ground.get(path), floor, "Flask, Jinja, raw SQL")


def search_word(ground: Ground) -> Result:
    """A word with fifty hits."""
    return _searched(ground, "search_word", 20, RARE_WORD)


def search_common(ground: Ground) -> Result:
    """A word that stands in nearly every ticket."""
    return _searched(ground, "search_common", 20, COMMON_WORD)


def search_number(ground: Ground) -> Result:
    """A ticket's number, which leads to the ticket."""
    path = f"/search/?q={ground.ticket}"
    floor = Floors(ground).query(floors.TICKET)
    return _timed("search_number", 8, lambda: ground.browser.get(path), floor, "raw SQL")


def create(ground: Ground) -> Result:
    """A ticket that an agent opens, answered with a redirect."""
    form = {
        "address": "anna.new@kunde.example",
        "name": "Anna Neu",
        "subject": "The label printer is silent",
        "side": "in",
        "channel": "phone",
        "body": "Nothing comes out since this morning.",
        "impact": "2",
        "urgency": "2",
        **dict.fromkeys(("product", "team", "owner", "tags"), ""),
    }
    floor = Floors(ground).commit()
    return _timed("create", 10, lambda: ground.post("/tickets/new", form), floor, "one commit")


def reply(ground: Ground) -> Result:
    """A public reply; the mail goes out later, by the worker."""
    path = f"/tickets/{ground.ticket}/messages"

    def send() -> bytes:
        form = {"kind": "reply", "body": f"Answer {next(_places)}.", "to": "karla@kunde.example"}
        return ground.post(path, form)

    return _timed("reply", 10, send, Floors(ground).commit(), "one commit")


def counts(ground: Ground) -> Result:
    """The counts of the rail, which stand on every page."""
    actor = Actor("Anna", "agent", 1, permissions=frozenset({"tickets.read_restricted"}))

    def ours() -> object:
        with desk_for(ground.core, actor) as desk:
            return lists.counts(desk)

    return _timed("counts", 20, ours, Floors(ground).query(floors.COUNTS), "raw SQL, one count")


def rest_ticket(ground: Ground) -> Result:
    """One ticket as JSON."""
    path = f"/api/v1/tickets/{ground.ticket}"
    floor = Floors(ground).page("json")
    return _timed("rest_ticket", 6, lambda: ground.get_json(path), floor, "Flask, raw SQL")


def list_bytes(ground: Ground) -> Result:
    """The list's bytes as they go over the wire, packed."""
    ours, floor = (
        len(gzip.compress(page, 6)) / 1000
        for page in (ground.get("/tickets/"), Floors(ground).page("list")())
    )
    return Result("list_bytes", "kB", ours, floor, 30, "the bare page")


def _searched(ground: Ground, name: str, goal: float, word: str) -> Result:
    floor = Floors(ground).search(stems(word).split()[0])
    return _timed(name, goal, lambda: ground.get(f"/search/?q={word}"), floor, "raw index")


def _timed(name: str, goal: float, ours: Work, floor: Work, floor_is: str) -> Result:
    mine, bare = side_by_side(ours, floor)
    return Result(name, "ms", mine, bare, goal, floor_is)


MEASURES: dict[str, Callable[[Ground], Result]] = {
    "list": open_list,
    "ticket": ticket,
    "search_word": search_word,
    "search_common": search_common,
    "search_number": search_number,
    "create": create,
    "counts": counts,
    "rest_ticket": rest_ticket,
    "list_bytes": list_bytes,
    "reply": reply,
}
