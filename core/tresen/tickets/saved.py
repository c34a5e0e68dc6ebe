# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verbs of saved views: an agent keeps, renames and deletes lists of his own."""

from sqlalchemy import select

from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.i18n import _
from tresen.tickets.models import SavedView

TITLE_LIMIT = 80
QUERY_LIMIT = 1000
MOST = 30


def save_view(desk: Desk, title: str, query: str) -> SavedView:
    """Keep a list under a title; the same list once more gets the new title.

    Raises Refused without a title, for a list whose address is too long, and beyond 30 views.
    """
    title = _title(title)
    if len(query) > QUERY_LIMIT:
        raise Refused(_("This list has too many filters to be kept."))
    own = select(SavedView).where(SavedView.person_id == desk.actor.person_id)
    kept = desk.session.scalars(own).all()
    for view in kept:
        if view.query == query:
            view.title = title
            return view
    if len(kept) >= MOST:
        raise Refused(_("You keep %(most)s views already. Delete one first.") % {"most": MOST})
    view = SavedView(person_id=desk.actor.person_id, title=title, query=query)
    desk.session.add(view)
    desk.session.flush()
    return view


def rename_view(desk: Desk, view_id: int, title: str) -> SavedView:
    """Give one's own view another title; raises Missing for another's."""
    view = _own(desk, view_id)
    view.title = _title(title)
    return view


def delete_view(desk: Desk, view_id: int) -> SavedView:
    """Forget one's own view; return it as it was, so that it can be kept again."""
    view = _own(desk, view_id)
    desk.session.delete(view)
    return view


def _own(desk: Desk, view_id: int) -> SavedView:
    view = desk.session.get(SavedView, view_id)
    if view is None or view.person_id != desk.actor.person_id:
        raise Missing(_("There is no such view."))
    return view


def _title(title: str) -> str:
    title = " ".join(title.split())[:TITLE_LIMIT]
    if not title:
        raise Refused(_("The view needs a title."))
    return title
