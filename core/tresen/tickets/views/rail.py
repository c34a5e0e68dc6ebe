# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lists in the left rail, with their counts: three queries on every page, whatever there is.

One more counts the saved views of who keeps any.
"""

from dataclasses import replace
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Row

from tresen.desk import Desk
from tresen.hooks.records import RailEntry, RailGroup
from tresen.i18n import _
from tresen.tickets.lists import MOST_COUNTED, Counts
from tresen.tickets.views.addresses import listing_from, text_of
from tresen.tickets.views.shelf import (
    counts_of,
    saved_counts_of,
    saved_views_of,
    teams_of,
)
from tresen.web.paths import path_of


def groups(desk: Desk) -> list[RailGroup]:
    """Return the agent's views, the teams' and the saved ones."""
    counts = counts_of(desk)
    here = _here(desk)
    found = [RailGroup(_("Tickets"), _views(counts, here), weight=10)]
    if teams := _teams(desk, counts, here):
        found.append(RailGroup(_("Teams"), teams, weight=20))
    if saved := _saved(desk, here):
        found.append(RailGroup(_("Saved views"), saved, weight=30))
    return found


def _views(counts: Counts, here: str | None) -> tuple[RailEntry, ...]:
    entries = (
        RailEntry(_("My open tickets"), "owner=me", icon="user-check", count=counts.mine, key="m"),
        RailEntry(
            _("Unassigned"), "owner=none", icon="user-question", count=counts.unassigned, key="u"
        ),
        RailEntry(
            _("Answer due"),
            "owner=me&show=due",
            icon="message-reply",
            count=counts.due,
            key="d",
        ),
        RailEntry(_("Waiting"), "show=waiting", icon="hourglass", count=counts.waiting, key="w"),
        RailEntry(_("All open"), "", icon="inbox", count=counts.everything, key="a"),
    )
    return tuple(_addressed(entry, here) for entry in entries)


def _addressed(entry: RailEntry, here: str | None) -> RailEntry:
    """Return the entry with the address of the list whose query it names."""
    url = path_of("tickets.index") + (f"?{entry.url}" if entry.url else "")
    return replace(entry, url=url, is_current=entry.url == here)


def _teams(desk: Desk, counts: Counts, here: str | None) -> tuple[RailEntry, ...]:
    return tuple(
        _addressed(
            RailEntry(
                team.name, f"team={team.id}", icon="users", count=counts.by_team.get(team.id, 0)
            ),
            here,
        )
        for team in _own_teams(desk)
    )


def _own_teams(desk: Desk) -> list[Row[Any]]:
    """Return the actor's teams; for who is in none, all that he may look into."""
    teams, own = teams_of(desk), desk.actor.team_ids
    if own:
        return [team for team in teams if team.id in own]
    sees_all = desk.actor.may("tickets.read_restricted")
    return [team for team in teams if sees_all or not team.is_restricted]


def _saved(desk: Desk, here: str | None) -> tuple[RailEntry, ...]:
    index = path_of("tickets.index")
    return tuple(
        RailEntry(
            view.title,
            f"{index}?{view.query}",
            icon="bookmark",
            count=min(count, MOST_COUNTED),
            is_current=here == view.query,
            has_more=count > MOST_COUNTED,
        )
        for view, count in zip(saved_views_of(desk), saved_counts_of(desk), strict=True)
    )


def _here(desk: Desk) -> str | None:
    """Return the query of the list that is being shown, in its one order."""
    if not has_request_context() or request.endpoint != "tickets.index":
        return None
    return text_of(listing_from(desk, request.args))
