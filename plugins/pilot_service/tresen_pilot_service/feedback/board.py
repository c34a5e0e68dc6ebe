# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the board shows: feedback by state, narrowed by what stands in the address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tresen.sdk import lazy

from tresen_pilot_service.feedback import queries, states
from tresen_pilot_service.feedback.models import Feedback

# What needs no more work stands folded below the others.
FOLDED = (states.DECLINED, states.DUPLICATE)
COLUMNS = tuple(state for state in states.TITLES if state not in FOLDED)

_RANKS = {key: rank for rank, key in enumerate((*states.SEVERITIES, ""))}
UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what stands in the address, and its words."""

    value: str
    title: str


@dataclass(frozen=True)
class Menu:
    """A filter with what can be chosen and what is."""

    name: str
    title: str
    choices: Sequence[Choice]
    chosen: str


@dataclass(frozen=True)
class Board:
    """Columns of cards, those folded below, the filters, and how much there is in all."""

    columns: Mapping[str, Sequence[Feedback]]
    folded: Sequence[Feedback]
    menus: Sequence[Menu]
    total: int
    is_unanswered: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is set."""
        return self.is_unanswered or any(menu.chosen for menu in self.menus)


def arrange(rows: Sequence[Feedback], wanted: Mapping[str, str]) -> Board:
    """Put the feedback of a programme in its places; `wanted` is what stands in the address."""
    menus = [_menu(name, rows, wanted.get(name, "")) for name in _FILTERS]
    is_unanswered = bool(wanted.get(UNANSWERED))
    kept = [
        row
        for row in rows
        if all(not menu.chosen or _value(menu.name, row) == menu.chosen for menu in menus)
        and not (is_unanswered and queries.is_answered(row))
    ]
    columns = {state: _ordered(kept, state) for state in COLUMNS}
    folded = [row for state in FOLDED for row in _ordered(kept, state)]
    return Board(columns, folded, menus, len(rows), is_unanswered)


def _ordered(rows: Iterable[Feedback], state: str) -> list[Feedback]:
    """Return those in the state: a blocker first, then whatever has waited longest."""
    return sorted((row for row in rows if row.state == state), key=_place)


def _place(row: Feedback) -> tuple[int, datetime, int]:
    return _RANKS[row.severity], row.created_at, row.id


def _menu(name: str, rows: Iterable[Feedback], chosen: str) -> Menu:
    title, read = _FILTERS[name]
    found = {choice.value: choice for choice in map(read, rows) if choice}
    choices = sorted(found.values(), key=lambda choice: choice.title.casefold())
    return Menu(name, str(title), choices, chosen if chosen in found else "")


def _value(name: str, row: Feedback) -> str:
    choice = _FILTERS[name][1](row)
    return choice.value if choice else ""


def _customer(row: Feedback) -> Choice | None:
    found = queries.customer(row)
    return Choice(str(found.id), found.name) if found else None


def _kind(row: Feedback) -> Choice:
    return Choice(row.kind, str(states.KINDS[row.kind]))


def _severity(row: Feedback) -> Choice | None:
    return Choice(row.severity, str(states.SEVERITIES[row.severity])) if row.severity else None


def _build(row: Feedback) -> Choice | None:
    return Choice(str(row.build.id), row.build.number) if row.build else None


# By the name that stands in the address: the words, and what a feedback has of it.
_FILTERS: Mapping[str, tuple[str, Callable[[Feedback], Choice | None]]] = {
    "kind": (lazy("Kind"), _kind),
    "severity": (lazy("Severity"), _severity),
    "build": (lazy("Build"), _build),
    "customer": (lazy("Customer"), _customer),
}
