# SPDX-License-Identifier: AGPL-3.0-or-later
"""What hooks return: frozen records, so that an answer cannot change behind the caller's back.

Titles may be lazy strings (`tresen.i18n.lazy`); they are turned into text when shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

from tresen.hooks.places import Place

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from wtforms import Form

    from tresen.desk import Core, Desk

# The roles that a permission can be granted to when it is declared.
ADMINISTRATOR, AGENT, CUSTOMER = "administrator", "agent", "customer"


@dataclass(frozen=True)
class Permission:
    """Something an actor may do; `roles` hold it, and no setting changes that."""

    name: str
    title: str
    roles: tuple[str, ...] = (ADMINISTRATOR,)


@dataclass(frozen=True)
class NavItem:
    """An entry in the left rail; `badge` returns a number to show, or None.

    `key` makes it the keys `g` and then that letter; where two want one letter, the higher entry
    of the rail has it.
    """

    title: str
    endpoint: str
    permission: str
    icon: str = "circle"
    badge: "Callable[[Desk], int | None] | None" = None
    weight: int = 100
    key: str = ""


@dataclass(frozen=True)
class ShortAddress:
    """An address at the root, `/<word>`, that leads to a page of the plugin.

    `word` has lower-case letters, digits and hyphens; the page takes no parameters.
    """

    word: str
    endpoint: str


@dataclass(frozen=True)
class RailEntry:
    """A link to a list in the left rail; `key` makes it the keys `g` and then that letter.

    With `has_more` there are more than `count`, and nobody counted how many.
    """

    title: str
    url: str
    icon: str = "point"
    count: int | None = None
    is_current: bool = False
    key: str = ""
    has_more: bool = False


@dataclass(frozen=True)
class RailGroup:
    """Links of the left rail that stand together; lower weight stands higher."""

    title: str
    entries: tuple[RailEntry, ...]
    weight: int = 100


@dataclass(frozen=True)
class SettingsForm:
    """A page of settings: a WTForms class whose field defaults are the settings' defaults.

    `offer(desk, form)` fills in choices that stand in the database.
    """

    name: str
    title: str
    form: "type[Form]"
    offer: "Callable[[Desk, Any], None] | None" = None


@dataclass(frozen=True)
class Panel:
    """A box on a page; `template` is rendered with `values`; lower weight stands higher."""

    place: Place
    title: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    weight: int = 100


@dataclass(frozen=True)
class Column:
    """A column of ticket lists; `load` answers all rows of a page with one query.

    `load(desk, ticket_ids)` returns the text to show by ticket id; `is_badge` shows it as a
    word in a frame beside the subject instead of in a column of its own.
    """

    key: str
    title: str
    load: "Callable[[Desk, Sequence[int]], Mapping[int, str]]"
    is_badge: bool = False


@dataclass(frozen=True)
class Filter:
    """A filter of ticket lists.

    `choices(desk)` lists (value, title) pairs; `apply(desk, select, value)` narrows a select
    over Ticket. A value that is not among the choices must give an empty list, not an error.
    Where the choices would be too many they stay empty, and `name(desk, value)` says what to call
    a value that came by a link.
    """

    key: str
    title: str
    choices: "Callable[[Desk], Iterable[tuple[str, str]]]"
    apply: "Callable[[Desk, Select[Any], str], Select[Any]]"
    name: "Callable[[Desk, str], str] | None" = None


@dataclass(frozen=True)
class Route:
    """Where a new ticket goes: a team, a person, or both; `reason` is shown in the journal."""

    team_id: int | None = None
    owner_id: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Job:
    """Work for the worker: `run(desk, **arguments)` in a transaction of its own.

    `every` makes it periodic; `waits` are the pauses before each further attempt, and when
    they are used up the job has failed for good.
    """

    name: str
    run: "Callable[..., None]"
    every: timedelta | None = None
    waits: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(hours=1),
    )


@dataclass(frozen=True)
class Service:
    """Work that the worker keeps running: `run(core, stop)` returns when `stop` is set.

    One that raises is started again after a pause that grows to a minute.
    """

    name: str
    run: "Callable[[Core, Event], None]"


@dataclass(frozen=True)
class SearchSource:
    """A kind of thing that search finds.

    `scope(desk)` returns the condition over SearchEntry that keeps to what the actor may see;
    `hits(desk, subject_ids)` returns what to show for each found subject id. `direct(desk,
    question)`, where given, returns the one subject that the question names by its number.
    """

    kind: str
    title: str
    scope: "Callable[[Desk], ColumnElement[bool]]"
    hits: "Callable[[Desk, Sequence[int]], Mapping[int, SearchHit]]"
    direct: "Callable[[Desk, str], SearchHit | None] | None" = None


@dataclass(frozen=True)
class DataSet:
    """What one part keeps about a person: rows of values by name, as JSON or moments and days.

    Leave out what proves who somebody is: hashes, tokens, keys.
    """

    title: str
    rows: "Sequence[Mapping[str, Any]]"


@dataclass(frozen=True)
class SearchHit:
    """One line in a list of search results, and the page it leads to."""

    title: str
    endpoint: str
    values: Mapping[str, Any]
    detail: str = ""


@dataclass(frozen=True)
class MessageMark:
    """What became of a message on its way out; `state` is waiting, failed or sent.

    The sentence is shown at the message; `retry_url`, where given, takes a POST to try again.
    """

    message_id: int
    state: str
    sentence: str
    retry_url: str = ""


@dataclass(frozen=True)
class Check:
    """What `tresen doctor` and the health page say about one thing.

    `state` is "good", "warning" or "bad"; the sentence names the thing and the way out. `name` is
    for programs, `title` what people read.
    """

    name: str
    state: str
    sentence: str
    title: str = ""
