# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds texts to insert: those an agent may use, the customer's language first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.i18n import _
from tresen.people.models import Team
from tresen.snippets.models import KINDS, Snippet

# More than a team looks after; what is beyond is found by its words alone.
MOST = 500
MOST_OFFERED = 50


def listed(desk: Desk) -> Sequence[Any]:
    """Return the texts that the actor sees, by title: the Snippet, and its team's name or None.

    Who manages texts sees those of every team too; nobody sees those of another agent.
    """
    found = (
        select(Snippet, Team.name)
        .outerjoin(Team, Team.id == Snippet.team_id)
        .where(_seen_by(desk))
        .order_by(Snippet.title, Snippet.id)
    )
    return desk.session.execute(found).all()


def snippet_by_id(desk: Desk, snippet_id: int) -> Snippet:
    """Return a text that the actor sees; raises Missing for any other."""
    found = select(Snippet).where(Snippet.id == snippet_id, _seen_by(desk))
    return _there(desk.session.scalar(found))


def usable(desk: Desk, snippet_id: int) -> Snippet:
    """Return a text that the actor may insert; raises Missing for any other."""
    found = select(Snippet).where(Snippet.id == snippet_id, _usable_by(desk))
    return _there(desk.session.scalar(found))


def offered(desk: Desk, language: str, words: str = "") -> list[Snippet]:
    """Return at most `MOST_OFFERED` texts with all of the words, those in `language` first.

    Within a language templates come first, then the titles go by the alphabet.
    """
    rows = desk.session.scalars(
        select(Snippet).where(_usable_by(desk)).order_by(Snippet.title, Snippet.id).limit(MOST)
    )
    # Here and not in SQL: SQLite knows capital letters of English only.
    wanted = words.casefold().split()
    found = [row for row in rows if _has(row, wanted)]
    kinds = list(KINDS)
    found.sort(key=lambda row: (_distance(row.language, language), kinds.index(row.kind)))
    return found[:MOST_OFFERED]


def _has(snippet: Snippet, words: list[str]) -> bool:
    text = f"{snippet.title}\n{snippet.body}".casefold()
    return all(word in text for word in words)


def _distance(language: str | None, wanted: str) -> int:
    """Return how far a text's language is from the wanted one; "de@du" is near "de"."""
    if language is None:
        return 2
    if language.partition("@")[0] != wanted.partition("@")[0]:
        return 3
    return int(language != wanted)


def _seen_by(desk: Desk) -> ColumnElement[bool]:
    if desk.actor.may("snippets.manage"):
        return or_(Snippet.person_id.is_(None), Snippet.person_id == desk.actor.person_id)
    return _usable_by(desk)


def _usable_by(desk: Desk) -> ColumnElement[bool]:
    teams = Snippet.team_id.in_(sorted(desk.actor.team_ids))
    shared = and_(Snippet.person_id.is_(None), or_(Snippet.team_id.is_(None), teams))
    return or_(Snippet.person_id == desk.actor.person_id, shared)


def _there(found: Snippet | None) -> Snippet:
    if found is None:
        raise Missing(_("There is no such text."))
    return found
