# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of tickets: what an address asks for, as one query for the rows and one for the counts.

Rows are plain columns and pages begin behind a ticket rather than at a number, so that the
hundredth page costs what the first does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from tresen.desk import Desk
from tresen.hooks import specs
from tresen.hooks.records import Filter
from tresen.people.models import Organisation, Person, Team
from tresen.tickets import states
from tresen.tickets.models import Message, ReadMark, Ticket
from tresen.tickets.queries import scope

PAGE_SIZE = 50
# A saved view may hold everything there ever was, and its count stands on every page.
MOST_COUNTED = 99
# Key in the address -> what is sorted by; the id settles what is equal.
SORTS: dict[str, Any] = {
    "number": Ticket.id,
    "changed": Ticket.changed_at,
    "message": Ticket.last_message_at,
    "priority": Ticket.priority,
}
DEFAULT_SORT = "-message"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The same on every page, so made once; only the page, the scope and who asks come to them.
_ticket, _message, _read = (model.__table__.c for model in (Ticket, Message, ReadMark))
_requester, _owner = (Person.__table__.alias(name) for name in ("requester", "owner"))
_organisation, _team = (model.__table__ for model in (Organisation, Team))
_NAMES = (
    Ticket.__table__.outerjoin(_requester, _requester.c.id == _ticket.requester_id)
    .outerjoin(_owner, _owner.c.id == _ticket.owner_id)
    .outerjoin(_organisation, _organisation.c.id == _ticket.organisation_id)
    .outerjoin(_team, _team.c.id == _ticket.team_id)
    .outerjoin(
        ReadMark.__table__,
        and_(_read.ticket_id == _ticket.id, _read.person_id == bindparam("reader")),
    )
)
_last = select(func.max(_message.id)).where(_message.ticket_id == _ticket.id)
_WITH_NAMES = select(
    *(_ticket.id, _ticket.subject, _ticket.state, _ticket.priority, _ticket.is_answer_due),
    *(_ticket.created_at, _ticket.last_message_at),
    _requester.c.name.label("requester_name"),
    _owner.c.name.label("owner_name"),
    _organisation.c.name.label("organisation_name"),
    _team.c.name.label("team_name"),
    (func.coalesce(_read.message_id, 0) < _last.scalar_subquery()).label("has_unread"),
)
_mine = _ticket.owner_id == bindparam("me")
_COUNTS: Select[Any] = (
    select(
        _ticket.team_id,
        func.count(),
        *(
            func.count().filter(condition)
            for condition in (
                _mine,
                _ticket.owner_id.is_(None),
                _ticket.state.in_(states.WAITING),
                and_(_mine, _ticket.is_answer_due),
            )
        ),
    )
    .where(_ticket.is_open)
    .group_by(_ticket.team_id)
)


@dataclass(frozen=True)
class Place:
    """A ticket at which a page begins or ends: its sort value and id."""

    value: Any
    ticket_id: int

    def __str__(self) -> str:
        """Return the place as it stands in an address; moments count microseconds."""
        value = self.value
        if isinstance(value, datetime):
            value = (value - EPOCH) // timedelta(microseconds=1)
        return f"{value}-{self.ticket_id}"


@dataclass(frozen=True)
class Listing:
    """What the address of a list says; unknown words in it were left out when it was read."""

    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = DEFAULT_SORT
    columns: tuple[str, ...] | None = None
    after: str = ""
    before: str = ""

    @property
    def sort_key(self) -> str:
        """The key without the direction."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the greatest stands first."""
        return self.sort.startswith("-")


@dataclass(frozen=True)
class Rows:
    """One page of a list and the places of its neighbours, empty where there is none."""

    rows: Sequence[Row[Any]]
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Counts:
    """How many open tickets the actor may see, by what the rail tells apart."""

    everything: int = 0
    mine: int = 0
    unassigned: int = 0
    waiting: int = 0
    due: int = 0
    by_team: Mapping[int, int] = field(default_factory=dict)


def rows_of(desk: Desk, listing: Listing, size: int = PAGE_SIZE) -> Rows:
    """Return one page of the list: at most `size` rows, found by one query."""
    is_backward = bool(listing.before)
    place = _place(listing.sort_key, listing.before or listing.after)
    asked = _rows(desk, listing, place, is_backward, size + 1)
    found = desk.session.read(asked, reader=desk.actor.person_id).all()
    has_more, found = len(found) > size, found[:size]
    if is_backward:
        found = found[::-1]
    has_next = is_backward if place else has_more
    if place and not is_backward:
        has_next = has_more
    has_previous = has_more if is_backward else place is not None
    return Rows(
        found,
        after=place_of(listing, found[-1]) if found and has_next else "",
        before=place_of(listing, found[0]) if found and has_previous else "",
    )


