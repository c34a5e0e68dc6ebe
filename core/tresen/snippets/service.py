# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verbs of texts to insert: everybody keeps own ones, who manages them those of all."""

from collections.abc import Iterable
from typing import Any

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.snippets.models import Snippet
from tresen.snippets.placeholders import NAMES, unknown_in

FIELDS = ("title", "body", "kind", "language", "person_id", "team_id")


def may_change(desk: Desk, snippet: Snippet) -> bool:
    """Whether the actor may change or delete a text: an own one, or as who manages them."""
    if snippet.person_id is not None:
        return snippet.person_id == desk.actor.person_id
    return desk.actor.may("snippets.manage")


def add_snippet(desk: Desk, values: dict[str, Any]) -> Snippet:
    """Add a text from FIELDS.

    Raises Refused for a placeholder that is not known, NeedsPermission for a shared text of who
    does not manage texts.
    """
    snippet = Snippet(**_checked(desk, values), changed_at=desk.now())
    desk.session.add(snippet)
    desk.session.flush()
    _record(desk, snippet, "added")
    return snippet


def change_snippet(desk: Desk, snippet: Snippet, values: dict[str, Any]) -> None:
    """Change a text; raises as `add_snippet`."""
    _demand(desk, snippet.person_id)
    for name, value in _checked(desk, values).items():
        setattr(snippet, name, value)
    snippet.changed_at = desk.now()
    _record(desk, snippet, "changed")


def delete_snippet(desk: Desk, snippet: Snippet) -> None:
    """Delete a text for good; what was inserted from it stays where it is."""
    _demand(desk, snippet.person_id)
    _record(desk, snippet, "deleted")
    desk.session.delete(snippet)


def _checked(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    _demand(desk, values["person_id"])
    if unknown := unknown_in(values["body"]):
        raise Refused(
            _("There is no placeholder %(unknown)s. Those that are filled in: %(known)s.")
            % {"unknown": _in_braces(unknown[:1]), "known": _in_braces(NAMES)}
        )
    return values | {"title": " ".join(values["title"].split())}


def _demand(desk: Desk, person_id: int | None) -> None:
    if person_id is None or person_id != desk.actor.person_id:
        desk.demand("snippets.manage")


def _record(desk: Desk, snippet: Snippet, action: str) -> None:
    """Tell who did what to a text of all; own ones are nobody else's business."""
    if snippet.person_id is None:
        journal.record(desk, "snippet", snippet.id, action, {"title": (None, snippet.title)})


def _in_braces(names: Iterable[str]) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in names)