def neighbours_of(
    desk: Desk, listing: Listing, ticket: Ticket, at: str
) -> dict[str, tuple[int, str]]:
    """Return the tickets before and after one as {"previous": (id, place), "next": …}.

    `at` is the ticket's place when it was opened out of the list, which a reply has changed since;
    it need not be in the list any more. One query, which stops at the first row on either side.
    """
    column = SORTS[listing.sort_key]
    place = _place(listing.sort_key, at) or Place(getattr(ticket, column.key), ticket.id)
    sides = []
    for side in ("previous", "next"):
        page = _page(desk, listing, place, side == "previous", 1)
        one = page.where(Ticket.id != ticket.id).subquery()
        sides.append(select(literal(side), one.c.id, one.c.place))
    found = desk.session.execute(union_all(*sides))
    return {side: (id_, str(Place(value, id_))) for side, id_, value in found}


def counts(desk: Desk) -> Counts:
    """Return the counts of all views by one query over an index."""
    asked = _COUNTS.where(*scope(desk))
    found: Sequence[Any] = desk.session.read(asked, me=desk.actor.person_id or 0).all()
    everything, mine, unassigned, waiting, due = (
        sum(row[index] for row in found) for index in range(1, 6)
    )
    by_team = {row[0]: row[1] for row in found if row[0] is not None}
    return Counts(everything, mine, unassigned, waiting, due, by_team)


def counts_of_each(desk: Desk, listings: Sequence[Listing]) -> list[int]:
    """Return how many tickets each of the lists holds, by one statement.

    Beyond MOST_COUNTED nobody counts: then it is one more than that.
    """
    if not listings:
        return []
    counted = []
    for place, listing in enumerate(listings):
        some = narrowed(desk, select(Ticket.id), listing).limit(MOST_COUNTED + 1).subquery()
        count = select(func.count()).select_from(some).scalar_subquery()
        counted.append(select(literal(place).label("place"), count.label("count")))
    found = desk.session.execute(union_all(*counted).order_by("place"))
    return [count for _place, count in found]


def narrowed(desk: Desk, statement: Select[Any], listing: Listing) -> Select[Any]:
    """Return the select over Ticket with the actor's scope and the list's filters."""
    statement = statement.where(*scope(desk))
    declared = filters_by_key(desk)
    for key, value in listing.filters.items():
        statement = declared[key].apply(desk, statement, value)
    return statement


def filters_by_key(desk: Desk) -> dict[str, Filter]:
    """Return the declared filters of lists, the core's and those of plugins."""
    return {found.key: found for found in desk.core.plugins.collect(specs.ticket_filters)}


def place_of(listing: Listing, row: Row[Any]) -> str:
    """Return the row's place in the list, as it stands in an address."""
    return str(Place(row.id if listing.sort_key == "number" else row.place, row.id))


def first_page(listing: Listing) -> Listing:
    """Return the same list from its beginning."""
    return replace(listing, after="", before="")


def _rows(
    desk: Desk, listing: Listing, place: Place | None, is_backward: bool, limit: int
) -> Select[Any]:
    is_down = listing.is_descending != is_backward
    chosen = _page(desk, listing, place, is_backward, limit).subquery("page")
    sorting = (chosen.c.place, chosen.c.id)
    return (
        _WITH_NAMES.add_columns(chosen.c.place)
        .select_from(chosen, _NAMES)
        .where(_ticket.id == chosen.c.id)
        .order_by(*[part.desc() if is_down else part for part in sorting])
    )


def _page(
    desk: Desk, listing: Listing, place: Place | None, is_backward: bool, limit: int
) -> Select[Any]:
    column = SORTS[listing.sort_key]
    is_down = listing.is_descending != is_backward
    order = (column, Ticket.id) if listing.sort_key != "number" else (Ticket.id,)
    page = narrowed(desk, select(Ticket.id, column.label("place")), listing)
    if place is not None:
        page = page.where(_beyond(column, place, is_down))
    return page.order_by(*[part.desc() if is_down else part for part in order]).limit(limit)


def _beyond(column: Any, place: Place, is_down: bool) -> ColumnElement[bool]:
    here: Any = tuple_(column, Ticket.id)
    there: Any = tuple_(literal(place.value, column.type), literal(place.ticket_id))
    if column is Ticket.id:
        here, there = column, place.ticket_id
    return cast("ColumnElement[bool]", here < there if is_down else here > there)


def _place(sort_key: str, text: str) -> Place | None:
    """Read a place from an address; what makes no sense is no place."""
    value, _, ticket_id = text.partition("-")
    if not (value.isascii() and value.isdigit() and ticket_id.isascii() and ticket_id.isdigit()):
        return None
    is_moment = sort_key in ("changed", "message")
    # Beyond these, no database has such a moment, level or id.
    if len(value) > (17 if is_moment else 9) or len(ticket_id) > 9:
        return None
    if is_moment:
        return Place(EPOCH + timedelta(microseconds=int(value)), int(ticket_id))
    return Place(int(value), int(ticket_id))
